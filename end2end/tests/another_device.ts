/** One person with two browsers. */
import type { Browser } from '@playwright/test';
import { test } from './fixture';
import { Shop, type Account } from './shop';

/** A second browser of the same person. */
export async function anotherDevice(browser: Browser, account: Account): Promise<Shop> {
  const { javaScriptEnabled, baseURL, viewport } = test.info().project.use;
  const context = await browser.newContext({ javaScriptEnabled, viewport, baseURL });
  const shop = new Shop(await context.newPage(), javaScriptEnabled !== false);
  await shop.open('/login');
  await shop.logIn({ login: account.username, password: account.password });
  await shop.expectHeading(`Hello, ${account.username}`);
  return shop;
}
