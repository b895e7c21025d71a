/**
 * Every journey runs four times: with scripts on and off, on a desktop and on a phone, against the release binary in
 * demo mode with a database of its own. `*.scripts.spec.ts` needs scripts, `*.no-scripts.spec.ts` their absence. What is in
 * `*.desktop.*` is the same on a phone, or chooses the screen itself. `*.once.spec.ts` asks the server for what is the same in every
 * browser, and runs once.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { onPath, WHOLE } from './browser';
import { SETTINGS } from './settings';

const port = Number(process.env.SATCHEL_E2E_PORT ?? 3900);
// By name: passkeys know no address of numbers.
const origin = `http://localhost:${port}`;
const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = join(root, 'target/e2e');

const desktop = { viewport: { width: 1280, height: 800 } };
// A view transition takes longer than the rest of a page. So one project has them in every journey, and `no-scripts-moving` in some; the
// other ones see what visitors see who ask for less motion.
const still = { contextOptions: { reducedMotion: 'reduce' as const } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
// Firefox reads by itself, so one project is enough for it.
const otherReaders = '**/*.firefox.spec.ts';
const moving = ['**/journey.spec.ts', '**/back.spec.ts', '**/flash.spec.ts', '**/cart.spec.ts'];
const once = '**/*.once.spec.ts';
const scripts = ['**/*.no-scripts.spec.ts', otherReaders];
const noScripts = ['**/*.scripts.spec.ts', otherReaders, once];
const onDesktopAlone = '**/*.desktop.*';

const config: PlaywrightTestConfig = {
  testDir: './tests',
  outputDir: join(scratch, 'failures'),
  timeout: 30_000,
  expect: { timeout: 5_000 },
  workers: 2,
  // A journey that passes only the second time is broken.
  retries: 0,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: join(scratch, 'results.json') }]],

  use: {
    baseURL: origin,
    // A trace of every test takes a third of the time. `--trace on` makes one of a test that fails.
    screenshot: 'only-on-failure',
    launchOptions: {
      // The one that the Makefile found, or one on the PATH. Without these, Playwright uses its own.
      executablePath: process.env.SATCHEL_BROWSER ?? onPath(['chromium-headless-shell', ...WHOLE]),
      args: [
        // Chromium refuses to start a sandbox as root, which containers usually are.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // The other site of cross_site.spec.ts.
        '--host-resolver-rules=MAP elsewhere.test 127.0.0.1',
      ],
    },
  },

  projects: [
    { name: 'scripts-desktop', testIgnore: scripts, use: desktop },
    { name: 'scripts-phone', testIgnore: [...scripts, onDesktopAlone, once], use: { ...phone, ...still } },
    { name: 'no-scripts-desktop', testIgnore: noScripts, use: { ...desktop, ...still, javaScriptEnabled: false } },
    { name: 'no-scripts-phone', testIgnore: [...noScripts, onDesktopAlone], use: { ...phone, ...still, javaScriptEnabled: false } },
    { name: 'no-scripts-moving', testMatch: moving, use: { ...phone, javaScriptEnabled: false } },
    { name: 'firefox', testMatch: otherReaders, use: desktop },
  ],

  webServer: {
    // The old database goes here and not in this file, which every worker loads once more.
    command: [
      'rm -rf target/e2e/server && mkdir -p target/e2e/server && cd target/e2e/server',
      `exec ../../release/satchel serve --listen 127.0.0.1:${port} --base-url ${origin} --database-url sqlite:satchel.db`,
    ].join(' && '),
    cwd: root,
    env: SETTINGS,
    url: `${origin}/`,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
};

export default defineConfig(config);
