/** Light or dark with scripts: the page changes at once, and changes back if the server refuses. */
import { expect, test } from './fixture';

test('a theme is shown at once and the page stays', async ({ page, shop }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await shop.open('/');
  const loaded = await page.evaluate(() => performance.timeOrigin);
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('The shop is dark from now on.')).toHaveCount(0);
});

test('a theme that could not be kept is taken back and said', async ({ page, shop, expectConsole }) => {
  expectConsole(/503/);
  await page.emulateMedia({ colorScheme: 'light' });
  await shop.open('/');
  const busy = { error: 'busy', message: 'The shop is very busy right now.' };
  await page.route('**/api/set_preferences', (route) => route.fulfill({ status: 503, json: busy }));
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(shop.refusal('The shop is very busy right now.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'System', exact: true })).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(252, 246, 235)');
});
