/** What the back/forward cache must not bring back. */
import { keepingPagesAlive, pressBack } from './alive';
import { expect, test } from './fixture';
import { DEMO } from './shop';

test.use(keepingPagesAlive);

test('Back after logging out brings nothing private back to life', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await shop.openCart();
  await shop.expectLines(['Laptop']);
  await shop.logOut();
  await pressBack(page);
  await expect(page).toHaveURL('/cart');
  await shop.expectPieces(0);
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await expect(page.getByText('admin')).toHaveCount(0);
  await pressBack(page);
  await shop.expectHeading('Log in');
  await expect(page.getByRole('link', { name: 'admin' })).toHaveCount(0);
});

test('Back after leaving the cart on this device shows no name either', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await page.getByLabel('Keep my cart and likes on this device').check();
  await page.getByRole('button', { name: 'Log out here' }).click();
  await expect(shop.message('You are logged out. Your cart is still here.')).toBeVisible();
  await pressBack(page);
  await shop.expectHeading('Log in');
  await expect(page.getByRole('link', { name: 'admin' })).toHaveCount(0);
});
