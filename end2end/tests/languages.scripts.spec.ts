/** Languages with scripts: islands speak the page's, other tabs follow, and times are those of the visitor's zone. */
import { expect, test } from './fixture';
import { DEMO, Shop } from './shop';

test('islands speak the language of their page', async ({ page, shop, expectConsole }) => {
  expectConsole(/ERR_FAILED/);
  await shop.open('/');
  await page.getByRole('contentinfo').getByRole('button', { name: 'Deutsch', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await shop.ready();
  await page.getByRole('button', { name: 'In den Warenkorb: Mug', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Warenkorb, 1 Artikel', exact: true })).toBeVisible();
  await shop.open('/cart');
  const price = async (amount: number) =>
    page.evaluate((amount) => new Intl.NumberFormat('de', { style: 'currency', currency: 'USD' }).format(amount), amount);
  const quantity = page.getByRole('spinbutton');
  await quantity.fill('3');
  await quantity.press('Enter');
  // Written by the browser's half, before the server answers.
  const each = Number(
    (await page.locator('.cart-line-price').innerText()).replace(/[^0-9,]/g, '').replace(',', '.'),
  );
  await expect(page.locator('.cart-line-total')).toHaveText(await price(each * 3));
  await page.route('**/api/**', (route) => route.abort());
  await quantity.fill('4');
  await quantity.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Der Shop ist nicht erreichbar' })).toBeVisible();
});

test('a language that is chosen in one tab shows in the other', async ({ context, page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  const other = new Shop(await context.newPage(), true);
  await other.open('/cart');
  await shop.expectStream();
  await page.getByRole('contentinfo').getByRole('button', { name: 'Français', exact: true }).click();
  // The page that chose is not loaded a second time, and so says what was done.
  await expect(shop.message('La boutique parle maintenant votre langue')).toBeVisible();
  await expect(other.page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('Votre panier');
});

test.describe('in another time zone', () => {
  test.use({ timezoneId: 'America/New_York' });

  test('times are those of the zone, with the exact moment for programs', async ({ page, shop }) => {
    await shop.open('/login');
    await shop.logIn(DEMO);
    await shop.expectHeading('Hello, admin');
    await shop.open('/session');
    const times = page.locator('time[data-local]');
    await expect(times.first()).toBeVisible();
    for (const time of await times.all()) {
      const moment = (await time.getAttribute('datetime')) ?? '';
      const expected = await page.evaluate(
        (moment) => new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment)),
        moment,
      );
      await expect(time).toHaveText(expected);
      expect(await time.getAttribute('title')).toContain('UTC');
    }
  });
});
