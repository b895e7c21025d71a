/**
 * Pages of other origins make the visitor's browser send requests to the shop, and none of them has an effect.
 *
 * The other site has another host. The sibling has the shop's host and another port: another origin of the same site. From there,
 * the browser sends the session cookie, even if it is `SameSite`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page, Request } from '@playwright/test';
import { expect, test } from './fixture';

let server: Server;

test.beforeAll(async () => {
  server = createServer(({ url }, answer) => {
    // A sandboxed page has no origin of its own: it sends `Origin: null`.
    if (url === '/sandbox') answer.setHeader('content-security-policy', 'sandbox allow-forms allow-scripts');
    answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

test.afterAll(() => server.close());

/** The origins of the attacks. playwright.config.ts makes Chromium find the first one on this machine. */
function attackers(shop: string): { name: string; home: string }[] {
  const { port } = server.address() as AddressInfo;
  const { hostname } = new URL(shop);
  return [
    { name: 'another site', home: `http://elsewhere.test:${port}` },
    { name: 'a sibling', home: `http://${hostname}:${port}` },
    { name: 'a sandbox', home: `http://${hostname}:${port}/sandbox` },
  ];
}

/** `isRead`: the attacker's page would read the answer, and not navigate to it. */
type Attack = { kind: string; isRead?: boolean; send: (page: Page, address: string) => Promise<void> };

/** Submits a form from the open page, and waits for the shop's answer. */
function form(method: string, enctype: string) {
  return async (page: Page, address: string) => {
    await page.evaluate(
      ({ method, enctype, address }) => {
        const form = Object.assign(document.createElement('form'), { method, enctype, action: address });
        for (const [name, value] of [['login', 'admin'], ['password', 'password123'], ['product', 'mug'], ['quantity', '1']]) {
          form.append(Object.assign(document.createElement('input'), { name, value }));
        }
        document.body.append(form);
        form.submit();
      },
      { method, enctype, address },
    );
  };
}

function fetched(mode: RequestMode, method: string) {
  return async (page: Page, address: string) => {
    await page.evaluate(
      async ({ mode, method, address }) => {
        const body = method === 'POST' ? new URLSearchParams({ login: 'admin', password: 'password123' }) : undefined;
        await fetch(address, { mode, method, body, credentials: 'include' }).catch(() => undefined);
      },
      { mode, method, address },
    );
  };
}

/** Adds an element that requests the address by GET. */
function element(name: string, attribute: string) {
  return async (page: Page, address: string) => {
    await page.evaluate(
      ({ name, attribute, address }) => {
        const element = document.createElement(name);
        element.setAttribute(attribute, address);
        document.body.append(element);
      },
      { name, attribute, address },
    );
  };
}

const POSTS: Attack[] = [
  { kind: 'a form', send: form('post', 'application/x-www-form-urlencoded') },
  { kind: 'a form of plain text', send: form('post', 'text/plain') },
  { kind: 'a form in parts', send: form('post', 'multipart/form-data') },
  { kind: 'a fetch without CORS', isRead: true, send: fetched('no-cors', 'POST') },
  { kind: 'a fetch with CORS', isRead: true, send: fetched('cors', 'POST') },
];

const GETS: Attack[] = [
  { kind: 'a form by GET', send: form('get', 'application/x-www-form-urlencoded') },
  { kind: 'a fetch by GET', isRead: true, send: fetched('no-cors', 'GET') },
  { kind: 'an image', isRead: true, send: element('img', 'src') },
  { kind: 'a frame', send: element('iframe', 'src') },
];

/** Only with scripts: a browser without scripts does not request one. */
const A_SCRIPT: Attack = { kind: 'a script', isRead: true, send: element('script', 'src') };

/**
 * The status of the answer to the request that the page sends. The browser hides some answers from the page, because of their
 * `Cross-Origin-Resource-Policy`, and then it hides their status from the test, too.
 */
async function answered(page: Page, { send }: Attack, address: string): Promise<number | 'kept from the page'> {
  const isIt = (request: Request) => request.url().split('?')[0] === address && request.method() !== 'OPTIONS';
  const status = page.waitForResponse((response) => isIt(response.request())).then((response) => response.status());
  const failure = page.waitForEvent('requestfailed', isIt).then(() => 'kept from the page' as const);
  const first = Promise.race([status, failure]);
  // One of the two never happens, and fails when the page is closed.
  for (const waiting of [status, failure]) waiting.catch(() => undefined);
  await send(page, address);
  return first;
}

/** The same for a request of the page at `home`, in a tab of its own. */
async function attacked(context: BrowserContext, home: string, attack: Attack, address: string) {
  const page = await context.newPage();
  await page.goto(home);
  const status = await answered(page, attack, address);
  await page.close();
  return status;
}

test('no page of another origin changes a session', async ({ page, shop, baseURL, context, expectConsole, scripts }) => {
  // It opens dozens of tabs, one after another.
  test.setTimeout(180_000);
  expectConsole(/./);
  await shop.open('/register');
  const name = `target${test.info().workerIndex}${Date.now()}`;
  await shop.register({ username: name, email: `${name}@example.com`, password: 'correct horse battery' });
  await shop.expectHeading(`Hello, ${name}`);
  await shop.open('/');
  await shop.add('Laptop');
  const sessionId = async () => (await context.cookies(baseURL)).find(({ name }) => name.endsWith('id'))?.value;
  const before = await sessionId();
  expect(before).toBeTruthy();
  const gets = scripts ? [...GETS, A_SCRIPT] : GETS;
  for (const { name, home } of attackers(baseURL ?? '')) {
    for (const endpoint of ['clear_cart', 'log_out', 'log_in']) {
      for (const attack of POSTS) {
        const status = await attacked(context, home, attack, `${baseURL}/api/${endpoint}`);
        expect(status, `${attack.kind} of ${name} to ${endpoint}`).toBe(attack.isRead ? 'kept from the page' : 403);
      }
    }
    for (const attack of gets) {
      const status = await attacked(context, home, attack, `${baseURL}/api/log_out`);
      expect(status, `${attack.kind} of ${name}`).toBe(attack.isRead ? 'kept from the page' : 405);
    }
  }
  expect(await sessionId(), 'the id is the same').toBe(before);
  await shop.open('/cart');
  await shop.expectLines(['Laptop']);
  await shop.open('/dashboard');
  await shop.expectHeading(`Hello, ${name}`);
});

test('the same form on a page of the shop itself is taken', async ({ page, shop, baseURL }) => {
  await shop.open('/');
  await shop.add('Laptop');
  const attack = { kind: 'a form', send: form('post', 'application/x-www-form-urlencoded') };
  const address = `${baseURL}/api/add_to_cart`;
  // The page that the answer leads to is waited for: to open another one meanwhile would be a race of two.
  const arrived = page.waitForEvent('requestfinished', (request) => request.redirectedFrom()?.url() === address);
  expect(await answered(page, attack, address)).toBe(303);
  await arrived;
  await shop.open('/cart');
  await shop.expectLines(['Laptop', 'Mug']);
});
