/** What visitors set in their browser or system: larger letters, less motion, light or dark. */
import { chromium } from '@playwright/test';
import { bringContrast } from './contrast';
import { expect, expectFits, test } from './fixture';
import { Shop } from './shop';

/** Of the tokens in `style/_tokens.scss`: what is written on which ground, and what has to be seen there. */
const GROUNDS = ['paper', 'surface', 'sunken', 'patch'];
const TEXTS: [string[], string[]][] = [
  [['ink', 'muted', 'link', 'good', 'bad'], GROUNDS],
  [['ink'], ['good-tint', 'bad-tint']],
  [['on-accent'], ['accent', 'accent-strong']],
  [['on-tint'], ['tint']],
  [['on-float', 'float-link'], ['float', 'float-bad']],
];

test('letters of twice the size fit every kind of page', async ({ baseURL, launchOptions }) => {
  const args = [...(launchOptions.args ?? []), '--blink-settings=defaultFontSize=32'];
  const browser = await chromium.launch({ ...launchOptions, args });
  const page = await browser.newPage({ baseURL, viewport: { width: 1280, height: 800 } });
  const shop = new Shop(page, true);
  await shop.prepareCheckout();
  for (const path of ['/', '/products/laptop', '/cart', '/checkout/address', '/checkout/review', '/session', '/login', '/debug/session']) {
    await shop.open(path);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('main') ?? document.body).fontSize)).toBe('32px');
    await expectFits(page);
  }
  await browser.close();
});

test('nothing moves for whoever asks for less motion', async ({ page, shop, expectConsole }) => {
  expectConsole(/ERR_FAILED/);
  await page.addInitScript(() => {
    addEventListener('pagereveal', (event) => {
      document.documentElement.dataset.moved = String((event as unknown as { viewTransition: unknown }).viewTransition !== null);
    });
  });
  let letGo = () => {};
  await page.route('**/api/log_in', async (route) => {
    await new Promise<void>((resolve) => (letGo = resolve));
    await route.abort();
  });
  for (const [reducedMotion, moves] of [
    ['no-preference', true],
    ['reduce', false],
  ] as const) {
    await page.emulateMedia({ reducedMotion });
    await shop.open('/');
    const longest = await page.evaluate(() => {
      const durations = [...document.querySelectorAll('*')].map((element) => getComputedStyle(element).transitionDuration);
      return Math.max(...durations.flatMap((each) => each.split(',')).map(Number.parseFloat));
    });
    expect(longest > 0, 'a picture moves under the pointer').toBe(moves);
    await page.getByRole('link', { name: 'Log in', exact: true }).click();
    await shop.expectHeading('Log in');
    await expect(page.locator('html'), 'the page comes in gently').toHaveAttribute('data-moved', String(moves));
    await page.getByLabel('User name or e-mail').fill('admin');
    await page.getByLabel('Password').fill('password123');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expect(page.locator('.credentials[aria-busy="true"]')).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.getAnimations().length > 0), 'a wheel turns in the button').toBe(moves);
    letGo();
  }
});

test('every text can be read on every ground, in light and in dark', async ({ page, shop }) => {
  await shop.open('/');
  await bringContrast(page);
  const wanted = [...TEXTS.map((pairs) => [...pairs, 4.5] as const), [['edge', 'focus'], GROUNDS, 3] as const];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const faint = await page.evaluate((wanted) => {
      const probe = document.body.appendChild(document.createElement('p'));
      const found = wanted.flatMap(([colours, grounds, least]) =>
        grounds.flatMap((ground) =>
          colours.map((colour) => {
            probe.style.color = `var(--${colour})`;
            probe.style.backgroundColor = `var(--${ground})`;
            return { pair: `${colour} on ${ground}`, least, contrast: window.contrast(getComputedStyle(probe).color, probe) };
          }),
        ),
      );
      probe.remove();
      return found.filter(({ least, contrast }) => contrast < least);
    }, wanted);
    expect(faint, colorScheme).toEqual([]);
  }
});
