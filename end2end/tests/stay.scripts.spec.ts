/** A login that is about to end: the dialog that asks whether to stay, and the typed text that comes back after a login ended. */
import type { Page } from '@playwright/test';
import { anotherDevice } from './another_device';
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';
import { newAccount, Shop } from './shop';

const DAY = 24 * 60 * 60;

/** Moves the page's clock to this many seconds before the end, and answers for the server with that time. */
async function nearTheEnd(page: Page, endsIn: number, canStay = true): Promise<void> {
  await page.route('**/api/time_left', (route) =>
    route.fulfill({ json: { ends_in: endsIn, can_stay: canStay, warns_before: 120 } }),
  );
  await page.clock.fastForward((DAY - endsIn) * 1000);
}

async function openWithClock(shop: Shop, path: string): Promise<void> {
  await shop.page.clock.install();
  await shop.open(path);
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Your login is about to end' });
const kept = (page: Page) => page.evaluate(() => JSON.stringify({ ...sessionStorage }));

test('two minutes before the end a dialog asks, and Escape leads back to where one typed', async ({ page, shop }, testInfo) => {
  await shop.prepareAccount(newAccount(testInfo));
  await openWithClock(shop, '/dashboard/security');
  const email = page.getByLabel('New e-mail');
  await email.fill('half@exam');
  await page.clock.fastForward(10_000);
  await expect(dialog(page)).toBeHidden();
  await nearTheEnd(page, 119);
  await expect(dialog(page)).toBeVisible();
  await expect(dialog(page)).toHaveAccessibleDescription(/You will be logged out in 1 minute 5\d seconds\. The shop was not used/);
  await expect(page.getByRole('heading', { name: 'Your login is about to end' })).toBeFocused();
  await expect(page.getByRole('timer')).toHaveText(/^1 minute 5\d seconds$/);
  await expectEveryLook(page);
  // A key of somebody who is still typing must not press a button.
  await page.keyboard.type('x ');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  await page.clock.fastForward(60_000);
  await expect(page.getByRole('timer')).toHaveText(/^5\d seconds$/);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Stay logged in' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Not now' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(email).toBeFocused();
  await expect(email).toHaveValue('half@exam');
  await page.clock.fastForward(20_000);
  await expect(dialog(page)).toBeHidden();
});

test('whoever stays is asked no more, in any tab', async ({ context, page, shop }, testInfo) => {
  await shop.prepareAccount(newAccount(testInfo));
  await openWithClock(shop, '/dashboard');
  const other = new Shop(await context.newPage(), true);
  await openWithClock(other, '/cart');
  for (const tab of [page, other.page]) {
    await tab.bringToFront();
    await nearTheEnd(tab, 100);
    await expect(dialog(tab)).toBeVisible();
  }
  const answered = other.page.waitForResponse('**/api/stay');
  await other.page.getByRole('button', { name: 'Stay logged in' }).press('Enter');
  expect(await (await answered).json()).toEqual({ ends_in: DAY, can_stay: true, warns_before: 120 });
  await expect(dialog(other.page)).toBeHidden();
  await page.bringToFront();
  await expect(dialog(page)).toBeHidden();
  await shop.open('/dashboard');
});

test('an end that cannot be moved says so, and leads to a log in that brings back what was typed', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await openWithClock(shop, '/dashboard/security');
  await page.getByLabel('New e-mail').fill('half@example');
  await page.clock.fastForward(10_000);
  await nearTheEnd(page, 90, false);
  await expect(dialog(page)).toHaveAccessibleDescription(/A login cannot last longer than this/);
  await expect(page.getByRole('button', { name: 'Stay logged in' })).toBeHidden();
  await expectEveryLook(page);
  await page.goto((await page.getByRole('link', { name: 'Log in again' }).getAttribute('href')) ?? '');
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading('Your account');
  await expect(page.getByLabel('New e-mail')).toHaveValue('half@example');
  await expect(page.getByRole('status').filter({ hasText: 'It was not sent.' })).toBeVisible();
});

test('what was typed is back after the login was ended elsewhere, but no secret, and for nobody else', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard/security');
  await page.getByLabel('New e-mail').fill('new@example.com');
  await page.getByLabel('New password').fill('typed-secret-one');
  await page.getByLabel('Your current password').first().fill('typed-secret-two');
  // Not even a password that its owner made visible.
  await page.getByLabel('New password').evaluate((field) => field.setAttribute('type', 'text'));
  await page.getByLabel('New password').fill('typed-secret-three');
  expect(await kept(page)).toContain('new%40example.com');
  expect(await kept(page)).not.toContain('typed-secret');

  const end = async () => {
    const phone = await anotherDevice(browser, ada);
    await phone.open('/dashboard/sessions');
    await phone.page.getByRole('button', { name: 'End all other logins' }).click();
    await expect(phone.page.getByRole('status').filter({ hasText: /logins? (was|were) ended\./ })).toBeVisible();
    await phone.page.context().close();
    await expect(page.getByRole('alert').filter({ hasText: 'You are logged out.' })).toBeVisible();
    await page.getByRole('link', { name: 'Reload the page' }).click();
    await shop.expectHeading('Log in');
  };
  await end();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading('Your account');
  await expect(page.getByLabel('New e-mail')).toHaveValue('new@example.com');
  await expect(page.getByLabel('New password')).toHaveValue('');
  await expect(page.getByRole('status').filter({ hasText: 'It was not sent.' })).toBeVisible();
  await expectEveryLook(page);
  expect(sent.filter((address) => address.includes('change_email'))).toEqual([]);

  await end();
  await shop.logIn({ login: 'admin', password: 'password123' });
  await shop.expectHeading('Your account');
  await expect(page.getByLabel('New e-mail')).toHaveValue('');
  expect(await kept(page)).not.toContain('example.com');
});

test('what was typed is dropped when it was sent, and by whoever logs out', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard/security');
  await page.getByLabel('New e-mail').fill('sent@example.com');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('We sent a link to that address.')).toBeVisible();
  await shop.ready();
  expect(await kept(page)).not.toContain('example.com');
  await page.getByLabel('New e-mail').fill('left@example.com');
  expect(await kept(page)).toContain('left%40example.com');
  await shop.logOut();
  expect(await kept(page)).not.toContain('example.com');
});
