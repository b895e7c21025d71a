/**
 * What WCAG asks of a look that is not the shop's own, and what axe does not measure: an enlarged page, more space between letters,
 * the visitor's own colours, and edges and marks that are seen. Each check leaves the page as it was.
 */
import { expect, test, type Page } from '@playwright/test';
import { expectAccessibleInBothColours, expectFits, expectTargets } from './accessible';
import { bringContrast } from './contrast';

/** In CSS pixels: a screen of 1280 by 1024 that is enlarged to 400 % and to 200 %, and a phone on its side. */
const SCREENS = [
  { width: 320, height: 256 },
  { width: 640, height: 512 },
  { width: 844, height: 390 },
];

/** All that is checked of a page: in light and dark, in forced colours, enlarged, and with its text spaced out. */
export async function expectEveryLook(page: Page): Promise<void> {
  await expectAccessibleInBothColours(page);
  await expectLongWordsFit(page);
  // These are the same on a phone.
  if (test.info().project.use.isMobile) return;
  await expectEdges(page);
  await expectSeenInForcedColours(page);
  await onScreen(page, SCREENS[0], () => expectTargets(page));
}

/** The part of it that is another one in each language. */
export async function expectLongWordsFit(page: Page): Promise<void> {
  await expectFits(page);
  await expectRoomForText(page);
  // It chooses the screens itself.
  if (!test.info().project.use.isMobile) await expectEnlargeable(page);
}

/** Fails if an enlarged page, or one on a phone that is turned, has to be scrolled sideways (1.3.4, 1.4.4, 1.4.10). */
async function expectEnlargeable(page: Page): Promise<void> {
  for (const screen of SCREENS) await onScreen(page, screen, () => expectFits(page));
}

async function onScreen(page: Page, screen: { width: number; height: number }, check: () => Promise<void>): Promise<void> {
  const own = page.viewportSize();
  await page.setViewportSize(screen);
  await check();
  if (own) await page.setViewportSize(own);
}

/** Fails if a text is cut off, or leaves its control, for whoever needs more space between letters, words and lines (1.4.12). */
async function expectRoomForText(page: Page): Promise<void> {
  const before = await page.evaluate(tooLong);
  await page.evaluate(() => {
    const spaced = new CSSStyleSheet();
    spaced.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    document.adoptedStyleSheets = [spaced];
  });
  const cut = (await page.evaluate(tooLong)).filter((text) => !before.includes(text));
  expect(cut, `every text of ${page.url()} has room to be spaced out`).toEqual([]);
  await expectFits(page);
  await page.evaluate(() => (document.adoptedStyleSheets = []));
}

/** Fails if a control or a mark is only seen by its background, which the visitor's own colours take away. */
async function expectSeenInForcedColours(page: Page): Promise<void> {
  const before = await page.evaluate(framed, null);
  await page.emulateMedia({ forcedColors: 'active' });
  const unseen = await page.evaluate(framed, before);
  const alike = await page.evaluate(unmarked);
  await page.emulateMedia({ forcedColors: null });
  expect(unseen, `every control of ${page.url()} has an edge in forced colours`).toEqual([]);
  expect(alike, `what is chosen on ${page.url()} is seen in forced colours`).toEqual([]);
}

/** Fails if the edge of a field or a button differs too little from what is around it (1.4.11), in light or in dark. */
async function expectEdges(page: Page): Promise<void> {
  await bringContrast(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const faint = (await page.evaluate(edges)).filter(({ contrast }) => contrast < 3);
    expect(faint, `edges on ${page.url()} are seen in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Each text that its box cuts off, and each name that leaves its control. */
function tooLong(): string[] {
  const isSeen = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && getComputedStyle(element).clipPath === 'none';
  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const text = element.textContent?.trim();
    if (!text || !isSeen(element)) return [];
    const { overflowX, overflowY } = getComputedStyle(element);
    const isCut =
      (/hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
      (/hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1);
    let leaves = false;
    if (element.matches('button, [class^="button"], .shelf, .tag, summary, th, td')) {
      const content = document.createRange();
      content.selectNodeContents(element);
      const [inner, outer] = [content.getBoundingClientRect(), element.getBoundingClientRect()];
      leaves = inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
    }
    return isCut || leaves ? [`${element.tagName.toLowerCase()}.${element.className}: ${text.slice(0, 40)}`] : [];
  });
}

/**
 * The controls that a border or a background sets apart from what is around them. With a list of them: those of the list that have no
 * border now.
 */
function framed(before: string[] | null): string[] {
  const isClear = (colour: string) => /^rgba\(.*, 0\)$/.test(colour);
  const hasBorder = (style: CSSStyleDeclaration) =>
    style.borderBottomStyle !== 'none' && style.borderBottomWidth !== '0px' && !isClear(style.borderBottomColor);
  const isSeen = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && getComputedStyle(element).clipPath === 'none';
  const controls = [...document.querySelectorAll('input, select, button, a, summary, [role="option"]')].filter(isSeen);
  return controls.flatMap((control, at) => {
    const style = getComputedStyle(control);
    const name = `${at}: ${control.outerHTML.slice(0, 120)}`;
    // What browsers draw themselves, they draw in the visitor's colours.
    if (style.appearance === 'auto' && control.matches('[type="checkbox"], [type="radio"]')) return [];
    if (before) {
      const hasEdge = hasBorder(style) || style.outlineStyle !== 'none';
      // Without its arrow, a list to choose from looks like a field.
      const hasArrow = !control.matches('select') || style.appearance !== 'none';
      return before.includes(name) && !(hasEdge && hasArrow) ? [name] : [];
    }
    const around = control.parentElement ? getComputedStyle(control.parentElement).backgroundColor : '';
    const isFilled = !isClear(style.backgroundColor) && style.backgroundColor !== around;
    return hasBorder(style) || isFilled ? [name] : [];
  });
}

/** What is marked as current, pressed or selected, and looks as what is not. */
function unmarked(): string[] {
  const look = (element: Element) => {
    const [own, mark] = [getComputedStyle(element), getComputedStyle(element, '::before')];
    return [own.borderBottomWidth, own.borderBottomStyle, own.outlineStyle, own.fontWeight, own.textDecorationLine, mark.content].join();
  };
  const marked = '[aria-current], [aria-pressed="true"], [aria-selected="true"]';
  return [...document.querySelectorAll(marked)].flatMap((element) => {
    const others = element.closest('nav, fieldset, ul')?.querySelectorAll(`:is(a, button, li, li > *):not(${marked})`) ?? [];
    const other = [...others].find((other) => other.tagName === element.tagName && other.checkVisibility());
    return other && look(other) === look(element) ? [element.outerHTML.slice(0, 120)] : [];
  });
}

/** The contrast of each edge with what is around its control. */
function edges(): { control: string; side: string; contrast: number }[] {
  const controls = [...document.querySelectorAll('input, select, button, .button-quiet, .option')];
  return controls.flatMap((control) => {
    const style = getComputedStyle(control);
    const isDrawn = style.appearance === 'none' || !control.matches('[type="checkbox"], [type="radio"]');
    const isOwn = style.borderBottomStyle !== 'none' && style.borderBottomWidth !== '0px' && !/^rgba\(.*, 0\)$/.test(style.borderBottomColor);
    if (!isDrawn || !isOwn || control.matches(':disabled') || !control.checkVisibility({ opacityProperty: true })) return [];
    return ['top', 'right', 'bottom', 'left'].flatMap((side) => {
      if (style.getPropertyValue(`border-${side}-width`) === '0px') return [];
      const contrast = window.contrast(style.getPropertyValue(`border-${side}-color`), control.parentElement);
      return { control: control.outerHTML.slice(0, 120), side, contrast };
    });
  });
}
