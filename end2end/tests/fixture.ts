/**
 * The `test` that every journey uses. A test fails if its page wrote an error to the console, and it knows whether this run has
 * scripts. Import `test` and `expect` from here, never from Playwright.
 */
import { expect, test as base } from '@playwright/test';
import { Shop } from './shop';

export { expectAccessible, expectAccessibleInBothColours, expectFits, expectStill } from './accessible';
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
