/** The way from a search to an order and to the dashboard, as a screen reader tells it: by roles, names, headings and states. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixture';
import { BUYER, newAccount } from './shop';

const main = (page: Page) => page.getByRole('main');

test('a product is found, looked at, and put into the cart', async ({ page, scripts, shop }) => {
  await shop.open('/?q=mug');
  await expect(page.getByRole('banner')).toMatchAriaSnapshot(`
    - banner:
      - link "Satchel"
      - search:
        - ${scripts ? 'combobox' : 'searchbox'} "Search products": mug
        - button "Search"
      - navigation "Account and cart":
        - link "Log in"
        - link "Cart, empty"
  `);
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Results for “mug”" [level=1]
      - status: 1 product
      - navigation "Categories":
        - link /Everything \\d+/
        - link /Computers \\d+/
      - group: Filter
      - combobox "Sort by"
      - button "Apply"
      - list "Products":
        - listitem:
          - link "Mug":
            - heading "Mug" [level=2]
          - 'button "Like: Mug"'
          - 'button "Add to cart: Mug"'
  `);
  await expect(page.getByRole('navigation', { name: 'Categories' }).locator('[aria-current="page"]')).toHaveText(/^Everything/);
  await expect(page.getByRole('contentinfo')).toMatchAriaSnapshot(`
    - contentinfo:
      - paragraph:
        - link "What the server knows about you"
      - group "Language":
        - button "English"
        - button "Deutsch"
      - group "Theme":
        - button "System" [pressed]
        - button "Light"
        - button "Dark"
  `);

  await page.getByRole('link', { name: 'Mug', exact: true }).click();
  await shop.expectHeading('Mug');
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - article:
        - 'img "Drawing of: Mug"'
        - heading "Mug" [level=1]
        - paragraph: /In stock/
        - spinbutton "Quantity": "1"
        - 'button "Add to cart: Mug"'
        - 'button "Like: Mug"'
      - region /More in/:
        - heading /More in/ [level=2]
        - list:
          - listitem:
            - link "Notebook":
              - heading "Notebook" [level=2]
  `);
  await shop.askFor('Mug', 2);
  await expect(shop.message('2 × Mug were added to your cart.')).toBeVisible();
  await shop.openCart();
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Your cart" [level=1]
      - list "Products in your cart":
        - listitem:
          - link "Mug"
          - button "One less Mug"
          - button "One more Mug"
          - spinbutton "Quantity of Mug": "2"
          - button "Remove Mug"
          - 'button "Keep for later: Mug"'
      - paragraph:
        - text: Total for 2 items
        - strong: $32.00
      - link "Check out"
      - button "Empty the cart"
      - region "Share this cart":
        - heading "Share this cart" [level=2]
  `);
});

test('an order is filled in, corrected, looked at and placed', async ({ page, shop }) => {
  await shop.prepareCart('water-bottle');
  await shop.open('/checkout/address');
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Check out" [level=1]
      - navigation "Steps":
        - list:
          - listitem: Address
          - listitem: Delivery
          - listitem: Review
      - textbox "E-mail"
      - textbox "Name"
      - textbox "Street and number"
      - textbox "Second line (may be empty)"
      - textbox "Postal code"
      - textbox "City"
      - textbox "Country"
      - link "Back to the cart"
      - button "Go on to the delivery"
  `);
  await expect(page.locator('[aria-current="step"]')).toHaveText('Address');
  await expect(shop.field('E-mail')).toHaveAccessibleDescription('We write to it about this order, and about nothing else.');
  await shop.fillIn({ ...BUYER, City: ' ' });
  await shop.sendForm('Go on to the delivery');
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - alert: Please correct the fields that are marked.
      - textbox "Postal code": ${BUYER['Postal code']}
      - textbox "City"
  `);
  await expect(shop.field('City')).toBeFocused();
  await expect(shop.field('City')).toHaveAccessibleDescription('Please fill this in.');
  await expect(shop.field('City')).toHaveAccessibleErrorMessage('Please fill this in.');
  await shop.fillIn({ City: BUYER.City });
  await shop.sendForm('Go on to the delivery');
  await shop.expectStep('Delivery');
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Check out" [level=1]
      - navigation "Steps":
        - list:
          - listitem:
            - link "Address"
      - group "How shall it reach you?":
        - radio "Standard delivery, 3 to 5 days $4.90" [checked]
        - radio "Express delivery, the next day $12.90"
      - link "Back to the address"
      - button "Go on to the review"
  `);
  await shop.sendForm('Go on to the review');
  await shop.expectStep('Review');
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Check out" [level=1]
      - region "It goes to":
        - heading "It goes to" [level=2]
        - text: /Ada Lovelace .* United Kingdom/
        - paragraph: You order without an account. We write to buyer@example.com.
        - paragraph:
          - link "Change the address"
          - link "Change the delivery"
      - region "Your order":
        - heading "Your order" [level=2]
        - table "What it costs":
          - rowgroup:
            - row:
              - rowheader /Water bottle/
              - cell "$22.00"
            - row:
              - rowheader /Standard delivery/
              - cell "$4.90"
            - row:
              - rowheader "Total"
              - cell "$26.90"
      - group "How do you pay?":
        - radio "Pay on delivery" [checked]
      - button "Order and pay $26.90"
  `);
  await shop.sendForm('Order and pay');
  await shop.expectOrder();
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - status: /Thank you! We have your order./
      - heading /^Order/ [level=1]
      - complementary "Keep this order":
        - paragraph:
          - link "Create an account"
      - region "What you ordered":
        - heading "What you ordered" [level=2]
        - table "What it costs"
      - region "It goes to":
        - heading "It goes to" [level=2]
        - heading "What became of it" [level=2]
        - list:
          - listitem: /Placed/
        - button "Add it to the cart again"
        - button "Cancel the order"
  `);
});

test('a log in is refused, then done, and the dashboard is read', async ({ page, shop, expectConsole }, testInfo) => {
  expectConsole(/401/);
  // Nobody else's: the page after a log in tells of carts on other devices.
  const ada = newAccount(testInfo);
  await shop.prepareAccount(ada);
  await page.context().clearCookies();
  await shop.open('/login');
  await shop.logIn({ login: ada.username, password: 'not this one' });
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - heading "Log in" [level=1]
      - alert: The user name or password is not right. Please try again.
      - textbox "User name or e-mail": ${ada.username}
      - textbox "Password"
      - checkbox "Remember me on this device"
      - button "Log in"
      - complementary "Demonstration account"
      - paragraph:
        - link "Forgot your password?"
      - paragraph:
        - link "Create an account"
  `);
  await shop.logIn({ login: ada.username, password: ada.password });
  await shop.expectHeading(`Hello, ${ada.username}`);
  await expect(main(page)).toMatchAriaSnapshot(`
    - main:
      - status: You are logged in.
      - heading "Hello, ${ada.username}" [level=1]
      - region "Cart":
        - heading "Cart" [level=2]
      - region "Likes":
        - heading "Likes" [level=2]
      - region "Visits":
        - heading "Visits" [level=2]
        - img /Visits in the last eight weeks/
        - group: Visits by day
      - region "Your orders":
        - heading "Your orders" [level=2]
      - region "Log out":
        - heading "Log out" [level=2]
        - checkbox "Keep my cart and likes on this device"
        - button "Log out here"
  `);
});

test('head and foot are the same, in the same order, on every page', async ({ page, shop }) => {
  await shop.prepareCheckout();
  const names = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('header, footer')].map((part) =>
        [...part.querySelectorAll('a, button, input, summary')]
          .filter((control) => control.checkVisibility())
          .map((control) => control.getAttribute('aria-label') ?? control.textContent),
      ),
    );
  await shop.open('/');
  const first = await names();
  expect(first.flat().length).toBeGreaterThan(10);
  for (const path of ['/products/laptop', '/cart', '/checkout/review', '/likes', '/login', '/session', '/debug/session']) {
    await shop.open(path);
    expect(await names(), path).toEqual(first);
  }
});
