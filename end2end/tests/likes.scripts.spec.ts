/** What scripts add to likes: the heart changes before the server answers, and no page is loaded for it. */
import { expect, test } from './fixture';
import { hold } from './held';

test('the heart and the count change before the server answers', async ({ page, shop }) => {
  await shop.open('/');
  const calls = await hold(page, 'like');
  await shop.likeButton('Mug').click();
  await expect(shop.unlikeButton('Mug')).toBeVisible({ timeout: 300 });
  await expect(shop.likesLink()).toHaveAccessibleName('Likes, 1', { timeout: 300 });
  await expect(shop.message('You like Mug.')).toBeVisible({ timeout: 300 });
  await expect.poll(() => calls.bodies).toEqual(['product=mug']);
  const answered = page.waitForResponse('**/api/like');
  calls.letGo();
  await answered;
  await shop.expectLikes(1);
});

test('a refused like is put back and said', async ({ page, shop, expectConsole }) => {
  expectConsole(/422/);
  await shop.open('/');
  await page.route('**/api/like', (route) =>
    route.fulfill({ status: 422, json: { error: 'likes_full', message: 'You like 200 products already.' } }),
  );
  await shop.like('Mug');
  await expect(shop.refusal('You like 200 products already.')).toBeVisible();
  await expect(shop.likeButton('Mug')).toBeVisible();
  await expect(shop.likesLink()).toHaveCount(0);
});

test('likes and the cart share one queue, and fast clicks on a heart become few requests', async ({ page, shop }) => {
  await shop.open('/');
  const calls = await hold(page, 'add_to_cart');
  const liked: string[] = [];
  page.on('request', (request) => {
    if (/\/api\/(un)?like$/.test(request.url())) liked.push(request.url().replace(/.*\//, ''));
  });
  await shop.addButton('Mug').click();
  for (let click = 0; click < 3; click += 1) {
    await shop.likeButton('Mug').click();
    await shop.unlikeButton('Mug').click();
  }
  await shop.likeButton('Mug').click();
  const answered = page.waitForResponse('**/api/like');
  calls.letGo();
  await answered;
  expect(liked).toEqual(['like']);
  await shop.expectPieces(1);
  await shop.expectLikes(1);
});
