/** Code that only some pages download: what happens before it arrives, and if it never arrives. */
import { expect, test } from './fixture';

test('the front page downloads no code of the cart page or of the log-in page', async ({ page, shop }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await shop.open('/');
  expect(asked.filter((path) => path.endsWith('.wasm')).map((path) => path.split('/').at(-1))).toEqual(['satchel.wasm']);
  await shop.open('/cart');
  expect(asked.filter((path) => path.includes('split_cart_lines'))).toHaveLength(1);
  expect(asked.filter((path) => path.includes('split_credentials'))).toHaveLength(0);
});

test('the cart can be changed while its code is on its way', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/split_cart_lines*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/cart');
  await page.getByRole('button', { name: 'One more Mug' }).click();
  await expect(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
  release();
  await shop.ready();
  await shop.press('One more', 'Mug');
  await shop.expectPieces(3);
});

test('the cart can be changed when its code never comes', async ({ page, shop, expectConsole }) => {
  // The errors of the browser about the file, and of the code that waits for it.
  expectConsole(/net::ERR_FAILED|Failed to fetch|preload|RuntimeError: unreachable/);
  await shop.open('/');
  await shop.add('Mug');
  await page.route('**/split_cart_lines*', (route) => route.abort());
  await page.goto('/cart');
  await page.getByRole('button', { name: 'One more Mug' }).click();
  await expect(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove Mug' }).click();
  await expect(page.getByRole('link', { name: 'Cart, empty' })).toBeVisible();
});
