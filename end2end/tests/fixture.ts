/**
 * The `test` every journey starts from. It fails a test whose page complained on the console, and it knows whether
 * this run has scripts. Import `test` and `expect` from here, never from Playwright itself.
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
  /** Declares a console error the journey is meant to cause, such as the 404 of an unknown product. */
  expectConsole: (pattern: RegExp) => void;
};

type AutomaticFixtures = {
  consoleWatch: RegExp[];
};

/**
 * Chromium's report that it did not animate the way from one page to the next, because the next was slow to appear. It
 * reports so even on pages without scripts, so no page of ours can prevent it, and nobody misses anything.
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

/** Fails with the rule and the place of everything axe finds wrong on the page as it stands now. */
export async function expectAccessible(page: Page): Promise<void> {
  await giveAxeATimer(page);
  const { violations } = await new AxeBuilder({ page }).withTags(ACCESSIBILITY_RULES).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id} at ${target.join(' ')}: ${help}`),
  );
  expect(found, `${page.url()} is accessible`).toEqual([]);
}

/**
 * A page without scripts still runs what the test hands it, promises included, but the browser calls none of its
 * timers, and axe waits for one of zero length. Only there the timer is replaced; the page has no script to miss it.
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
