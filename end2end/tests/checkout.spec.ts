/** The way from a cart to an order, and what becomes of the order. All of it is plain forms, so it is the same without scripts. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixture';
import { BUYER, newAccount, Shop } from './shop';

const THANKS = 'Thank you! We have your order.';

/** The steps that can be opened. */
const steps = (page: Page) => page.getByRole('navigation', { name: 'Steps' }).getByRole('link');

/** The status of an order, on its page. */
const status = (page: Page, name: string) => page.getByText(name, { exact: true });

test('a guest orders: an address, a delivery, a last look, and thanks', async ({ page, shop }) => {
  await shop.open('/products/water-bottle');
  await shop.askFor('Water bottle', 2);
  await shop.expectPieces(2);
  await shop.openCart();
  await expect(page.getByText('Delivery costs $4.90, and is free from $100.00 on. All prices contain 20% tax.')).toBeVisible();
  await page.getByRole('link', { name: 'Check out', exact: true }).click();

  await shop.expectStep('Address');
  await expect(steps(page)).toHaveCount(0);
  await shop.fillIn(BUYER);
  await shop.sendForm('Go on to the delivery');

  await shop.expectStep('Delivery');
  await expect(steps(page)).toHaveText(['Address']);
  await expect(shop.choice('Standard delivery, 3 to 5 days $4.90')).toBeChecked();
  await shop.choice('Express delivery, the next day $12.90').check();
  await shop.sendForm('Go on to the review');

  await shop.expectStep('Review');
  await expect(steps(page)).toHaveText(['Address', 'Delivery']);
  await expect(shop.sum('Water bottle 2 × $22.00')).toHaveText('$44.00');
  await expect(shop.sum('Express delivery, the next day')).toHaveText('$12.90');
  await expect(shop.sum('Total')).toHaveText('$56.90');
  await expect(shop.sum('of which tax, 20%')).toHaveText('$9.48');
  await expect(page.getByRole('region', { name: 'It goes to' })).toContainText('SW1Y 4JH London');
  await expect(page.getByText(`You order without an account. We write to ${BUYER['E-mail']}.`)).toBeVisible();
  await shop.sendForm('Order and pay $56.90');

  const number = await shop.expectOrder();
  await shop.expectAddress(`/orders/${number}`);
  await expect(shop.message(THANKS)).toBeFocused();
  await expect(status(page, 'Placed')).toBeVisible();
  await expect(shop.sum('Total')).toHaveText('$56.90');
  await expect(page.getByText('Pay on delivery')).toBeVisible();
  await shop.expectPieces(0);
  await shop.openCart();
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
});

test('standard delivery is free from a sum on', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/products/water-bottle');
  await shop.askFor('Water bottle', 4);
  await shop.expectPieces(5);
  await shop.open('/checkout/review');
  await expect(shop.sum('Standard delivery, 3 to 5 days')).toHaveText('free');
  await expect(shop.sum('Total')).toHaveText('$110.00');
  await page.getByRole('link', { name: 'Change the delivery' }).click();
  await shop.expectStep('Delivery');
  await shop.choice('Express delivery').check();
  await shop.sendForm('Go on to the review');
  await expect(shop.sum('Total')).toHaveText('$122.90');
});

test('what is wrong with an address is said beside its fields, and the first one has the focus', async ({ page, shop }) => {
  await shop.open('/products/water-bottle');
  await shop.askFor('Water bottle', 1);
  await shop.expectPieces(1);
  await shop.open('/checkout/address');
  // What browsers accept: to them, a blank is something, and a host needs no dot.
  await shop.fillIn({ ...BUYER, 'E-mail': 'ada@example', 'Street and number': ' ' });
  await shop.sendForm('Go on to the delivery');

  await expect(page.getByRole('alert').filter({ hasText: 'Please correct the fields that are marked.' })).toBeVisible();
  await shop.expectStep('Address');
  const [email, street] = [shop.field('E-mail'), shop.field('Street and number')];
  await expect(email).toHaveAccessibleErrorMessage('Please enter an e-mail address like name@example.com.');
  await expect(email).toHaveValue('ada@example');
  await expect(email).toBeFocused();
  await expect(street).toHaveAccessibleErrorMessage('Please fill this in.');
  for (const label of ['Name', 'Postal code', 'City', 'Country'] as const) {
    await expect(shop.field(label)).toHaveValue(BUYER[label]);
    await expect(shop.field(label)).not.toHaveAttribute('aria-invalid', 'true');
  }
  // The digits of this random number may spell anything.
  const address = page.url().replace(/&correlation=[0-9a-f]{16}$/, '');
  expect(address, 'what was typed is not in the address').not.toContain('ada');

  await shop.fillIn({ 'E-mail': 'ada@example.com' });
  await shop.sendForm('Go on to the delivery');
  await expect(street).toBeFocused();
  await expect(email).not.toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveValue('ada@example.com');
  await shop.fillIn({ 'Street and number': '1 Main Street' });
  await shop.sendForm('Go on to the delivery');
  await shop.expectStep('Delivery');
});

test('a browser asks for what is missing before anything is sent', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/checkout/address');
  await shop.fillIn({ 'Street and number': '' });
  await page.getByRole('button', { name: 'Go on to the delivery' }).click();
  await expect(shop.field('Street and number')).toBeFocused();
  await shop.expectStep('Address');
  await shop.open('/checkout/address');
  await expect(shop.field('Street and number')).toHaveValue(BUYER['Street and number']);
});

test('Back, a reload and another tab keep what was filled in', async ({ context, page, scripts, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/checkout/address');
  await shop.fillIn({ City: 'Cambridge' });
  await shop.sendForm('Go on to the delivery');
  await shop.expectStep('Delivery');
  await shop.choice('Express delivery').check();
  await shop.sendForm('Go on to the review');
  await shop.expectStep('Review');

  await page.goBack();
  await shop.expectStep('Delivery');
  await expect(shop.choice('Express delivery')).toBeChecked();
  await page.getByRole('link', { name: 'Back to the address' }).click();
  await shop.expectStep('Address');
  await page.reload();
  const other = new Shop(await context.newPage(), scripts);
  await other.open('/checkout/address');
  for (const tab of [shop, other]) {
    for (const [label, text] of Object.entries({ ...BUYER, City: 'Cambridge' })) await expect(tab.field(label)).toHaveValue(text);
  }
  await other.open('/checkout/review');
  await expect(other.sum('Total')).toHaveText('$34.90');
});

test('a step that cannot be done yet leads to the first one that is missing', async ({ page, shop }) => {
  await shop.open('/checkout/review');
  await shop.expectHeading('Your cart');
  await shop.open('/products/water-bottle');
  await shop.askFor('Water bottle', 1);
  await shop.expectPieces(1);
  for (const path of ['/checkout/delivery', '/checkout/review']) {
    await shop.open(path);
    await shop.expectStep('Address');
    await expect(page).toHaveURL('/checkout/address');
  }
  await shop.fillIn(BUYER);
  await shop.sendForm('Go on to the delivery');
  await shop.expectStep('Delivery');
  await shop.open('/checkout/review');
  await expect(page).toHaveURL('/checkout/delivery');
  await shop.expectStep('Delivery');
});

test('of a product that is short, the last step shows what is left', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/products/studio-computer');
  await shop.askFor('Studio computer', 5);
  await shop.expectPieces(6);
  // It is not ordered: other tests count on these three.
  await shop.open('/checkout/review');
  await expect(page.getByRole('listitem').filter({ hasText: 'Only 3 of Studio computer are left' })).toBeVisible();
  await expect(shop.sum('Studio computer 3 × $1,499.00')).toHaveText('$4,497.00');
  await expect(shop.sum('Total')).toHaveText('$4,519.00');
});

test('a cart that another tab changed is shown once more before it is ordered', async ({ context, page, scripts, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/checkout/review');
  const other = new Shop(await context.newPage(), scripts);
  await other.open('/products/water-bottle');
  await other.askFor('Water bottle', 1);
  await other.expectPieces(2);
  await page.bringToFront();
  await shop.choice('Pretend card that pays').check();
  await shop.sendForm('Order and pay $26.90');
  await expect(page.getByRole('alert')).toContainText('Something changed since you looked at your order. Nothing was ordered.');
  await expect(shop.sum('Total')).toHaveText('$48.90');
  await expect(shop.choice('Pretend card that pays')).toBeChecked();
  await shop.sendForm('Order and pay $48.90');
  await shop.expectOrder();
});

test('a card that is declined orders nothing, and paying on delivery works then', async ({ page, shop }) => {
  await shop.prepareCheckout();
  await shop.open('/checkout/review');
  await shop.choice('Pretend card that is declined').check();
  await shop.sendForm('Order and pay $26.90');
  await expect(page.getByRole('alert')).toHaveText(
    'Your payment was declined, so nothing was ordered. Please try another way to pay.',
  );
  await shop.expectStep('Review');
  await shop.expectPieces(1);
  await expect(shop.choice('Pretend card that is declined')).toBeChecked();
  await shop.choice('Pay on delivery').check();
  await shop.sendForm('Order and pay $26.90');
  await shop.expectOrder();
  await expect(shop.message(THANKS)).toBeVisible();
  await shop.expectPieces(0);
});

test('a button that is pressed twice orders once', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.prepareCheckout();
  await shop.open('/checkout/review');
  await shop.choice('Pretend card that pays').check();
  await page.getByRole('button', { name: 'Order and pay' }).dblclick();
  const number = await shop.expectOrder();
  await page.getByRole('link', { name: 'Back to the dashboard' }).click();
  await shop.expectHeading(`Hello, ${ada.username}`);
  await expect(shop.orders().getByRole('link')).toHaveText([number]);
});

test('an order of an account is on the dashboard, is cancelled, and goes into the cart again', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard');
  await expect(shop.orders()).toContainText('You have ordered nothing yet.');
  const number = await shop.order();
  await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Back to the dashboard' }).click();
  await shop.expectHeading(`Hello, ${ada.username}`);
  const listed = shop.orders().getByRole('listitem').filter({ hasText: number });
  await expect(listed).toContainText('Placed');
  await expect(listed).toContainText('1 item · $26.90');
  await expect(shop.orders()).toContainText('Spent in the last twelve months: $26.90.');
  await shop.orders().getByText('Spending by month').click();
  await expect(shop.orders().getByRole('table').getByRole('cell')).toHaveText(['1', '$26.90']);

  await listed.getByRole('link').click();
  expect(await shop.expectOrder()).toBe(number);
  await shop.sendForm('Cancel the order');
  await expect(shop.message('The order is cancelled.')).toBeVisible();
  await expect(status(page, 'Cancelled')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel the order' })).toHaveCount(0);

  await shop.sendForm('Add it to the cart again');
  await shop.expectHeading('Your cart');
  await expect(shop.message('1 item of the order is in your cart again.')).toBeVisible();
  await shop.expectLines(['Water bottle']);
  await shop.open('/dashboard');
  await expect(listed).toContainText('Cancelled');
  await expect(shop.orders()).toContainText('Spent in the last twelve months: $0.00.');
});

test('a guest who makes an account after ordering finds the order there', async ({ page, shop }, testInfo) => {
  const number = await shop.order();
  const offer = page.getByRole('complementary', { name: 'Keep this order' });
  await offer.getByRole('link', { name: 'Create an account' }).click();
  await shop.expectHeading('Create an account');
  const ada = newAccount(testInfo);
  await page.getByLabel('User name').fill(ada.username);
  await page.getByLabel('E-mail').fill(ada.email);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  expect(await shop.expectOrder()).toBe(number);
  await expect(offer).toHaveCount(0);
  await page.getByRole('link', { name: 'Back to the dashboard' }).click();
  await shop.expectHeading(`Hello, ${ada.username}`);
  await expect(shop.orders().getByRole('link')).toHaveText([number]);
});

test('whoever has an account logs in on the way, and loses nothing', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.registerConfirmed(ada);
  await shop.logOut();
  await shop.open('/products/water-bottle');
  await shop.askFor('Water bottle', 1);
  await shop.expectPieces(1);
  await shop.open('/checkout/address');
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click();
  await shop.expectHeading('Log in');
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectStep('Address');
  await expect(page.getByText(`You order as ${ada.username}.`)).toBeVisible();
  await expect(shop.field('E-mail')).toHaveValue(ada.email);
  await shop.expectPieces(1);
});

test('an order is seen by whoever has its mail, and by no other stranger', async ({ browser, page, scripts, shop }) => {
  const number = await shop.order();
  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL: new URL(page.url()).origin });
  const other = new Shop(await context.newPage(), scripts);
  await other.open(`/orders/${number}`);
  await other.expectHeading('Nothing here');
  await other.openLinkOfMail(BUYER['E-mail'], `Your order ${number}`);
  expect(await other.expectOrder()).toBe(number);
  await expect(other.sum('Total')).toHaveText('$26.90');
  await expect(other.page.getByRole('complementary', { name: 'Keep this order' })).toHaveCount(0);
  expect(await context.cookies(), 'looking makes no session').toEqual([]);
  await context.close();
});
