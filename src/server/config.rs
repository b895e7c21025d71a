//! Every setting, its default and its meaning; `satchel serve --help` prints them.
//!
//! Configuration fails closed: a setting that production needs has no default there, and the error names the variable. The
//! README's table lists the same names (a test compares them).

mod values;

use crate::{
    domain::{
        money::Currency,
        terms::{TaxRate, Terms},
    },
    server::mail_server::MailServer,
};
use clap::{Args, ValueEnum};
use http::uri::Authority;
use icu_locale_core::LanguageIdentifier;
use ipnet::IpNet;
use std::net::SocketAddr;
use values::{duration, language_tag, mail_server, may_talk_in_clear, network, origin, tax_rate, terms, without_usual_port};

pub use values::{Collector, LogFormat, RateLimit, is_in_memory};

/// What kind of shop this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// For trying and learning, on this machine only: demo catalogue, demo account, plain http.
    Demo,
    /// For the public: https, no demo account, and no default for the settings that matter.
    Production,
}

/// The settings as they were given: flags, then environment, then `.env`, then defaults.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Demo (this machine only) or production
    #[arg(long, global = true, env = "SATCHEL_MODE", default_value = "demo")]
    pub mode: Mode,
    /// Address to listen on
    #[arg(long, global = true, env = "SATCHEL_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Origin of the shop as browsers see it; production requires it, with https [default: http and the address]
    #[arg(long, global = true, env = "SATCHEL_BASE_URL")]
    pub base_url: Option<String>,
    /// Where accounts and products are kept, sqlite: or postgres: (several nodes); production requires it [default: sqlite:satchel.db]
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where sessions are kept: sqlite:, postgres://, redis://, memcached://, file: or mongodb:// [default: that database]
    #[arg(long, global = true, env = "SATCHEL_SESSION_STORE", hide_env_values = true)]
    pub session_store: Option<String>,
    /// Server that takes the mails, smtps: or smtp: with tls=required; production requires it, a demo sends none
    #[arg(long, global = true, env = "SATCHEL_MAIL", hide_env_values = true)]
    pub mail: Option<String>,
    /// Sender of the mails, like "Satchel <shop@shop.example>"; production requires it
    #[arg(long, global = true, env = "SATCHEL_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Currency of all prices: USD, EUR, GBP or JPY; the one the catalogue was imported in
    #[arg(long, global = true, env = "SATCHEL_CURRENCY", default_value = "USD")]
    pub currency: Currency,
    /// Language in which the shop keeper writes about products, like en or pt-BR (BCP 47)
    #[arg(long, global = true, env = "SATCHEL_CATALOGUE_LANGUAGE", default_value = "en", value_parser = language_tag)]
    pub catalogue_language: LanguageIdentifier,
    /// Tax in percent that all prices contain, like 20 or 8.1 [default: 20 in demo, otherwise none]
    #[arg(long, global = true, env = "SATCHEL_TAX", value_parser = tax_rate)]
    pub tax: Option<TaxRate>,
    /// What standard delivery costs, like 4.90 [default: 4.90, or 490 yen]
    #[arg(long, global = true, env = "SATCHEL_DELIVERY")]
    pub delivery: Option<String>,
    /// What express delivery costs [default: 12.90, or 1290 yen]
    #[arg(long, global = true, env = "SATCHEL_EXPRESS")]
    pub express: Option<String>,
    /// From which sum on standard delivery is free; none if it never is [default: 100.00, or 10000 yen]
    #[arg(long, global = true, env = "SATCHEL_FREE_DELIVERY")]
    pub free_delivery: Option<String>,
    /// Addresses or networks of proxies whose X-Forwarded-For is trusted, separated by commas [default: none]
    #[arg(long, global = true, env = "SATCHEL_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a second that each address may send to /api, five times as many at once; off (demo only) also ends the limits of logging in
    #[arg(long, global = true, env = "SATCHEL_RATE_LIMIT", default_value = "100")]
    pub rate_limit: RateLimit,
    /// How long a login lasts unused
    #[arg(long, global = true, env = "SATCHEL_SESSION_IDLE", default_value = "24h", value_parser = duration)]
    pub session_idle: i64,
    /// How long a login lasts at most
    #[arg(long, global = true, env = "SATCHEL_SESSION_ABSOLUTE", default_value = "7d", value_parser = duration)]
    pub session_absolute: i64,
    /// How long a login with "remember me" lasts unused
    #[arg(long, global = true, env = "SATCHEL_REMEMBER_IDLE", default_value = "30d", value_parser = duration)]
    pub remember_idle: i64,
    /// How long a login with "remember me" lasts at most
    #[arg(long, global = true, env = "SATCHEL_REMEMBER_ABSOLUTE", default_value = "90d", value_parser = duration)]
    pub remember_absolute: i64,
    /// How long a guest's session, and with it the cart, lasts unused
    #[arg(long, global = true, env = "SATCHEL_ANONYMOUS_IDLE", default_value = "30d", value_parser = duration)]
    pub anonymous_idle: i64,
    /// Address at which Prometheus reads metrics, at /metrics [default: none, and nothing is counted]
    #[arg(long, global = true, env = "SATCHEL_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Address of the collector that traces are sent to, by OTLP over HTTP [default: none, and nothing is traced]
    #[arg(long, global = true, env = "SATCHEL_TRACES")]
    pub traces: Option<Collector>,
    /// How the log is written, text or json [default: json in production, otherwise text]
    #[arg(long, global = true, env = "SATCHEL_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// Settings that passed [`Settings::check`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Demo or production.
    pub mode: Mode,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// `scheme://host[:port]`, without a slash at the end.
    pub base_url: String,
    /// Where accounts and products are kept.
    pub database_url: String,
    /// Currency of all prices.
    pub currency: Currency,
    /// Language of the catalogue's texts.
    pub catalogue_language: LanguageIdentifier,
    /// What an order costs beside its products.
    pub terms: Terms,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a second of each address.
    pub rate_limit: RateLimit,
    /// Where sessions are kept, if not in that database.
    pub session_store: Option<String>,
    /// Where mails go; none in a demo, which only shows them.
    pub mail: Option<MailServer>,
    /// Seconds a login lasts unused.
    pub session_idle: i64,
    /// Seconds a login lasts at most.
    pub session_absolute: i64,
    /// Seconds a login with "remember me" lasts unused.
    pub remember_idle: i64,
    /// Seconds a login with "remember me" lasts at most.
    pub remember_absolute: i64,
    /// Seconds a guest's session lasts unused.
    pub anonymous_idle: i64,
    /// Where Prometheus reads metrics; if none, nothing is counted.
    pub metrics_listen: Option<SocketAddr>,
    /// Where traces are sent; if none, nothing is traced.
    pub traces: Option<Collector>,
}

/// Why the shop does not start; the sentence names the setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct ConfigError {
    /// The environment variable.
    pub setting: &'static str,
    /// What is wrong with it and how to correct it.
    pub reason: String,
}

impl Config {
    /// Whether the shop runs in production mode.
    pub fn is_production(&self) -> bool {
        self.mode == Mode::Production
    }

    /// Whether the session store may lose entries before they expire, as memcached does.
    pub fn session_store_forgets(&self) -> bool {
        self.session_store.as_ref().is_some_and(|address| address.starts_with("memcached:"))
    }

    /// A warning if production trusts no proxy. A proxy ends https, so without trust in it, all visitors have its address.
    pub fn proxy_warning(&self) -> Option<&'static str> {
        let warning = "SATCHEL_TRUSTED_PROXIES names no proxy: all visitors have the address of the proxy in front, and share its limits";
        (self.is_production() && self.trusted_proxies.is_empty()).then_some(warning)
    }

    /// `host[:port]` of [`Config::base_url`].
    pub fn authority(&self) -> &str {
        self.base_url.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether this is the shop's `host[:port]`. The default port of the scheme may be left out.
    pub fn is_own_host(&self, host: &str) -> bool {
        let scheme = self.base_url.split_once("://").map_or("", |(scheme, _)| scheme);
        let host = without_usual_port(scheme, host);
        // A demo listens only on this machine, so each name of this machine is its own.
        let local = || host.parse::<Authority>().is_ok_and(|authority| ["127.0.0.1", "localhost", "[::1]"].contains(&authority.host()));
        host.eq_ignore_ascii_case(self.authority()) || (!self.is_production() && local())
    }
}

impl Settings {
    /// How the log is written.
    pub fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or(if self.mode == Mode::Production { LogFormat::Json } else { LogFormat::Text })
    }

    /// Refuses settings that are missing, weak or contradictory.
    pub fn check(self) -> Result<Config, ConfigError> {
        let production = self.mode == Mode::Production;
        let listens = [("SATCHEL_LISTEN", Some(self.listen)), ("SATCHEL_METRICS_LISTEN", self.metrics_listen)];
        for (setting, address) in listens {
            if !production && address.is_some_and(|address| !address.ip().is_loopback()) {
                return Err(refuse(setting, "demo mode listens on this machine only; use 127.0.0.1, or SATCHEL_MODE=production"));
            }
        }
        let base_url = match self.base_url {
            Some(url) => url,
            None if production => {
                return Err(refuse("SATCHEL_BASE_URL", "is missing; production needs it, for example https://shop.example"));
            }
            None => format!("http://{}", self.listen),
        };
        let base_url = origin(&base_url, production)?;
        let database_url = match self.database_url {
            Some(url) => url,
            None if production => {
                return Err(refuse(
                    "DATABASE_URL",
                    "is missing; production needs it, for example sqlite:/var/lib/satchel/satchel.db or postgres://host/satchel",
                ));
            }
            None => "sqlite:satchel.db".to_owned(),
        };
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| database_url.starts_with(kind)) {
            return Err(refuse("DATABASE_URL", "must begin with sqlite: or postgres:"));
        }
        let addresses = [("DATABASE_URL", Some(&database_url)), ("SATCHEL_SESSION_STORE", self.session_store.as_ref())];
        for (setting, address) in addresses.into_iter().filter_map(|(setting, address)| Some((setting, address?))) {
            if production && is_in_memory(address) {
                return Err(refuse(
                    setting,
                    "is in memory and would be lost when this process ends; name a file, for example sqlite:/var/lib/satchel/satchel.db",
                ));
            }
            if production && may_talk_in_clear(address) {
                return Err(refuse(
                    setting,
                    "may send data unencrypted to another machine; add ?sslmode=verify-full (or sslmode=disable, if the network is yours)",
                ));
            }
        }
        if production && self.traces.as_ref().is_some_and(Collector::may_talk_in_clear) {
            return Err(refuse("SATCHEL_TRACES", "would send traces to another machine without encryption; use https://"));
        }
        let mail = if production { Some(mail_server(self.mail, self.mail_from)?) } else { None };
        if production && self.rate_limit == RateLimit::OFF {
            return Err(refuse(
                "SATCHEL_RATE_LIMIT",
                "must be a number in production: without limits, passwords are guessed as fast as they are hashed",
            ));
        }
        for (idle, absolute, setting) in [
            (self.session_idle, self.session_absolute, "SATCHEL_SESSION_IDLE"),
            (self.remember_idle, self.remember_absolute, "SATCHEL_REMEMBER_IDLE"),
        ] {
            if idle > absolute {
                return Err(refuse(setting, "must not be longer than the absolute limit of the same logins"));
            }
        }
        let terms = terms(self.currency, [self.delivery, self.express, self.free_delivery])?;
        let tax = self.tax.unwrap_or(if production { TaxRate::NONE } else { DEMO_TAX });
        Ok(Config {
            mode: self.mode,
            listen: self.listen,
            base_url,
            database_url,
            currency: self.currency,
            catalogue_language: self.catalogue_language,
            terms: Terms { tax, ..terms },
            trusted_proxies: self.trusted_proxies,
            rate_limit: self.rate_limit,
            session_store: self.session_store,
            mail,
            session_idle: self.session_idle,
            session_absolute: self.session_absolute,
            remember_idle: self.remember_idle,
            remember_absolute: self.remember_absolute,
            anonymous_idle: self.anonymous_idle,
            metrics_listen: self.metrics_listen,
            traces: self.traces,
        })
    }
}

/// The tax in the prices of a demo, unless another one is set.
const DEMO_TAX: TaxRate = TaxRate::percent(20);

fn refuse(setting: &'static str, reason: &str) -> ConfigError {
    ConfigError { setting, reason: reason.to_owned() }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
