/** Every page is accessible in light and dark, is as wide as the screen, and has one heading and a title of its own. */
import { expect, expectAccessible, expectFits, test } from './fixture';
import { DEMO, type Shop } from './shop';

type Sight = { name: string; title: string; path: string; before?: (shop: Shop) => Promise<void> };

const withCart = async (shop: Shop): Promise<void> => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.add('Mug');
};
const withLikes = async (shop: Shop): Promise<void> => {
  await shop.open('/');
  await shop.like('Laptop');
  await shop.like('Mug');
};
const loggedIn = async (shop: Shop): Promise<void> => {
  await withCart(shop);
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
};
/** Other tests log in to the demo account, too, so its list of logins is long. */
const loggedInTwice = async (shop: Shop): Promise<void> => {
  await loggedIn(shop);
  await shop.page.context().clearCookies();
  await loggedIn(shop);
};

const SIGHTS: Sight[] = [
  { name: 'the front page', title: 'Things worth carrying', path: '/' },
  { name: 'a search without results', title: 'Results for “unicorn”', path: '/?q=unicorn' },
  { name: 'a product', title: 'Laptop', path: '/products/laptop' },
  { name: 'a sold-out product', title: 'Record player', path: '/products/record-player' },
  { name: 'an empty cart', title: 'Your cart', path: '/cart' },
  { name: 'a filled cart', title: 'Your cart', path: '/cart', before: withCart },
  { name: 'the page of no likes', title: 'Your likes', path: '/likes' },
  { name: 'the page of likes', title: 'Your likes', path: '/likes', before: withLikes },
  { name: 'the log-in page', title: 'Log in', path: '/login' },
  { name: 'the register page', title: 'Create an account', path: '/register' },
  { name: 'the page for a forgotten password', title: 'Forgot your password', path: '/forgot-password' },
  { name: 'the page after it', title: 'Forgot your password', path: '/forgot-password?sent' },
  { name: 'the page of a new password', title: 'Set a new password', path: '/reset-password?token=x' },
  { name: 'the page that confirms', title: 'Confirm your e-mail address', path: '/confirm-email?token=x' },
  { name: 'the mailbox of the demo', title: 'Mailbox', path: '/dev/mailbox' },
  { name: 'the page that watches a stranger', title: 'A session, watched', path: '/debug/session' },
  { name: 'the page that watches a login', title: 'A session, watched', path: '/debug/session?step=1', before: loggedIn },
  { name: 'the account', title: 'Your account', path: '/dashboard/security', before: loggedIn },
  { name: 'the list of passkeys', title: 'Your passkeys', path: '/dashboard/security/passkeys', before: loggedIn },
  { name: 'what the server knows of a stranger', title: 'What the server knows about you', path: '/session' },
  { name: 'what the server knows of somebody logged in', title: 'What the server knows about you', path: '/session', before: loggedIn },
  { name: 'the preferences', title: 'Preferences', path: '/dashboard/preferences', before: loggedIn },
  { name: 'the dashboard', title: 'Dashboard', path: '/dashboard', before: loggedIn },
  { name: 'the list of logins', title: 'Your logins', path: '/dashboard/sessions', before: loggedInTwice },
  { name: 'the front page of somebody logged in', title: 'Things worth carrying', path: '/', before: loggedIn },
  { name: 'the page of what does not exist', title: 'Not found', path: '/nowhere' },
];

for (const { name, title, path, before } of SIGHTS) {
  test(`${name} is accessible, fits the screen, has a title and one heading`, async ({ page, shop, expectConsole }) => {
    if (path === '/nowhere') expectConsole(/404/);
    await before?.(shop);
    await shop.open(path);
    await expect(page).toHaveTitle(`${title} · Satchel`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await expectFits(shop.page);
  });
}

test('what was just done is told accessibly', async ({ page, shop }) => {
  await withCart(shop);
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  await expectStill(shop);
  await expectAccessible(page);
  await shop.openCart();
  await shop.press('Remove', 'Mug');
  await expect(shop.undoButton()).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectStill(shop);
    await expectAccessible(page);
  }
  await expectFits(shop.page);
});

test('a refusal is told accessibly', async ({ page, shop, expectConsole }) => {
  expectConsole(/422|401/);
  await shop.open('/products/mug');
  await shop.askFor('Mug', 60);
  await shop.expectPieces(60);
  await shop.askFor('Mug', 60);
  await expect(shop.refusal('nothing was added')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectStill(shop);
    await expectAccessible(page);
  }
  await shop.open('/login');
  await shop.logIn({ login: 'admin', password: 'not the password' });
  await expect(page.getByRole('alert')).toBeVisible();
  await expectStill(shop);
  await expectAccessible(page);
});

test('a long name and a large cart still fit the screen', async ({ page, shop }) => {
  await loggedIn(shop);
  await shop.open('/products/studio-computer');
  await shop.askFor('Studio computer', 99);
  await shop.expectPieces(101);
  for (const path of ['/cart', '/dashboard', '/']) {
    await shop.open(path);
    await expectFits(shop.page);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/cart', '/dashboard', '/', '/products/studio-computer', '/login']) {
    await shop.open(path);
    await expectFits(shop.page);
  }
});

/** Waits for animations: while a colour changes, its contrast is not the one that was designed. */
async function expectStill({ page }: Shop): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
}
