/** Light or dark: the first paint has the chosen colours, even if the system has the others. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixture';
import { DEMO } from './shop';

const PAPER = { light: 'rgb(252, 246, 235)', dark: 'rgb(22, 28, 41)' };

async function paper(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

function choice(page: Page, theme: string) {
  return page.getByRole('contentinfo').getByRole('button', { name: theme, exact: true });
}

for (const theme of ['light', 'dark'] as const) {
  const other = theme === 'light' ? 'dark' : 'light';

  test(`${theme} is shown from the first paint on where the system is ${other}`, async ({ context, page, shop, expectConsole }) => {
    expectConsole(/404|Failed to (load|fetch)|ERR_FAILED|dynamically imported/);
    await page.emulateMedia({ colorScheme: other });
    await shop.open('/');
    expect(await paper(page)).toBe(PAPER[other]);
    await choice(page, theme === 'light' ? 'Light' : 'Dark').click();
    await expect.poll(() => paper(page)).toBe(PAPER[theme]);
    await expect(choice(page, theme === 'light' ? 'Light' : 'Dark')).toHaveAttribute('aria-pressed', 'true');
    await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(async () => (await context.cookies()).length).toBe(1);
    await shop.prepareCheckout();
    // It does not depend on scripts: they are blocked here.
    await context.route(/\.(js|wasm)$/, (route) => route.abort());
    for (const path of ['/', '/products/laptop', '/cart', '/checkout/review', '/session', '/login', '/nowhere']) {
      await page.goto(path);
      expect(await paper(page), path).toBe(PAPER[theme]);
    }
  });
}

test('a choice stays for the next pages, and System takes it back', async ({ page, shop }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await shop.open('/');
  await choice(page, 'Dark').click();
  await expect.poll(() => paper(page)).toBe(PAPER.dark);
  await shop.openCart();
  expect(await paper(page)).toBe(PAPER.dark);
  await choice(page, 'System').click();
  await expect.poll(() => paper(page)).toBe(PAPER.light);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await paper(page)).toBe(PAPER.dark);
});

test('the page of preferences chooses, too, and is accessible in each theme', async ({ page, shop }) => {
  await shop.open('/login');
  await shop.logIn(DEMO);
  await shop.expectHeading('Hello, admin');
  await shop.open('/dashboard/preferences');
  for (const [name, theme] of [
    ['Dark', 'dark'],
    ['Light', 'light'],
  ] as const) {
    await page.getByRole('main').getByRole('button', { name, exact: true }).click();
    await expect.poll(() => paper(page)).toBe(PAPER[theme]);
    await expect(choice(page, name)).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await expectAccessible(page);
  }
  await page.getByRole('main').getByRole('button', { name: 'System', exact: true }).click();
  await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'true');
});
