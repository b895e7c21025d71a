/** Pages as they are sent, and as a browser decodes them. */
import { get } from 'node:http';

/** A page's bytes as they are sent, and their `Content-Encoding`. */
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

/** A page without the parts that differ in each answer: the nonce of its scripts and the id of its request. */
export function lasting(page: string): string {
  const nonce = /nonce="([^"]+)"/.exec(page)?.[1] ?? '';
  return page.replaceAll(nonce, 'nonce').replace(/[0-9a-f]{32}/g, 'number');
}

/** Public pages that are joined from compressed parts. */
export const PATHS = ['/', '/?category=audio', '/?q=lamp', '/products/laptop', '/no-such-page'];

/** Runs inside a page, in any browser: gives a page as that browser decodes it, and how it was encoded. */
export const fetched = async (path: string) => {
  const answer = await fetch(path, { headers: { accept: 'text/html' } });
  return { coding: answer.headers.get('content-encoding'), page: await answer.text() };
};
