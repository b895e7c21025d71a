/**
 * Back, as today's browsers do it: from the back/forward cache, which keeps a page alive as it was left. Playwright
 * turns that cache off, because it waits in vain for such a page to load.
 */
import type { LaunchOptions, Page } from '@playwright/test';

type Given = { launchOptions: LaunchOptions };

/** For `test.use` at the top of a file. */
export const keepingPagesAlive = {
  launchOptions: async ({ launchOptions }: Given, use: (options: LaunchOptions) => Promise<void>) => {
    await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  },
};

/** Pressed from within the page, since `page.goBack` would wait for the load that never comes. */
export function pressBack(page: Page): Promise<void> {
  return page.evaluate(() => history.back());
}
