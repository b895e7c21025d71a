/** Open tabs follow their session in Firefox, too: what one changes, the other shows within a second. */
import { expect, test } from './firefox';
import { newAccount } from './shop';

const SOON = 1_000;

test('the cart, the hearts and the theme of one tab show in the other', async ({ tab, anotherTab }) => {
  await tab.open('/?q=mug');
  await tab.press('Add to cart: Mug');
  const other = await anotherTab();
  await other.open('/cart');
  await tab.expectStream();

  await other.press('One more Mug');
  await tab.find('link', 'Cart, 2 items', SOON);
  await tab.press('Like: Mug');
  await other.find('link', 'Likes, 1', SOON);
  await tab.press('Add to cart: Mug');
  await other.find('link', 'Cart, 3 items', SOON);
  await other.press('Dark');
  await tab.expectElement('button[value=dark][aria-pressed=true]', SOON);
  await other.press('Remove Mug');
  await tab.find('link', 'Cart, empty', SOON);
});

test('the end of a login shows in the other tab, and its session never comes back', async ({ tab, anotherTab }) => {
  const { username, email, password } = newAccount(test.info());
  await tab.open('/register?next=/dashboard');
  await tab.fillIn({ 'User name': username, 'E-mail': email, Password: password });
  await tab.follow('button', 'Create account');
  await tab.expectHeading(`Hello, ${username}`);
  const other = await anotherTab();
  await other.open('/products/mug');
  await other.expectStream();
  await tab.follow('button', 'Log out');
  await other.expectAlert('You are logged out.', SOON);
  await other.open('/dashboard');
  await other.expectHeading('Log in');
  expect(await other.page.evaluate(() => fetch('/api/dashboard').then((answer) => answer.status))).toBe(401);
});
