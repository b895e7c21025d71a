/** An open dashboard stays right: it shows what other tabs and devices do, and counts down the time of the login. */
import type { BrowserContext, Page } from '@playwright/test';
import { anotherDevice } from './another_device';
import { expect, expectAccessibleInBothColours, expectFits, test } from './fixture';
import { newAccount, Shop, type Account } from './shop';

/** The server notices a change within half a second, and then the dashboard asks for its data. */
const SOON = { timeout: 2_500 };

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const endButton = (page: Page) => page.getByRole('button', { name: /^End the login of / });

async function openDashboard(shop: Shop, account: Account): Promise<void> {
  await shop.prepareAccount(account);
  await shop.open('/dashboard');
  await shop.expectHeading(`Hello, ${account.username}`);
}

async function anotherTab(context: BrowserContext, path: string): Promise<Shop> {
  const shop = new Shop(await context.newPage(), true);
  await shop.open(path);
  return shop;
}

test('the dashboard shows at once what another tab adds to the cart, and likes', async ({ context, page, shop }, testInfo) => {
  await openDashboard(shop, newAccount(testInfo));
  await expect(panel(page, 'Cart')).toContainText('Your cart is empty.');
  await expect(panel(page, 'Likes')).toContainText('You like nothing yet.');
  const other = await anotherTab(context, '/');
  await other.add('Mug');
  await expect(panel(page, 'Cart')).toContainText('1 item in your cart.', SOON);
  await other.add('Mug');
  await expect(panel(page, 'Cart')).toContainText('2 items in your cart.', SOON);
  await other.like('Mug');
  await expect(panel(page, 'Likes')).toContainText('product you like.', SOON);
  await other.unlike('Mug');
  await expect(panel(page, 'Likes')).toContainText('You like nothing yet.', SOON);
});

test('a login on another device appears, and its End button ends it on both screens', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await openDashboard(shop, ada);
  const logins = panel(page, 'Your logins');
  await expect(logins).toContainText('You are logged in nowhere else.');

  const laptop = await anotherDevice(browser, ada);
  await expect(logins).toContainText('You are logged in on 1 other device.', SOON);
  await expect(panel(page, 'What happened last to your account').getByRole('listitem').first()).toContainText('Logged in', SOON);
  await expectAccessibleInBothColours(page);
  await expectFits(page);

  let loads = 0;
  page.on('framenavigated', () => (loads += 1));
  await endButton(page).focus();
  await page.keyboard.press('Enter');
  await expect(logins.getByRole('status')).toHaveText('That login was ended.');
  await expect(logins.getByRole('listitem')).toHaveCount(0);
  await expect(logins).toContainText('You are logged in nowhere else.');
  await expect(page.getByRole('heading', { name: 'Your logins' })).toBeFocused();
  await expect(panel(page, 'What happened last to your account').getByRole('listitem').first()).toContainText('Other logins ended', SOON);
  expect(loads, 'it is the same page').toBe(0);
  await expect(laptop.page.getByRole('alert').filter({ hasText: 'You are logged out.' })).toBeVisible(SOON);
  await laptop.open('/dashboard');
  await laptop.expectHeading('Log in');
  await laptop.page.context().close();
  await expectAccessibleInBothColours(page);
});

test('a log out on another device shows, and so does a wrong password', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await openDashboard(shop, ada);
  const laptop = await anotherDevice(browser, ada);
  await expect(endButton(page)).toHaveCount(1, SOON);
  await laptop.logOut();
  await expect(endButton(page)).toHaveCount(0, SOON);
  await laptop.open('/login');
  await laptop.logIn({ login: ada.username, password: 'not this one' });
  await expect(panel(page, 'What happened last to your account')).toContainText('Wrong password', SOON);
  await laptop.page.context().close();
});

test('a login that could not be ended stays in the list, and the page says why', async ({ browser, page, shop, expectConsole }, testInfo) => {
  expectConsole(/503/);
  const ada = newAccount(testInfo);
  await openDashboard(shop, ada);
  const laptop = await anotherDevice(browser, ada);
  await expect(endButton(page)).toHaveCount(1, SOON);
  const refusal = { error: 'unavailable', message: 'The shop has to catch its breath.' };
  await page.route('**/api/end_session', (route) => route.fulfill({ status: 503, json: refusal }));
  await endButton(page).click();
  await expect(panel(page, 'Your logins').getByRole('status')).toHaveText(refusal.message);
  await expect(endButton(page)).toHaveCount(1);
  await laptop.open('/dashboard');
  await laptop.expectHeading(`Hello, ${ada.username}`);
  await laptop.page.context().close();
});

test('the time that is left counts down, is not announced, and grows when another tab uses the shop', async ({ context, page, shop }, testInfo) => {
  await openDashboard(shop, newAccount(testInfo));
  await page.clock.install();
  await shop.open('/dashboard');
  const timer = panel(page, 'This login').getByRole('timer');
  await expect(timer).toHaveText(/^(23:59:5\d|1 day 00:00:00)$/);
  await expect(timer).not.toHaveAttribute('aria-live');
  const box = () => panel(page, 'This login').boundingBox();
  const before = await box();
  await page.clock.runFor(10_000);
  await expect(timer).toHaveText(/^23:59:(4\d|50)$/);
  await page.clock.runFor(30_000);
  await expect(timer).toHaveText(/^23:59:(1\d|20)$/);
  await expect(timer).toHaveAttribute('datetime', /^PT863(5\d|60)S$/);
  expect(await box(), 'nothing moves').toEqual(before);
  // Another page was made a moment ago, so as much is left as at first.
  await anotherTab(context, '/cart');
  await expect(timer).toHaveText(/^(23:59:5\d|1 day 00:00:00)$/, SOON);
});

test('a dashboard that nobody sees asks for nothing', async ({ context, page, shop }, testInfo) => {
  await openDashboard(shop, newAccount(testInfo));
  let asked = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/dashboard') asked += 1;
  });
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
  const other = await anotherTab(context, '/');
  await other.add('Mug');
  await page.waitForTimeout(1_500);
  expect(asked).toBe(0);
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: false, configurable: true }));
  await expect(panel(page, 'Cart')).toContainText('1 item in your cart.', SOON);
});

test('an answer for another account, which logged in meanwhile, is not shown', async ({ context, page, shop }, testInfo) => {
  await openDashboard(shop, newAccount(testInfo));
  await page.route('**/api/dashboard', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { likes: number; login: { username: string } };
    await route.fulfill({ json: { ...answer, likes: 7, login: { ...answer.login, username: 'eve' } } });
  });
  const other = await anotherTab(context, '/');
  const answered = page.waitForResponse('**/api/dashboard');
  await other.add('Mug');
  await answered;
  await page.waitForTimeout(200);
  await expect(panel(page, 'Likes')).toContainText('You like nothing yet.');
});
