// The last step of the browser half's build: makes the names between wasm and scripts compressible, and compresses the files.
//
// wasm-bindgen ends the name of each import with a hash of 16 hexadecimal digits. There are some hundred of them, and no compressor
// can make them shorter: of 102 KB of a first visit, they were 4. Here, the digits become zeros, and a number where two names would be
// the same. The length stays, so nothing else in a file has to change.
//
// usage: node .ci/finish-site.mjs target/site
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = process.argv[2];
const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
const code = files.filter((name) => /\.(wasm|js)$/.test(name)).map((name) => ({ name, text: readFileSync(name, 'latin1') }));

const NAME = /(__wbg_\w+?_|_ZN\w+?17h)([0-9a-f]{16})(?![0-9a-f])/g;
const found = new Set(code.flatMap(({ text }) => [...text.matchAll(NAME)].map(([name]) => name)));
const taken = new Map();
const renamed = new Map(
  [...found].sort().map((name) => {
    const stem = name.slice(0, -16);
    const number = taken.get(stem) ?? 0;
    taken.set(stem, number + 1);
    return [name, stem + String(number).padStart(16, '0')];
  }),
);
for (const { name, text } of code) {
  writeFileSync(name, text.replace(NAME, (found) => renamed.get(found)), 'latin1');
}

// All at the highest quality: this is done once, and each visitor gains.
for (const name of files.filter((name) => /\.(wasm|js|css|json|svg)$/.test(name))) {
  const content = readFileSync(name);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${name}.br`, brotliCompressSync(content, { params }));
}
console.log(`${renamed.size} names are compressible`);
