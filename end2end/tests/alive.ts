/**
 * The Back button of today's browsers: it uses the back/forward cache, which keeps a page alive as it was left. Playwright turns
 * that cache off, because it would wait for the page to load, and such a page does not load. The headless shell has no such cache.
 */
import type { LaunchOptions, Page } from '@playwright/test';
import { onPath, WHOLE } from '../browser';

type Given = { launchOptions: LaunchOptions };

/** For `test.use` at the top of a file. */
export const keepingPagesAlive = {
  launchOptions: async ({ launchOptions }: Given, use: (options: LaunchOptions) => Promise<void>) => {
    const executablePath = onPath(WHOLE) ?? launchOptions.executablePath;
    await use({ ...launchOptions, executablePath, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  },
};

/** Goes back from within the page, because `page.goBack` would wait for a load that never comes. */
export function pressBack(page: Page): Promise<void> {
  return page.evaluate(() => history.back());
}
