/** Pages as they are on the wire, and as some reader has them. */
import { get } from 'node:http';

/** A page's bytes as they are on the wire, and how they are coded. */
export function raw(address: string, headers: Record<string, string>): Promise<{ body: Buffer; coding: string }> {
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
export function lasting(page: string): string {
  const nonce = /nonce="([^"]+)"/.exec(page)?.[1] ?? '';
  return page.replaceAll(nonce, 'nonce').replace(/[0-9a-f]{32}/g, 'number');
}

/** Public pages, joined from parts. */
export const PATHS = ['/', '/?category=audio', '/?q=lamp', '/products/laptop', '/no-such-page'];

/** Runs inside a page, of whatever browser: a page as that browser decodes it, and how it came. */
export const fetched = async (path: string) => {
  const answer = await fetch(path, { headers: { accept: 'text/html' } });
  return { coding: answer.headers.get('content-encoding'), page: await answer.text() };
};
