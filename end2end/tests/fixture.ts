/**
 * The `test` that every journey uses. A test fails if its page wrote an error to the console, and it knows whether this run has
 * scripts. Import `test` and `expect` from here, never from Playwright.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { Shop } from './shop';

export { expect };

type Fixtures = {
  /** Whether the pages of this project run scripts. */
  scripts: boolean;
  /** The shop as its visitor uses it, the same with scripts and without. */
  shop: Shop;
  /** Declares a console error that the journey causes on purpose, such as the 404 of an unknown product. */
  expectConsole: (pattern: RegExp) => void;
};

type AutomaticFixtures = {
  consoleWatch: RegExp[];
};

/**
 * Chromium reports that it skipped the animation between two pages, because the second one was slow to appear. It does so even on
 * pages without scripts, so the shop cannot prevent it, and it does no harm.
 */
const SKIPPED_TRANSITION = /^uncaught: \w+ Transition was (aborted|skipped)/;

export const test = base.extend<Fixtures & AutomaticFixtures>({
  scripts: async ({ javaScriptEnabled }, use) => {
    await use(javaScriptEnabled);
  },

  shop: async ({ page, scripts }, use) => {
    await use(new Shop(page, scripts));
  },

  expectConsole: async ({ consoleWatch }, use) => {
    await use((pattern) => consoleWatch.push(pattern));
  },

  // Listens on the context, so that a page opened by a link is heard as well.
  consoleWatch: [
    async ({ context }, use) => {
      const expected: RegExp[] = [];
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (webError) => {
        const error = webError.error();
        complaints.push(`uncaught: ${error.stack || `${error.name} ${error.message}`}`);
      });

      await use(expected);

      const tolerated = [...expected, SKIPPED_TRANSITION];
      const unexpected = complaints.filter((complaint) => !tolerated.some((pattern) => pattern.test(complaint)));
      expect(unexpected, 'the browser console stays free of errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** The rules of WCAG 2.2 AA, and what axe counts as good practice beyond them. */
const ACCESSIBILITY_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the rule and the place of each fault that axe finds on the current page. */
export async function expectAccessible(page: Page): Promise<void> {
  await giveAxeATimer(page);
  const { violations } = await new AxeBuilder({ page }).withTags(ACCESSIBILITY_RULES).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id} at ${target.join(' ')}: ${help}`),
  );
  expect(found, `${page.url()} is accessible`).toEqual([]);
}

/** The same in light and in dark, after all animations have ended. */
export async function expectAccessibleInBothColours(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await expectAccessible(page);
  }
}

/** Fails if a visitor has to scroll sideways. */
export async function expectFits(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content, `${page.url()} is as wide as the screen`).toBeLessThanOrEqual(screen);
}

/**
 * On a page without scripts, the test can still run code, but the browser does not call timers, and axe waits for a timer of zero
 * length. So the timer is replaced there. The page has no script that needs it.
 */
async function giveAxeATimer(page: Page): Promise<void> {
  if (test.info().project.use.javaScriptEnabled !== false) return;
  await page.evaluate(() => {
    const soon = (callback: () => void, delay = 0) => {
      if (delay === 0) void Promise.resolve().then(callback);
      return 0;
    };
    Object.assign(window, { setTimeout: soon });
  });
}
