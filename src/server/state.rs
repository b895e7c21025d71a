//! Everything a request may use. It is passed on, never global, so two servers can run in one process.

use crate::{
    domain::{catalogue::Catalogue, shop::Shop},
    server::{
        admission,
        assets::Assets,
        attacks::Attacks,
        cart_count::CartCount,
        cart_link::LinkKey,
        catalogue::{CatalogueCell, Snapshot},
        clock::Clock,
        config::Config,
        db::Database,
        error::ServerError,
        like_counts::Tally,
        limits::Limits,
        metrics::Metrics,
        painter::Painter,
        password_hash::Hasher,
        relying_party,
        session_data::Sessions,
        sessions::{
            self, Lifetimes,
            probe::Probe,
            store::{self, Store},
        },
        traces::steps,
        trail::Trails,
    },
};
use std::sync::Arc;
use webauthn_rs::Webauthn;

/// Everything one server is made of; cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: Config,
    db: Database,
    sessions: Sessions,
    catalogue: Arc<CatalogueCell>,
    like_tally: Arc<Tally>,
    cart_count: CartCount,
    hasher: Hasher,
    relying_party: Option<Webauthn>,
    limits: Limits,
    link_key: LinkKey,
    metrics: Option<Arc<Metrics>>,
    clock: Arc<dyn Clock>,
    assets: Assets,
    painter: Painter,
    watched: Option<Watched>,
}

/// What a demo has so that its sessions can be watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What happened to each session.
    pub trails: Arc<Trails>,
    /// Attacks and what came of them.
    pub attacks: Arc<Attacks>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The session store cannot be used.
    #[error(transparent)]
    SessionStore(#[from] sessions::StartError),
    /// Anything else.
    #[error("cannot prepare the shop")]
    Server(#[from] ServerError),
}

/// The settings' limits, as sessions know them.
fn lifetimes(config: &Config) -> Lifetimes {
    Lifetimes {
        session_idle: config.session_idle,
        session_absolute: config.session_absolute,
        remember_idle: config.remember_idle,
        remember_absolute: config.remember_absolute,
        anonymous_idle: config.anonymous_idle,
    }
}

impl AppState {
    /// A server over a database whose tables are up to date; reaches the session store, and reads the catalogue once.
    pub async fn new(config: Config, db: Database, clock: Arc<dyn Clock>, probe: Probe) -> Result<Self, StateError> {
        let store = match &config.session_store {
            Some(address) => store::open(address).await?,
            None => store::over(&db),
        };
        Ok(Self::over(config, db, store, clock, probe).await?)
    }

    /// The same with its sessions in this store.
    pub async fn over(
        config: Config,
        db: Database,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        probe: Probe,
    ) -> Result<Self, ServerError> {
        let metrics = config.metrics_listen.map(|_| Metrics::new().map(Arc::new)).transpose()?;
        let store = metrics.as_ref().map_or_else(|| Arc::clone(&store), |metrics| metrics.timed(Arc::clone(&store)));
        let store = if config.traces.is_some() { steps::followed(store) } else { store };
        let settings = sessions::Config {
            database: db.clone(),
            admission: Arc::new(admission::Enabled),
            lifetimes: lifetimes(&config),
            secure: config.is_production(),
            login_page: Some("/login"),
            clock: Arc::clone(&clock),
            probe,
        };
        let watched = (!config.is_production()).then(|| {
            let trails = Arc::new(Trails::new(Arc::clone(&clock)));
            Watched { attacks: Arc::new(Attacks::new(Arc::clone(&store), Arc::clone(&trails), settings.clone())), trails }
        });
        let store = watched.as_ref().map_or_else(|| Arc::clone(&store), |watched| watched.trails.follow(Arc::clone(&store)));
        let sessions = Sessions::over(store, settings);
        let like_tally = Arc::new(Tally::default());
        let (tally, now) = (Arc::clone(&like_tally), Arc::clone(&clock));
        let sessions = sessions.on_end(move |data| tally.take_back(&data.likes, now.now()));
        let catalogue = Arc::new(CatalogueCell::load(&db, config.currency).await?);
        let link_key = LinkKey::of_shop(&db).await?;
        let (hasher, limits) = (Hasher::new()?, Limits::new(config.rate_limit));
        let (relying_party, assets) = (relying_party::of(&config.base_url)?, Assets::new());
        Ok(Self(Arc::new(Parts {
            config,
            db,
            sessions,
            catalogue,
            like_tally,
            cart_count: CartCount::default(),
            hasher,
            relying_party,
            limits,
            link_key,
            metrics,
            clock,
            assets,
            painter: Painter::new(),
            watched,
        })))
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.0.db
    }

    /// The sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// The catalogue as it is now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.catalogue.now().catalogue
    }

    /// The same with the pages that were rendered from it.
    pub fn snapshot(&self) -> Snapshot {
        self.0.catalogue.now()
    }

    /// Where the catalogue is kept, to bring it up to date.
    pub fn catalogue_cell(&self) -> Arc<CatalogueCell> {
        Arc::clone(&self.0.catalogue)
    }

    /// What waits to be counted of likes.
    pub fn like_tally(&self) -> Arc<Tally> {
        Arc::clone(&self.0.like_tally)
    }

    /// How many carts are under way.
    pub fn cart_count(&self) -> &CartCount {
        &self.0.cart_count
    }

    /// The password hasher.
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The shop as passkeys know it, where it has a host name.
    pub fn relying_party(&self) -> Option<&Webauthn> {
        self.0.relying_party.as_ref()
    }

    /// What one address may ask for at once.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What links to shared carts are signed with.
    pub fn link_key(&self) -> &LinkKey {
        &self.0.link_key
    }

    /// The figures, where they are told.
    pub fn metrics(&self) -> Option<&Arc<Metrics>> {
        self.0.metrics.as_ref()
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The files browsers download.
    pub fn assets(&self) -> &Assets {
        &self.0.assets
    }

    /// Who paints the pictures of shared links.
    pub fn painter(&self) -> &Painter {
        &self.0.painter
    }

    /// How its sessions are watched; nothing in production.
    pub fn watched(&self) -> Option<&Watched> {
        self.0.watched.as_ref()
    }

    /// What pages tell about the shop itself.
    pub fn shop(&self) -> Shop {
        let config = &self.0.config;
        Shop {
            demo: !config.is_production(),
            forgets: config.session_store_forgets(),
            passkeys: self.relying_party().is_some(),
            terms: config.terms,
        }
    }
}
