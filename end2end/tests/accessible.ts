/** What axe finds on a page, and whether it fits the screen. */
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { expect, test, type Page } from '@playwright/test';

/** The rules of WCAG 2.2 AA, and what axe counts as good practice beyond them. */
const ALL_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the rule and the place of each fault that axe finds on the current page. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNoViolation(page, ALL_RULES);
}

/** The same in light and in dark, after all animations have ended. */
export async function expectAccessibleInBothColours(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectStill(page);
    await expectAccessible(page);
  }
}

/** Waits for animations: while a colour changes, its contrast is not the one that was designed. */
export async function expectStill(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
}

/** Fails if a control is too small for a finger, or too close to the next one (2.5.8). */
export async function expectTargets(page: Page): Promise<void> {
  await expectNoViolation(page, ['target-size']);
}

/** Fails if a visitor has to scroll sideways. */
export async function expectFits(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content, `${page.url()} is as wide as the screen`).toBeLessThanOrEqual(screen);
}

/**
 * Axe runs in the page itself. The package for Playwright opens another page for each run, for the sake of frames from elsewhere:
 * it takes three times as long, and the shop has no frames.
 */
async function expectNoViolation(page: Page, runOnly: string[]): Promise<void> {
  await giveAxeATimer(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: { run: (of: RunOptions) => Promise<AxeResults> } }).axe.run(options),
    { runOnly, resultTypes: ['violations'] } satisfies RunOptions,
  );
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id} at ${target.join(' ')}: ${help}`),
  );
  expect(found, `${page.url()} is accessible`).toEqual([]);
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
