/** Firefox reads pages that were joined from compressed parts. */
import { firefox } from './firefox';
import { expect, test } from './fixture';
import { fetched, lasting, PATHS, raw } from './wire';

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
      const read = await other.evaluate(fetched, path);
      expect([read.coding, lasting(read.page)], path).toEqual(['gzip', lasting(plain.body.toString())]);
    }
  } finally {
    await browser.close();
  }
});
