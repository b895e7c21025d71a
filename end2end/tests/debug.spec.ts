/** The page of a demo that shows a session as it changes: its live updates, its attacks, and its tour, played to the end. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothColours, expectFits, test } from './fixture';
import { DEMO, Shop } from './shop';

const HEADING = 'A session, watched';
const STEPS = ['Log in', 'The cookie', 'The row', 'Every request', 'The expiry', 'Log out', 'Data of a stranger', 'Several stores'];

/** The names of the changes on the page, the newest first. */
const deeds = (page: Page) => page.locator('.change h3 code');

/** What the tour says about this visitor. */
const now = (page: Page) => page.locator('.right-now');

/** With scripts, the page updates itself; without scripts, its link loads it again. */
async function look(page: Page, scripts: boolean): Promise<void> {
  if (!scripts) await page.getByRole('link', { name: 'Load this page again' }).click();
}

test('a click in another tab appears with its fields, its statement and its guard', async ({ context, page, scripts, shop }) => {
  await shop.open('/debug/session');
  await shop.expectHeading(HEADING);
  await expect(page.getByText('Your browser has no session cookie.')).toBeVisible();

  const other = new Shop(await context.newPage(), scripts);
  await other.open('/');
  await other.add('Laptop');
  await page.bringToFront();
  await look(page, scripts);
  // Without scripts, a message waited in the session, and the next page took it out: one more change.
  await expect(deeds(page).last()).toHaveText('begin');
  await other.page.bringToFront();
  await other.add('Mug');
  await page.bringToFront();
  await look(page, scripts);
  const field = page.getByRole('rowheader', { name: 'data.cart.lines[mug].quantity' });
  const newest = page.locator('.change').filter({ has: field });
  await expect(newest.getByRole('heading')).toContainText('update');
  await newest.getByText('The statement, and what guards it').click();
  await expect(newest.getByText('begin immediate', { exact: true })).toBeVisible();
  await expect(newest.getByText('The write lock of the database file')).toBeVisible();

  const id = (await context.cookies()).find((cookie) => cookie.name === 'id')?.value ?? 'none';
  const html = await page.content();
  expect(html).toContain(`id=${id.slice(0, 4)}`);
  expect(html).not.toContain(id.slice(0, 8));
  await expectAccessibleInBothColours(page);
  await expectFits(page);
});

for (const attack of ['replay', 'planted id', 'forged ids', 'race']) {
  test(`the shop holds, and the bare library does not: ${attack}`, async ({ page, shop }) => {
    await shop.open('/debug/session');
    await page.getByRole('button', { name: `Play the ${attack}` }).click();
    await expect(page).toHaveURL(/#played$/);
    await expect(page.getByText('The shop held.')).toBeVisible();
    await expect(page.getByText('It did not hold.')).toBeVisible();
    await expectAccessible(page);
    expect(await page.context().cookies(), 'nobody became anybody').toEqual([]);
  });
}

test('the tour is played to its end', async ({ context, page, scripts, shop }) => {
  test.setTimeout(60_000);
  const other = new Shop(await context.newPage(), scripts);
  const here = async (): Promise<void> => {
    await page.bringToFront();
    await look(page, scripts);
  };
  const next = async (step: number): Promise<void> => {
    await page.getByRole('link', { name: 'Next step' }).click();
    await expect(page.getByRole('heading', { level: 3, name: `${step}. ${STEPS[step - 1]}` })).toBeVisible();
  };
  await shop.open('/debug/session');
  await page.getByRole('link', { name: 'Begin the tour' }).click();
  await expect(page.getByRole('heading', { level: 3, name: '1. Log in' })).toBeVisible();
  await expect(now(page)).toHaveText('You have no session.');

  await other.page.bringToFront();
  await other.open('/');
  await other.add('Laptop');
  await other.open('/login');
  await other.logIn(DEMO);
  await other.expectHeading('Hello, admin');
  await here();
  await expect(now(page)).toHaveText('You are logged in as admin, and your session got a new id for that.');
  await expect(deeds(page)).toContainText(['rotate: the old row', 'rotate: the new row', 'begin']);

  await next(2);
  const id = (await context.cookies()).find((cookie) => cookie.name === 'id')?.value ?? 'none';
  await expect(now(page)).toContainText(`begins with ${id.slice(0, 4)}`);

  await next(3);
  await expect(now(page)).toContainText('Your row has the key');

  await next(4);
  const written = (await now(page).textContent()) ?? '';
  await other.page.bringToFront();
  await other.open('/?q=lamp');
  await here();
  await expect(now(page)).toHaveText(written);
  await other.page.bringToFront();
  await other.open('/');
  await other.add('Mug');
  await here();
  await expect(now(page)).not.toHaveText(written);
  await expect(now(page)).toContainText('In your cart: 2.');

  await next(5);
  await expect(now(page)).toContainText('your login ends');

  await next(6);
  await other.page.bringToFront();
  await other.open('/dashboard');
  await other.logOut();
  await here();
  await expect(now(page)).toContainText('Your session has ended.');
  await expect(deeds(page).first()).toHaveText('end');

  await next(7);
  await expect(now(page)).toHaveText('You are a stranger: no row, no cookie.');
  await other.page.bringToFront();
  await other.open('/');
  await other.add('Mug');
  await here();
  await expect(now(page)).toHaveText('You are a guest with a session. In your cart: 1.');

  await next(8);
  await expect(now(page)).toHaveText('This shop keeps its sessions in SQLite.');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'End the tour' }).click();
  await expect(page.getByRole('link', { name: 'Begin the tour' })).toBeVisible();
});
