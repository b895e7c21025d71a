//! How the value of a setting is read, and which values are refused.

use super::{ConfigError, refuse};
use crate::{
    domain::{
        money::{Currency, Price},
        terms::{TaxRate, Terms},
    },
    server::mail_server::MailServer,
};
use clap::ValueEnum;
use icu_locale_core::LanguageIdentifier;
use ipnet::IpNet;
use sqlx::{
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::SqliteConnectOptions,
};
use std::{fmt, net::IpAddr, num::NonZeroU32, str::FromStr};

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A sentence, followed by its fields.
    Text,
    /// An object with the sentence as `message`, and under `spans` the request it belongs to.
    Json,
}

/// How many requests a second each address may send to `/api`, if that is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit(Option<NonZeroU32>);

impl RateLimit {
    /// No limit of any kind by address or account, for tests and measurements.
    pub const OFF: Self = Self(None);

    /// The number; none if there is no limit.
    pub const fn per_second(self) -> Option<NonZeroU32> {
        self.0
    }
}

impl FromStr for RateLimit {
    type Err = String;

    /// Reads `off`, or a number from one to a million.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let number = text.parse::<NonZeroU32>().ok().filter(|number| number.get() <= 1_000_000);
        number.map(|number| Self(Some(number))).ok_or_else(|| "write a number from 1 to 1000000, or off".to_owned())
    }
}

/// Reads the tag of a language (BCP 47); gives it in its usual spelling.
pub(super) fn language_tag(text: &str) -> Result<LanguageIdentifier, String> {
    text.parse().map_err(|_| "write the tag of a language, like en or pt-BR".to_owned())
}

/// The address of a collector of traces: the base to which OTLP adds the path of each signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector(String);

impl Collector {
    /// Where traces go (OTLP, "OTLP/HTTP Request").
    pub fn traces(&self) -> String {
        format!("{}/v1/traces", self.0)
    }

    /// Whether traces would leave this machine without encryption.
    pub(super) fn may_talk_in_clear(&self) -> bool {
        let host = self.0.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        !self.is_encrypted() && !host.is_some_and(|host| is_this_machine(&host))
    }

    /// Whether traces are sent by https.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl FromStr for Collector {
    type Err = String;

    /// Reads `http://host:4318`, perhaps with a path. The log shows it, so it must not contain a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let uri = text.parse::<http::Uri>().ok().filter(|uri| uri.query().is_none() && matches!(uri.scheme_str(), Some("http" | "https")));
        let is_plain = uri.and_then(|uri| uri.into_parts().authority).is_some_and(|authority| !authority.as_str().contains('@'));
        let base = text.trim_end_matches('/');
        is_plain.then(|| Self(base.to_owned())).ok_or_else(|| {
            "write an address like http://127.0.0.1:4318; a token for the collector belongs in OTEL_EXPORTER_OTLP_HEADERS".to_owned()
        })
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a Postgres address allows an unencrypted connection to another machine without asking for one.
pub(super) fn may_talk_in_clear(address: &str) -> bool {
    let is_postgres = address.starts_with("postgres:") || address.starts_with("postgresql:");
    // Other addresses are not parsed: sqlx logs parameters that it does not know, and one may be a secret.
    let Some(Ok(options)) = is_postgres.then(|| address.parse::<PgConnectOptions>()) else { return false };
    let host = options.get_host();
    let is_here = options.get_socket().is_some() || host.starts_with('/') || is_this_machine(host);
    !is_here && matches!(options.get_ssl_mode(), PgSslMode::Allow | PgSslMode::Prefer)
}

/// Whether an SQLite address names no file that outlives the process.
pub fn is_in_memory(address: &str) -> bool {
    let Some(file) = address.strip_prefix("sqlite:") else { return false };
    let Ok(options) = address.parse::<SqliteConnectOptions>() else { return false };
    // SQLite reads a name that begins with `file:` as an address with its own parameters, which may ask for memory, too.
    let name = options.get_filename().to_string_lossy();
    name.is_empty() || name.starts_with("file:") || ["mode=memory", "vfs=memdb"].iter().any(|parameter| file.contains(parameter))
}

/// Reads the mail server. Mails contain links that give access to accounts, so they must leave this machine encrypted.
pub(super) fn mail_server(url: Option<String>, from: Option<String>) -> Result<MailServer, ConfigError> {
    let (server, sender) = ("SATCHEL_MAIL", "SATCHEL_MAIL_FROM");
    let url = url.ok_or_else(|| refuse(server, "is missing; production needs it, for example smtps://user:password@mail.example"))?;
    let from = from.ok_or_else(|| refuse(sender, "is missing; production needs it, for example Satchel <shop@shop.example>"))?;
    let from = from.parse().map_err(|_| refuse(sender, "is not an address; write it like Satchel <shop@shop.example>"))?;
    let mail = MailServer::new(url, from)
        .ok_or_else(|| refuse(server, "is not the address of a mail server; write it like smtps://user:password@mail.example"))?;
    if !mail.is_encrypted() && !is_this_machine(&mail.host()) {
        return Err(refuse(server, "would send mails to another machine without encryption; use smtps://, or add ?tls=required"));
    }
    Ok(mail)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Reads `scheme://host[:port]` and nothing more.
pub(super) fn origin(text: &str, production: bool) -> Result<String, ConfigError> {
    let uri: http::Uri = text.parse().map_err(|_| refuse("SATCHEL_BASE_URL", "is not an address; write it like https://shop.example"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(refuse("SATCHEL_BASE_URL", "needs a scheme and a host, like https://shop.example"));
    };
    if uri.path().len() > 1 || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(refuse("SATCHEL_BASE_URL", "must be the origin alone: no path, query or user name"));
    }
    match scheme {
        "https" => {}
        "http" if !production => {}
        _ => return Err(refuse("SATCHEL_BASE_URL", "must begin with https:// in production, since the session cookie is Secure")),
    }
    // Browsers write an origin like this, so it can be compared with the `Origin` that they send.
    let authority = authority.as_str().to_ascii_lowercase();
    Ok(format!("{scheme}://{}", without_usual_port(scheme, &authority)))
}

pub(super) fn without_usual_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = if scheme == "https" { ":443" } else { ":80" };
    authority.strip_suffix(port).unwrap_or(authority)
}

/// Reads `10.0.0.1` or `10.0.0.0/8`.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "write an address like 10.0.0.1 or a network like 10.0.0.0/8".to_owned())
}

/// Reads `20` or `8.1`.
pub(super) fn tax_rate(text: &str) -> Result<TaxRate, String> {
    TaxRate::parse(text).ok_or_else(|| "write percent with at most two decimals, like 20 or 8.1".to_owned())
}

/// Reads what standard and express delivery cost, and from which sum on the former is free: amounts in the shop's currency, else as
/// many minor units as these.
pub(super) fn terms(currency: Currency, [standard, express, free_from]: [Option<String>; 3]) -> Result<Terms, ConfigError> {
    let amount = |setting, text: Option<String>, usual: i64| match text {
        None => Ok(Price::minor(usual).unwrap_or_default()),
        Some(text) => Price::parse(&text, currency).ok_or_else(|| {
            let example = Price::minor(usual).unwrap_or_default().decimal(currency);
            refuse(setting, &format!("is not an amount in {currency}; write it like {example}"))
        }),
    };
    Ok(Terms {
        standard: amount("SATCHEL_DELIVERY", standard, 490)?,
        express: amount("SATCHEL_EXPRESS", express, 1_290)?,
        free_from: match free_from {
            Some(text) if text == "none" => None,
            text => Some(amount("SATCHEL_FREE_DELIVERY", text, 10_000)?),
        },
        tax: TaxRate::NONE,
    })
}

/// Reads `10s`, `5m`, `1h` or `7d` as seconds: from one second to ten years.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    let unit = match text.as_bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3_600,
        Some(b'd') => 86_400,
        _ => 0,
    };
    let number = text.get(..text.len().saturating_sub(1)).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = number.and_then(|number| number.parse::<i64>().ok()).and_then(|number| number.checked_mul(unit));
    seconds
        .filter(|seconds| (1..=3_650 * 86_400).contains(seconds))
        .ok_or_else(|| "write a duration like 10s, 5m, 1h or 7d, at most 3650d".to_owned())
}
