/** Where the browsers are. `.ci/browser` finds or installs them. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium with everything that a visitor's browser has. */
export const WHOLE = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first of these programs on the PATH. */
export function onPath(names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}
