/** The shop without a mouse. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixture';
import { BUYER } from './shop';

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  // No page has so many stops.
  for (let press = 0; press < 200; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

/** Goes to a stop, which is then seen to have the focus. */
async function expectRing(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline, `${target} has a visible focus`).not.toBe('none');
}

for (const path of ['/', '/products/laptop', '/cart', '/login', '/register']) {
  test(`the first stop on ${path} skips to the content`, async ({ page, shop }) => {
    await shop.open(path);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#main$/);
    await page.keyboard.press('Tab');
    const inMain = await page.getByRole('main').evaluate((main) => main.contains(document.activeElement));
    expect(inMain, 'the next stop is in the content').toBe(true);
  });
}

test('a product is added, removed and brought back by keyboard alone', async ({ page, shop }) => {
  await shop.open('/');
  await tabTo(page, shop.addButton('Laptop'));
  await page.keyboard.press('Enter');
  await shop.expectPieces(1);
  await expect(shop.message('Laptop was added to your cart.')).toBeVisible();

  await tabTo(page, shop.badge());
  await page.keyboard.press('Enter');
  await shop.expectHeading('Your cart');

  await tabTo(page, page.getByRole('button', { name: 'One more Laptop' }));
  await page.keyboard.press('Space');
  await expect(shop.message('You now have 2 × Laptop in your cart.')).toBeVisible();
  await shop.expectTotal('$1,999.98');

  await tabTo(page, page.getByRole('button', { name: 'Remove Laptop' }));
  await page.keyboard.press('Enter');
  await expect(shop.message('Laptop was removed.')).toBeVisible();

  await tabTo(page, shop.undoButton());
  await page.keyboard.press('Enter');
  await expect(shop.message('What you removed is back in your cart.')).toBeVisible();
  await expect(shop.quantity('Laptop')).toHaveValue('2');
});

test('a quantity is typed and taken by keyboard alone', async ({ page, shop }) => {
  await shop.open('/products/mug');
  await tabTo(page, page.getByLabel('Quantity', { exact: true }));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect(shop.message('3 × Mug were added to your cart.')).toBeVisible();
  await shop.expectPieces(3);
});

test('an order is placed by keyboard alone', async ({ page, shop }) => {
  await shop.open('/products/water-bottle');
  await tabTo(page, shop.addButton('Water bottle'));
  await page.keyboard.press('Enter');
  await shop.expectPieces(1);
  await tabTo(page, shop.badge());
  await page.keyboard.press('Enter');
  await shop.expectHeading('Your cart');
  await tabTo(page, page.getByRole('link', { name: 'Check out', exact: true }));
  await page.keyboard.press('Enter');

  await shop.expectStep('Address');
  for (const [label, text] of Object.entries(BUYER)) {
    await tabTo(page, shop.field(label));
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');

  await shop.expectStep('Delivery');
  await tabTo(page, shop.choice('Standard delivery'));
  await page.keyboard.press('ArrowDown');
  await expect(shop.choice('Express delivery')).toBeChecked();
  await tabTo(page, page.getByRole('button', { name: 'Go on to the review' }));
  await page.keyboard.press('Space');

  await shop.expectStep('Review');
  await expect(shop.sum('Total')).toHaveText('$34.90');
  await tabTo(page, shop.choice('Pay on delivery'));
  await page.keyboard.press('ArrowDown');
  await expect(shop.choice('Pretend card that pays')).toBeChecked();
  await tabTo(page, page.getByRole('button', { name: 'Order and pay' }));
  await page.keyboard.press('Enter');

  await shop.expectOrder();
  await expect(shop.message('Thank you! We have your order.')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Cancel the order' }));
  await page.keyboard.press('Enter');
  await expect(shop.message('The order is cancelled.')).toBeFocused();
});

test('every stop of the cart shows where one is', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await expectRing(page, page.getByRole('link', { name: 'Check out', exact: true }));
  for (const name of ['One less Mug', 'One more Mug', 'Remove Mug', 'Empty the cart']) {
    await expectRing(page, page.getByRole('button', { name, exact: true }));
  }
});

test('every stop of the checkout shows where one is', async ({ page, shop }) => {
  const button = (name: string) => page.getByRole('button', { name });
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const stops = async (path: string, stops: Locator[]) => {
    await shop.open(path);
    for (const stop of stops) await expectRing(page, stop);
  };
  await shop.prepareCheckout();
  await stops('/checkout/address', [link('Review'), shop.field('Country'), link('Back to the cart'), button('Go on to the delivery')]);
  await stops('/checkout/delivery', [shop.choice('Standard delivery'), button('Go on to the review')]);
  await stops('/checkout/review', [link('Change the address'), shop.choice('Pay on delivery'), button('Order and pay')]);
});
