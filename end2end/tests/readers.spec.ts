/**
 * A public page is joined from parts that were compressed before (`server/gzip.rs`). Browsers are one reader of such a
 * stream; here are zlib, as Node has it, and curl, which takes the stream's frame apart by itself.
 */
import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
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

test('zlib and curl read a joined page to its end', async ({ page, shop, baseURL }) => {
  await shop.open('/');
  await shop.add('Laptop');
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  for (const path of ['/', '/?category=audio', '/?q=lamp', '/products/laptop', '/no-such-page']) {
    const address = `${baseURL}${path}`;
    const plain = await raw(address, { cookie: cookies, 'accept-encoding': 'identity' });
    const joined = await raw(address, { cookie: cookies, 'accept-encoding': 'gzip' });
    expect(joined.coding).toBe('gzip');
    const expected = lasting(plain.body.toString());
    expect(expected).toContain('</html>');
    expect(lasting(gunzipSync(joined.body).toString()), `${path} by zlib`).toBe(expected);
    const curl = execFileSync('curl', ['--silent', '--compressed', '--header', `cookie: ${cookies}`, address]);
    expect(lasting(curl.toString()), `${path} by curl`).toBe(expected);
  }
});
