/** Calls that wait until the test releases them, so that what a page shows meanwhile cannot come from the server. */
import type { Page } from '@playwright/test';

export type Held = {
  /** What was sent, in order. */
  bodies: string[];
  letGo: () => void;
};

export async function hold(page: Page, endpoint: string): Promise<Held> {
  const bodies: string[] = [];
  let letGo = (): void => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(`**/api/${endpoint}`, async (route) => {
    bodies.push(route.request().postData() ?? '');
    await released;
    await route.continue();
  });
  return { bodies, letGo };
}
