/** The logins of an account on several devices: seen, ended, and their carts brought along. */
import { anotherDevice } from './another_device';
import { expect, test } from './fixture';
import { newAccount } from './shop';

test('the login of a lost laptop is ended from the phone', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  const laptop = await anotherDevice(browser, ada);
  await laptop.open('/');
  await laptop.add('Mug');

  await shop.open('/dashboard');
  await page.getByRole('link', { name: 'Where else you are logged in' }).click();
  await shop.expectHeading('Your logins');
  await expect(page.getByRole('listitem').filter({ hasText: 'Last used' })).toHaveCount(2);
  await expect(page.getByRole('heading', { level: 2, name: 'this one' })).toHaveCount(1);
  await expect(page.getByText('1 item in its cart.')).toBeVisible();
  await page.getByRole('button', { name: /^End the login of Chrome/ }).click();
  await expect(shop.message('That login was ended.')).toBeVisible();
  await expect(page.getByText('You are logged in nowhere else.')).toBeVisible();

  await laptop.open('/dashboard');
  await laptop.expectHeading('Log in');
  await laptop.expectPieces(0);
  await laptop.page.context().close();
});

test('a login is ended from the dashboard', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  const laptop = await anotherDevice(browser, ada);
  await shop.open('/dashboard');
  await expect(page.getByText('You are logged in on 1 other device.')).toBeVisible();
  await page.getByRole('button', { name: /^End the login of / }).click();
  await expect(shop.message('That login was ended.')).toBeVisible();
  await laptop.open('/dashboard');
  await laptop.expectHeading('Log in');
  await laptop.page.context().close();
  await shop.open('/dashboard');
  await expect(page.getByText('You are logged in nowhere else.')).toBeVisible();
});

test('all other logins are ended at once', async ({ browser, page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  const others = [await anotherDevice(browser, ada), await anotherDevice(browser, ada)];
  await shop.open('/dashboard/sessions');
  await page.getByRole('button', { name: 'End all other logins' }).click();
  await expect(shop.message('2 other logins were ended.')).toBeVisible();
  for (const other of others) {
    await other.open('/dashboard');
    await other.expectHeading('Log in');
    await other.page.context().close();
  }
  await shop.open('/dashboard');
  await shop.expectHeading(`Hello, ${ada.username}`);
});

test('whoever logs in is offered the cart from the other device, and brings it', async ({ browser, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Laptop');

  const phone = await anotherDevice(browser, ada);
  await expect(phone.message('Your cart on another device holds 2 items.')).toBeVisible();
  await phone.page.getByRole('button', { name: 'Bring that cart here' }).click();
  await phone.expectHeading('Your cart');
  await expect(phone.message('2 items came from your other device.')).toBeVisible();
  await phone.expectLines(['Mug', 'Laptop']);
  await shop.open('/cart');
  await shop.expectPieces(0);
  await phone.page.context().close();
});

test('"Forget me" deletes the session, the cart and the cookie', async ({ context, page, shop }) => {
  await shop.open('/');
  await expect(page.getByText('Forget me')).toHaveCount(0);
  await shop.add('Mug');
  await shop.open('/cart');
  await page.getByText('Forget me', { exact: true }).click();
  await page.getByRole('button', { name: 'Delete it all' }).click();
  await shop.expectHeading('Things worth carrying');
  await shop.expectPieces(0);
  expect(await context.cookies()).toEqual([]);
});
