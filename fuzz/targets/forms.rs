//! Searches for a form that breaks the property `satchel_fuzz::forms`, in a demo shop without limits by address.

#![no_main]

use axum::Router;
use clap::Parser;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{clock::SystemClock, config::Settings, router::router, serve, sessions::probe::Probe},
};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The settings are parsed like those of the program, so that a new setting has its default and needs no change here.
#[derive(Parser)]
struct Given {
    #[command(flatten)]
    settings: Settings,
}

/// One shop for the whole search; `make fuzz` removes the files that it leaves.
fn shop() -> &'static (Runtime, Router, TempDir) {
    static SHOP: OnceLock<(Runtime, Router, TempDir)> = OnceLock::new();
    SHOP.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = format!("sqlite:{}", folder.path().join("satchel.db").display());
        let given = Given::parse_from(["shop", "--database-url", &file, "--rate-limit", "off"]);
        let config = given.settings.check().expect("settings of a demo");
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
