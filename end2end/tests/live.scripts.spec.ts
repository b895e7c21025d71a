/** Open tabs follow their session: the others show a change of one tab within a second, with one stream for the whole browser. */
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixture';
import { newAccount, Shop } from './shop';

/** In these tests, all pages count as visible. */
const SOON = { timeout: 1_000 };

async function anotherTab(context: BrowserContext, path: string): Promise<Shop> {
  const shop = new Shop(await context.newPage(), true);
  await shop.open(path);
  return shop;
}

/** Counts the streams that the tabs of a context have opened so far. */
function streams(context: BrowserContext): () => number {
  let count = 0;
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/session_events') count += 1;
  });
  return () => count;
}

/** The events that a page's own scripts get, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    window.addEventListener('session-change', (event) => heard.push((event as CustomEvent<string>).detail));
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test('the cart, the hearts and the theme of one tab show in the other', async ({ context, page, shop }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await shop.open('/');
  await shop.add('Mug');
  const other = await anotherTab(context, '/cart');
  await shop.expectStream();
  const heard = await listen(page);

  await other.typeQuantity('Mug', 7);
  await expect(shop.badge()).toHaveAccessibleName('Cart, 7 items', SOON);
  await shop.like('Mug');
  await expect(other.likesLink()).toHaveAccessibleName('Likes, 1', SOON);
  await shop.add('Mug');
  await expect(other.quantity('Mug')).toHaveValue('8', SOON);
  await other.page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true', SOON);
  await other.press('Remove', 'Mug');
  await expect(shop.badge()).toHaveAccessibleName('Cart, empty', SOON);

  await expect.poll(heard).toEqual(expect.arrayContaining(['cart', 'likes', 'preferences']));
  // This tab announces only its own changes (a like and an added product), and not those of the other tab.
  await expect(page.getByRole('status').filter({ hasText: 'removed' })).toHaveCount(0);
});

test('a product that another tab adds to the cart is a whole line there', async ({ context, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  const cart = await anotherTab(context, '/cart');
  await cart.expectLines(['Mug']);
  await shop.add('Phone');
  await expect(cart.lines().getByRole('link')).toHaveText(['Mug', 'Phone'], SOON);
  await cart.press('One more', 'Phone');
  await expect(shop.badge()).toHaveAccessibleName('Cart, 3 items', SOON);
  const picture = cart.line('Phone').locator('img');
  await expect(picture).toHaveAttribute('src', /phone/);
});

test('three tabs have one stream, and when its tab is closed another one listens', async ({ context, page, shop }) => {
  const opened = streams(context);
  await shop.open('/');
  await shop.add('Mug');
  await shop.expectStream();
  const second = await anotherTab(context, '/');
  const third = await anotherTab(context, '/');
  await second.add('Phone');
  for (const tab of [shop, third]) await expect(tab.badge()).toHaveAccessibleName('Cart, 2 items', SOON);
  expect(opened()).toBe(1);

  await page.close();
  await expect.poll(opened).toBe(2);
  await third.add('Mug');
  await expect(second.badge()).toHaveAccessibleName('Cart, 3 items', SOON);
  expect(opened()).toBe(2);
});

test('who logs in or out in one tab is told so in the other', async ({ context, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.open('/');
  await shop.add('Mug');
  await shop.expectStream();
  const other = new Shop(await context.newPage(), true);
  await other.register(ada);
  await other.expectHeading(`Hello, ${ada.username}`);
  await expect(page.getByRole('alert').filter({ hasText: 'You logged in or out in another tab' })).toBeVisible(SOON);
  await expect(other.page.getByRole('alert')).toHaveCount(0);

  await page.getByRole('link', { name: 'Reload the page' }).click();
  await shop.ready();
  await expect(page.getByRole('link', { name: ada.username })).toBeVisible();
  await other.open('/');
  await other.logOut();
  await expect(page.getByRole('alert').filter({ hasText: 'You are logged out.' })).toBeVisible(SOON);
  await expect(other.page.getByRole('alert')).toHaveCount(0);
});

test('a stranger with two tabs who begins in one sees it in the other', async ({ context, shop }) => {
  await shop.open('/');
  const other = await anotherTab(context, '/');
  await other.add('Mug');
  await expect(shop.badge()).toHaveAccessibleName('Cart, 1 item', { timeout: 3_000 });
});

test('a change of this tab that is under way is not overtaken by what another tab did before', async ({ context, page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  const other = await anotherTab(context, '/');
  await shop.expectStream();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/api/add_to_cart', async (route) => {
    await held;
    await route.continue();
  });
  await shop.addButton('Phone').click();
  await expect(shop.badge()).toHaveAccessibleName('Cart, 2 items');
  await other.add('Mug');
  // The expected cart stays on the page, although news from other tabs arrives meanwhile.
  await page.waitForTimeout(600);
  await expect(shop.badge()).toHaveAccessibleName('Cart, 2 items');
  letGo();
  await expect(shop.badge()).toHaveAccessibleName('Cart, 3 items', SOON);
  await expect(other.badge()).toHaveAccessibleName('Cart, 3 items', SOON);
});

test('a browser without locks has each tab listen, and one that is refused works without', async ({ context, page, shop, expectConsole }) => {
  expectConsole(/429/);
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const opened = streams(context);
  await shop.open('/');
  await shop.add('Mug');
  await expect.poll(opened).toBe(1);
  const other = await anotherTab(context, '/');
  await expect.poll(opened).toBe(2);
  await other.add('Mug');
  await expect(shop.badge()).toHaveAccessibleName('Cart, 2 items', SOON);

  await page.route('**/api/session_events*', (route) => route.fulfill({ status: 429, headers: { 'retry-after': '60' } }));
  await page.reload();
  await shop.ready();
  await expect.poll(opened).toBe(3);
  await shop.add('Mug');
  await page.waitForTimeout(3_000);
  expect(opened(), 'it does not come again').toBe(3);
});
