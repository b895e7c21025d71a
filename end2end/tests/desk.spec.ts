/** The desk of a shop keeper: orders are found, sent and cancelled there, and nobody else sees that it exists. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../settings';
import type { Page } from '@playwright/test';
import { expect, expectFits, test } from './fixture';
import { expectEveryLook } from './looks';
import { newAccount, Shop, type Account } from './shop';

const PROGRAM = fileURLToPath(new URL('../../target/release/satchel', import.meta.url));
/** Where the shop of all tests runs, see `playwright.config.ts`. */
const FOLDER = fileURLToPath(new URL('../../target/e2e/server', import.meta.url));

/** What an operator does beside the running shop. */
function operator(...words: string[]): void {
  execFileSync(PROGRAM, [...words, '--database-url', 'sqlite:satchel.db'], { cwd: FOLDER, env: { ...process.env, ...SETTINGS } });
}

/** A page that is logged in to a new account that is a keeper's. */
async function asKeeper(shop: Shop): Promise<Account> {
  const kim = newAccount(test.info());
  await shop.prepareAccount(kim);
  operator('user', 'grant', kim.username, 'keeper');
  return kim;
}

test('a keeper finds an order, sends it, and its buyer sees that', async ({ browser, page, scripts, shop, baseURL }) => {
  const kim = await asKeeper(shop);
  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL });
  const buyer = new Shop(await context.newPage(), scripts);
  const number = await buyer.order();

  await shop.open('/dashboard');
  await page.getByRole('link', { name: 'Desk', exact: true }).click();
  await shop.expectHeading('Desk');
  await page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name: 'Orders' }).click();
  await shop.expectHeading('Orders');
  await page.getByLabel('Number, e-mail address or product').fill(number.replace('-', '').toLowerCase());
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const found = page.getByRole('table').getByRole('row').filter({ hasText: number });
  await expect(page.getByRole('table').getByRole('rowheader')).toHaveText([number]);
  await expect(found).toContainText('Placed');
  await expect(found).toContainText('guest');
  await found.getByRole('link', { name: number }).click();
  await shop.expectHeading(`Order ${number}`);

  const panel = page.getByRole('region', { name: 'Send the order' });
  const sure = panel.getByRole('checkbox', { name: 'I am sure' });
  await panel.getByRole('button', { name: 'Mark as sent' }).click();
  await expect(sure, 'a browser asks for the box first').toBeFocused();
  await sure.check();
  await shop.sendForm('Mark as sent');
  await expect(shop.message('The order is noted as sent, and its buyer gets a mail.')).toBeVisible();
  await expect(page.getByText('Sent', { exact: true })).toBeVisible();
  await expect(panel).toHaveCount(0);

  await buyer.open(`/orders/${number}`);
  await expect(buyer.page.getByText('Sent', { exact: true })).toBeVisible();
  await context.close();

  await page.getByRole('link', { name: 'Audit list' }).click();
  await shop.expectHeading('Audit list');
  const entry = page.getByRole('row').filter({ hasText: number });
  await expect(entry).toContainText(kim.username);
  await expect(entry).toContainText('Order sent');
});

test('a keeper cancels an order for its buyer', async ({ page, shop }) => {
  await asKeeper(shop);
  const number = await shop.order();
  await shop.open(`/desk/orders/${number}`);
  const panel = page.getByRole('region', { name: 'Cancel the order' });
  await panel.getByRole('checkbox', { name: 'I am sure' }).check();
  await shop.sendForm('Cancel this order');
  await expect(shop.message('The order is cancelled.')).toBeVisible();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
  await expect(panel).toHaveCount(0);
});

test('nobody else sees that there is a desk, and whose role is taken sees it no more', async ({ page, shop, expectConsole }) => {
  expectConsole(/404/);
  await shop.open('/desk');
  await shop.expectHeading('Nothing here');
  const kim = await asKeeper(shop);
  await shop.open('/desk');
  await shop.expectHeading('Desk');
  operator('user', 'withdraw', kim.username, 'keeper');
  await shop.open('/desk');
  await shop.expectHeading('Nothing here');
  await shop.open('/dashboard');
  await expect(page.getByRole('link', { name: 'Desk', exact: true })).toHaveCount(0);
});

/** Each page, by its heading, in all looks. */
async function expectPages(page: Page, shop: Shop, pages: (readonly [string, string])[]): Promise<void> {
  for (const [path, heading] of pages) {
    await page.setViewportSize({ width: 320, height: 640 });
    await shop.open(path);
    await shop.expectHeading(heading);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectFits(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await expectEveryLook(page);
  }
}

test('every page of orders is accessible, and fits the narrowest screen', async ({ page, shop }) => {
  await asKeeper(shop);
  const number = await shop.order();
  await expectPages(page, shop, [
    ['/desk', 'Desk'],
    ['/desk/orders', 'Orders'],
    ['/desk/orders?q=no-such-product', 'Orders'],
    [`/desk/orders/${number}`, `Order ${number}`],
    ['/desk/audit', 'Audit list'],
  ]);
});

test('every page of products is accessible, and fits the narrowest screen', async ({ page, shop }) => {
  await asKeeper(shop);
  await expectPages(page, shop, [
    ['/desk/products', 'Products'],
    ['/desk/products?q=no-such-product', 'Products'],
    ['/desk/products/tote-bag', 'Tote bag, blue, small'],
    ['/desk/new-product', 'Add a product'],
  ]);
  await shop.fillIn({ Name: 'Donaudampfschifffahrtsgesellschaftskapitän', Shelf: '!', 'Price of one': '12,5x' });
  await shop.sendForm('Add it');
  await expect(page.getByLabel('Shelf')).toBeFocused();
  await expect(page.getByLabel('Price of one')).toHaveAccessibleDescription(/Please write a price such as 12\.50/);
  await expectEveryLook(page);
});
