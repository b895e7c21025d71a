/** The browser fetches a page while the pointer rests on its link: it opens quickly, and is never out of date. */
import { expect, test } from './fixture';

type Timing = PerformanceNavigationTiming & { deliveryType: string };

test('a page is there before the click, and shows the cart as it is', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  const link = page.getByRole('link', { name: 'Laptop', exact: true });
  const wasAhead = async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Laptop');
    return page.evaluate(() => (performance.getEntriesByType('navigation')[0] as Timing).deliveryType);
  };

  const fetched = page.waitForResponse((response) => response.request().headers()['sec-purpose'] !== undefined);
  await link.hover();
  expect((await fetched).status()).toBe(200);
  await link.click();
  expect(await wasAhead()).toBe('navigational-prefetch');
  await shop.ready();
  await shop.expectPieces(1);

  // A page that was fetched before a change is not shown after the change.
  await page.goBack();
  await shop.ready();
  const again = page.waitForResponse((response) => response.request().headers()['sec-purpose'] !== undefined);
  await link.hover();
  await again;
  const changed = page.waitForResponse('**/api/add_to_cart');
  await shop.addButton('Mug').press('Enter');
  await (await changed).finished();
  await link.press('Enter');
  expect(await wasAhead()).toBe('');
  await shop.expectPieces(2);
});
