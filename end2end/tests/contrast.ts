/** How different two colours look, as WCAG 2 computes it. */
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** The contrast of a colour with the background of an element, as it is painted. */
    contrast: (colour: string, ground: Element | null) => number;
  }
}

/** Gives the page `window.contrast`. */
export async function bringContrast(page: Page): Promise<void> {
  await page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    /** The relative luminance of colours that are painted over each other. */
    const luminance = (colours: string[]): number => {
      if (!canvas) throw new Error('nothing to paint on');
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      const parts = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
      const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const grounds = (element: Element | null): string[] =>
      element ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor] : [];
    window.contrast = (colour, ground) => {
      const below = grounds(ground);
      const [light, dark] = [luminance(below), luminance([...below, colour])].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
  });
}
