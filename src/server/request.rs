//! The only way from a server function to its request: state, session, and how it was called.

use crate::{
    domain::{destination::Destination, flash::Flash, own_path::OwnPath, visitor::Visitor},
    error::AppError,
    server::{
        client_address::{client_address, counted},
        error::{ServerError, chain},
        headers::CLEAR_SITE_DATA,
        known_device::DeviceMark,
        language,
        session_data::{Session, SessionData},
        sessions::{Device, wants_html},
        state::AppState,
        teller::Teller,
    },
};
use axum::http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::{net::IpAddr, sync::Arc};

/// One call of a server function.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The server's state.
    pub state: AppState,
    /// The caller's session.
    pub session: Session,
    /// Whether the call is a plain form, which is answered by a page and not by data.
    pub is_plain_form: bool,
    /// The address under which the caller is counted.
    pub address: IpAddr,
    /// The mark of a browser that logged in before, if it brought one.
    pub mark: Option<DeviceMark>,
    /// Has the page that the call leads to tell what was done.
    pub teller: Teller,
    device: Device,
}

/// The call that is being answered.
pub fn scope() -> Result<Scope, AppError> {
    let (Some(state), Some(parts)) = (use_context::<AppState>(), use_context::<Parts>()) else {
        return Err(ServerError::Layer("server function context").into());
    };
    let session = parts.extensions.get::<Session>().cloned().ok_or(ServerError::Layer("session handle"))?;
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let address = client_address(&parts.extensions, &parts.headers, &state.config().trusted_proxies);
    let mark = DeviceMark::read(&parts.headers, state.config().is_production());
    let is_plain_form = wants_html(&parts.headers);
    let teller = parts.extensions.get::<Teller>().cloned().unwrap_or_else(|| Teller::new(state.clock()));
    Ok(Scope { state, session, is_plain_form, address: counted(address), mark, teller, device: Device::new(user_agent, address) })
}

impl Scope {
    /// The browser that calls.
    pub fn device(&self) -> Device {
        self.device.clone()
    }

    /// The account the caller is logged in to.
    pub fn account(&self) -> Option<i64> {
        self.session.login().map(|login| login.account_id.get())
    }

    /// Runs work to its end, even if the visitor hangs up.
    pub async fn to_its_end<O: Send + 'static>(
        &self,
        work: impl Future<Output = Result<O, ServerError>> + Send + 'static,
    ) -> Result<O, ServerError> {
        // The work may write a mail, which speaks the visitor's language.
        let work = language::scope(language::current(), work);
        self.state.sessions().beside(work).await.map_err(|error| ServerError::Sessions(error.into()))?
    }

    /// Keeps a flash message for the page that the call leads to, if a plain form called. A script sees the answer itself.
    pub fn teller(&self) -> impl Fn(&mut SessionData, Flash) + Clone + Send + 'static + use<> {
        let (is_plain_form, teller) = (self.is_plain_form, self.teller.clone());
        move |data, flash| {
            if is_plain_form {
                teller.tell(data, flash);
            }
        }
    }

    /// The same after a change outside of the session. It is made, whether that can be told or not.
    pub async fn tell(&self, flash: Flash) {
        let tell = self.teller();
        let told = self.session.update::<_, AppError>(move |data| {
            tell(data, flash.clone());
            Ok(())
        });
        if let Err(error) = told.await {
            tracing::debug!(error = chain(&error), "the next page does not tell what was done");
        }
    }

    /// Sends a plain form on to another page than the one it stands on. A script is told the path and
    /// goes there itself: a redirect would make Leptos reload the page under it.
    pub fn go_on_to(&self, path: OwnPath) -> Destination {
        if self.is_plain_form {
            leptos_axum::redirect(path.as_str());
        }
        Destination { path: self.teller.lead(path.as_str()) }
    }
}

/// Makes the browser forget the pages it keeps for its Back button, since they show private data.
///
/// Even with `no-store`, Chromium may show a page as it was left.
pub fn forget_kept_pages() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    }
}

/// Makes the browser save the answer as a file of this name.
pub fn offer_as_file(name: &'static str) {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    if let (Some(response), Ok(disposition)) = (use_context::<ResponseOptions>(), disposition) {
        response.insert_header(header::CONTENT_DISPOSITION, disposition);
    }
}

/// Sets or removes a cookie that is not the session's.
pub fn set_cookie(cookie: Option<HeaderValue>) {
    if let Some((response, cookie)) = use_context::<ResponseOptions>().zip(cookie) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The caller's session as it was when the call came in.
pub fn visitor() -> Result<Arc<Visitor>, AppError> {
    let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Arc<Visitor>>().cloned());
    visitor.ok_or_else(|| ServerError::Layer("visitor").into())
}

/// Whether a checkbox was ticked; browsers send its value, or nothing.
pub fn is_ticked(value: &str) -> bool {
    matches!(value, "on" | "true" | "1")
}
