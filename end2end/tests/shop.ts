/**
 * The shop as its visitor uses it. What differs with scripts and without is hidden here: whether a page reloads, and
 * where a message appears. Every act waits for the server's answer, so that no act overtakes the one before it.
 */
import { randomUUID } from 'node:crypto';
import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';

export type Account = { username: string; email: string; password: string };

/** The account every demo shop has; the log-in page shows it. */
export const DEMO = { login: 'admin', password: 'password123' };

/** An account nobody has yet, named after the project, so that a trace tells which run it belongs to. */
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
   * Waits until the islands react. A click before that sends the plain form, which a visitor hardly notices and a test
   * of the islands would. The last island of the page leaves this mark; lazy ones before it were waited for.
   */
  async ready(): Promise<void> {
    if (!this.scripts) return;
    await this.page.waitForFunction(() => document.documentElement.dataset.islands === 'alive');
  }

  badge(): Locator {
    return this.page.getByRole('link', { name: /^Cart, / });
  }

  async expectPieces(count: number): Promise<void> {
    const name = count === 0 ? 'Cart, empty' : count === 1 ? 'Cart, 1 item' : `Cart, ${count} items`;
    await expect(this.badge()).toHaveAccessibleName(name);
  }

  /** What the shop just said, on the page or at its foot. */
  message(text: string): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** Why the shop did not do what was asked: an announcement with scripts, an alert on the page without. */
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

  /** Presses the heart of a product, or the key on it. */
  async like(product: string, key?: string): Promise<void> {
    const button = this.likeButton(product);
    await this.send(() => (key ? button.press(key) : button.click()));
  }

  async unlike(product: string): Promise<void> {
    await this.send(() => this.unlikeButton(product).click());
  }

  /** The way to the likes, which is there once something is liked. */
  likesLink(): Locator {
    return this.page.getByRole('link', { name: /^Likes, / });
  }

  async expectLikes(count: number): Promise<void> {
    await expect(this.likesLink()).toHaveAccessibleName(`Likes, ${count}`);
  }

  /** Puts one piece in, from a list. */
  async add(product: string): Promise<void> {
    const before = await this.pieces();
    await this.send(() => this.addButton(product).click());
    await this.expectPieces(before + 1);
  }

  /** Asks for so many pieces on the product's own page, whatever the answer. */
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

  /** Types a quantity and presses Enter, which every browser takes for "that is it". */
  async typeQuantity(product: string, pieces: number): Promise<void> {
    await this.quantity(product).fill(String(pieces));
    await this.send(() => this.quantity(product).press('Enter'));
  }

  /** `One more`, `One less` or `Remove`. */
  async press(button: string, product: string): Promise<void> {
    await this.send(() => this.page.getByRole('button', { name: `${button} ${product}`, exact: true }).click());
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

  /** The undo that stays on the cart page after the message is gone. */
  bringBackButton(): Locator {
    return this.page.getByRole('button', { name: 'Bring back what was removed' });
  }

  async register({ username, email, password }: Account): Promise<void> {
    await this.open('/register');
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.send(() => this.page.getByRole('button', { name: 'Create account' }).click());
  }

  /** On the log-in page: sends the form, whatever the answer. */
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

  /** Follows the link of the newest mail to an address; a demo shows its mails instead of sending them. */
  async openLinkOfMail(recipient: string, subject: string): Promise<string> {
    await this.open('/dev/mailbox');
    const heading = this.page.getByRole('heading', { level: 2, name: subject });
    const mails = this.page.getByRole('listitem').filter({ has: heading, hasText: `To ${recipient}` });
    const link = (await mails.first().getByRole('link').first().getAttribute('href')) ?? '';
    await this.open(link);
    return link;
  }

  async expectHeading(text: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(text);
    await this.ready();
  }

  private async pieces(): Promise<number> {
    const name = (await this.badge().getAttribute('aria-label')) ?? '';
    return Number(/\d+/.exec(name)?.[0] ?? 0);
  }

  /** Does something that calls an endpoint, by script or by form, and waits until that is answered. */
  private async send(act: () => Promise<void>): Promise<void> {
    await this.ready();
    const answered = this.page.waitForResponse(
      (response) => response.request().method() === 'POST' && new URL(response.url()).pathname.startsWith('/api/'),
    );
    await Promise.all([answered, act()]);
  }
}
