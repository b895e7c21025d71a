/**
 * A public page is joined from parts that were compressed before (`server/gzip.rs`). Its readers: zlib, as Node has it,
 * curl, which takes the stream's frame apart by itself, Chromium and Firefox.
 */
import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { firefox } from './firefox';
import { expect, test } from './fixture';

/** A page's bytes as they are on the wire, and how they are coded. */
function raw(address: string, headers: Record<string, string>): Promise<{ body: Buffer; coding: string }> {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ body: Buffer.concat(chunks), coding: answer.headers['content-encoding'] ?? '' }));
    });
    request.on('error', reject);
  });
}

/** A page without what differs from answer to answer: the nonce of its scripts and the number of its request. */
function lasting(page: string): string {
  const nonce = /nonce="([^"]+)"/.exec(page)?.[1] ?? '';
  return page.replaceAll(nonce, 'nonce').replace(/[0-9a-f]{32}/g, 'number');
}

const PATHS = ['/', '/?category=audio', '/?q=lamp', '/products/laptop', '/no-such-page'];

/** Runs inside a page, of whatever browser. */
const fetched = async (path: string) => (await fetch(path, { headers: { accept: 'text/html' } })).text();

test('zlib, curl and Chromium read a joined page to its end', async ({ page, shop, baseURL, expectConsole }) => {
  expectConsole(/404 .*no-such-page/);
  await shop.open('/');
  await shop.add('Laptop');
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  for (const path of PATHS) {
    const address = `${baseURL}${path}`;
    const plain = await raw(address, { cookie: cookies, 'accept-encoding': 'identity' });
    const joined = await raw(address, { cookie: cookies, 'accept-encoding': 'gzip' });
    expect(joined.coding).toBe('gzip');
    const expected = lasting(plain.body.toString());
    expect(expected).toContain('</html>');
    expect(lasting(gunzipSync(joined.body).toString()), `${path} by zlib`).toBe(expected);
    const curl = execFileSync('curl', ['--silent', '--compressed', '--header', `cookie: ${cookies}`, address]);
    expect(lasting(curl.toString()), `${path} by curl`).toBe(expected);
    expect(lasting(await page.evaluate(fetched, path)), `${path} by Chromium`).toBe(expected);
  }
});

test('Firefox reads a joined page to its end', async ({ page, shop, baseURL }) => {
  const browser = await firefox();
  test.skip(!browser, 'there is no Firefox on this machine');
  if (!browser) return;
  try {
    await shop.open('/');
    await shop.add('Laptop');
    const cookies = await page.context().cookies();
    const other = await browser.newPage();
    await browser.setCookie(...cookies.map(({ name, value, domain }) => ({ name, value, domain, path: '/', httpOnly: true })));
    await other.goto(`${baseURL}/`);
    expect(await other.evaluate(() => navigator.userAgent)).toContain('Firefox');
    for (const path of PATHS) {
      const header = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const plain = await raw(`${baseURL}${path}`, { cookie: header, 'accept-encoding': 'identity' });
      expect(lasting(await other.evaluate(fetched, path)), path).toBe(lasting(plain.body.toString()));
    }
  } finally {
    await browser.close();
  }
});
