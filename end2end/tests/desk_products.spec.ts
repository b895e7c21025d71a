/** Products at the desk of a shop keeper: added, shown, changed and hidden, with a picture, on a shop of two nodes. */
import { expect, test } from './nodes';
import { newAccount, Shop } from './shop';

/** Until another node shows it. */
const SOON = { timeout: 2_000, intervals: [50] };

/** A picture that the browser draws, in this format. */
async function drawn(shop: Shop, width: number, height: number): Promise<Buffer> {
  // A page of its own, since a test without scripts runs none in its pages.
  const context = await shop.page.context().browser()!.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  const data = await page.evaluate(([width, height]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const paint = canvas.getContext('2d')!;
    const sky = paint.createLinearGradient(0, 0, width, height);
    sky.addColorStop(0, '#35506b');
    sky.addColorStop(1, '#e0a458');
    paint.fillStyle = sky;
    paint.fillRect(0, 0, width, height);
    paint.fillStyle = '#fcf6eb';
    paint.beginPath();
    paint.arc(width / 2, height / 2, height / 4, 0, 7);
    paint.fill();
    return canvas.toDataURL('image/png').split(',')[1]!;
  }, [width, height] as const);
  await context.close();
  return Buffer.from(data, 'base64');
}

test('a keeper adds a product with a picture, and every node sells it', async ({ page, shop, scripts, nodes: [first, second], operator }) => {
  const kim = newAccount(test.info());
  await shop.prepareAccount(kim);
  operator('user', 'grant', kim.username, 'keeper');
  await shop.open('/desk');
  await page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name: 'Products' }).click();
  await shop.expectHeading('Products');
  await page.getByRole('link', { name: 'Add a product' }).click();
  await shop.expectHeading('Add a product');

  // What is wrong is said beside its field, and nothing is typed twice.
  await shop.fillIn({ Name: 'Reading lamp with a long arm', Shelf: 'Desk', 'Price of one': '12,5x', Summary: 'It bends wherever you read.' });
  await shop.sendForm('Add it');
  await expect(page.getByLabel('Price of one')).toBeFocused();
  await expect(page.getByLabel('Price of one')).toHaveAccessibleDescription(/Please write a price such as 12\.50/);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Reading lamp with a long arm');
  await page.getByLabel('Price of one').fill('12,5');
  await shop.sendForm('Add it');
  await shop.expectHeading('Reading lamp with a long arm');
  await expect(shop.message('The product was added.')).toBeVisible();

  const pictures = page.getByRole('region', { name: 'Pictures' });
  await pictures.getByLabel('Another picture').setInputFiles({ name: 'a.svg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg/>') });
  await shop.sendForm('Add the picture');
  await expect(page.getByText('Please choose a picture in the format JPEG, PNG or WebP.')).toBeVisible();
  await pictures.getByLabel('Another picture').setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: await drawn(shop, 1_600, 1_200) });
  await shop.sendForm('Add the picture');
  await expect(shop.message('The pictures of the product are changed.')).toBeVisible();
  await expect(pictures.getByRole('img')).toHaveCount(1);
  await shop.fillIn({ 'Pieces that can be sold': '3' });
  await shop.sendForm('Set the stock');
  await expect(page.getByRole('region', { name: 'Stock' })).toContainText('3');
  await shop.sendForm('Show it in the shop');
  await expect(shop.message('The product is for sale.')).toBeVisible();

  // The other node sells it, with the picture at full size.
  const context = await page.context().browser()!.newContext({ javaScriptEnabled: scripts, baseURL: second });
  const buyer = new Shop(await context.newPage(), scripts);
  await expect(async () => {
    await buyer.open('/products/reading-lamp-with-a-long-arm');
    await expect(buyer.page.getByRole('heading', { level: 1 })).toHaveText('Reading lamp with a long arm', { timeout: 100 });
  }).toPass(SOON);
  const picture = buyer.page.getByRole('img', { name: 'Picture of: Reading lamp with a long arm' });
  await expect(picture).toHaveJSProperty('complete', true);
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await buyer.open(`${first}/?category=desk`);
  await expect(buyer.page.getByRole('heading', { name: 'Reading lamp with a long arm' })).toBeVisible();

  // It is hidden again.
  await shop.sendForm('Hide it from the shop');
  await expect(shop.message('The product is hidden.')).toBeVisible();
  await expect(async () => {
    await buyer.open(`${second}/products/reading-lamp-with-a-long-arm`);
    await expect(buyer.page.getByRole('heading', { level: 1 })).toHaveText('Nothing here', { timeout: 100 });
  }).toPass(SOON);
  await context.close();

  await page.getByRole('link', { name: 'Audit list' }).click();
  await shop.expectHeading('Audit list');
  const table = page.getByRole('table');
  for (const act of ['Product added', 'Pictures changed', 'Stock set', 'Product shown', 'Product hidden']) {
    await expect(table.getByRole('row').filter({ hasText: act })).toContainText(kim.username);
  }
});
