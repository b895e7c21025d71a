//! Runs the shop: opens the database, fills an empty demo, listens, and stops without losing anything.

use crate::server::{
    assets::Assets,
    builds, catalogue,
    clock::{Clock, SystemClock},
    config::Config,
    coupons,
    db::{Database, MigrationError, product, without_password},
    demo_account,
    error::{OtherCurrency, ServerError, chain},
    likes,
    listen::{self, Bounds},
    mailer, metrics_endpoint,
    password_hash::Hasher,
    payments,
    sessions::probe::Probe,
    state::{AppState, StateError},
    throttle,
};
use axum::Router;
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How long what goes on behind the last answers may take then.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// Why the shop could not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error("cannot open the database {address}")]
    Open {
        /// Where it is, without a password.
        address: String,
        /// What keeps it shut.
        source: sqlx::Error,
    },
    /// The tables are not this release's.
    #[error(transparent)]
    Tables(#[from] MigrationError),
    /// A demo is told to use the database of the real shop.
    #[error(
        "DATABASE_URL: a production shop used this database, and a demo would bring an account whose password everybody knows; \
         set SATCHEL_MODE=production, or give the demo a database of its own"
    )]
    ProductionDatabase,
    /// The address is taken or not ours.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The prices are in another currency.
    #[error(transparent)]
    Currency(#[from] OtherCurrency),
    /// Preparing failed.
    #[error("cannot prepare the shop")]
    Prepare(#[from] ServerError),
    /// There is nothing to serve with.
    #[error(transparent)]
    State(#[from] StateError),
}

impl StartError {
    /// What it means that the database at this address cannot be opened.
    pub fn open(address: &str) -> impl FnOnce(sqlx::Error) -> Self {
        let address = without_password(address);
        |source| Self::Open { address, source }
    }
}

/// A server's state over an up-to-date database: demo or production, as the settings say.
pub async fn prepare(config: Config, clock: Arc<dyn Clock>, probe: Probe) -> Result<AppState, StartError> {
    let db = Database::open(&config.database_url).await.map_err(StartError::open(&config.database_url))?;
    db.migrate().await?;
    let is_production = config.is_production();
    if is_production {
        // Before its demonstration account is removed: a demo that starts meanwhile finds this, or has brought it by then.
        demo_account::note_production(&db, clock.as_ref()).await?;
    } else if demo_account::ensure(&db, &Hasher::new()?, clock.as_ref()).await? {
        fill_demo(&config, &db).await?;
        coupons::ensure_demo(&db, config.currency).await?;
    } else {
        return Err(StartError::ProductionDatabase);
    }
    catalogue::settle_currency(&db, config.currency).await??;
    let state = AppState::new(config, db, clock, probe).await?;
    if let Some(version) = state.assets().version()
        && let Err(error) = builds::publish(state.db(), version, Assets::own_files(), state.clock().now()).await
    {
        // This shop can be served all the same, though its pages may look bare while nodes of other builds are beside it.
        tracing::warn!(error = chain(&error), "the files of this build could not be left for other builds' nodes");
    }
    if is_production {
        demo_account::remove(&state).await?;
        coupons::remove_demo(state.db()).await?;
    }
    Ok(state)
}

/// Gives an empty demo its products; one that has some keeps them.
async fn fill_demo(config: &Config, db: &Database) -> Result<(), ServerError> {
    if product::revision(db.read().await?.connection()).await? > 0 {
        return Ok(());
    }
    let rows = catalogue::import::parse(catalogue::DEMO, catalogue::import::Format::Json, config.currency);
    match rows {
        Ok(rows) => catalogue::replace(db, &rows, config.currency).await.map(|_| ()),
        Err(faults) => {
            // Prices with decimals are not prices in yen, for one.
            tracing::warn!(fault = %faults.first().map(ToString::to_string).unwrap_or_default(), "the demo catalogue does not fit this currency; import your own");
            Ok(())
        }
    }
}

/// Serves until the signal to stop, then lets requests under way end.
pub async fn serve(config: Config, router: impl FnOnce(AppState) -> Router) -> Result<(), StartError> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| StartError::Listen(config.listen, error))?;
    let metrics_listener = match config.metrics_listen {
        Some(address) => Some(TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))?),
        None => None,
    };
    let url = config.base_url.clone();
    let state = prepare(config, Arc::new(SystemClock), Probe::default()).await?;
    let mut tasks = vec![
        tokio::spawn(state.sessions().clone().maintain()),
        tokio::spawn(catalogue::keep_current(state.catalogue_cell(), state.like_tally(), state.db().clone())),
        tokio::spawn(mailer::run(state.clone())),
        tokio::spawn(payments::run(state.clone())),
        tokio::spawn(state.limits().clone().forget_again_and_again()),
        tokio::spawn(throttle::keep_clean(state.clone())),
        tokio::spawn(likes::keep_clean(state.clone())),
    ];
    if let Some(listener) = metrics_listener {
        tasks.push(tokio::spawn(metrics_endpoint::serve(listener, state.clone())));
    }
    if let Some(warning) = state.config().proxy_warning() {
        tracing::warn!("{warning}");
    }
    if let Some(collector) = &state.config().traces {
        let sampler = std::env::var("OTEL_TRACES_SAMPLER").unwrap_or_else(|_| "parentbased_always_on".to_owned());
        tracing::info!(%collector, sampler, "traces are sent");
    }
    tracing::info!(url, "the shop is open");
    let sessions = state.sessions().clone();
    let stop = async move {
        stop_signal().await;
        tracing::info!("closing: no new requests");
        sessions.close_events();
    };
    let limits = Bounds::behind(&state.config().trusted_proxies);
    let cut = listen::serve(listener, router(state.clone()), limits, stop).await;
    if cut > 0 {
        tracing::warn!(cut, "closed with requests under way");
    }
    for task in tasks {
        task.abort();
    }
    // What was answered already may have left something to do, such as taking back an id that nobody was told.
    if tokio::time::timeout(AFTERWARDS, state.sessions().at_rest()).await.is_err() {
        tracing::warn!("closed with work under way that nobody waits for");
    }
    if let Ok(Err(error)) = tokio::time::timeout(AFTERWARDS, state.like_tally().write(state.db())).await {
        tracing::warn!(error = chain(&error), "closed before all likes were counted");
    }
    state.sessions().store().close().await;
    state.db().close().await;
    tracing::info!("the shop is closed");
    Ok(())
}

/// Ctrl-C in a terminal, SIGTERM from a service manager.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! { () = interrupt => {}, () = terminate() => {} }
}

#[cfg(unix)]
fn terminate() -> impl Future<Output = ()> {
    let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async move {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
fn terminate() -> impl Future<Output = ()> {
    std::future::pending()
}
