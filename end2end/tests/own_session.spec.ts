/** The page about what the server knows: a visitor reads it, downloads it, and deletes it. */
import { readFile } from 'node:fs/promises';
import { expect, expectAccessible, expectAccessibleInBothColours, expectFits, test } from './fixture';

const HEADING = 'What the server knows about you';

test('a stranger reads that nothing is kept, and nothing is', async ({ context, page, shop }) => {
  await shop.open('/');
  await page.getByRole('link', { name: HEADING }).click();
  await shop.expectHeading(HEADING);
  await expect(page.getByText('Nothing. You have no session here.')).toBeVisible();
  await expectAccessible(page);
  expect(await context.cookies()).toEqual([]);
});

test('a guest reads, takes along and deletes what is kept', async ({ context, page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.add('Mug');
  await shop.openCart();
  await shop.press('Remove', 'Mug');
  await shop.open('/session');
  await shop.expectHeading(HEADING);
  await expect(page.getByText('1 × Laptop, seen at')).toBeVisible();
  await expect(page.getByText('1 × Mug, seen at')).toBeVisible();
  await expectAccessibleInBothColours(page);
  await expectFits(page);

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toBe('satchel-session.json');
  const file = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(file).session.data.cart.lines[0].product).toBe('laptop');
  const id = (await context.cookies()).find((cookie) => cookie.name === 'id')?.value ?? 'none';
  expect(file).not.toContain(id);
  expect(await page.content()).not.toContain(id);

  await page.getByRole('button', { name: 'Delete what was removed from your cart' }).click();
  await shop.expectHeading(HEADING);
  await expect(page.getByRole('status').filter({ hasText: 'Deleted: what was removed from your cart.' })).toBeVisible();
  await expect(page.getByText('1 × Mug, seen at')).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete your cart' }).click();
  await shop.expectHeading(HEADING);
  await shop.expectPieces(0);
  await expect(page.getByText('It is empty.')).toBeVisible();

  const main = page.getByRole('main');
  await main.getByText('Forget me').click();
  await main.getByRole('button', { name: 'Delete it all' }).click();
  await expect(page).toHaveURL(/\/$/);
  await shop.open('/session');
  await expect(page.getByText('Nothing. You have no session here.')).toBeVisible();
  expect(await context.cookies()).toEqual([]);
});
