/** The session cookie: when it is set, what it gives access to, and when it is removed. */
import type { BrowserContext } from '@playwright/test';
import { expect, test } from './fixture';
import { DEMO, newAccount, Shop } from './shop';

async function sessionId(context: BrowserContext): Promise<string | undefined> {
  const cookies = await context.cookies();
  return cookies.find((cookie) => cookie.name === 'id')?.value;
}

test('merely reading sets no cookie', async ({ context, shop, expectConsole }) => {
  expectConsole(/404/);
  const shopping = ['/', '/?q=mug', '/products/laptop', '/cart', '/checkout/address', '/orders/AAAAA-AAAAA'];
  for (const path of [...shopping, '/login', '/register', '/dashboard', '/nowhere']) {
    await shop.open(path);
  }
  expect(await context.cookies()).toEqual([]);
});

test('a log in that fails sets no cookie, but for what was typed without scripts', async ({
  context,
  page,
  scripts,
  shop,
  expectConsole,
}) => {
  expectConsole(/401/);
  await shop.open('/login');
  await shop.logIn({ login: 'admin', password: 'not the password' });
  await expect(page.getByRole('alert')).toBeVisible();
  expect((await context.cookies()).map(({ name }) => name)).toEqual(scripts ? [] : ['id']);
});

test('the first product sets one cookie, which no script can read', async ({ context, page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: 'id', path: '/', httpOnly: true, sameSite: 'Lax', secure: false });
  // A guest's session lasts 30 days without use. The test may read the clock a little late on a slow machine.
  const days = (cookies[0].expires - Date.now() / 1000) / 86_400;
  expect(Math.round(days)).toBe(30);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length), 'the cart is on the server').toBe(0);
});

test('the cookie gets another value by logging in, and by registering', async ({ context, shop }, testInfo) => {
  await shop.open('/');
  await shop.add('Laptop');
  const guest = await sessionId(context);
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  const known = await sessionId(context);
  expect(known).not.toBe(guest);

  await shop.logOut();
  expect(await sessionId(context)).toBeUndefined();
  await shop.add('Laptop');
  const second = await sessionId(context);
  const ada = newAccount(testInfo);
  await shop.register(ada);
  await shop.expectHeading(`Hello, ${ada.username}`);
  const registered = await sessionId(context);
  expect(new Set([guest, known, second, registered]).size).toBe(4);
});

test('the cookie of before logging in is worth nothing afterwards', async ({ browser, context, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  const planted = await context.cookies();
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');

  const { javaScriptEnabled, baseURL } = test.info().project.use;
  const stranger = await browser.newContext({ javaScriptEnabled, baseURL: baseURL ?? new URL(shop.page.url()).origin });
  await stranger.addCookies(planted);
  const theirs = new Shop(await stranger.newPage(), javaScriptEnabled !== false);
  await theirs.open('/dashboard');
  await theirs.expectHeading('Log in');
  await theirs.expectPieces(0);
  await stranger.close();
});

test('a tab that stayed open shows nothing private after another one logged out', async ({
  context,
  page,
  scripts,
  shop,
}) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  const dashboard = new Shop(await context.newPage(), scripts);
  await dashboard.open('/dashboard');
  await dashboard.expectHeading('Hello, admin');
  const cart = new Shop(await context.newPage(), scripts);
  await cart.open('/cart');
  await cart.expectLines(['Laptop']);

  await shop.logOut();

  await dashboard.page.reload();
  await dashboard.expectHeading('Log in');
  await expect(dashboard.page.getByRole('link', { name: 'admin' })).toHaveCount(0);
  await cart.page.reload();
  await cart.expectPieces(0);
  await expect(cart.page.getByText('Your cart is empty.')).toBeVisible();
  await expect(page.getByText('admin')).toHaveCount(0);
});

test('two tabs share one cart', async ({ context, page, scripts, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  const other = new Shop(await context.newPage(), scripts);
  await other.open('/');
  await other.add('Mug');
  await other.expectPieces(2);
  // The first tab gets the other tab's change with the answer to its own.
  await shop.addButton('Phone').click();
  await shop.expectPieces(3);
  await page.reload();
  await shop.expectPieces(3);
});
