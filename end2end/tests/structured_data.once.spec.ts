/**
 * What a product says to programs (schema.org), read by programs of others: Adobe's validator, which knows what Google asks of a shop; and
 * the vocabulary as Google wrote it down in types, by the TypeScript compiler. Both work without a network.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Validator from '@adobe/structured-data-validator';
import WebAutoExtractor from '@marbec/web-auto-extractor';
import type { TestInfo } from '@playwright/test';
import { expect, test } from './fixture';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** One in stock, one that is sold out, a dear one, and a variant with two pictures, whose data has every field. */
const PRODUCTS = ['mug', 'record-player', 'laptop', 'tote-bag-large'];

/** What Google would like to know of a product, and why the shop does not say it. */
const UNKNOWN: Record<string, string> = {
  aggregateRating: 'visitors rate nothing',
  review: 'visitors write no reviews',
  audience: 'all products are for everybody',
  brand: 'the catalogue does not know it',
  color: 'the catalogue does not know it',
  gtin: 'the catalogue does not know it',
  hasCertification: 'the catalogue does not know it',
  inProductGroupWithID: 'most products have no variants',
  isVariantOf: 'most products have no variants',
  material: 'the catalogue does not know it',
  mpn: 'the catalogue does not know it',
  pattern: 'the catalogue does not know it',
  size: 'the catalogue does not know it',
  subjectOf: 'there are no videos and models',
  priceValidUntil: 'a price has no end',
};

type Data = Record<string, unknown> & { offers: Record<string, unknown> };

/** Adobe's validator: what is wrong, and the names of fields that could be there. */
async function validated(page: string): Promise<{ errors: string[]; missing: string[] }> {
  const found = new WebAutoExtractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] }).parse(page);
  expect(Object.keys(found.jsonld), 'what the page describes').toEqual(['Product']);
  const errors: string[] = [];
  const missing: string[] = [];
  for (const { severity, issueMessage, fieldNames } of await new Validator().validate(found)) {
    if (severity === 'WARNING' && issueMessage.startsWith('Missing')) missing.push(fieldNames[0]);
    else errors.push(issueMessage);
  }
  return { errors, missing };
}

/** The TypeScript compiler: what in these data the vocabulary does not know, by the name of the product. */
async function unknownWords(products: Map<string, Data>, testInfo: TestInfo): Promise<string[]> {
  const folder = testInfo.outputPath('types');
  await mkdir(folder, { recursive: true });
  for (const [name, data] of products) {
    const text = `import type { Product, WithContext } from 'schema-dts';\nexport const data: WithContext<Product> = ${JSON.stringify(data)};\n`;
    await writeFile(join(folder, `${name}.ts`), text);
  }
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: 'esnext',
    moduleResolution: 'bundler',
    paths: { 'schema-dts': [join(MODULES, 'schema-dts')] },
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const compiler = promisify(execFile)(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '--pretty', 'false', '--project', folder]);
  const output = await compiler.then(
    ({ stdout }) => stdout,
    ({ stdout }) => String(stdout),
  );
  return output.split('\n').filter((line) => line.includes('error TS'));
}

/** The data in a page. */
function dataOf(page: string): Data {
  const [, text] = /<script[^>]*type="application\/ld\+json"[^>]*>(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(text);
}

/** The same page with other data. */
function pageWith(data: Data): string {
  return `<!DOCTYPE html><html><head><script type="application/ld+json">${JSON.stringify(data)}</script></head></html>`;
}

test('other programs understand what a product says, and what it does not say is known', async ({ request }, testInfo) => {
  const all = new Map<string, Data>();
  const missingSomewhere = new Set<string>();
  for (const slug of PRODUCTS) {
    const page = await (await request.get(`/products/${slug}`, { headers: { accept: 'text/html' } })).text();
    const { errors, missing } = await validated(page);
    expect(errors, slug).toEqual([]);
    missing.forEach((field) => missingSomewhere.add(field));
    all.set(slug, dataOf(page));
  }
  expect(all.get('record-player')?.offers.availability).toBe('https://schema.org/OutOfStock');
  expect([...missingSomewhere].sort()).toEqual(Object.keys(UNKNOWN).sort());
  expect(await unknownWords(all, testInfo)).toEqual([]);
});

test('the programs that check this find a broken offer', async ({ request }, testInfo) => {
  const page = await (await request.get('/products/mug', { headers: { accept: 'text/html' } })).text();
  const data = dataOf(page);
  const broken = (offer: Record<string, unknown>): Data => ({ ...data, offers: { ...data.offers, ...offer } });
  for (const [offer, complaint] of [
    [{ price: undefined }, 'Required attribute "price" is missing'],
    [{ price: 'sixteen' }, 'Invalid type for attribute "price"'],
    [{ priceCurrency: 'dollars' }, 'Invalid type for attribute "priceCurrency"'],
  ] as const) {
    const { errors } = await validated(pageWith(broken(offer)));
    expect(errors).toEqual([expect.stringContaining(complaint)]);
  }
  const words = new Map([
    ['kind', broken({ '@type': 'Offfer' })],
    ['availability', broken({ availability: 'https://schema.org/Available' })],
    ['field', broken({ cost: '16.00' })],
  ]);
  const complaints = await unknownWords(words, testInfo);
  expect(complaints.map((line) => /(\w+)\.ts\(/.exec(line)?.[1]).sort()).toEqual(['availability', 'field', 'kind']);
});
