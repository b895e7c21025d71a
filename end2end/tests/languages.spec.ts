/** Languages: a page speaks the browser's, then the chosen one; prices are written as the browser itself would write them. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectFits, test } from './fixture';
import { newAccount } from './shop';

/** The pages of a shopper, and those of an account. */
const PAGES = ['/', '/products/laptop', '/cart', '/likes', '/session', '/nowhere'];
const GUESTS = ['/login', '/register', '/forgot-password'];
const OWN = ['/dashboard', '/dashboard/preferences', '/dashboard/security', '/dashboard/security/second-factor', '/dashboard/sessions'];

/** What a browser itself makes of a price in US dollars. */
function written(page: Page, language: string, amount: number): Promise<string> {
  return page.evaluate(
    ([language, amount]) => new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(amount),
    [language, amount] as const,
  );
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('contentinfo').getByRole('button', { name, exact: true }).click();
}

for (const { tag, name, login, cart, added, empty } of [
  { tag: 'de', name: 'Deutsch', login: 'Anmelden', cart: 'Ihr Warenkorb', added: 'In den Warenkorb gelegt: Mug.', empty: 'Ihr Warenkorb ist leer.' },
  { tag: 'fr', name: 'Français', login: 'Se connecter', cart: 'Votre panier', added: 'Ajouté à votre panier : Mug.', empty: 'Votre panier est vide.' },
]) {
  test.describe(`a browser that asks for ${tag}`, () => {
    test.use({ locale: `${tag}-${tag.toUpperCase()}` });

    test('is answered in it, without a cookie, and can shop', async ({ context, page, shop }) => {
      await shop.open('/');
      await expect(page.locator('html')).toHaveAttribute('lang', tag);
      await expect(page.getByRole('link', { name: login, exact: true })).toBeVisible();
      expect(await context.cookies()).toEqual([]);
      await expect(page.getByText(await written(page, tag, 999.99), { exact: true })).toBeVisible();

      await shop.open('/products/mug');
      await page.locator('form[action="/api/add_to_cart"] button').first().click();
      await expect(page.getByRole('status').filter({ hasText: added })).toBeVisible();
      await shop.open('/cart');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(cart);
      await page.locator('form[action="/api/remove_from_cart"] button').first().click();
      await expect(page.getByText(empty)).toBeVisible();
    });
  });

  test(`${name} is chosen on any page, stays, and comes with the account`, async ({ page, shop, expectConsole }, testInfo) => {
    expectConsole(/404/);
    // An account of its own: the choice becomes the account's.
    const account = newAccount(testInfo);
    await shop.open('/products/mug');
    await choose(page, name);
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    await expect(page).toHaveURL(/\/products\/mug/);
    await expect(page.getByRole('contentinfo').getByRole('button', { name, exact: true })).toHaveAttribute('aria-current', 'true');
    for (const path of [...PAGES, ...GUESTS]) {
      await page.goto(path);
      await expect(page.locator('html'), path).toHaveAttribute('lang', tag);
      await expectFits(page);
    }
    await page.goto('/register');
    for (const field of ['username', 'email', 'password'] as const) {
      await page.locator(`input[name="${field}"]`).fill(account[field]);
    }
    await page.locator('form[action="/api/register"] button').click();
    await expect(page).toHaveURL(/dashboard/);
    for (const path of OWN) {
      await page.goto(path);
      await expect(page.locator('html'), path).toHaveAttribute('lang', tag);
      await expectFits(page);
      await expectAccessible(page);
    }
    await page.goto('/dashboard/preferences');
    await page.getByRole('main').getByRole('button', { name: 'English', exact: true }).click();
    await shop.expectHeading('Preferences');
  });
}

test('sentences that are a third longer break no page', async ({ page, shop, expectConsole }) => {
  expectConsole(/404/);
  await shop.open('/products/mug');
  await page.locator('form[action="/api/add_to_cart"] button').first().click();
  await shop.expectPieces(1);
  // An open page of the shop would load itself again meanwhile, in the other language.
  await page.goto('about:blank');
  const answer = await page.request.post('/api/set_preferences', { form: { language: 'en-XA' }, headers: { accept: 'application/json' } });
  expect(answer.status()).toBe(200);
  for (const path of [...PAGES, ...GUESTS, '/debug/session']) {
    await page.goto(path);
    await expect(page.locator('html'), path).toHaveAttribute('lang', 'en-XA');
    await expectFits(page);
  }
});
