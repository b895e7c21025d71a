/**
 * Passkeys, with a virtual device of Chromium: added, used to log in, refused, removed. `passkeys.no-scripts.spec.ts` tests what
 * pages show without scripts.
 */
import { type CDPSession, type Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixture';
import { newAccount } from './shop';

const PAGE = '/dashboard/security/passkeys';

/** A virtual device that is built into this machine and verifies its user at once. */
async function withDevice(page: Page): Promise<{ session: CDPSession; authenticatorId: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  return { session, authenticatorId };
}

test('a passkey is added, logs in, and is removed', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/401/);
  // It runs axe on each page, which takes a while.
  test.slow();
  await withDevice(page);
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open('/dashboard/security');
  await page.getByRole('link', { name: 'Your passkeys' }).click();
  await shop.expectHeading('Your passkeys');
  await expect(page.getByText('your browser has to run scripts')).toBeHidden();
  await expectAccessible(page);
  await page.getByLabel('Name').fill('My laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(shop.message('The passkey was added.')).toBeVisible();
  const passkeys = page.getByRole('list', { name: 'Your passkeys' });
  await expect(passkeys.getByRole('heading', { name: 'My laptop' })).toBeVisible();
  await expect(passkeys).toContainText('Not used yet.');
  await shop.ready();
  await expectAccessible(page);

  // The same device cannot be added twice.
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText('This device has a passkey for your account already.');
  await expectAccessible(page);

  await shop.logOut();
  await shop.open('/login?next=/cart');
  await page.getByLabel('Remember me on this device').check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await shop.expectHeading('Your cart');
  await shop.open('/dashboard');
  const login = page.getByRole('region', { name: 'This login' });
  await expect(login).toContainText('with a passkey, remembered on this device.');

  await shop.open(PAGE);
  await expect(passkeys).toContainText('Last used');
  await passkeys.getByRole('link', { name: 'Remove My laptop' }).click();
  await expect(page.getByRole('heading', { name: 'Remove “My laptop”?' })).toBeVisible();
  await shop.ready();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove the passkey' }).click();
  await expect(shop.message('The passkey was removed.')).toBeVisible();
  await expect(passkeys.getByRole('listitem')).toHaveCount(0);

  await shop.logOut();
  await shop.open('/login');
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText(
    'This passkey does not work here. Please try another one, or log in with your password.',
  );
  await expectAccessible(page);
});

test('a device that does not verify its user does not log in, and one that has no passkey says so', async ({ page, shop }, testInfo) => {
  const { session, authenticatorId } = await withDevice(page);
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open(PAGE);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(shop.message('The passkey was added.')).toBeVisible();
  await shop.ready();
  await shop.logOut();
  await shop.open('/login');
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const logIn = page.getByRole('button', { name: 'Log in with a passkey' });
  const alert = page.getByRole('alert').filter({ hasText: 'Nothing was done' });
  await logIn.click();
  await expect(alert).toBeVisible();
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await session.send('WebAuthn.clearCredentials', { authenticatorId });
  await logIn.click();
  await expect(alert).toBeVisible();
  await expect(page.getByRole('link', { name: 'Log in', exact: true })).toBeVisible();
});

test('a browser without passkeys is told so, and has no button for them', async ({ page, shop }, testInfo) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'PublicKeyCredential', { value: undefined });
  });
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await shop.open(PAGE);
  await expect(page.getByText('This browser does not support passkeys here.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden();
  await expectAccessible(page);
  await shop.logOut();
  await shop.open('/login');
  await expect(page.getByRole('button', { name: 'Log in with a passkey' })).toBeHidden();
});
