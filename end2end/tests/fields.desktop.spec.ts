/** What fields tell to browsers, password managers and screen readers. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixture';
import { newAccount } from './shop';

/** Of each form that asks about a person: the fields, and what browsers may fill in (WCAG 2.2, section 7). */
const FORMS: Record<string, Record<string, string>> = {
  '/login': { 'User name or e-mail': 'username', Password: 'current-password' },
  '/register': { 'User name': 'username', 'E-mail': 'email', Password: 'new-password' },
  '/forgot-password': { 'User name or e-mail': 'username' },
  '/reset-password?token=x': { 'New password': 'new-password' },
  '/checkout/address': {
    'E-mail': 'email',
    Name: 'shipping name',
    'Street and number': 'shipping address-line1',
    'Second line (may be empty)': 'shipping address-line2',
    'Postal code': 'shipping postal-code',
    City: 'shipping address-level2',
    Country: 'shipping country-name',
  },
};

/** Has the browser send what it would refuse itself. */
async function dropChecks(page: Page): Promise<void> {
  await page.locator('form').evaluateAll((forms) => forms.forEach((form) => form.setAttribute('novalidate', '')));
}

test('every field about a person says what it asks for, so that it can be filled in', async ({ page, shop }) => {
  await shop.prepareCheckout();
  for (const [path, fields] of Object.entries(FORMS)) {
    await shop.open(path);
    await expect(page.getByRole('main').locator('input:not([type="hidden"], [type="checkbox"])')).toHaveCount(Object.keys(fields).length);
    for (const [label, token] of Object.entries(fields)) {
      await expect(shop.field(label), `${label} of ${path}`).toHaveAttribute('autocomplete', token);
    }
  }
});

test('a password can be pasted', async ({ page, shop }) => {
  await shop.open('/login');
  const [login, password] = [shop.field('User name or e-mail'), shop.field('Password')];
  await login.fill('violet tram under snow');
  await login.press('ControlOrMeta+a');
  await login.press('ControlOrMeta+x');
  await password.press('ControlOrMeta+v');
  await expect(login).toHaveValue('');
  await expect(password).toHaveValue('violet tram under snow');
});

test('what is wrong with a field is said with the field', async ({ page, scripts, shop, expectConsole }, testInfo) => {
  expectConsole(/409|422/);
  await shop.register({ ...newAccount(testInfo), username: 'admin' });
  const [name, taken] = [shop.field('User name'), 'This user name is taken. Please choose another one.'];
  await expect(name).toHaveAccessibleErrorMessage(taken);
  await expect(name).toHaveAccessibleDescription(/^.*3 to 32 letters/);
  // With scripts the page stays, and the sentence is announced. On a new page, only what belongs to the field is read.
  if (scripts) return;
  await expect(name).toHaveAccessibleDescription(new RegExp(`^${taken}`));

  const many = 'Please take at most 99 of one product.';
  await shop.open('/products/mug');
  const quantity = shop.field('Quantity');
  await dropChecks(page);
  await shop.askFor('Mug', 100);
  await expect(quantity).toHaveAccessibleErrorMessage(many);
  await expect(quantity).toHaveAccessibleDescription(many);
  await shop.askFor('Mug', 2);
  await shop.openCart();
  await dropChecks(page);
  await shop.typeQuantity('Mug', 100);
  await expect(shop.quantity('Mug')).toHaveAccessibleDescription(many);
});
