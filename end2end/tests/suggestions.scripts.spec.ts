/** The search field suggests products while a visitor types; without scripts, it is a plain field. */
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';
import type { Page } from '@playwright/test';

function field(page: Page) {
  return page.getByLabel('Search products');
}

function offers(page: Page) {
  return page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
}

test('products are offered while one types, and the keyboard leads to one', async ({ page, shop }) => {
  await shop.open('/');
  await field(page).pressSequentially('hea');
  await expect(offers(page).first()).toHaveText('Headphones');
  await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
  await field(page).press('ArrowDown');
  await expect(offers(page).first()).toHaveAttribute('aria-selected', 'true');
  await expect(field(page)).toHaveAttribute('aria-activedescendant', 'suggestions-0');
  await expect(field(page)).toBeFocused();
  await expectEveryLook(page);
  await field(page).press('Enter');
  await expect(page).toHaveURL('/products/headphones');
});

test('a click leads to what is offered, also for a word with a typing error', async ({ page, shop }) => {
  await shop.open('/cart');
  await field(page).fill('hedphone');
  await offers(page).filter({ hasText: 'Headphones' }).click();
  await expect(page).toHaveURL('/products/headphones');
});

test('Escape closes the list, and Enter searches for what was typed', async ({ page, shop }) => {
  await shop.open('/');
  await field(page).pressSequentially('lamp');
  await expect(offers(page).first()).toBeVisible();
  await field(page).press('Escape');
  await expect(offers(page)).toHaveCount(0);
  await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(field(page)).toHaveValue('lamp');
  await field(page).press('Enter');
  await expect(page).toHaveURL('/?q=lamp');
});

test('an answer that comes when it is not wanted any more is not shown', async ({ page, shop }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/suggest?q=lamp', async (route) => {
    await held;
    await route.continue();
  });
  await shop.open('/');
  const asked = page.waitForRequest('**/api/suggest?q=lamp');
  await field(page).fill('lamp');
  await asked;
  await field(page).press('Tab');
  const answered = page.waitForResponse('**/api/suggest?q=lamp');
  release();
  await answered;
  // Only the answer to the next search is shown.
  await field(page).fill('mug');
  await expect(offers(page).first()).toHaveText('Mug');
  await expect(offers(page).filter({ hasText: 'lamp' })).toHaveCount(0);
  await field(page).fill(' ');
  await expect(offers(page)).toHaveCount(0);
});
