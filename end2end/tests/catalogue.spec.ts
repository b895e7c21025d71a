/** Search, shelves and order, which are all in the address; and the page of a product. */
import { expect, test } from './fixture';
import type { Page } from '@playwright/test';

const everything = 'Things worth carrying';

function search(page: Page) {
  return page.getByLabel('Search products');
}

function products(page: Page) {
  return page.getByRole('list', { name: 'Products', exact: true }).getByRole('heading', { level: 2 });
}

test('the front page shows everything for sale', async ({ page, shop }) => {
  await shop.open('/');
  await shop.expectHeading(everything);
  await expect(page.getByRole('status').filter({ hasText: '24 products' })).toBeVisible();
  await expect(products(page)).toHaveCount(24);
  await expect(products(page).first()).toHaveText('Laptop');
});

test('a search is in the address, stays in the field, and Back leads out of it', async ({ page, shop }) => {
  await shop.open('/');
  await search(page).fill('umbrella wind');
  await search(page).press('Enter');
  await shop.expectHeading('Results for “umbrella wind”');
  await expect(page).toHaveURL('/?q=umbrella+wind');
  await expect(products(page)).toHaveText(['Umbrella']);
  await expect(page.getByRole('status').filter({ hasText: '1 product' })).toBeVisible();
  await expect(search(page)).toHaveValue('umbrella wind');
  await page.goBack();
  await shop.expectHeading(everything);
  await expect(products(page)).toHaveCount(24);
  await page.goForward();
  await shop.expectHeading('Results for “umbrella wind”');
  await expect(products(page)).toHaveText(['Umbrella']);
});

test('a shelf is in the address and marked, and Back leads out of it', async ({ page, shop }) => {
  await shop.open('/');
  const shelves = page.getByRole('navigation', { name: 'Categories' });
  await shelves.getByRole('link', { name: 'Audio' }).click();
  await shop.expectHeading('Audio');
  await expect(page).toHaveURL('/?category=audio');
  await expect(products(page)).toHaveCount(6);
  await expect(shelves.getByRole('link', { name: 'Audio' })).toHaveAttribute('aria-current', 'page');
  await expect(shelves.getByRole('link', { name: 'Everything' })).not.toHaveAttribute('aria-current', 'page');
  await page.goBack();
  await shop.expectHeading(everything);
});

test('an order is in the address, keeps search and shelf, and survives Back', async ({ page, shop }) => {
  await shop.open('/?q=desk&category=desk');
  await page.getByLabel('Sort by').selectOption('Price: high to low');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page).toHaveURL('/?q=desk&category=desk&sort=-price');
  await shop.expectHeading('Results for “desk” in Desk');
  await expect(products(page).first()).toHaveText('Desk lamp');
  await expect(page.getByLabel('Sort by')).toHaveValue('-price');

  // The link of a shelf keeps the chosen order, too.
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Everything' }).click();
  await expect(page).toHaveURL(/\?q=desk&sort=(-|%2D)price$/);
  await page.goBack();
  await expect(page).toHaveURL('/?q=desk&category=desk&sort=-price');
  await expect(products(page).first()).toHaveText('Desk lamp');
  await expect(page.getByLabel('Sort by')).toHaveValue('-price');
});

test('every order begins with the product it promises', async ({ page, shop }) => {
  for (const [order, first] of [
    ['Price: low to high', 'Pencil set'],
    ['Price: high to low', 'Studio computer'],
    ['Name', 'Backpack'],
    ['Featured', 'Laptop'],
  ]) {
    // The usual order is said by no word in the address, so its form begins where there is one.
    await shop.open(order === 'Featured' ? '/?sort=name' : '/');
    await page.getByLabel('Sort by').selectOption(order);
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect(page).toHaveURL(order === 'Featured' ? '/' : /sort=/);
    await expect(products(page).first()).toHaveText(first);
  }
});

test('a search that finds nothing says so and leads back to everything', async ({ page, shop }) => {
  await shop.open('/');
  await search(page).fill('<b>unicorn</b> & "friends"');
  await search(page).press('Enter');
  await shop.expectHeading('Results for “<b>unicorn</b> & "friends"”');
  await expect(search(page)).toHaveValue('<b>unicorn</b> & "friends"');
  await expect(page.getByText('Sorry, we found nothing.')).toBeVisible();
  await expect(page.getByText('0 products')).toBeVisible();
  await page.getByRole('link', { name: 'Show everything' }).click();
  await shop.expectHeading(everything);
});

test('a found product can be put into the cart without losing the search', async ({ page, shop }) => {
  await shop.open('/?q=mug');
  await shop.add('Mug');
  await shop.expectHeading('Results for “mug”');
  await expect(search(page)).toHaveValue('mug');
});

test('a product has a page with its picture, price, stock and relatives', async ({ page, shop }) => {
  await shop.open('/');
  await page.getByRole('heading', { level: 2, name: 'Weekender bag' }).click();
  await shop.expectHeading('Weekender bag');
  await expect(page).toHaveURL('/products/weekender');
  await expect(page).toHaveTitle('Weekender bag · Satchel');
  await expect(page.getByRole('img', { name: 'Drawing of: Weekender bag' })).toBeVisible();
  await expect(page.getByText('$175.00')).toBeVisible();
  await expect(page.getByText('Only a few left')).toBeVisible();
  const relatives = page.getByRole('region', { name: 'More in Carry' });
  await expect(relatives.getByRole('heading', { level: 2, name: 'Satchel' })).toBeVisible();
  await relatives.getByRole('button', { name: 'Add to cart: Satchel' }).click();
  await shop.expectPieces(1);
  await page.getByRole('main').getByRole('link', { name: 'Carry', exact: true }).click();
  await shop.expectHeading('Carry');
});

test('a product that is sold out says so and cannot be added', async ({ page, shop }) => {
  await shop.open('/?q=record');
  await expect(products(page)).toHaveText(['Record player']);
  await expect(page.getByText('Sold out')).toBeVisible();
  await expect(shop.addButton('Record player')).toHaveCount(0);
  await shop.open('/products/record-player');
  await expect(page.getByText('Sold out')).toBeVisible();
  await expect(shop.addButton('Record player')).toHaveCount(0);
});

for (const path of ['/products/no-such-thing', '/nowhere', '/cart/deeper']) {
  test(`nothing is at ${path}, and the page says so`, async ({ page, shop, expectConsole }) => {
    expectConsole(/404/);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await shop.expectHeading('Nothing here');
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await shop.expectHeading(everything);
  });
}

test('a picture is kept for ever under the address that names what is in it, and for a day under others', async ({ page, shop }) => {
  await shop.open('/products/mug');
  const address = (await page.getByRole('img', { name: 'Drawing of: Mug' }).getAttribute('src')) ?? '';
  expect(address).toMatch(/^\/pictures\/mug\.svg\?v=[0-9a-f]{16}$/);
  const kept = async (path: string) => (await page.request.get(path)).headers()['cache-control'];
  expect(await kept(address)).toBe('public, max-age=31536000, immutable');
  expect(await kept('/pictures/mug.svg')).toBe('public, max-age=86400');
  expect(await kept('/pictures/mug.svg?v=0123456789abcdef')).toBe('public, max-age=86400');
});
