/** Shopping in Firefox: a cart, a log in, an order. */
import { test } from './firefox';
import { BUYER, DEMO } from './shop';

test('a cart is filled and changed in Firefox', async ({ tab }) => {
  await tab.open('/products/water-bottle');
  await tab.press('Add to cart: Water bottle');
  await tab.find('link', 'Cart, 1 item');
  await tab.follow('link', 'Cart, 1 item');
  await tab.expectHeading('Your cart');
  await tab.press('One more Water bottle');
  await tab.find('link', 'Cart, 2 items');
  await tab.expectWords('$44.00');
  await tab.press('Remove Water bottle');
  await tab.find('link', 'Cart, empty');
  await tab.press('Undo');
  await tab.find('link', 'Cart, 2 items');
});

test('a visitor logs in and out in Firefox', async ({ tab }) => {
  await tab.open('/login?next=/dashboard');
  await tab.fillIn({ 'User name or e-mail': DEMO.login, Password: DEMO.password });
  await tab.follow('button', 'Log in');
  await tab.expectHeading(`Hello, ${DEMO.login}`);
  await tab.follow('button', 'Log out');
  await tab.find('link', 'Log in');
});

test('a guest orders in Firefox', async ({ tab }) => {
  await tab.open('/products/water-bottle');
  await tab.press('Add to cart: Water bottle');
  await tab.follow('link', 'Cart, 1 item');
  await tab.follow('link', 'Check out');
  await tab.fillIn(BUYER);
  await tab.follow('button', 'Go on to the delivery');
  await (await tab.field('Express delivery')).click();
  await tab.follow('button', 'Go on to the review');
  await tab.expectWords(BUYER['Street and number']);
  await tab.follow('button', 'Order and pay $34.90');
  await tab.expectHeading(/^Order [0-9A-Z]{5}-[0-9A-Z]{5}$/);
  for (const words of ['Thank you! We have your order.', 'Placed', '$34.90']) await tab.expectWords(words);
  await tab.find('link', 'Cart, empty');
});
