/** A page that the back/forward cache brings back knows only the cart of then; its scripts load it anew. */
import { keepingPagesAlive, pressBack } from './alive';
import { test } from './fixture';

test.use(keepingPagesAlive);

test('a page that comes back alive shows the cart of now', async ({ page, shop }) => {
  await shop.open('/products/laptop');
  await shop.askFor('Laptop', 1);
  await shop.expectPieces(1);
  await page.getByRole('main').getByRole('link', { name: 'Computers' }).click();
  await shop.expectHeading('Computers');
  await shop.openCart();
  await shop.typeQuantity('Laptop', 4);
  await shop.expectPieces(4);
  await pressBack(page);
  await shop.expectHeading('Computers');
  await shop.expectPieces(4);
  await shop.add('Phone');
  await shop.expectPieces(5);
});
