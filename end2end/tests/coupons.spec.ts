/** A coupon: a code that is entered in the cart takes something off the order. All of it is plain forms. */
import type { Page } from '@playwright/test';
import { expect, expectFits, test } from './fixture';
import { expectEveryLook } from './looks';
import type { Shop } from './shop';

/** The coupon of every demo. */
const CODE = 'WELCOME10';
const LABEL = 'Coupon code';

/** The part of the cart's page. */
const coupon = (page: Page) => page.getByRole('region', { name: 'Coupon', exact: true });

/** Enters a code on the page of the cart; the shop may refuse it. */
async function enter(shop: Shop, code: string): Promise<void> {
  await shop.open('/cart');
  await shop.fillIn({ [LABEL]: code });
  await shop.sendForm('Apply');
  await shop.expectHeading('Your cart');
}

test('a coupon that is entered in the cart takes its part off the order', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/cart');
  await expect(coupon(page)).toContainText(`This is a demonstration: try the coupon ${CODE}.`);
  await enter(shop, ' welcome10 ');
  await expect(shop.message('Your coupon is in the cart.')).toBeVisible();
  await expect(coupon(page)).toContainText(`${CODE} 10% off`);
  await expect(shop.field(LABEL)).toHaveCount(0);

  await shop.open('/checkout/review');
  await expect(shop.sum(`Coupon ${CODE}`)).toHaveText('−$2.20');
  await expect(shop.sum('Total')).toHaveText('$24.70');
  await expect(shop.sum('of which tax, 20%')).toHaveText('$4.12');
  await shop.sendForm('Order and pay $24.70');
  await shop.expectOrder();
  await expect(shop.sum(`Coupon ${CODE}`)).toHaveText('−$2.20');
  await expect(shop.sum('Total')).toHaveText('$24.70');

  // It was for this order.
  await shop.openCart();
  await expect(coupon(page)).not.toContainText('10% off');
  await expect(shop.field(LABEL)).toHaveValue('');
});

test('a coupon is removed again', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await enter(shop, CODE);
  await shop.sendForm(`Remove the coupon ${CODE}`);
  await expect(shop.message('The coupon was removed from the cart.')).toBeVisible();
  await expect(shop.field(LABEL)).toBeVisible();
  await shop.open('/checkout/review');
  await expect(shop.sum('Total')).toHaveText('$26.90');
  await expect(page.getByRole('rowheader', { name: 'Coupon' })).toHaveCount(0);
});

test('a code that nobody knows is told beside its field, which keeps it', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await enter(shop, 'no-such-code');
  const field = shop.field(LABEL);
  await expect(field).toHaveAccessibleErrorMessage('We do not know this coupon. Please check its code.');
  await expect(field).toHaveValue('no-such-code');
  await expect(field).toBeFocused();
  expect(page.url(), 'what was typed is not in the address').not.toContain('no-such-code');
  await shop.fillIn({ [LABEL]: CODE });
  await shop.sendForm('Apply');
  await expect(shop.message('Your coupon is in the cart.')).toBeVisible();
  await expect(coupon(page)).toContainText('10% off');
});

test('a coupon that another tab removed is shown once more before anything is ordered', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await enter(shop, CODE);
  await shop.open('/checkout/review');
  const answer = await page.request.post('/api/remove_coupon', { form: { coupon: CODE }, headers: { accept: 'application/json' } });
  expect(answer.status()).toBe(200);
  await shop.sendForm('Order and pay $24.70');
  await expect(page.getByRole('alert')).toContainText('Something changed since you looked at your order. Nothing was ordered.');
  await expect(shop.sum('Total')).toHaveText('$26.90');
  await shop.sendForm('Order and pay $26.90');
  await shop.expectOrder();
});

test('a cart with a coupon, and one that refused a code, are accessible and fit the narrowest screen', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await enter(shop, 'no-such-code');
  await expect(shop.field(LABEL)).toHaveAttribute('aria-invalid', 'true');
  await expectEveryLook(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectFits(page);
  await enter(shop, CODE);
  await expect(coupon(page)).toContainText('10% off');
  await expectEveryLook(page);
  await expectFits(page);
  await shop.open('/checkout/review');
  await expectEveryLook(page);
  await expectFits(page);
});
