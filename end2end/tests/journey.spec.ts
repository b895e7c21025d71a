/** The way of a guest who becomes a customer, from the first product to logging out. */
import { expect, test } from './fixture';
import { newAccount } from './shop';

test('a guest adds three products, registers, changes a quantity, removes one, undoes that and logs out', async ({
  page,
  shop,
}, testInfo) => {
  const ada = newAccount(testInfo);

  await shop.open('/');
  await shop.add('Laptop');
  await shop.add('Phone');
  await shop.add('Headphones');
  await shop.expectPieces(3);

  await shop.register(ada);
  await shop.expectHeading(`Hello, ${ada.username}`);
  await expect(shop.message('Welcome! Your account is ready and you are logged in.')).toBeVisible();
  await shop.expectPieces(3);

  await shop.openCart();
  await shop.expectLines(['Laptop', 'Phone', 'Headphones']);
  await shop.expectTotal('$1,699.97');

  await shop.typeQuantity('Laptop', 2);
  await expect(shop.message('You now have 2 × Laptop in your cart.')).toBeVisible();
  await expect(shop.line('Laptop')).toContainText('$1,999.98');
  await shop.expectTotal('$2,699.96');
  await shop.expectPieces(4);

  await shop.press('Remove', 'Phone');
  await expect(shop.message('Phone was removed.')).toBeVisible();
  await shop.expectLines(['Laptop', 'Headphones']);
  await shop.expectTotal('$2,099.97');
  await shop.expectPieces(3);

  await shop.undo();
  await shop.expectLines(['Laptop', 'Phone', 'Headphones']);
  await shop.expectTotal('$2,699.96');
  await shop.expectPieces(4);

  await page.getByRole('link', { name: ada.username }).click();
  await shop.expectHeading(`Hello, ${ada.username}`);
  const summary = page.getByRole('region', { name: 'Cart' });
  await expect(summary).toContainText('$2,699.96');
  await expect(summary).toContainText('4 items in your cart.');

  await shop.openCart();
  await shop.logOut();
  await shop.expectPieces(0);
  await expect(page.getByText(ada.username)).toHaveCount(0);

  // Back leads to the cart page, and then to the dashboard: neither shows who was logged in.
  await page.goBack();
  await shop.expectHeading('Your cart');
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await shop.expectPieces(0);
  await expect(page.getByText(ada.username)).toHaveCount(0);
  await page.goBack();
  await shop.expectHeading('Log in');
  await expect(page.getByText(ada.username)).toHaveCount(0);
});
