/** A page that comes from the back/forward cache has an old cart; its scripts fetch the current one. */
import type { Page } from '@playwright/test';
import { keepingPagesAlive, pressBack } from './alive';
import { expect, test } from './fixture';

test.use(keepingPagesAlive);

/** Makes each page note in its tab's storage whether it came from the back/forward cache; gives how many did. */
async function countRevivals(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    addEventListener('pageshow', (event) => {
      if (event.persisted) sessionStorage.setItem('revived', String(Number(sessionStorage.getItem('revived')) + 1));
    });
  });
  return () => page.evaluate(() => Number(sessionStorage.getItem('revived')));
}

test('a page that comes back alive shows the cart of now', async ({ page, shop }) => {
  const revivals = await countRevivals(page);
  await shop.open('/products/laptop');
  await shop.askFor('Laptop', 1);
  await shop.expectPieces(1);
  await page.getByRole('main').getByRole('link', { name: 'Computers' }).click();
  await shop.expectHeading('Computers');
  await shop.openCart();
  await shop.typeQuantity('Laptop', 4);
  await shop.expectPieces(4);
  expect(await revivals()).toBe(0);
  await pressBack(page);
  await shop.expectHeading('Computers');
  await shop.expectPieces(4);
  expect(await revivals(), 'the browser brought the page back as it was left').toBe(1);
  await shop.add('Phone');
  await shop.expectPieces(5);
});
