/** What scripts add to the cart: it shows a change before the server answers (an optimistic update), and loads no page for it. */
import { expect, test } from './fixture';
import { hold } from './held';

test('the badge changes before the server answers', async ({ page, shop }) => {
  await shop.open('/');
  const calls = await hold(page, 'add_to_cart');
  await shop.addButton('Laptop').click();
  await expect(shop.badge()).toHaveAccessibleName('Cart, 1 item', { timeout: 300 });
  await expect(shop.message('Laptop was added to your cart.')).toBeVisible({ timeout: 300 });
  await expect.poll(() => calls.bodies).toEqual(['product=laptop&quantity=1']);
  const answered = page.waitForResponse('**/api/add_to_cart');
  calls.letGo();
  await answered;
  await shop.expectPieces(1);
  await page.reload();
  await shop.expectPieces(1);
});

test('a line and the total change before the server answers', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  const calls = await hold(page, 'set_quantity');
  await page.getByRole('button', { name: 'One more Mug' }).click();
  await expect(shop.quantity('Mug')).toHaveValue('2', { timeout: 300 });
  await expect(shop.line('Mug')).toContainText('$32.00', { timeout: 300 });
  await shop.expectTotal('$32.00');
  await shop.expectPieces(2);
  calls.letGo();
});

test('no page is loaded for a change of the cart', async ({ page, shop }) => {
  await shop.open('/');
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loaded.push(request.url());
  });
  await shop.add('Laptop');
  await shop.add('Mug');
  expect(loaded).toEqual([]);
  await shop.openCart();
  loaded.length = 0;
  await shop.press('One more', 'Mug');
  await shop.typeQuantity('Mug', 7);
  await shop.press('Remove', 'Mug');
  await shop.undo();
  await shop.empty();
  await shop.undo();
  await shop.expectPieces(8);
  expect(loaded).toEqual([]);
});

test('fast clicks on + become few requests, and the last one asks for the final quantity', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  const calls = await hold(page, 'set_quantity');
  for (let click = 0; click < 10; click += 1) {
    await page.getByRole('button', { name: 'One more Mug' }).click();
  }
  await expect(shop.quantity('Mug')).toHaveValue('11');
  const last = page.waitForResponse((response) => response.request().postData() === 'product=mug&quantity=11');
  calls.letGo();
  await last;
  expect(calls.bodies.length).toBeLessThanOrEqual(3);
  expect(calls.bodies.at(-1)).toBe('product=mug&quantity=11');
  await expect(shop.quantity('Mug')).toHaveValue('11');
  await page.reload();
  await expect(shop.quantity('Mug')).toHaveValue('11');
});

test('an answer does not write over what is being typed', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  const calls = await hold(page, 'set_quantity');
  await page.getByRole('button', { name: 'One more Mug' }).click();
  await shop.quantity('Mug').fill('7');
  const answered = page.waitForResponse('**/api/set_quantity');
  calls.letGo();
  await answered;
  // Long enough for the page to handle the answer. Nothing visible tells when it has.
  await page.waitForTimeout(300);
  await expect(shop.quantity('Mug')).toHaveValue('7');
  await shop.quantity('Mug').press('Enter');
  await shop.expectPieces(7);
});

test('fast clicks on "Add to cart" all count', async ({ page, shop }) => {
  await shop.open('/');
  const calls = await hold(page, 'add_to_cart');
  for (let click = 0; click < 5; click += 1) {
    await shop.addButton('Mug').click();
  }
  await shop.addButton('Laptop').click();
  await shop.expectPieces(6);
  const last = page.waitForResponse((response) => response.request().postData()?.includes('laptop') ?? false);
  calls.letGo();
  await last;
  expect(calls.bodies.length).toBeLessThanOrEqual(3);
  await shop.openCart();
  await shop.expectLines(['Mug', 'Laptop']);
  await expect(shop.quantity('Mug')).toHaveValue('5');
});

test('a removal can be undone before the server has answered it', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Laptop');
  await shop.openCart();
  const calls = await hold(page, 'remove_from_cart');
  await page.getByRole('button', { name: 'Remove Mug' }).click();
  await shop.expectLines(['Laptop']);
  await shop.undoButton().click();
  await shop.expectLines(['Mug', 'Laptop']);
  const undone = page.waitForResponse('**/api/restore_to_cart');
  calls.letGo();
  await undone;
  await shop.expectLines(['Mug', 'Laptop']);
  await page.reload();
  await shop.expectLines(['Mug', 'Laptop']);
});

test('a message can be dismissed', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss message' }).click();
  await expect(page.getByText('Mug was added to your cart.')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Dismiss message' })).toBeHidden();
});

test('a click before the scripts have arrived is not lost', async ({ page, shop }) => {
  let letGo = (): void => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/*.wasm', async (route) => {
    await released;
    // The page that sent the request may be gone by then: the form led to another one.
    await route.continue().catch(() => {});
  });
  await page.goto('/');
  await shop.addButton('Mug').click();
  await shop.expectPieces(1);
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  letGo();
  await shop.ready();
  await shop.add('Mug');
  await shop.expectPieces(2);
});
