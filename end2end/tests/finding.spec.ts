/** Narrowing a list, what helps where nothing is found, variants, and several pictures. */
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';

test('prices and stock narrow a list, keep search, shelf and order, and are taken back one by one', async ({ page, shop }) => {
  await shop.open('/?category=audio&sort=price');
  await page.getByText('Filter', { exact: true }).click();
  await page.getByLabel('From (USD)').fill('70');
  await page.getByLabel('Up to (USD)').fill('240');
  await page.getByLabel('Only what is in stock').check();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page).toHaveURL('/?category=audio&min=70&max=240&available=1&sort=price');
  const names = page.getByRole('list', { name: 'Products', exact: true }).getByRole('heading', { level: 2 });
  await expect(names).toHaveText(['Earbuds', 'Headphones', 'Microphone', 'Bookshelf speakers']);
  const chosen = page.getByRole('list', { name: 'Chosen filters' });
  await expect(chosen.getByRole('link')).toHaveCount(3);
  await expectEveryLook(page);
  await chosen.getByRole('link', { name: 'Only what is in stock' }).click();
  await expect(page).toHaveURL('/?category=audio&min=70&max=240&sort=price');
  await expect(names).toHaveText(['Earbuds', 'Headphones', 'Microphone', 'Bookshelf speakers', 'Record player']);
  await page.goBack();
  await expect(names).toHaveCount(4);
  // Another shelf keeps the prices.
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Carry' }).click();
  await expect(page).toHaveURL('/?category=carry&min=70&max=240&available=1&sort=price');
});

test('a search in vain leads to what finds something', async ({ page, shop }) => {
  await shop.open('/?q=lamp+saxophone');
  await expect(page.getByText('Sorry, we found nothing.')).toBeVisible();
  await expectEveryLook(page);
  await page.getByRole('link', { name: 'Only “lamp”' }).click();
  await shop.expectHeading('Results for “lamp”');
});

test('a variant is chosen, bought, and named in the cart', async ({ page, shop }) => {
  await shop.open('/?q=tote');
  await expect(page.getByText('from $24.50')).toBeVisible();
  await page.getByRole('link', { name: 'Choose: Tote bag' }).click();
  await shop.expectHeading('Tote bag');
  await page.getByRole('navigation', { name: 'Size' }).getByRole('link', { name: 'large' }).click();
  await expect(page).toHaveURL('/products/tote-bag-large');
  await expect(page.getByRole('navigation', { name: 'Size' }).getByRole('link', { name: 'large' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('$29.50')).toBeVisible();
  await page.getByRole('navigation', { name: 'Colour' }).getByRole('link', { name: 'green' }).click();
  await expect(page).toHaveURL('/products/tote-bag-green-large');
  await expect(page.getByRole('button', { name: 'Add to cart: Tote bag, green, large' })).toHaveCount(0);
  await expectEveryLook(page);
  await page.goBack();
  await page.getByRole('button', { name: 'Add to cart: Tote bag, blue, large' }).click();
  await shop.open('/cart');
  await expect(page.getByRole('link', { name: 'Tote bag, blue, large' }).first()).toBeVisible();
});

test('a small picture shows the large one, by mouse and by keyboard', async ({ page, shop }) => {
  await shop.open('/products/backpack');
  const back = page.getByAltText('Its back: two padded blue straps');
  await expect(back).toBeHidden();
  await page.getByRole('radio', { name: 'Its back' }).check();
  await expect(back).toBeVisible();
  await expect(page.getByAltText('A green backpack with a front pocket')).toBeHidden();
  await page.keyboard.press('ArrowLeft');
  await expect(back).toBeHidden();
  await expectEveryLook(page);
});
