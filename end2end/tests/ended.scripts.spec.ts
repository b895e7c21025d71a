/** An open page learns that its login was ended elsewhere, says so, and hides everything private. */
import { anotherDevice } from './another_device';
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';
import { newAccount, Shop } from './shop';

test('an open tab shows within five seconds that its login was ended', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard');
  await shop.expectHeading(`Hello, ${ada.username}`);
  const alert = page.getByRole('alert').filter({ hasText: 'You are logged out.' });
  await expect(alert).toHaveCount(0);

  const phone = await anotherDevice(browser, ada);
  await phone.open('/dashboard/sessions');
  await phone.page.getByRole('button', { name: 'End all other logins' }).click();
  await expect(phone.message('One other login was ended.')).toBeVisible();

  await expect(alert).toBeVisible({ timeout: 5_000 });
  await expect(page.getByText(`Hello, ${ada.username}`)).toBeHidden();
  await expect(page.getByRole('link', { name: ada.username })).toBeHidden();
  await expectEveryLook(page);
  await page.getByRole('link', { name: 'Reload the page' }).click();
  await shop.expectHeading('Log in');
  await phone.page.context().close();
});

test('an open tab shows that another one logged out', async ({ context, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard');
  await shop.expectHeading(`Hello, ${ada.username}`);
  const other = new Shop(await context.newPage(), true);
  await other.open('/');
  await other.logOut();
  await page.bringToFront();
  await expect(page.getByRole('alert').filter({ hasText: 'You are logged out.' })).toBeVisible({ timeout: 5_000 });
  await expect(page.getByText(`Hello, ${ada.username}`)).toBeHidden();
});

test('a change in a tab whose login was ended elsewhere begins anew as a guest', async ({ browser, shop, expectConsole }, testInfo) => {
  expectConsole(/409/);
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/products/mug');
  await shop.askFor('Mug', 5);
  await shop.expectPieces(5);

  const phone = await anotherDevice(browser, ada);
  await phone.open('/dashboard/sessions');
  await phone.page.getByRole('button', { name: 'End all other logins' }).click();
  await expect(phone.message('One other login was ended.')).toBeVisible();

  // The server refuses it once; then the island fetches the cart and tries once more.
  await shop.askFor('Mug', 2);
  await shop.expectPieces(2);
  await shop.open('/cart');
  await shop.expectPieces(2);
  await phone.page.context().close();
});
