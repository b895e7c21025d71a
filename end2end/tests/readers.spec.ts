/**
 * A public page is joined from parts that were compressed before (`server/gzip.rs`). These programs read it: Node's zlib; curl, which
 * parses the gzip header itself; Chromium; and Firefox (`readers.firefox.spec.ts`).
 */
import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { expect, test } from './fixture';
import { fetched, lasting, PATHS, raw } from './wire';

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
    const chromium = await page.evaluate(fetched, path);
    expect([chromium.coding, lasting(chromium.page)], `${path} by Chromium`).toEqual(['gzip', expected]);
  }
});
