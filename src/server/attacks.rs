//! Attacks that a demo plays against itself, for the page `/debug/session`. Production has none of them.
//!
//! An attack is a series of real requests to the shop, through all its layers. Each attack uses sessions of its own, so the
//! visitor's session is not touched. The page shows the answers as they came. The sessions of an attack end with it.

mod plays;
mod short_lived;
pub mod stage;

use crate::{
    domain::{
        attack::{Attack, Played},
        timestamp::Timestamp,
    },
    server::{
        error::ServerError,
        session_data::Sessions,
        sessions::{self, store::Store},
        token::Token,
        trail::Trails,
    },
};
use short_lived::ShortLived;
use stage::Stage;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;

/// How long an attack waits for its turn.
const TURN: Duration = Duration::from_secs(5);
/// How many outcomes are kept. With one more, the oldest is dropped.
const OUTCOMES: usize = 20;
/// Letters of an outcome's random name.
const NAME: usize = 16;

/// The shop's store and trails: what an attack did there is read afterwards.
#[derive(Debug)]
struct Behind {
    store: Arc<dyn Store>,
    trails: Arc<Trails>,
}

/// Plays attacks, and keeps their outcomes.
#[derive(Debug)]
pub struct Attacks {
    short_lived: ShortLived,
    behind: Behind,
    /// One attack is played at a time.
    turn: Semaphore,
    outcomes: Mutex<VecDeque<Outcome>>,
}

#[derive(Clone, Debug)]
struct Outcome {
    name: String,
    played: Played,
    /// The cookie of a session whose expiry the attack waits for.
    waits_for: Option<String>,
}

impl Attacks {
    /// Attacks on the sessions in this store, with their trails.
    pub fn new(store: Arc<dyn Store>, trails: Arc<Trails>, config: sessions::Config) -> Self {
        let short_lived = ShortLived::new(Sessions::over(Arc::clone(&store), short_lived::config(config)));
        Self { short_lived, behind: Behind { store, trails }, turn: Semaphore::new(1), outcomes: Mutex::default() }
    }

    /// Plays an attack; gives the name of its outcome.
    pub async fn play(&self, stage: Stage, attack: Attack, at: Timestamp) -> Result<String, ServerError> {
        let Ok(Ok(_place)) = tokio::time::timeout(TURN, self.turn.acquire()).await else {
            return Err(ServerError::Busy("other attacks are being played"));
        };
        let (played, waits_for) = plays::play(&self.behind, &self.short_lived, &stage, attack, at).await?;
        let name: String = Token::random().expose().chars().take(NAME).collect();
        let mut outcomes = self.outcomes();
        outcomes.push_back(Outcome { name: name.clone(), played, waits_for });
        let surplus = outcomes.len().saturating_sub(OUTCOMES);
        outcomes.drain(..surplus);
        Ok(name)
    }

    /// The outcome of this name, as far as it is known now.
    pub async fn outcome(&self, name: &str, now: Timestamp) -> Result<Option<Played>, ServerError> {
        let found = self.outcomes().iter().find(|outcome| outcome.name == name).cloned();
        let Some(Outcome { played, waits_for: Some(cookie), .. }) = found else { return Ok(found.map(|found| found.played)) };
        let (played, is_over) = self.short_lived.go_on(played, &cookie, now).await?;
        if is_over && let Some(outcome) = self.outcomes().iter_mut().find(|outcome| outcome.name == name) {
            outcome.waits_for = None;
            outcome.played = played.clone();
        }
        Ok(Some(played))
    }

    fn outcomes(&self) -> MutexGuard<'_, VecDeque<Outcome>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
