/** Walks through a page by Tab, and looks at each stop as a visitor does who has no mouse. */
import { expect, type Page } from '@playwright/test';
import { bringContrast } from './contrast';

/** No page has so many stops. */
const MOST = 300;

/**
 * Walks from the beginning of a page, or backwards from the end of one that was just opened. Fails if a stop has no ring around it that is seen (2.4.7), or is covered by what floats above the page (2.4.11), and if the way
 * through the page turns back before its end (2.1.2).
 */
export async function expectStopsSeen(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await bringContrast(page);
  if (key === 'Tab') {
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    });
  }
  const faults: string[] = [];
  const stops: string[] = [];
  for (let press = 0; press < MOST; press += 1) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(stopped);
    if (!stop || stop.path === stops[0]) break;
    if (stops.includes(stop.path)) faults.push(`${stop.name} is where the way turns back`);
    stops.push(stop.path);
    if (faults.length > 9) break;
    if (stop.ring < 3) faults.push(`${stop.name} has a ring of ${stop.ring.toFixed(1)}:1`);
    if (stop.isCovered) faults.push(`${stop.name} is covered`);
  }
  expect(stops.length, `stops of ${page.url()}`).toBeGreaterThan(3);
  expect(faults, `stops of ${page.url()}`).toEqual([]);
}

/** The element with the focus: where it is in the page, the contrast of its ring, and whether something lies above all of it. */
function stopped(): { name: string; path: string; ring: number; isCovered: boolean } | null {
  const stop = document.activeElement;
  if (!stop || stop === document.body) return null;
  const path = (element: Element): string =>
    element.parentElement ? `${path(element.parentElement)}/${[...element.parentElement.children].indexOf(element)}` : '';

  // The ring of a card is around the whole card, and that of a small picture around the picture.
  const picture = stop.matches('[type="radio"]') ? stop.nextElementSibling : null;
  const rings = [getComputedStyle(stop), getComputedStyle(stop, '::after'), getComputedStyle(picture ?? stop)];
  const ring = rings.find((style) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2);
  const isInside = Number.parseFloat(ring?.outlineOffset ?? '') < 0;

  const boxes = [...stop.getClientRects()];
  const isOnTop = (box: DOMRect) =>
    [0.1, 0.5, 0.9].some((x) =>
      [0.1, 0.5, 0.9].some((y) => {
        const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return top !== null && (stop.contains(top) || top.contains(stop));
      }),
    );
  return {
    name: stop.outerHTML.slice(0, 120),
    path: path(stop),
    ring: ring ? window.contrast(ring.outlineColor, isInside ? stop : stop.parentElement) : 1,
    isCovered: !boxes.some(isOnTop),
  };
}
