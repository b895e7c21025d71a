//! What a request may reach. Handed over, never global: two servers can live in one process.

use crate::{
    domain::{catalogue::Catalogue, shop::Shop},
    server::{
        assets::Assets,
        catalogue::CatalogueCell,
        clock::Clock,
        config::Config,
        db::Database,
        error::ServerError,
        password_hash::Hasher,
        sessions::{Sessions, probe::Probe},
    },
};
use std::sync::Arc;

/// Everything one server is made of; cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: Config,
    db: Database,
    sessions: Sessions,
    catalogue: CatalogueCell,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
    assets: Assets,
}

impl AppState {
    /// A server over a database whose tables are up to date; reads the catalogue once.
    pub async fn new(config: Config, db: Database, clock: Arc<dyn Clock>, probe: Probe) -> Result<Self, ServerError> {
        let sessions = Sessions::new(db.clone(), Arc::clone(&clock), config.lifetimes, config.is_production(), probe);
        let catalogue = CatalogueCell::load(&db, config.currency).await?;
        let hasher = Hasher::new()?;
        Ok(Self(Arc::new(Parts { config, db, sessions, catalogue, hasher, clock, assets: Assets::new() })))
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
        self.0.catalogue.now()
    }

    /// Where the catalogue is kept, to bring it up to date.
    pub fn catalogue_cell(&self) -> &CatalogueCell {
        &self.0.catalogue
    }

    /// The password hasher.
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The files browsers download.
    pub fn assets(&self) -> &Assets {
        &self.0.assets
    }

    /// What pages tell about the shop itself.
    pub fn shop(&self) -> Shop {
        Shop { demo: !self.0.config.is_production() }
    }
}
