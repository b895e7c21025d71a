/** Registering, logging in and logging out. */
import { expect, test } from './fixture';
import { DEMO, newAccount } from './shop';

const WRONG = 'The user name or password is not right. Please try again.';

test('a wrong password and an unknown account get the same sentence', async ({ page, shop, expectConsole }) => {
  expectConsole(/401/);
  for (const login of ['admin', 'nobody-at-all']) {
    await shop.open('/login');
    await shop.logIn({ login, password: 'not the password' });
    await expect(page.getByRole('alert')).toHaveText(WRONG);
    await shop.expectHeading('Log in');
  }
});

test('after a wrong password the log-in form can be used again', async ({ page, scripts, shop, expectConsole }) => {
  expectConsole(/401/);
  await shop.open('/login?next=/cart');
  await shop.logIn({ login: DEMO.login, password: 'not the password' });
  await expect(page.getByRole('alert')).toHaveText(WRONG);
  // A plain form leads to a new page, which gets the typed text from the session and not from its address.
  await expect(page.getByLabel('User name or e-mail')).toHaveValue(DEMO.login);
  await expect(page.getByLabel('Password')).toHaveValue(scripts ? 'not the password' : '');
  expect(page.url()).not.toContain(DEMO.login);
  expect(page.url()).not.toContain('password');
  await shop.logIn(DEMO);
  await shop.expectHeading('Your cart');
});

test('a user name that is taken is said, and its field is marked', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/409/);
  const ada = newAccount(testInfo);
  await shop.register({ ...ada, username: 'Admin' });
  const sentence = 'This user name is taken. Please choose another one.';
  await expect(page.getByRole('alert')).toHaveText(sentence);
  await expect(page.getByLabel('User name')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('User name')).toHaveAccessibleErrorMessage(sentence);
  await expect(page.getByLabel('E-mail')).not.toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('E-mail')).toHaveValue(ada.email);
  await expect(page.getByLabel('User name')).toBeFocused();
});

test('a password that is easy to guess is refused', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/422/);
  await shop.register({ ...newAccount(testInfo), password: 'password123' });
  const sentence = 'This password is easy to guess. A few unrelated words make a better one.';
  await expect(page.getByRole('alert')).toHaveText(sentence);
  await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
});

test('who registered can log in again, by name and by confirmed e-mail, in any case', async ({ shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await shop.register(ada);
  await shop.expectHeading(`Hello, ${ada.username}`);
  await shop.openLinkOfMail(ada.email, 'Please confirm your e-mail address');
  await shop.expectHeading('Confirm your e-mail address');
  await shop.page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(shop.message('The e-mail address is confirmed.')).toBeVisible();
  for (const login of [ada.username.toUpperCase(), ada.email]) {
    await shop.logOut();
    await shop.open('/login');
    await shop.logIn({ login, password: ada.password });
    await shop.expectHeading(`Hello, ${ada.username}`);
  }
});

test('the dashboard asks a guest to log in and is shown afterwards', async ({ page, shop }) => {
  await shop.open('/dashboard');
  await expect(page).toHaveURL('/login?next=/dashboard');
  await shop.expectHeading('Log in');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await shop.expectAddress('/dashboard');
});

test('the way to the register page keeps where one was going', async ({ page, shop }, testInfo) => {
  await shop.open('/login?next=/cart');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await shop.expectHeading('Create an account');
  const ada = newAccount(testInfo);
  await page.getByLabel('User name').fill(ada.username);
  await page.getByLabel('E-mail').fill(ada.email);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await shop.expectHeading('Your cart');
  await expect(page.getByRole('link', { name: ada.username })).toBeVisible();
});

test('whoever is logged in is led past the log-in and register pages', async ({ page, shop }) => {
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  for (const path of ['/login', '/register']) {
    await shop.open(path);
    await shop.expectHeading('Hello, admin');
    await expect(page).toHaveURL('/dashboard');
  }
});

test('the demonstration account on the log-in page works, and can be remembered', async ({ page, shop }) => {
  await shop.open('/login');
  const shown = page.getByRole('complementary', { name: 'Demonstration account' });
  await expect(shown).toContainText(`Try it as ${DEMO.login} with the password ${DEMO.password}`);
  await page.getByLabel('Remember me on this device').check();
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  const login = page.getByRole('region', { name: 'This login' });
  await expect(login).toContainText('with your password, remembered on this device.');
});

test('a login is not remembered unless that was asked for', async ({ page, shop }) => {
  await shop.open('/login');
  await shop.logIn(DEMO);
  const login = page.getByRole('region', { name: 'This login' });
  await expect(login).toContainText('with your password.');
});

test('the cart of a guest is still there after logging in', async ({ shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login?next=/cart');
  await shop.logIn(DEMO);
  await shop.expectHeading('Your cart');
  await shop.expectLines(['Laptop']);
});

test('logging out takes the cart along', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await page.getByRole('button', { name: 'Log out here' }).click();
  await shop.expectHeading('Things worth carrying');
  await shop.expectPieces(0);
  await expect(page.getByText('admin')).toHaveCount(0);
});

test('logging out can leave the cart on this device', async ({ page, shop }) => {
  await shop.open('/');
  await shop.add('Laptop');
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await page.getByLabel('Keep my cart and likes on this device').check();
  await page.getByRole('button', { name: 'Log out here' }).click();
  await expect(shop.message('You are logged out. Your cart is still here.')).toBeVisible();
  await expect(page.getByText('admin')).toHaveCount(0);
  await shop.expectPieces(1);
  await shop.openCart();
  await shop.expectLines(['Laptop']);
});

test('a forgotten password is set anew by a link, once', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/410/);
  const ada = newAccount(testInfo);
  await shop.registerConfirmed(ada);
  await shop.logOut();
  await shop.open('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await shop.expectHeading('Forgot your password?');
  await page.getByLabel('User name or e-mail').fill(ada.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await shop.expectHeading('Check your mailbox');
  const link = await shop.openLinkOfMail(ada.email, 'Set a new password');
  await shop.expectHeading('Set a new password');
  const password = 'orange kite over water';
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await shop.expectHeading('Log in');
  await shop.logIn({ login: ada.email, password });
  await shop.expectHeading(`Hello, ${ada.username}`);
  await shop.open(link);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('alert')).toHaveText('This link does not work. Please ask for a new one.');
});

test('an account can be deleted by its owner', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/401/);
  const ada = newAccount(testInfo);
  await shop.register(ada);
  await shop.expectHeading(`Hello, ${ada.username}`);
  await page.getByRole('link', { name: 'Your account' }).click();
  await shop.expectHeading('Your account');
  await page.getByLabel('I am sure').check();
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await shop.expectHeading('Things worth carrying');
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: ada.password });
  await expect(page.getByRole('alert')).toHaveText(WRONG);
});
