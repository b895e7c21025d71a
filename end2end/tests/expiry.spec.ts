/** A session that lives for ten seconds, on the page of a demo that shows a session. It takes as long. */
import { expect, test } from './fixture';

test('a session of ten seconds expires before one\'s eyes', async ({ page, scripts, shop }) => {
  await shop.open('/debug/session');
  await page.getByRole('button', { name: 'Play the expiry' }).click();
  await expect(page.getByText('Still under way.')).toBeVisible();
  // With scripts, the page updates itself.
  if (!scripts) {
    await page.waitForTimeout(11_000);
    await page.getByRole('link', { name: 'Load this page again' }).click();
  }
  await expect(page.getByText('The shop held.')).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('I do not know you')).toBeVisible();
});
