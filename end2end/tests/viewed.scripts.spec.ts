/** A page that the browser fetched before the click counts as looked at when it is shown, and not before. */
import { expect, test } from './fixture';

test('a product whose page was fetched ahead is remembered once it is shown', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  const link = page.getByRole('link', { name: 'Laptop', exact: true });
  const fetched = page.waitForResponse((response) => response.request().headers()['sec-purpose'] !== undefined);
  await link.hover();
  await fetched;
  const kept = async () => (await (await page.request.get('/api/session')).json()).session.data.viewed;
  expect(await kept()).toEqual([]);
  const told = page.waitForResponse('**/api/look_at');
  await link.click();
  expect((await told).status()).toBe(200);
  await shop.expectHeading('Laptop');
  expect(await kept()).toEqual(['laptop']);
});
