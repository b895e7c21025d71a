/** The shop without a mouse. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixture';

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  // No page has so many stops.
  for (let press = 0; press < 200; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
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

test('every stop of the cart shows where one is', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  for (const name of ['One less Mug', 'One more Mug', 'Remove Mug', 'Empty the cart']) {
    const button = page.getByRole('button', { name, exact: true });
    await tabTo(page, button);
    const outline = await button.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, `${name} has a visible focus`).not.toBe('none');
  }
});
