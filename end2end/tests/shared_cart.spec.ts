/** A cart that is shared by a link, with and without scripts. */
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';
import { Shop } from './shop';

test('a friend sees what a link would add, and adds it by a click', async ({ browser, page, shop, scripts, baseURL }) => {
  await shop.open('/products/mug');
  await shop.askFor('Mug', 2);
  await shop.expectPieces(2);
  await shop.openCart();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const field = page.getByLabel('Link to this cart');
  await expect(field).toHaveValue(/\/cart\/shared\?link=[A-Za-z0-9_-]+$/);
  await expect(field).not.toBeEditable();
  await expectEveryLook(page);
  const link = await field.inputValue();

  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL });
  const friend = new Shop(await context.newPage(), scripts);
  await friend.open(link);
  await friend.expectHeading('A shared cart');
  await friend.expectPieces(0);
  await expect(friend.page.getByText('$32.00').first()).toBeVisible();
  expect(await context.cookies(), 'looking makes no session').toEqual([]);
  await expectEveryLook(friend.page);
  await friend.page.getByRole('button', { name: 'Add 2 items to my cart' }).click();
  await friend.expectHeading('Your cart');
  await expect(friend.message('2 items of the shared cart were added to yours.')).toBeVisible();
  await friend.expectPieces(2);
  await context.close();
});

test('the link can be copied where there are scripts', async ({ page, shop, scripts, context }) => {
  if (scripts) await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await shop.open('/');
  await shop.add('Mug');
  await shop.openCart();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const [field, copy] = [page.getByLabel('Link to this cart'), page.getByRole('button', { name: 'Copy link' })];
  await expect(field).toBeVisible();
  if (!scripts) {
    await expect(copy).toBeHidden();
    return;
  }
  await copy.click();
  await expect(shop.message('The link is copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await field.inputValue());
});

test('a link that was cut off says so', async ({ page, shop, expectConsole }) => {
  expectConsole(/404/);
  const answer = await page.goto('/cart/shared?link=abc');
  expect(answer?.status()).toBe(404);
  await shop.expectHeading('This link does not work');
  await expectEveryLook(page);
});
