/** Firefox, a second browser beside that of the other journeys. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';

/** Where Firefox is on this machine, if it is. */
function program(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** Starts Firefox with WebDriver BiDi. Without Firefox, it gives nothing; in continuous integration, that is an error. */
export async function firefox(): Promise<Browser | undefined> {
  const executablePath = program();
  if (!executablePath && process.env.CI) throw new Error('no Firefox on the PATH: install firefox-esr');
  return executablePath ? puppeteer.launch({ browser: 'firefox', executablePath, headless: true }) : undefined;
}
