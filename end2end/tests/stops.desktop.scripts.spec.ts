/** Every stop of the keyboard, on every kind of page: each is seen, and none is covered by what floats above the page. */
import { expect, test } from './fixture';
import { DEMO } from './shop';
import { expectStopsSeen } from './stops';

test('every stop of a guest has a ring that is seen', async ({ page, shop }) => {
  await shop.open('/');
  await shop.like('Mug');
  await shop.prepareCheckout();
  for (const path of ['/products/laptop', '/likes', '/checkout/address', '/checkout/delivery', '/checkout/review', '/login', '/session']) {
    await shop.open(path);
    await expectStopsSeen(page);
  }
});

test('every stop of an account has a ring that is seen, in the dark, too', async ({ page, shop }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  const security = '/dashboard/security';
  for (const path of ['/dashboard', '/dashboard/preferences', security, `${security}/second-factor`, `${security}/passkeys`, '/debug/session']) {
    await shop.open(path);
    await expectStopsSeen(page);
  }
});

test('neither the header nor a message covers a stop of a long list', async ({ page, shop }) => {
  for (const product of ['laptop', 'phone', 'headphones', 'tablet', 'keyboard', 'mug']) await shop.prepareCart(product);
  await shop.open('/cart');
  await shop.press('Remove', 'Phone');
  await expect(shop.message('Phone was removed.')).toBeVisible();
  // What the foot of the screen cuts depends on its height.
  for (const height of [470, 360]) {
    await page.setViewportSize({ width: 390, height });
    await expectStopsSeen(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await shop.open('/');
  await expectStopsSeen(page, 'Shift+Tab');
});
