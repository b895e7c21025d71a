/** Likes work for everybody: by plain forms without scripts, and with scripts and the same messages. */
import { expect, test } from './fixture';
import { newAccount, Shop } from './shop';

test('a product is liked on its card and found again', async ({ page, shop }) => {
  await shop.open('/');
  await expect(shop.likesLink()).toHaveCount(0);
  await shop.like('Mug');
  await expect(shop.message('You like Mug.')).toBeVisible();
  await shop.like('Laptop');
  await shop.expectLikes(2);
  await page.reload();
  await shop.ready();
  await expect(shop.unlikeButton('Mug')).toBeVisible();
  await expect(shop.likeButton('Mug')).toHaveCount(0);
  await shop.likesLink().click();
  await shop.expectHeading('Your likes');
  await expect(page.getByRole('list', { name: 'Products you like' }).getByRole('heading')).toHaveText(['Laptop', 'Mug']);
  await shop.add('Mug');
});

test('a like is taken back on the page of the product', async ({ page, shop }) => {
  await shop.open('/products/laptop');
  await shop.like('Laptop');
  await shop.expectHeading('Laptop');
  await shop.expectLikes(1);
  await shop.unlike('Laptop');
  await expect(shop.message('You no longer like Laptop.')).toBeVisible();
  await expect(shop.likesLink()).toHaveCount(0);
  await page.reload();
  await expect(shop.likeButton('Laptop')).toBeVisible();
  await shop.open('/likes');
  await expect(page.getByText('You like nothing yet.')).toBeVisible();
});

test('the keyboard stands on the heart after it was pressed', async ({ shop, scripts }) => {
  await shop.open('/products/laptop');
  await shop.likeButton('Laptop').focus();
  await shop.like('Laptop', 'Enter');
  // Without scripts, a page is loaded, and the browser decides where the focus is.
  if (scripts) await expect(shop.unlikeButton('Laptop')).toBeFocused();
  await shop.unlike('Laptop');
  if (scripts) await expect(shop.likeButton('Laptop')).toBeFocused();
});

test('another browser sees none of them', async ({ browser, shop, scripts }) => {
  await shop.open('/');
  await shop.like('Mug');
  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL: test.info().project.use.baseURL });
  const other = new Shop(await context.newPage(), scripts);
  await other.open('/');
  await expect(other.likeButton('Mug')).toBeVisible();
  await expect(other.likesLink()).toHaveCount(0);
  await other.open('/likes');
  await expect(other.page.getByText('You like nothing yet.')).toBeVisible();
  await context.close();
});

test('likes are counted on the dashboard and kept at log out with the cart', async ({ page, shop }, testInfo) => {
  await shop.open('/');
  await shop.like('Mug');
  await shop.register(newAccount(testInfo));
  const panel = page.getByRole('region', { name: 'Likes' });
  await expect(panel).toContainText('product you like.');
  await panel.getByRole('link', { name: 'Go to your likes' }).click();
  await shop.expectHeading('Your likes');
  await shop.open('/dashboard');
  await page.getByLabel('Keep my cart and likes on this device').check();
  await page.getByRole('button', { name: 'Log out here' }).click();
  await expect(page.getByText('You are logged out.')).toBeVisible();
  await shop.expectLikes(1);
});

test('what most visitors like is an order of the shop', async ({ page, shop }) => {
  const names = () => page.getByRole('list', { name: 'Products' }).getByRole('heading').allTextContents();
  await shop.open('/');
  expect((await names()).at(-1), 'as the shop keeper has it').toBe('Desk clock');
  await shop.like('Desk clock');
  await page.getByLabel('Sort by').selectOption('Most liked');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page).toHaveURL(/[?&]sort=likes$/);
  // The server counts it within some seconds. Other tests like other products meanwhile.
  await expect(async () => {
    await page.reload();
    expect((await names()).indexOf('Desk clock')).toBeLessThan(12);
  }).toPass({ timeout: 15_000 });
});
