/** What a visitor looked at last leads back to it, from the next product and from a search without results. */
import { expect, expectFits, test } from './fixture';
import { expectEveryLook } from './looks';
import type { Page } from '@playwright/test';

function viewed(page: Page) {
  return page.getByRole('region', { name: 'Recently viewed' });
}

test('a visitor with a cart comes back to what they looked at', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.open('/products/laptop');
  await expect(viewed(page)).toHaveCount(0);
  await shop.open('/products/desk-lamp');
  await shop.open('/products/radio');
  const links = viewed(page).getByRole('link');
  await expect(links).toHaveCount(2);
  await expect(links.first()).toHaveAccessibleName(/^Desk lamp \$/);
  await expectEveryLook(page);
  await expectFits(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectFits(page);
  await links.filter({ hasText: 'Laptop' }).click();
  await shop.expectHeading('Laptop');

  await shop.open('/?q=unicorn');
  await expect(page.getByText('Sorry, we found nothing.')).toBeVisible();
  await expect(viewed(page).getByRole('link')).toHaveCount(3);
  await expectEveryLook(page);
  await expectFits(page);
});

test('whoever has no session is shown none, and gets none by looking', async ({ context, page, shop }) => {
  await shop.open('/products/laptop');
  await shop.open('/products/desk-lamp');
  await shop.open('/?q=unicorn');
  await expect(page.getByText('Sorry, we found nothing.')).toBeVisible();
  await expect(viewed(page)).toHaveCount(0);
  expect(await context.cookies()).toEqual([]);
});

test('what was looked at is deleted on the page of the session', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Mug');
  await shop.open('/products/laptop');
  await shop.open('/session');
  await expect(viewed(page).getByRole('listitem')).toHaveText(['Laptop']);
  await page.getByRole('button', { name: 'Delete what you looked at' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Deleted: what you looked at.' })).toBeVisible();
  await shop.open('/?q=unicorn');
  await expect(viewed(page)).toHaveCount(0);
});
