/** More nodes of one shop, each a process of its own on the same database. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../settings';
import { expect, test as base } from './fixture';

export { expect };

const PROGRAM = fileURLToPath(new URL('../../target/release/satchel', import.meta.url));

/**
 * The addresses of two nodes; plain paths lead to the first. A browser sends the cookies of one to the other, because cookies do not
 * know ports.
 */
export const test = base.extend<{ folder: string; nodes: [string, string]; operator: (...words: string[]) => void }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'satchel-nodes-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  /** What an operator does beside the running nodes. */
  operator: async ({ folder }, use) => {
    await use((...words) => {
      execFileSync(PROGRAM, [...words, '--database-url', 'sqlite:satchel.db'], { cwd: folder, env: { ...process.env, ...SETTINGS } });
    });
  },
  nodes: async ({ folder }, use) => {
    const children: ChildProcess[] = [];
    try {
      await use([await start(folder, children), await start(folder, children)]);
    } finally {
      for (const child of children) {
        if (child.kill('SIGTERM')) await once(child, 'exit');
      }
    }
  },
  baseURL: async ({ nodes: [first] }, use) => {
    await use(first);
  },
});

/** Starts a node on the database in this folder, and gives its address. */
async function start(folder: string, children: ChildProcess[]): Promise<string> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(PROGRAM, ['serve', '--listen', `127.0.0.1:${port}`, '--base-url', origin, '--database-url', 'sqlite:satchel.db'], {
    cwd: folder,
    env: { ...process.env, ...SETTINGS },
    stdio: 'inherit',
  });
  children.push(child);
  await expect.poll(() => fetch(`${origin}/readyz`).then((answer) => answer.status, () => 0), { timeout: 15_000 }).toBe(200);
  return origin;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
