/** What scripts show when a change of the cart failed: the old value again, and the reason. */
import type { Page, Route } from '@playwright/test';
import { expect, test } from './fixture';

const OFFLINE = 'The shop cannot be reached. Please check your connection and try again.';

/** The server's refusals: status and sentence by name. */
const REFUSALS = {
  line_full: [422, 'Your cart can hold at most 99 of one product, so nothing was added.'],
  sold_out: [409, 'Sorry, this product is sold out right now.'],
  session_changed: [409, 'Your session changed in the meantime. Please try again.'],
  internal: [500, 'Sorry, something went wrong on our side. Please check whether it worked before you try again.'],
  busy: [503, 'The shop is very busy right now. Please try again in a moment.'],
} as const;

/** Answers like the server when it refuses. */
function refuse(route: Route, error: keyof typeof REFUSALS): Promise<void> {
  const [status, message] = REFUSALS[error];
  return route.fulfill({ status, contentType: 'application/json', body: JSON.stringify({ error, message }) });
}

/** Gives the first calls of an endpoint these answers, and lets later calls through. Counts all calls. */
async function answerFirst(page: Page, endpoint: string, answers: ((route: Route) => Promise<void>)[]) {
  const calls = { count: 0 };
  await page.route(`**/api/${endpoint}`, async (route) => {
    const answer = answers[calls.count];
    calls.count += 1;
    await (answer ? answer(route) : route.continue());
  });
  return calls;
}

test('a refused addition leaves the badge as it was and says why', async ({ page, shop, expectConsole }) => {
  expectConsole(/422/);
  await shop.open('/');
  await shop.add('Mug');
  await answerFirst(page, 'add_to_cart', [(route) => refuse(route, 'line_full')]);
  await shop.addButton('Mug').click();
  await expect(shop.refusal('Your cart can hold at most 99 of one product, so nothing was added.')).toBeVisible();
  await shop.expectPieces(1);
});

test('a refused quantity puts the old one back and says why', async ({ page, shop, expectConsole }) => {
  expectConsole(/409/);
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await answerFirst(page, 'set_quantity', [(route) => refuse(route, 'sold_out')]);
  await page.getByRole('button', { name: 'One more Mug' }).click();
  await expect(shop.refusal('Sorry, this product is sold out right now.')).toBeVisible();
  await expect(shop.quantity('Mug')).toHaveValue('1');
  await shop.expectTotal('$16.00');
});

test('a refused removal puts the line back, and there is nothing to undo', async ({ page, shop, expectConsole }) => {
  expectConsole(/500/);
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await answerFirst(page, 'remove_from_cart', [(route) => refuse(route, 'internal')]);
  await page.getByRole('button', { name: 'Remove Mug' }).click();
  await expect(shop.refusal('Something went wrong on our side.')).toBeVisible();
  await shop.expectLines(['Mug']);
  await expect(shop.undoButton()).toBeHidden();
  await expect(shop.bringBackButton()).toBeHidden();
});

test('a refused undo says why and leaves the way back open', async ({ page, shop, expectConsole }) => {
  expectConsole(/503/);
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await shop.press('Remove', 'Mug');
  await answerFirst(page, 'restore_to_cart', [(route) => refuse(route, 'busy')]);
  await shop.undoButton().click();
  await expect(shop.refusal('The shop is very busy right now.')).toBeVisible();
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await shop.bringBackButton().click();
  await expect(shop.message('What you removed is back in your cart.')).toBeVisible();
  await shop.expectLines(['Mug']);
});

test('without a connection the old value comes back, and the next try works', async ({ page, shop, expectConsole }) => {
  expectConsole(/ERR_INTERNET_DISCONNECTED/);
  await shop.open('/');
  await shop.add('Mug');
  await answerFirst(page, 'add_to_cart', [(route) => route.abort('internetdisconnected')]);
  await shop.addButton('Laptop').click();
  await expect(shop.refusal(OFFLINE)).toBeVisible();
  await shop.expectPieces(1);
  await shop.add('Laptop');
  await expect(shop.message('Laptop was added to your cart.')).toBeVisible();
  await shop.expectPieces(2);
});

for (const status of [200, 502]) {
  test(`an answer of ${status} that is not ours is a fault of ours, not a broken page`, async ({ page, shop, expectConsole }) => {
    expectConsole(/502/);
    await shop.open('/');
    await shop.add('Mug');
    const answer = { status, contentType: 'text/html', body: '<h1>Please accept our terms</h1>' };
    await answerFirst(page, 'add_to_cart', [(route) => route.fulfill(answer)]);
    await shop.addButton('Laptop').click();
    await expect(shop.refusal('Something went wrong on our side.')).toBeVisible();
    await shop.expectPieces(1);
  });
}

test('a session that changed meanwhile is asked once more, unseen', async ({ page, shop, expectConsole }) => {
  expectConsole(/409/);
  await shop.open('/');
  const calls = await answerFirst(page, 'add_to_cart', [(route) => refuse(route, 'session_changed')]);
  // To leave the page would cancel its requests, so the test waits for the second answer.
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/add_to_cart') && response.ok());
  await shop.addButton('Mug').click();
  await expect.poll(() => calls.count).toBe(2);
  await answered;
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  await page.reload();
  await shop.expectPieces(1);
});

test('a session that keeps changing is said', async ({ page, shop, expectConsole }) => {
  expectConsole(/409/);
  const changed = (route: Route) => refuse(route, 'session_changed');
  await shop.open('/');
  const calls = await answerFirst(page, 'add_to_cart', [changed, changed]);
  await shop.addButton('Mug').click();
  await expect(shop.refusal('Your session changed in the meantime. Please try again.')).toBeVisible();
  expect(calls.count).toBe(2);
  await shop.expectPieces(0);
});

for (const typed of ['100', '1.5', '-1', '']) {
  test(`a typed quantity of "${typed}" is refused, and the field shows the old one again`, async ({ shop }) => {
    await shop.open('/products/mug');
    await shop.askFor('Mug', 4);
    await shop.expectPieces(4);
    await shop.openCart();
    await shop.quantity('Mug').fill(typed);
    await shop.quantity('Mug').blur();
    await expect(shop.refusal('Please ')).toBeVisible();
    await expect(shop.quantity('Mug')).toHaveValue('4');
    await shop.expectPieces(4);
  });
}
