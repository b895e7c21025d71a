/** Languages: a page speaks the browser's, then the chosen one; prices are written as the browser itself would write them. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectFits, test } from './fixture';
import { expectLongWordsFit } from './looks';
import { newAccount } from './shop';

/** The pages of a shopper, and those of an account. */
const PAGES = ['/', '/products/laptop', '/cart', '/likes', '/session', '/nowhere'];
const CHECKOUT = ['/checkout/address', '/checkout/delivery', '/checkout/review'];
const GUESTS = ['/login', '/register', '/forgot-password'];
const OWN = ['/dashboard', '/dashboard/preferences', '/dashboard/security', '/dashboard/security/second-factor', '/dashboard/sessions'];

/** What a browser itself makes of a price in US dollars. */
function written(page: Page, language: string, amount: number): Promise<string> {
  return page.evaluate(
    ([language, amount]) => new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(amount),
    [language, amount] as const,
  );
}

/** Sends the form of a page by its first button, whatever that says. */
async function sendForm(page: Page, endpoint: string): Promise<void> {
  await page.locator(`form[action="/api/${endpoint}"] button`).first().click();
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
      await sendForm(page, 'add_to_cart');
      await expect(page.getByRole('status').filter({ hasText: added })).toBeVisible();
      await shop.open('/cart');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(cart);
      await sendForm(page, 'remove_from_cart');
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
    await shop.prepareCheckout();
    for (const path of [...PAGES, ...CHECKOUT, ...GUESTS]) {
      await page.goto(path);
      await expect(page.locator('html'), path).toHaveAttribute('lang', tag);
      await expectLongWordsFit(page);
    }
    await page.goto('/register');
    for (const field of ['username', 'email', 'password'] as const) {
      await page.locator(`input[name="${field}"]`).fill(account[field]);
    }
    await sendForm(page, 'register');
    await expect(page).toHaveURL(/dashboard/);
    // What was filled in comes along, too.
    await page.goto('/checkout/review');
    await expect(page.getByText(await written(page, tag, 26.9), { exact: true })).toBeVisible();
    await expectAccessible(page);
    await sendForm(page, 'place_order');
    await expect(page).toHaveURL(/\/orders\//);
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    await expectLongWordsFit(page);
    await expectAccessible(page);
    for (const path of OWN) {
      await page.goto(path);
      await expect(page.locator('html'), path).toHaveAttribute('lang', tag);
      await expectLongWordsFit(page);
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
  await sendForm(page, 'add_to_cart');
  await shop.expectPieces(1);
  await shop.prepareCheckout();
  // An open page of the shop would load itself again meanwhile, in the other language.
  await page.goto('about:blank');
  const answer = await page.request.post('/api/set_preferences', { form: { language: 'en-XA' }, headers: { accept: 'application/json' } });
  expect(answer.status()).toBe(200);
  for (const path of [...PAGES, ...CHECKOUT, ...GUESTS, '/debug/session']) {
    await page.goto(path);
    await expect(page.locator('html'), path).toHaveAttribute('lang', 'en-XA');
    await expectFits(page);
  }
  await page.goto('/checkout/address');
  await page.locator('input[name="street"]').fill(' ');
  await sendForm(page, 'save_address');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expectFits(page);
  await page.goto('/checkout/review');
  await sendForm(page, 'place_order');
  await expect(page).toHaveURL(/\/orders\//);
  await expectFits(page);
});
