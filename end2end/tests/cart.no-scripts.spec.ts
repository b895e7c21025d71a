/** What the cart needs only without scripts: a button for a typed quantity, and messages on the next page. */
import { expect, test } from './fixture';

test('a typed quantity has a button beside it', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await shop.quantity('Notebook').fill('5');
  await shop.line('Notebook').getByRole('button', { name: 'Update' }).click();
  await expect(shop.message('You now have 5 × Notebook in your cart.')).toBeVisible();
  await expect(shop.quantity('Notebook')).toHaveValue('5');
  await expect(shop.quantity('Mug')).toHaveValue('1');
  await shop.expectTotal('$80.00');
});

test('a message is told once', async ({ page, shop }) => {
  await shop.open('/products/mug');
  await shop.askFor('Mug', 2);
  await expect(shop.message('2 × Mug were added to your cart.')).toBeVisible();
  await shop.open('/products/mug');
  await expect(page.getByText('2 × Mug were added to your cart.')).toHaveCount(0);
});

test('a refusal is gone after the next success', async ({ page, shop }) => {
  await shop.open('/products/mug?from=shelf');
  await shop.askFor('Mug', 60);
  await shop.expectPieces(60);
  await shop.askFor('Mug', 60);
  await expect(shop.refusal('nothing was added')).toBeVisible();
  await shop.askFor('Mug', 1);
  await shop.expectPieces(61);
  await expect(page.getByText('nothing was added')).toHaveCount(0);
  await shop.expectAddress('/products/mug?from=shelf');
});

test('after a change one stands on the same page of the shop', async ({ shop }) => {
  await shop.open('/?q=desk&category=desk&sort=name');
  await shop.add('Desk lamp');
  await shop.expectAddress('/?q=desk&category=desk&sort=name');
  await shop.expectHeading('Results for “desk” in Desk');
  await shop.openCart();
  await shop.press('One more', 'Desk lamp');
  await shop.expectPieces(2);
  await shop.expectAddress('/cart');
});
