/**
 * The shop as a visitor uses it. This class hides what differs with and without scripts: whether a page reloads, and where a message
 * appears. Every action waits for the server's answer, so that no action overtakes the one before it.
 */
import { randomUUID } from 'node:crypto';
import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';

export type Account = { username: string; email: string; password: string };

/** The account that every demo shop has; the log-in page shows it. */
export const DEMO = { login: 'admin', password: 'password123' };

/** A buyer, by the labels of the fields of an address. */
export const BUYER = {
  'E-mail': 'buyer@example.com',
  Name: 'Ada Lovelace',
  'Street and number': "12 St James's Square",
  'Postal code': 'SW1Y 4JH',
  City: 'London',
  Country: 'United Kingdom',
};

/** An account that nobody has yet. Its name contains the name of the Playwright project, so that a trace shows which run made it. */
export function newAccount(testInfo: TestInfo): Account {
  const username = `ada-${testInfo.project.name}-${randomUUID().slice(0, 8)}`;
  return { username, email: `${username}@example.com`, password: 'violet tram under snow' };
}

export class Shop {
  constructor(
    readonly page: Page,
    private readonly scripts: boolean,
  ) {}

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.ready();
  }

  /**
   * Waits until the islands work. A click before that sends the plain form. A visitor hardly notices that, but a test of the islands
   * would. The last island of the page sets this mark, after all lazy islands before it are ready.
   */
  async ready(): Promise<void> {
    if (!this.scripts) return;
    await this.page.waitForFunction(() => document.documentElement.dataset.islands === 'alive');
  }

  /** Waits until a tab of this origin listens to the session's events. */
  async expectStream(): Promise<void> {
    await expect
      .poll(() => this.page.evaluate(async () => (await navigator.locks.query()).held?.map((lock) => lock.name)))
      .toEqual(['session-events']);
  }

  badge(): Locator {
    return this.page.getByRole('link', { name: /^Cart, / });
  }

  async expectPieces(count: number): Promise<void> {
    const name = count === 0 ? 'Cart, empty' : count === 1 ? 'Cart, 1 item' : `Cart, ${count} items`;
    await expect(this.badge()).toHaveAccessibleName(name);
  }

  /** A message of the shop, on the page or at its foot. */
  message(text: string): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** A refusal of the shop: an announcement with scripts, an alert on the page without. */
  refusal(text: string): Locator {
    return this.page.getByRole(this.scripts ? 'status' : 'alert').filter({ hasText: text });
  }

  addButton(product: string): Locator {
    return this.page.getByRole('button', { name: `Add to cart: ${product}`, exact: true });
  }

  likeButton(product: string): Locator {
    return this.page.getByRole('button', { name: `Like: ${product}`, exact: true });
  }

  unlikeButton(product: string): Locator {
    return this.page.getByRole('button', { name: `Unlike: ${product}`, exact: true });
  }

  /** Clicks the heart of a product, or presses a key on it. */
  async like(product: string, key?: string): Promise<void> {
    const button = this.likeButton(product);
    await this.send(() => (key ? button.press(key) : button.click()));
  }

  async unlike(product: string): Promise<void> {
    await this.send(() => this.unlikeButton(product).click());
  }

  /** The link to the likes, which exists when something is liked. */
  likesLink(): Locator {
    return this.page.getByRole('link', { name: /^Likes, / });
  }

  async expectLikes(count: number): Promise<void> {
    await expect(this.likesLink()).toHaveAccessibleName(`Likes, ${count}`);
  }

  /** Adds one piece of a product, from a list. */
  async add(product: string): Promise<void> {
    const before = await this.pieces();
    await this.send(() => this.addButton(product).click());
    await this.expectPieces(before + 1);
  }

  /** Adds this many pieces on the product's own page; the server may refuse. */
  async askFor(product: string, pieces: number): Promise<void> {
    await this.page.getByLabel('Quantity', { exact: true }).fill(String(pieces));
    await this.send(() => this.addButton(product).click());
  }

  async openCart(): Promise<void> {
    await this.badge().click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Your cart');
    await this.ready();
  }

  lines(): Locator {
    return this.page.getByRole('list', { name: 'Products in your cart' });
  }

  line(product: string): Locator {
    const name = this.page.getByRole('link', { name: product, exact: true });
    return this.lines().getByRole('listitem').filter({ has: name });
  }

  async expectLines(products: string[]): Promise<void> {
    await expect(this.lines().getByRole('link')).toHaveText(products);
  }

  async expectTotal(total: string): Promise<void> {
    await expect(this.page.getByRole('paragraph').filter({ hasText: 'Total for' })).toContainText(total);
  }

  quantity(product: string): Locator {
    return this.page.getByRole('spinbutton', { name: `Quantity of ${product}`, exact: true });
  }

  /** Types a quantity and presses Enter. */
  async typeQuantity(product: string, pieces: number): Promise<void> {
    await this.quantity(product).fill(String(pieces));
    await this.send(() => this.quantity(product).press('Enter'));
  }

  /** `One more`, `One less` or `Remove`. */
  async press(button: string, product: string): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: `${button} ${product}`, exact: true }).click());
  }

  /** Presses a button of a line: `Keep for later`, `Move to cart` or `Remove from later`. */
  async move(button: string, product: string): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: `${button}: ${product}`, exact: true }).click());
  }

  /** The list of what is kept for later; hidden if it is empty. */
  later(): Locator {
    return this.page.getByRole('region', { name: 'Kept for later' });
  }

  async expectLater(products: string[]): Promise<void> {
    await expect(this.later().getByRole('link')).toHaveText(products);
  }

  async empty(): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: 'Empty the cart' }).click());
  }

  undoButton(): Locator {
    return this.page.getByRole('button', { name: 'Undo', exact: true });
  }

  async undo(): Promise<void> {
    await this.send(() => this.undoButton().click());
    await expect(this.message('What you removed is back in your cart.')).toBeVisible();
  }

  /** The button that undoes a removal and stays on the cart page after the message is gone. */
  bringBackButton(): Locator {
    return this.page.getByRole('button', { name: 'Bring back what was removed' });
  }

  /** Fills in fields by their labels. */
  async fillIn(fields: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await this.field(label).fill(text);
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** A delivery or a way to pay, by a part of its name. */
  choice(name: string): Locator {
    return this.page.getByRole('radio', { name });
  }

  /** Sends a form by its button; the server may refuse. */
  async sendForm(button: string): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: button }).click());
  }

  /** Expects a step of the checkout; all of them have the same heading. */
  async expectStep(step: 'Address' | 'Delivery' | 'Review'): Promise<void> {
    await expect(this.page).toHaveTitle(`Check out: ${step} · Satchel`);
    await this.ready();
  }

  /** Puts one piece of a product into the cart, without a page. */
  async prepareCart(product: string): Promise<void> {
    await this.call('add_to_cart', { product, quantity: '1' });
  }

  /** Logs in, without a page. */
  async prepareLogin({ login, password }: { login: string; password: string }): Promise<void> {
    await this.call('log_in', { login, password });
  }

  /** Makes an account and logs in to it, without a page. */
  async prepareAccount({ username, email, password }: Account): Promise<void> {
    await this.call('register', { username, email, password });
  }

  /**
   * Puts a water bottle for $22.00 into the cart, and fills in the checkout up to its last step: without the pages before it, and so in
   * any language. Other tests look at the stock of other products.
   */
  async prepareCheckout(): Promise<void> {
    const [email, name, street, postal_code, city, country] = Object.values(BUYER);
    await this.prepareCart('water-bottle');
    await this.call('save_address', { email, name, street, postal_code, city, country });
    await this.call('choose_delivery', { delivery: 'standard' });
  }

  /** From nothing to the page of an order for $26.90; gives its number. */
  async order(): Promise<string> {
    await this.prepareCheckout();
    await this.open('/checkout/review');
    await this.sendForm('Order and pay $26.90');
    return this.expectOrder();
  }

  /** Expects the page of an order, and gives its number. */
  async expectOrder(): Promise<string> {
    const heading = this.page.getByRole('heading', { level: 1, name: /^Order [0-9A-Z]{5}-[0-9A-Z]{5}$/ });
    await expect(heading).toBeVisible();
    await this.ready();
    return ((await heading.textContent()) ?? '').replace('Order ', '');
  }

  /** An amount of what an order costs, by the whole name of its row. */
  sum(of: string): Locator {
    const header = this.page.getByRole('rowheader', { name: of, exact: true });
    return this.page.getByRole('table', { name: 'What it costs' }).getByRole('row').filter({ has: header }).getByRole('cell');
  }

  /** The panel of the dashboard. */
  orders(): Locator {
    return this.page.getByRole('region', { name: 'Your orders' });
  }

  async register({ username, email, password }: Account): Promise<void> {
    await this.open('/register');
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.send(() => this.page.getByRole('button', { name: 'Create account' }).click());
  }

  /** On the log-in page: sends the form; the server may refuse. */
  async logIn({ login, password }: { login: string; password: string }): Promise<void> {
    await this.ready();
    await this.page.getByLabel('User name or e-mail').fill(login);
    await this.page.getByLabel('Password').fill(password);
    await this.send(() => this.page.getByRole('button', { name: 'Log in', exact: true }).click());
  }

  async logOut(): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: 'Log out', exact: true }).click());
    await expect(this.page.getByRole('link', { name: 'Log in', exact: true })).toBeVisible();
    await this.ready();
  }

  /** Registers, and confirms the e-mail address by the link that was mailed. */
  async registerConfirmed(account: Account): Promise<void> {
    await this.register(account);
    await this.expectHeading(`Hello, ${account.username}`);
    await this.openLinkOfMail(account.email, 'Please confirm your e-mail address');
    await this.page.getByRole('button', { name: 'Confirm the address' }).click();
    await expect(this.message('The e-mail address is confirmed.')).toBeVisible();
  }

  /** Opens the link in the newest mail to an address; a demo shows its mails instead of sending them. */
  async openLinkOfMail(recipient: string, subject: string): Promise<string> {
    await this.open('/dev/mailbox');
    const heading = this.page.getByRole('heading', { level: 2, name: subject });
    const mails = this.page.getByRole('listitem').filter({ has: heading, hasText: `To ${recipient}` });
    const link = (await mails.first().getByRole('link').first().getAttribute('href')) ?? '';
    await this.open(link);
    return link;
  }

  /** Expects this page, with or without a correlation id in its address. */
  async expectAddress(path: string): Promise<void> {
    await expect(async () => {
      const { pathname, search } = new URL(this.page.url());
      expect(pathname + search.replace(/[?&]correlation=[0-9a-f]+$/, '')).toBe(path);
    }).toPass({ timeout: 5_000 });
  }

  async expectHeading(text: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(text);
    await this.ready();
  }

  /** Calls an endpoint as a program does, in the session of the page. */
  async call(endpoint: string, form: Record<string, string>): Promise<void> {
    const answer = await this.page.request.post(`/api/${endpoint}`, { form, headers: { accept: 'application/json' } });
    expect(answer.status(), endpoint).toBe(200);
  }

  private async pieces(): Promise<number> {
    const name = (await this.badge().getAttribute('aria-label')) ?? '';
    return Number(/\d+/.exec(name)?.[0] ?? 0);
  }

  /** Does something that calls an endpoint, by script or by form, and waits for the answer. What a page says by itself is no such call. */
  private async send(act: () => Promise<void>): Promise<void> {
    await this.ready();
    const answered = this.page.waitForResponse(
      (response) => response.request().method() === 'POST' && /^\/api\/(?!look_at$)/.test(new URL(response.url()).pathname),
    );
    await Promise.all([answered, act()]);
  }
}
