/** Where the focus goes when the pressed button disappears; without scripts, each change loads a new page. */
import { expect, test } from './fixture';

test('the focus is never lost with the button that was pressed', async ({ page, shop }) => {
  await shop.open('/products/mug');
  await shop.addButton('Mug').press('Enter');
  await shop.openCart();

  await page.getByRole('button', { name: 'Remove Mug' }).press('Enter');
  await expect(shop.undoButton()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove Mug' })).toBeVisible();
  await expect(page.getByRole('main')).toBeFocused();

  await shop.quantity('Mug').fill('98');
  await shop.quantity('Mug').press('Enter');
  await page.getByRole('button', { name: 'One more Mug' }).press('Enter');
  await expect(shop.quantity('Mug')).toHaveValue('99');
  await expect(page.getByRole('main')).toBeFocused();
});
