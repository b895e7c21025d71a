/** The Back button of browsers without a back/forward cache: they use the HTTP cache, or load the page again. */
import { expect, test } from './fixture';
import { DEMO } from './shop';

test('a page that Back leads to shows the cart of now', async ({ page, shop }) => {
  await shop.open('/');
  await page.getByRole('heading', { level: 2, name: 'Mug' }).click();
  await shop.expectHeading('Mug');
  await page.getByRole('link', { name: 'Satchel', exact: true }).click();
  await shop.expectHeading('Things worth carrying');
  await shop.add('Mug');
  await shop.openCart();
  await page.goBack();
  await shop.expectHeading('Things worth carrying');
  await shop.expectPieces(1);
  await shop.add('Mug');
  await shop.expectPieces(2);
});

test('a page seen before the first product shows it when Back leads there', async ({ page, shop }) => {
  await shop.open('/');
  await page.getByRole('heading', { level: 2, name: 'Mug' }).click();
  await shop.expectHeading('Mug');
  await shop.askFor('Mug', 3);
  await shop.expectPieces(3);
  await shop.openCart();
  // Without scripts, the product page is in the history twice: before and after the form.
  while (new URL(page.url()).pathname !== '/') await page.goBack();
  await shop.expectHeading('Things worth carrying');
  await shop.expectPieces(3);
});

test('Back to the log-in page leads whoever is logged in past it', async ({ page, shop }) => {
  await shop.open('/');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await page.goBack();
  await expect(page.getByRole('link', { name: 'admin' })).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveCount(0);
});
