//! The HTML document and every route, on one screen.

use crate::{
    components::{
        announcer::Announcer,
        cart_scope::CartScope,
        flashes::TIDY_ADDRESS,
        late::{BRING_LATE, Late},
        moment::LOCAL_TIMES,
        own_part::OwnPart,
        site_header::{SiteFooter, SiteHeader},
    },
    domain::{
        lazy_files::{LazyFiles, WordsFile},
        page_request::Hole,
    },
    pages::{
        account::AccountPage, cart::CartPage, catalogue::CataloguePage, checkout_address::CheckoutAddressPage,
        checkout_delivery::CheckoutDeliveryPage, checkout_review::CheckoutReviewPage, confirm_email::ConfirmEmailPage,
        dashboard::DashboardPage, debug_session::DebugSessionPage, desk::DeskPage, desk_audit::DeskAuditPage,
        desk_new_product::DeskNewProductPage, desk_order::DeskOrderPage, desk_orders::DeskOrdersPage, desk_product::DeskProductPage,
        desk_products::DeskProductsPage, devices::DevicesPage, forgot_password::ForgotPasswordPage, likes::LikesPage, login::LoginPage,
        login_code::LoginCodePage, mailbox::MailboxPage, not_found::NotFoundPage, order::OrderPage, passkeys::PasskeysPage,
        preferences::PreferencesPage, product::ProductPage, register::RegisterPage, reset_password::ResetPasswordPage,
        second_factor::SecondFactorPage, session::SessionPage, shared_cart::SharedCartPage,
    },
    words::Language,
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

/// Which pages a browser may fetch while a pointer rests on a link to them: public pages. The server refuses if a page has
/// more to do than to be shown, see [`crate::server::sessions`].
const AHEAD: &str = r#"{"prefetch":[{"where":{"href_matches":["/","/products/*"]},"eagerness":"moderate"}]}"#;

/// The document around every page.
pub fn document(options: LeptosOptions) -> impl IntoView {
    // The script that all others import first. Without the preload, the browser would find it late.
    let loader = use_context::<LazyFiles>().and_then(|files| files.loader().map(str::to_owned));
    let language = use_context::<Language>().unwrap_or_default().as_str();
    let words = use_context::<WordsFile>().and_then(|file| file.0);
    let stylesheet = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=language data-words=words>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <OwnPart of=Hole::Theme />
                <meta name="theme-color" content="#b24e2b" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=stylesheet />
                <AutoReload options=options.clone() />
                <script type="speculationrules" nonce=use_nonce()>
                    {AHEAD}
                </script>
                <Late>
                    {loader.map(|loader| view! { <link rel="modulepreload" href=loader crossorigin="anonymous" /> })}
                    <HydrationScripts options islands=true />
                </Late>
                <script nonce=use_nonce()>{format!("{TIDY_ADDRESS}{BRING_LATE}{LOCAL_TIMES}")}</script>
                <MetaTags />
                <OwnPart of=Hole::Likes />
            </head>
            <body>
                <Pages />
            </body>
        </html>
    }
}

/// Every page by its address.
#[component]
pub fn Pages() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <CartScope>
                <SiteHeader />
                <OwnPart of=Hole::Session />
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=CataloguePage />
                    <Route path=path!("/products/:slug") view=ProductPage />
                    <Route path=path!("/cart") view=CartPage />
                    <Route path=path!("/cart/shared") view=SharedCartPage />
                    <Route path=path!("/checkout/address") view=CheckoutAddressPage />
                    <Route path=path!("/checkout/delivery") view=CheckoutDeliveryPage />
                    <Route path=path!("/checkout/review") view=CheckoutReviewPage />
                    <Route path=path!("/orders/:number") view=OrderPage />
                    <Route path=path!("/likes") view=LikesPage />
                    <Route path=path!("/login") view=LoginPage />
                    <Route path=path!("/login/code") view=LoginCodePage />
                    <Route path=path!("/register") view=RegisterPage />
                    <Route path=path!("/forgot-password") view=ForgotPasswordPage />
                    <Route path=path!("/reset-password") view=ResetPasswordPage />
                    <Route path=path!("/confirm-email") view=ConfirmEmailPage />
                    <Route path=path!("/session") view=SessionPage />
                    <Route path=path!("/dashboard") view=DashboardPage />
                    <Route path=path!("/dashboard/preferences") view=PreferencesPage />
                    <Route path=path!("/dashboard/security") view=AccountPage />
                    <Route path=path!("/dashboard/security/second-factor") view=SecondFactorPage />
                    <Route path=path!("/dashboard/security/passkeys") view=PasskeysPage />
                    <Route path=path!("/dashboard/sessions") view=DevicesPage />
                    <Route path=path!("/desk") view=DeskPage />
                    <Route path=path!("/desk/orders") view=DeskOrdersPage />
                    <Route path=path!("/desk/orders/:number") view=DeskOrderPage />
                    <Route path=path!("/desk/products") view=DeskProductsPage />
                    <Route path=path!("/desk/products/:slug") view=DeskProductPage />
                    <Route path=path!("/desk/new-product") view=DeskNewProductPage />
                    <Route path=path!("/desk/audit") view=DeskAuditPage />
                    <Route path=path!("/dev/mailbox") view=MailboxPage />
                    <Route path=path!("/debug/session") view=DebugSessionPage />
                </FlatRoutes>
                <SiteFooter />
                <Announcer />
            </CartScope>
        </Router>
    }
}
