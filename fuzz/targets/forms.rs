//! Searches the requests of forms for what `satchel_fuzz::forms` says cannot be, in a demo shop without limits by address.

#![no_main]

use axum::Router;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    domain::money::Currency,
    server::{
        clock::SystemClock,
        config::{Config, Mode, RateLimit},
        router::router,
        serve,
        sessions::probe::Probe,
    },
};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const DAY: i64 = 86_400;

/// A shop for as long as the search goes on; `make fuzz` removes what it leaves.
fn shop() -> &'static (Runtime, Router, TempDir) {
    static SHOP: OnceLock<(Runtime, Router, TempDir)> = OnceLock::new();
    SHOP.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config {
            mode: Mode::Demo,
            listen: ([127, 0, 0, 1], 3000).into(),
            base_url: "http://127.0.0.1:3000".into(),
            database_url: format!("sqlite:{}", folder.path().join("satchel.db").display()),
            currency: Currency::Usd,
            trusted_proxies: Vec::new(),
            rate_limit: RateLimit::OFF,
            session_store: None,
            mail: None,
            session_idle: DAY,
            session_absolute: 7 * DAY,
            remember_idle: 30 * DAY,
            remember_absolute: 90 * DAY,
            anonymous_idle: 30 * DAY,
            metrics_listen: None,
            traces: None,
        };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let state = runtime.block_on(serve::prepare(config, Arc::new(SystemClock), Probe::default())).expect("the shop opens");
        let router = runtime.block_on(async { router(state, document, Pages, fragment) });
        (runtime, router, folder)
    })
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (runtime, shop, _) = shop();
    runtime.block_on(satchel_fuzz::forms::holds(shop, data));
});
