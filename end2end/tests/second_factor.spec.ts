/** The second factor: set up with an app, needed for a log in, replaced by a recovery code, turned off. */
import { createHmac } from 'node:crypto';
import { expect, test } from './fixture';
import { expectEveryLook } from './looks';
import { newAccount, type Account, type Shop } from './shop';

/** Seconds for which an authenticator app shows one code. */
const STEP = 30;

/** An authenticator app (RFC 6238). It never gives a code twice, because the shop accepts each code once. */
class Phone {
  private shown = 0;

  constructor(private readonly secret: string) {}

  /** The current code, or the next one; the shop accepts the code of the next step, too. */
  code(): string {
    this.shown = Math.max(this.shown + 1, Math.floor(Date.now() / 1000 / STEP));
    const moment = Buffer.alloc(8);
    moment.writeBigUInt64BE(BigInt(this.shown));
    const mac = createHmac('sha1', decoded(this.secret)).update(moment).digest();
    const at = mac[19] & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}

/** Bytes of a text in base32 (RFC 4648). */
function decoded(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

async function toSecondFactor(shop: Shop): Promise<void> {
  await shop.open('/dashboard/security');
  const panel = shop.page.getByRole('region', { name: 'Second factor' });
  await panel.getByRole('link').click();
  await shop.expectHeading('Second factor');
}

/** Registers, and turns the second factor on; gives the app and the recovery codes. It checks each page on the way. */
async function guarded(
  shop: Shop,
  ada: Account,
  look: (shop: Shop) => Promise<void> = async () => {},
): Promise<{ phone: Phone; codes: string[] }> {
  const { page } = shop;
  await shop.prepareAccount(ada);
  await toSecondFactor(shop);
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('img', { name: 'QR code of the secret' })).toBeVisible();
  const secret = page.getByRole('region', { name: '1. Tell your app' }).getByRole('code');
  const phone = new Phone(((await secret.textContent()) ?? '').replaceAll(' ', ''));
  await look(shop);
  await page.getByRole('textbox', { name: 'Code' }).fill(phone.code());
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(shop.message('Your second factor is on.')).toBeVisible();
  const shown = page.getByRole('region', { name: 'Your recovery codes' }).getByRole('listitem');
  await expect(shown).toHaveCount(10);
  await look(shop);
  return { phone, codes: await shown.allTextContents() };
}

/** Sends the form of the page that asks for a code. */
async function giveCode(shop: Shop, code: string): Promise<void> {
  await shop.expectHeading('Enter your code');
  await shop.page.getByRole('textbox', { name: 'Code' }).fill(code);
  await shop.page.getByRole('button', { name: 'Log in', exact: true }).click();
}

const expectSightly = ({ page }: Shop): Promise<void> => expectEveryLook(page);

test('a log in asks for a code of the app, once it is set up', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/401/);
  const ada = newAccount(testInfo);
  const { phone } = await guarded(shop, ada, expectSightly);
  await shop.open('/dashboard/security/second-factor');
  await expect(page.getByRole('region', { name: 'Your recovery codes' })).toHaveCount(0);
  await expect(page.getByText('You have 10 recovery codes left.')).toBeVisible();
  await shop.logOut();

  await shop.open('/login?next=/cart');
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading('Enter your code');
  await expectSightly(shop);
  await shop.open('/dashboard');
  await shop.expectHeading('Log in');
  await shop.open('/login/code');
  await giveCode(shop, '000000');
  await expect(page.getByRole('alert')).toHaveText('This code does not work. Each code works only once: please wait for the next one.');
  await expect(page.getByRole('textbox', { name: 'Code' })).toHaveAttribute('aria-invalid', 'true');
  await giveCode(shop, phone.code());
  await shop.expectHeading('Your cart');
  await expect(page.getByRole('link', { name: ada.username })).toBeVisible();
});

test('whoever lost the phone logs in by a recovery code, once, and turns it off', async ({
  page,
  shop,
  expectConsole,
}, testInfo) => {
  expectConsole(/401/);
  const ada = newAccount(testInfo);
  const { codes } = await guarded(shop, ada);
  await shop.logOut();
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: ada.password });
  await giveCode(shop, codes[0].toLowerCase().replaceAll('-', ' '));
  await shop.expectHeading(`Hello, ${ada.username}`);
  await expect(shop.message('That recovery code is used up; 9 are left.')).toBeVisible();
  await shop.logOut();
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: ada.password });
  await giveCode(shop, codes[0]);
  await expect(page.getByRole('alert')).toContainText('This code does not work');
  await giveCode(shop, codes[1]);
  await shop.expectHeading(`Hello, ${ada.username}`);

  await toSecondFactor(shop);
  await page.getByRole('button', { name: 'Make ten new ones' }).click();
  await expect(page.getByRole('region', { name: 'Your recovery codes' }).getByRole('listitem')).toHaveCount(10);
  await page.getByRole('button', { name: 'Turn it off' }).click();
  await expect(shop.message('Your second factor is off.')).toBeVisible();
  await expectSightly(shop);
  await shop.logOut();
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading(`Hello, ${ada.username}`);
});

test('half way one can begin again as somebody else', async ({ page, shop }, testInfo) => {
  const ada = newAccount(testInfo);
  await guarded(shop, ada);
  await shop.logOut();
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading('Enter your code');
  await page.getByRole('link', { name: 'Log in as somebody else' }).click();
  await shop.expectHeading('Log in');
  await shop.logIn({ login: 'admin', password: 'password123' });
  await shop.expectHeading('Hello, admin');
  await shop.open('/login/code');
  await shop.expectHeading('Hello, admin');
});
