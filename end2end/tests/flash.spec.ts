/** Messages: each one is shown once, in the tab whose form caused it, and read to screen readers, with and without scripts. */
import { expect, expectAccessible, test } from './fixture';
import { DEMO, Shop } from './shop';

const ADDRESS_WITH_NUMBER = /[?&]correlation=/;

test('a message is told in the tab that asked, though another loads first', async ({ context, page, shop, scripts }) => {
  await shop.open('/');
  await shop.add('Mug');
  // The answer to this tab's form is delayed until the other tab has loaded two pages.
  let release = () => {};
  const loaded = new Promise<void>((resolve) => (release = resolve));
  await page.route(ADDRESS_WITH_NUMBER, async (route) => {
    await loaded;
    await route.continue();
  });
  await shop.open('/login');
  const logsIn = shop.logIn(DEMO);
  await page.waitForRequest(ADDRESS_WITH_NUMBER);
  const other = new Shop(await context.newPage(), scripts);
  for (const path of ['/cart', '/']) {
    await other.open(path);
    await expect(other.page.getByRole('link', { name: 'admin' })).toBeVisible();
    await expect(other.message('You are logged in.')).toHaveCount(0);
  }
  release();
  await logsIn;
  await shop.expectHeading('Hello, admin');
  await expect(shop.message('You are logged in.')).toBeVisible();
  await other.open('/cart');
  await expect(other.message('You are logged in.')).toHaveCount(0);
});

test('it is read to a screen reader: it has the focus, and stands first in the content', async ({ page, shop }) => {
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await expect(shop.message('You are logged in.')).toBeFocused();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - status
      - heading "Hello, admin" [level=1]
  `);
  await expectAccessible(page);
});

test('a reload shows the page without it', async ({ page, shop, scripts }) => {
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await expect(shop.message('You are logged in.')).toBeVisible();
  // Only a script can remove the correlation id from the address that the browser shows.
  if (scripts) await expect(page).toHaveURL('/dashboard');
  else await expect(page).toHaveURL(/^[^?]*\/dashboard\?correlation=[0-9a-f]{16}$/);
  await page.reload();
  await shop.expectHeading('Hello, admin');
  await expect(shop.message('You are logged in.')).toHaveCount(0);
});
