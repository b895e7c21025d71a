/** Two nodes of one shop: what a tab of one node changes, a tab of the other shows within a second. */
import { expect, test } from './nodes';
import { newAccount, Shop } from './shop';

const SOON = { timeout: 1_000 };

test('the cart, the likes and the end of a login show in the tab of another node', async ({ context, shop, nodes: [, second] }, testInfo) => {
  const account = newAccount(testInfo);
  await shop.register(account);
  // The page is on its way there.
  await shop.expectHeading(`Hello, ${account.username}`);
  await shop.open('/');
  await shop.add('Mug');

  const other = new Shop(await context.newPage(), true);
  await other.open(`${second}/cart`);
  await other.expectLines(['Mug']);
  await other.expectStream();

  await shop.add('Mug');
  await expect(other.quantity('Mug')).toHaveValue('2', SOON);
  await shop.like('Phone');
  await expect(other.likesLink()).toHaveAccessibleName('Likes, 1', SOON);
  await shop.expectStream();
  await other.typeQuantity('Mug', 7);
  await expect(shop.badge()).toHaveAccessibleName('Cart, 7 items', SOON);
  await shop.logOut();
  await expect(other.page.getByRole('alert').filter({ hasText: 'You are logged out.' })).toBeVisible(SOON);
});
