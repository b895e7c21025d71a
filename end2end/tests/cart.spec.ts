/** The cart works for everybody: by plain forms without scripts, and with scripts and the same messages. */
import { expect, test } from './fixture';

test('a product goes into the cart from the list', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await expect(shop.message('Mug was added to your cart.')).toBeVisible();
  await shop.openCart();
  await shop.expectLines(['Mug']);
  await expect(shop.quantity('Mug')).toHaveValue('1');
  await shop.expectTotal('$16.00');
});

test('a product goes into the cart from its own page, as many as asked for', async ({ shop }) => {
  await shop.open('/products/laptop');
  await shop.askFor('Laptop', 12);
  await expect(shop.message('12 × Laptop were added to your cart.')).toBeVisible();
  await shop.expectHeading('Laptop');
  await shop.expectPieces(12);
  await shop.askFor('Laptop', 3);
  await shop.expectPieces(15);
  await shop.openCart();
  await expect(shop.quantity('Laptop')).toHaveValue('15');
  await expect(shop.line('Laptop')).toContainText('$999.99');
  await shop.expectTotal('$14,999.85');
});

test('the cart is the same after a reload and on every page', async ({ page, shop }) => {
  await shop.open('/products/mug');
  await shop.askFor('Mug', 2);
  await shop.expectPieces(2);
  for (const path of ['/', '/products/phone', '/login', '/register', '/cart']) {
    await shop.open(path);
    await shop.expectPieces(2);
  }
  await page.reload();
  await shop.expectLines(['Mug']);
  await shop.expectTotal('$32.00');
});

test('a quantity typed in the cart is what the line holds', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await shop.typeQuantity('Mug', 40);
  await expect(shop.message('You now have 40 × Mug in your cart.')).toBeVisible();
  await expect(shop.line('Mug')).toContainText('$640.00');
  await shop.expectTotal('$652.80');
  await shop.expectPieces(41);
  await page.reload();
  await expect(shop.quantity('Mug')).toHaveValue('40');
});

test('a quantity of nothing takes the line out', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await shop.typeQuantity('Mug', 0);
  await expect(shop.message('Mug was removed.')).toBeVisible();
  await shop.expectLines(['Notebook']);
});

test('+ and − change a line by one', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await shop.press('One more', 'Mug');
  await expect(shop.message('You now have 2 × Mug in your cart.')).toBeVisible();
  await expect(shop.quantity('Mug')).toHaveValue('2');
  await shop.press('One more', 'Mug');
  await expect(shop.message('You now have 3 × Mug in your cart.')).toBeVisible();
  await shop.expectTotal('$48.00');
  await shop.press('One less', 'Mug');
  await expect(shop.message('You now have 2 × Mug in your cart.')).toBeVisible();
  await expect(shop.quantity('Mug')).toHaveValue('2');
  await shop.expectTotal('$32.00');
});

test('− on the last piece takes the line out, which can be undone', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await shop.press('One less', 'Mug');
  await expect(shop.message('Mug was removed.')).toBeVisible();
  await shop.expectLines(['Notebook']);
  await shop.expectPieces(1);
  await shop.undo();
  await shop.expectLines(['Mug', 'Notebook']);
  await shop.expectTotal('$28.80');
});

test('an emptied cart can be brought back at once', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await shop.press('One more', 'Mug');
  await shop.expectPieces(3);
  await shop.empty();
  await expect(shop.message('Your cart was emptied.')).toBeVisible();
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await shop.expectPieces(0);
  await shop.undo();
  await shop.expectLines(['Mug', 'Notebook']);
  await expect(shop.quantity('Mug')).toHaveValue('2');
  await shop.expectTotal('$44.80');
});

test('what was removed can be brought back later, too', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.add('Notebook');
  await shop.openCart();
  await expect(shop.bringBackButton()).toBeHidden();
  await shop.empty();
  await shop.expectPieces(0);
  await shop.open('/products/phone');
  await shop.openCart();
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await shop.bringBackButton().click();
  await expect(shop.message('What you removed is back in your cart.')).toBeVisible();
  await shop.expectLines(['Mug', 'Notebook']);
  await expect(shop.bringBackButton()).toBeHidden();
  await expect(shop.line('Mug').getByRole('presentation')).toHaveAttribute('src', /^\/pictures\/mug\.svg\?v=[0-9a-f]{16}$/);
});

test('an empty cart says so and leads back to the shop', async ({ page, shop }) => {
  await shop.open('/cart');
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await expect(page.getByText('Total for')).toBeHidden();
  await page.getByRole('link', { name: 'Find something nice' }).click();
  await shop.expectHeading('Things worth carrying');
});

test('more than 99 of one product are refused with a sentence, and nothing changes', async ({
  page,
  shop,
  expectConsole,
}) => {
  expectConsole(/422/);
  await shop.open('/products/mug');
  await shop.askFor('Mug', 60);
  await expect(shop.message('60 × Mug were added to your cart.')).toBeVisible();
  await shop.askFor('Mug', 60);
  const sentence = 'Your cart can hold at most 99 of one product, so nothing was added.';
  await expect(shop.refusal(sentence)).toBeVisible();
  await shop.expectHeading('Mug');
  await shop.expectPieces(60);
  await shop.openCart();
  await expect(page.getByText(sentence)).toHaveCount(0);
  await expect(shop.quantity('Mug')).toHaveValue('60');
});

test('a full line has no "one more"', async ({ page, shop }) => {
  await shop.open('/products/mug');
  await shop.askFor('Mug', 99);
  await shop.expectPieces(99);
  await shop.openCart();
  await expect(page.getByRole('button', { name: 'One more Mug' })).toBeDisabled();
  await shop.press('One less', 'Mug');
  await shop.expectPieces(98);
  await expect(page.getByRole('button', { name: 'One more Mug' })).toBeEnabled();
});

test('the cart says when fewer are left than it holds, until it holds fewer', async ({ page, shop }) => {
  await shop.open('/products/studio-computer');
  await shop.askFor('Studio computer', 5);
  await shop.expectPieces(5);
  await shop.openCart();
  const notice = page.getByText('Only 3 of Studio computer are left: you cannot order more.');
  await expect(notice).toBeVisible();
  await shop.typeQuantity('Studio computer', 3);
  await shop.expectPieces(3);
  await expect(notice).toBeHidden();
  await shop.press('One more', 'Studio computer');
  await shop.expectPieces(4);
  await expect(notice).toBeVisible();
});
