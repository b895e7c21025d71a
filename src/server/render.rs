//! Pages as HTML. Public pages come from their template, with the visitor's parts filled in; the others are rendered as a whole.

use crate::{
    domain::{
        catalogue::Catalogue,
        checkout::CheckoutPage,
        coupon::EnteredCoupon,
        dashboard::DashboardView,
        debug_session::DebugSession,
        desk::DeskPage,
        device::Devices,
        lazy_files::WordsFile,
        mailbox::Mailbox,
        money::Currency,
        order::OrderPage,
        own_account::OwnAccount,
        own_session::KeptOfBrowser,
        page_request::{Audience, Hole, Look, Marks, PageRequest},
        passkey::Passkeys,
        second_factor::SecondFactorPage,
        shared_cart::{CartLink, SharedPage},
        shop::{Origin, OtherLanguage},
        spending::OwnOrders,
        visitor::Visitor,
    },
    server::{
        answers,
        catalogue::Snapshot,
        codings::Codings,
        error::ServerError,
        headers,
        keeper::Keeper,
        language,
        state::AppState,
        template::{Key, Open, Template, is_nothing},
    },
    words::Language,
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header, request::Parts, uri::PathAndQuery},
    response::Response,
};
use hydration_context::SsrSharedContext;
use leptos::{
    IntoView,
    config::LeptosOptions,
    nonce::{Nonce, use_nonce},
    prelude::*,
    reactive::owner::Owner,
};
use leptos_axum::ResponseOptions;
use quick_cache::sync::Cache;
use std::{pin::Pin, sync::Arc};
use tower_http::request_id::RequestId;

/// The longest page that can be a template, in bytes.
const LONGEST: usize = 4 * 1_024 * 1_024;

/// Leptos, as it renders a request's page.
type Leptos = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// Renders pages.
#[derive(Clone)]
pub struct Renderer {
    leptos: Leptos,
    fragment: fn(Hole, &Arc<PageRequest>) -> AnyView,
    /// What many visitors see, each rendered once.
    looks: Arc<Cache<(Hole, Look, Language), Arc<str>>>,
    catalogue_language: Arc<str>,
}

/// Marks a request for something that exists, but not for whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct NotHere;

/// More looks than there are.
const LOOKS: usize = 256;

/// Marks an answer that the compression layer must not touch.
#[derive(Clone, Copy, Debug)]
pub struct AsItIs;

impl Renderer {
    /// `document` makes the HTML around a page, `fragment` what fills a hole.
    pub fn new<D: IntoView + 'static>(
        state: AppState,
        document: fn(LeptosOptions) -> D,
        fragment: fn(Hole, &Arc<PageRequest>) -> AnyView,
    ) -> Self {
        let options = state.assets().leptos_options();
        let (facts, catalogue_language) = (state.clone(), state.config().catalogue_language.to_string().into());
        // One piece: nothing on a page waits for anything, so streaming would only cost.
        let leptos = leptos_axum::render_app_async_with_context(move || provide_page(&facts), move || document(options.clone()));
        Self { leptos: Arc::new(move |request| leptos(request)), fragment, looks: Arc::new(Cache::new(LOOKS)), catalogue_language }
    }

    /// The page a request asks for; without a route, the one that says that nothing is there.
    pub async fn page(&self, request: Request, exists: bool) -> Response {
        let Some(snapshot) = request.extensions().get::<Snapshot>().cloned() else {
            return answers::refuse(ServerError::Layer("snapshot").into());
        };
        let is_here = exists && request.extensions().get::<NotHere>().is_none();
        let is_nothing = is_nothing(request.uri(), is_here, &snapshot.catalogue);
        let mut response = match Key::of(request.uri(), is_here, &snapshot.catalogue) {
            Some(key) => {
                let page = (key, language::current());
                match snapshot.templates.get_or_make(&page, self.template(&page.0, &snapshot)).await {
                    Ok(template) => self.assembled(&template, snapshot.catalogue, &request),
                    Err(error) => return answers::refuse(error.into()),
                }
            }
            None if is_nothing => self.nothing_in_one_go(request).await,
            None => self.in_one_go(request).await,
        };
        if is_nothing {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    }

    /// The page as Leptos renders it for one visitor, whatever it is.
    pub async fn in_one_go(&self, mut request: Request) -> Response {
        let audience = Audience::One(Arc::new(page_request(&request)));
        request.extensions_mut().insert(audience);
        self.rendered(request).await
    }

    /// The page that says that nothing is there, for one visitor. Leptos is not asked by its address, since it is not as strict
    /// as our routes: to it, `/cart/` is `/cart`.
    async fn nothing_in_one_go(&self, mut request: Request) -> Response {
        let audience = Audience::One(Arc::new(page_request(&request)));
        request.extensions_mut().insert(audience);
        let address = format!("{}?{}", Key::Nothing.address(), request.uri().query().unwrap_or_default());
        match address.parse() {
            Ok(address) => *request.uri_mut() = address,
            Err(_) => return answers::refuse(ServerError::Layer("address of nothing").into()),
        }
        self.rendered(request).await
    }

    async fn rendered(&self, request: Request) -> Response {
        // A stranger can put something into a page by its address alone. Then nothing on it is compressed together.
        let is_plain = request.uri().query().is_some();
        let mut response = (self.leptos)(request).await;
        if is_plain {
            response.extensions_mut().insert(AsItIs);
        }
        response
    }

    /// Renders a page for everybody: nothing of a request is at hand here but its language.
    async fn template(&self, key: &Key, snapshot: &Snapshot) -> Result<Arc<Template>, ServerError> {
        let (nonce, marks) = (Nonce::new(), Marks::new(Nonce::new().to_string()));
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = key.address().parse().map_err(|_| ServerError::Layer("address of a template"))?;
        request.extensions_mut().insert(Audience::Everybody(marks.clone()));
        request.extensions_mut().insert(snapshot.clone());
        request.extensions_mut().insert(nonce.clone());
        let response = (self.leptos)(request).await;
        let html = axum::body::to_bytes(response.into_body(), LONGEST).await.map_err(|error| ServerError::Unavailable(error.into()))?;
        let template = Template::new(&String::from_utf8_lossy(&html), &marks, &nonce, key.compression());
        if template.is_whole() { Ok(Arc::new(template)) } else { Err(ServerError::Layer("holes of a template")) }
    }

    /// What many visitors see in a hole.
    fn seen(&self, hole: Hole, look: Look, render: impl FnOnce() -> String) -> Arc<str> {
        let look = (hole, look, language::current());
        self.looks.get(&look).unwrap_or_else(|| {
            let rendered: Arc<str> = render().into();
            self.looks.insert(look, Arc::clone(&rendered));
            rendered
        })
    }

    /// Fills a template's holes for whoever asks.
    fn assembled(&self, template: &Template, catalogue: Arc<Catalogue>, request: &Request) -> Response {
        let nonce = Nonce::new();
        let page_request = Arc::new(page_request(request));
        // Without such a context, Leptos takes this for a browser.
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
        let mut fill = |open: Open| match open {
            Open::Nonce => nonce.to_string(),
            Open::Hole(hole) => {
                let render = || owner.with(|| (self.fragment)(hole, &page_request).to_html());
                match hole.look(&page_request.visitor) {
                    Some(look) => self.seen(hole, look, render).to_string(),
                    None => render(),
                }
            }
        };
        owner.with(|| {
            provide_context(catalogue);
            provide_languages(&self.catalogue_language);
            provide_context(nonce.clone());
        });
        let is_gzip = Codings::of(request.headers()).takes_gzip();
        let body = if is_gzip { Body::from(template.gzip(&mut fill)) } else { Body::from(template.plain(&mut fill)) };
        owner.unset_with_forced_cleanup();
        let mut response = Response::new(body);
        let answer = response.headers_mut();
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language"));
        if is_gzip {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce)) {
            answer.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.extensions_mut().insert(AsItIs);
        response
    }
}

/// What a page shows of its request; without the layers before, a stranger's.
fn page_request(request: &Request) -> PageRequest {
    let extensions = request.extensions();
    let visitor = extensions.get::<Arc<Visitor>>().cloned();
    let id = extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    PageRequest {
        visitor: visitor.unwrap_or_else(|| Arc::new(Visitor::stranger(Currency::default()))),
        address: request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
        id: id.to_owned(),
        devices: extensions.get::<Devices>().cloned().unwrap_or_default(),
        dashboard: extensions.get::<DashboardView>().cloned(),
        account: extensions.get::<OwnAccount>().cloned(),
        kept: extensions.get::<KeptOfBrowser>().cloned(),
        second_factor: extensions.get::<SecondFactorPage>().cloned(),
        passkeys: extensions.get::<Passkeys>().cloned(),
        cart_link: extensions.get::<CartLink>().cloned(),
        coupon: extensions.get::<EnteredCoupon>().cloned(),
        shared: extensions.get::<SharedPage>().cloned(),
        checkout: extensions.get::<CheckoutPage>().cloned(),
        order: extensions.get::<OrderPage>().cloned(),
        orders: extensions.get::<OwnOrders>().cloned(),
        mailbox: extensions.get::<Mailbox>().cloned().unwrap_or_default(),
        debug_session: extensions.get::<DebugSession>().cloned(),
        is_keeper: extensions.get::<Keeper>().is_some(),
        desk: extensions.get::<DeskPage>().cloned(),
    }
}

/// The page's language, and where another one is spoken.
fn provide_languages(of_catalogue: &Arc<str>) {
    provide_context(language::current());
    if **of_catalogue != *language::current().as_str() {
        provide_context(OtherLanguage(Arc::clone(of_catalogue)));
    }
}

/// What a page is rendered from: plain data, put together before.
fn provide_page(state: &AppState) {
    let Some(Parts { extensions, .. }) = use_context::<Parts>() else { return };
    if let Some(audience) = extensions.get::<Audience>() {
        provide_context(audience.clone());
    }
    if let Some(snapshot) = extensions.get::<Snapshot>() {
        provide_context(Arc::clone(&snapshot.catalogue));
    }
    if let Some(nonce) = extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
    provide_context(state.shop());
    provide_context(Origin(state.config().base_url.as_str().into()));
    provide_context(state.painter().addresses());
    provide_context(state.assets().lazy_files());
    provide_languages(&state.config().catalogue_language.to_string().into());
    provide_context(WordsFile(state.assets().words(language::current())));
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
