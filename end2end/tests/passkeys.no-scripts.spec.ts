/** Without scripts, a browser cannot use a passkey: the pages say so, and everything else works. */
import { expect, expectAccessible, test } from './fixture';
import { newAccount } from './shop';

test('the page of passkeys says that adding one needs scripts, and the log-in page offers none', async ({ page, shop }, testInfo) => {
  await shop.open('/login');
  await expect(page.getByRole('button', { name: 'Log in', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Log in with a passkey' })).toBeHidden();
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard/security/passkeys');
  await expect(page.getByText('To add a passkey, your browser has to run scripts.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden();
  await expectAccessible(page);
});
