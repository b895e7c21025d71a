/** Firefox, a second browser beside that of the other journeys. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';
import { expect, test as base } from './fixture';

export { expect };

/** Where Firefox is on this machine, if it is. */
function program(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** Starts Firefox with WebDriver BiDi. Without Firefox, it gives nothing; in continuous integration, that is an error. */
export async function firefox(): Promise<Browser | undefined> {
  const executablePath = program();
  if (!executablePath && process.env.CI) throw new Error('no Firefox on the PATH: install firefox-esr');
  return executablePath ? puppeteer.launch({ browser: 'firefox', executablePath, headless: true }) : undefined;
}

/** A tab of Firefox, and a way to open another one of the same browser, in a window of its own: so both are seen. */
export const test = base.extend<{ browserOfTabs: Browser; tab: FirefoxTab; anotherTab: () => Promise<FirefoxTab> }>({
  browserOfTabs: async ({}, use) => {
    const browser = await firefox();
    test.skip(!browser, 'there is no Firefox on this machine');
    if (!browser) return;
    try {
      await use(browser);
    } finally {
      await browser.close();
    }
  },
  anotherTab: async ({ browserOfTabs, baseURL }, use) => {
    await use(async () => {
      const page = await browserOfTabs.newPage({ type: 'window' });
      await page.setViewport({ width: 1280, height: 800 });
      return new FirefoxTab(page, baseURL ?? '');
    });
  },
  tab: async ({ anotherTab }, use) => {
    await use(await anotherTab());
  },
});

/** A tab of Firefox. Everything is found by its name in the page, because Firefox takes seconds to find something by its role. */
export class FirefoxTab {
  constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {}

  async open(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.ready();
  }

  async find(role: 'link' | 'button', name: string, timeout = 10_000): Promise<ElementHandle> {
    const find = (role: string, name: string) => {
      const all = [...document.querySelectorAll<HTMLElement>(role === 'link' ? 'a[href]' : 'button')];
      const nameOf = (element: HTMLElement) => element.getAttribute('aria-label') ?? element.textContent?.trim();
      return all.find((element) => nameOf(element) === name && element.checkVisibility()) ?? null;
    };
    const found = async () => (await this.page.evaluateHandle(find, role, name)).asElement() as ElementHandle | null;
    return this.until(`the ${role} "${name}"`, found, timeout);
  }

  /** The input of a label that begins so. */
  async field(label: string): Promise<ElementHandle> {
    const find = (label: string) => {
      const labels = [...document.querySelectorAll('label')];
      return labels.find(({ textContent }) => textContent?.trim().startsWith(label))?.control ?? null;
    };
    const found = async () => (await this.page.evaluateHandle(find, label)).asElement() as ElementHandle | null;
    return this.until(`the field "${label}"`, found);
  }

  async fillIn(fields: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await (await this.field(label)).type(text);
  }

  /** Presses a button of an island, and waits for the answer: the page shows before it what it expects. */
  async press(button: string): Promise<void> {
    const target = await this.find('button', button);
    const answered = this.page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/api/'));
    await Promise.all([answered, target.click()]);
  }

  /** Follows a link, or sends a form by its button, to another page. */
  async follow(role: 'link' | 'button', name: string): Promise<void> {
    const target = await this.find(role, name);
    // A mark that goes with this page.
    await this.page.evaluate(() => (document.documentElement.dataset.left = ''));
    await target.click();
    await this.until(`a page after "${name}"`, () => this.page.evaluate(() => document.documentElement.dataset.left === undefined));
    await this.ready();
  }

  async expectHeading(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.page.$eval('h1', (heading) => heading.textContent)).toMatch(text);
  }

  /** Expects words somewhere in the content of the page. */
  async expectWords(words: string, timeout = 5_000): Promise<void> {
    await expect.poll(() => this.page.$eval('main', (main) => main.textContent), { timeout, intervals: [50] }).toContain(words);
  }

  /** Expects that this selector finds something. */
  async expectElement(selector: string, timeout = 5_000): Promise<void> {
    await this.until(`an element ${selector}`, () => this.page.$(selector), timeout);
  }

  /** Expects an alert that says this. */
  async expectAlert(words: string, timeout = 5_000): Promise<void> {
    const alerts = () => this.page.$$eval('[role=alert]', (alerts) => alerts.map((alert) => alert.textContent).join(' '));
    await expect.poll(alerts, { timeout, intervals: [50] }).toContain(words);
  }

  /** Expects that a tab of this browser hears what happens to the session. */
  async expectStream(): Promise<void> {
    const held = () => this.page.evaluate(async () => (await navigator.locks.query()).held?.map((lock) => lock.name));
    await expect.poll(held).toEqual(['session-events']);
  }

  private async ready(): Promise<void> {
    await this.until('a page that is ready', () => this.page.evaluate(() => document.documentElement.dataset.islands === 'alive'));
  }

  /** Looks until something is found. A question to a page that is about to go may fail, or never be answered. */
  private async until<T>(what: string, find: () => Promise<T | null>, timeout = 10_000): Promise<T> {
    let found: T | null = null;
    const look = async (): Promise<boolean> => {
      const late = new Promise<null>((resolve) => setTimeout(resolve, 1_000, null));
      found = await Promise.race([find().catch(() => null), late]);
      return Boolean(found);
    };
    await expect.poll(look, { message: `there is ${what}`, timeout, intervals: [50] }).toBe(true);
    return found as T;
  }
}
