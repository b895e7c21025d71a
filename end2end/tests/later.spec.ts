/** Lines that are kept for later beside the cart, with and without scripts. */
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';

test('a line is kept for later, is neither counted nor paid, and moves back', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await expect(shop.later()).toBeHidden();
  await shop.move('Keep for later', 'Mug');
  await expect(shop.message('Mug is kept for later.')).toBeVisible();
  await shop.expectLines(['Notebook']);
  await shop.expectLater(['Mug']);
  await shop.expectPieces(1);
  await page.reload();
  await shop.ready();
  await shop.expectLater(['Mug']);
  await expectEveryLook(page);
  await shop.move('Move to cart', 'Mug');
  await expect(shop.message('Mug is in your cart again.')).toBeVisible();
  await shop.expectLines(['Notebook', 'Mug']);
  await shop.expectPieces(2);
  await expect(shop.later()).toBeHidden();
});

test('beside an empty cart it can be removed, and the removal undone', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await shop.move('Keep for later', 'Mug');
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await shop.move('Remove from later', 'Mug');
  await expect(shop.message('Mug was removed.')).toBeVisible();
  await expect(shop.later()).toBeHidden();
  await shop.undo();
  await shop.expectLater(['Mug']);
  await shop.expectPieces(0);
});

test('what a cart already holds and what comes back are one line', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await shop.move('Keep for later', 'Mug');
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await shop.move('Move to cart', 'Mug');
  await shop.expectLines(['Mug']);
  await expect(shop.quantity('Mug')).toHaveValue('2');
});
