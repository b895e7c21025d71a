/** Every page is accessible in each look and size, is as wide as the screen, and has one heading and a title of its own. */
import { expect, expectAccessible, expectFits, expectStill, test } from './fixture';
import { expectEveryLook } from './looks';
import { DEMO, newAccount, type Shop } from './shop';

type Sight = {
  name: string;
  title: string | RegExp;
  /** Nothing for the page that `before` leads to. */
  path?: string;
  before?: (shop: Shop) => Promise<void>;
};

const withCart = async (shop: Shop): Promise<void> => {
  for (const product of ['laptop', 'mug']) await shop.prepareCart(product);
};
const withLikes = async (shop: Shop): Promise<void> => {
  for (const product of ['laptop', 'mug']) await shop.call('like', { product });
};
const loggedIn = async (shop: Shop): Promise<void> => {
  await withCart(shop);
  await shop.prepareLogin(DEMO);
};
/** Other tests log in to the demo account, too, so its list of logins is long. */
const loggedInTwice = async (shop: Shop): Promise<void> => {
  await loggedIn(shop);
  await shop.page.context().clearCookies();
  await loggedIn(shop);
};
const withCheckout = (shop: Shop): Promise<void> => shop.prepareCheckout();
const withShortage = async (shop: Shop): Promise<void> => {
  await shop.prepareCheckout();
  await shop.open('/products/studio-computer');
  await shop.askFor('Studio computer', 5);
  await shop.expectPieces(6);
};
const withRefusedAddress = async (shop: Shop): Promise<void> => {
  await shop.prepareCheckout();
  await shop.open('/checkout/address');
  await shop.fillIn({ 'E-mail': 'ada@example', Name: ' ', 'Street and number': ' ' });
  await shop.sendForm('Go on to the delivery');
  await expect(shop.field('E-mail')).toHaveAttribute('aria-invalid', 'true');
  await shop.expectStep('Address');
};
const withDeclinedPayment = async (shop: Shop): Promise<void> => {
  await shop.prepareCheckout();
  await shop.open('/checkout/review');
  await shop.choice('Pretend card that is declined').check();
  await shop.sendForm('Order and pay');
  await expect(shop.page.getByRole('alert')).toBeVisible();
  await shop.expectStep('Review');
};
const withOrder = async (shop: Shop): Promise<void> => {
  await shop.order();
};
/** An account of its own: others must not see its orders on the dashboard of the demo account. */
const withOwnOrder = async (shop: Shop): Promise<void> => {
  await shop.prepareAccount(newAccount(test.info()));
  await shop.order();
};
const withCancelledOrder = async (shop: Shop): Promise<void> => {
  await withOwnOrder(shop);
  await shop.sendForm('Cancel the order');
  await expect(shop.message('The order is cancelled.')).toBeVisible();
  await shop.expectOrder();
};

const ORDER = /^Order [0-9A-Z]{5}-[0-9A-Z]{5} · Satchel$/;

const SIGHTS: Sight[] = [
  { name: 'the front page', title: 'Things worth carrying', path: '/' },
  { name: 'a search without results', title: 'Results for “unicorn”', path: '/?q=unicorn' },
  { name: 'a product', title: 'Laptop', path: '/products/laptop' },
  { name: 'a sold-out product', title: 'Record player', path: '/products/record-player' },
  { name: 'an empty cart', title: 'Your cart', path: '/cart' },
  { name: 'a filled cart', title: 'Your cart', path: '/cart', before: withCart },
  { name: 'the address of an order', title: 'Check out: Address', path: '/checkout/address', before: withCart },
  { name: 'an address that was refused', title: 'Check out: Address', before: withRefusedAddress },
  { name: 'the delivery of an order', title: 'Check out: Delivery', path: '/checkout/delivery', before: withCheckout },
  { name: 'the review of an order', title: 'Check out: Review', path: '/checkout/review', before: withCheckout },
  { name: 'the review of an order that is short', title: 'Check out: Review', path: '/checkout/review', before: withShortage },
  { name: 'a payment that was declined', title: 'Check out: Review', before: withDeclinedPayment },
  { name: 'the order of a guest', title: ORDER, before: withOrder },
  { name: 'the order of an account that cancelled it', title: ORDER, before: withCancelledOrder },
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
  { name: 'what the server knows of a guest who ordered', title: 'What the server knows about you', path: '/session', before: withOrder },
  { name: 'what the server knows of a guest who is ordering', title: 'What the server knows about you', path: '/session', before: withCheckout },
  { name: 'the preferences', title: 'Preferences', path: '/dashboard/preferences', before: loggedIn },
  { name: 'the dashboard', title: 'Dashboard', path: '/dashboard', before: loggedIn },
  { name: 'the dashboard with an order', title: 'Dashboard', path: '/dashboard', before: withOwnOrder },
  { name: 'the list of logins', title: 'Your logins', path: '/dashboard/sessions', before: loggedInTwice },
  { name: 'the front page of somebody logged in', title: 'Things worth carrying', path: '/', before: loggedIn },
  { name: 'the page of what does not exist', title: 'Not found', path: '/nowhere' },
];

for (const { name, title, path, before } of SIGHTS) {
  test(`${name} is accessible in each look and size, has a title and one heading`, async ({ page, shop, expectConsole }) => {
    if (path === '/nowhere') expectConsole(/404/);
    await before?.(shop);
    if (path) await shop.open(path);
    await expect(page).toHaveTitle(typeof title === 'string' ? `${title} · Satchel` : title);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectEveryLook(page);
  });
}

test('what was just done is told accessibly', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  await expectStill(page);
  await expectAccessible(page);
  await shop.openCart();
  await shop.press('Remove', 'Mug');
  await expect(shop.undoButton()).toBeVisible();
  await expectEveryLook(page);
});

test('a refusal is told accessibly', async ({ page, shop, expectConsole }) => {
  expectConsole(/422|401/);
  await shop.open('/products/mug');
  await shop.askFor('Mug', 60);
  await shop.expectPieces(60);
  await shop.askFor('Mug', 60);
  await expect(shop.refusal('nothing was added')).toBeVisible();
  await expectEveryLook(page);
  await shop.open('/login');
  await shop.logIn({ login: 'admin', password: 'not the password' });
  await expect(page.getByRole('alert')).toBeVisible();
  await expectEveryLook(page);
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

test('the longest address fits the narrowest screen on its way to an order', async ({ page, shop }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await shop.prepareCheckout();
  await shop.open('/checkout/address');
  const [long, word] = ['w'.repeat(100), 'w'.repeat(16)];
  const address = { Name: long, 'Street and number': long, 'Second line (may be empty)': long, 'Postal code': word, City: long, Country: long };
  await shop.fillIn({ 'E-mail': `${'w'.repeat(64)}@example.com`, ...address });
  await shop.sendForm('Go on to the delivery');
  await shop.expectStep('Delivery');
  for (const path of ['/checkout/address', '/checkout/delivery', '/session', '/checkout/review']) {
    await shop.open(path);
    await expectFits(page);
  }
  await shop.sendForm('Order and pay');
  await shop.expectOrder();
  await expectFits(page);
});
