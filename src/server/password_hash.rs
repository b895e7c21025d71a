//! Passwords hashed with argon2id, away from the threads that answer requests.

use crate::{
    domain::password::Password,
    error::AppError,
    server::{error::ServerError, give_way::GiveWay, traces::steps},
};
use argon2::{
    Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{
        Output, ParamsString, SaltString,
        rand_core::{OsRng, RngCore},
    },
};
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tracing::Instrument;

/// How many hashes are computed at once, of the cores there are: half of them, so that however many log in, pages
/// keep the others. Each takes 19 MiB.
const CORES_PER_HASH: usize = 2;
/// How long a request waits at most for its turn before it is told that the shop is busy: so that with what comes before and after it,
/// a visitor is answered within three seconds, also where 500 come at once (`make torture`, "log-ins": a second).
const PATIENCE: Duration = Duration::from_millis(1_500);
/// The least estimate of guesses, 0 to 4, of a password that is taken (zxcvbn's scale).
const MIN_SCORE: u8 = 3;
/// Characters of a password that are judged; what follows only makes it harder to guess. zxcvbn takes a multiple of the
/// time for a multiple of the characters: a hostile text of 100 keeps a core busy for more than half a second.
const JUDGED: usize = 40;

/// Hashes and verifies passwords with the parameters of OWASP's Password Storage Cheat Sheet:
/// argon2id, 19 MiB, 2 passes, 1 lane.
#[derive(Clone, Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    patience: Duration,
    waiting: Arc<AtomicUsize>,
    decoy: Arc<str>,
    computed: Arc<AtomicU64>,
}

/// Somebody whose turn has not come, for as long as this value lives.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn among(others: &Arc<AtomicUsize>) -> Self {
        others.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(others))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The turn to compute one hash. It ends when the hash is computed, or when this value is dropped.
#[derive(Debug)]
#[must_use = "others wait for it"]
pub struct Turn {
    permit: OwnedSemaphorePermit,
    hasher: Hasher,
}

/// The outcome of comparing a password with a stored hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or no such account.
    Wrong,
    /// The password.
    Right,
    /// The password; the stored hash is of weaker parameters and should be replaced by this one.
    Outdated(String),
}

impl Hasher {
    /// A hasher with its decoy, against which passwords of unknown accounts are verified.
    pub fn new() -> Result<Self, ServerError> {
        let decoy = decoy().map_err(ServerError::Hasher)?;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let turns = Arc::new(Semaphore::new((cores / CORES_PER_HASH).max(1)));
        Ok(Self { turns, patience: PATIENCE, waiting: Arc::default(), decoy: decoy.into(), computed: Arc::default() })
    }

    /// How many passwords wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for the turn to compute a hash, or fails with [`ServerError::Busy`]. What the hash is compared with is best read
    /// after this: a request that is refused has then read nothing.
    pub async fn turn(&self) -> Result<Turn, ServerError> {
        let waiting = Waiting::among(&self.waiting);
        let turn = tokio::time::timeout(spread(self.patience), Arc::clone(&self.turns).acquire_owned());
        let turn = turn.instrument(steps::waiting_for_hasher()).await;
        drop(waiting);
        let Ok(Ok(permit)) = turn else { return Err(busy()) };
        Ok(Turn { permit, hasher: self.clone() })
    }

    /// How many hashes were computed. They are what an answer takes its time for, so equal work is equal numbers of them.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }
}

impl Turn {
    /// Hashes a password in PHC string format.
    pub async fn hash(self, password: Password) -> Result<String, ServerError> {
        let computed = Arc::clone(&self.hasher.computed);
        self.run(move || counted(&computed, || hash(password.expose()))).await
    }

    /// Hashes a password that somebody chose, unless it is easily guessed, also from what is known `about` them.
    ///
    /// To judge one may take longer than to hash it: so both are done under the same permit, on the same thread.
    pub async fn hash_chosen(self, password: Password, about: Vec<String>) -> Result<String, ServerError> {
        let computed = Arc::clone(&self.hasher.computed);
        self.run(move || {
            check_strength(&password, &about)?;
            counted(&computed, || hash(password.expose()))
        })
        .await
    }

    /// Compares a password with the hash of an account, or with the decoy where there is none.
    ///
    /// The hasher runs exactly once in every case, so that time does not tell which accounts exist.
    pub async fn verify(self, password: Option<Password>, stored: Option<String>) -> Result<Verdict, ServerError> {
        let known = password.is_some() && stored.is_some();
        let stored = stored.unwrap_or_else(|| self.hasher.decoy.to_string());
        let computed = Arc::clone(&self.hasher.computed);
        self.run(move || {
            let text = password.as_ref().map_or("", Password::expose);
            let stored = PasswordHash::new(&stored).map_err(ServerError::Hasher)?;
            let right = counted(&computed, || Argon2::default().verify_password(text.as_bytes(), &stored).is_ok()) && known;
            match right {
                false => Ok(Verdict::Wrong),
                true if is_current(&stored) => Ok(Verdict::Right),
                true => counted(&computed, || hash(text)).map(Verdict::Outdated),
            }
        })
        .await
    }

    /// Runs on a thread of its own, which gives way to those that answer requests. The permit moves along: a client
    /// that hangs up stops waiting, but its work still counts until it is done.
    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> Result<T, ServerError> + Send + 'static) -> Result<T, ServerError> {
        let give_way = GiveWay::of(self.hasher.waiting());
        let permit = self.permit;
        let (sender, outcome) = oneshot::channel();
        let thread = thread::Builder::new().name("password-hash".into()).spawn(move || {
            if let Err(error) = give_way.set() {
                tracing::debug!(?error, "a password is hashed at the usual priority");
            }
            // The visitor may have hung up.
            let _ = sender.send(work());
            drop(permit);
        });
        thread.map_err(|_| busy())?;
        outcome.instrument(steps::hashing()).await.map_err(|_| busy())?
    }
}

fn busy() -> ServerError {
    ServerError::Busy("password hashers")
}

/// How long one request waits: by chance, between half of the patience and all of it. Most of a large crowd are refused. If all were
/// refused at the same moment, pages would wait for their answers.
fn spread(patience: Duration) -> Duration {
    const PARTS: u32 = 1_000;
    patience * (PARTS - OsRng.next_u32() % (PARTS / 2)) / PARTS
}

/// Refuses a password that is easily guessed, also from the account's own name and address.
fn check_strength(password: &Password, about: &[String]) -> Result<(), AppError> {
    let judged: String = password.expose().chars().take(JUDGED).collect();
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    let score = zxcvbn::zxcvbn(&judged, &about).score();
    if u8::from(score) < MIN_SCORE { Err(AppError::PasswordTooWeak) } else { Ok(()) }
}

/// Computes a hash and counts it.
fn counted<T>(computed: &AtomicU64, work: impl FnOnce() -> T) -> T {
    computed.fetch_add(1, Ordering::Relaxed);
    work()
}

fn hash(text: &str) -> Result<String, ServerError> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(text.as_bytes(), &salt).map_err(ServerError::Hasher)?;
    Ok(hash.to_string())
}

/// Random bytes in the place of a computed hash, so nobody knows a password for it. To verify against it takes as long.
fn decoy() -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::generate(&mut OsRng);
    let mut bytes = [0; Params::DEFAULT_OUTPUT_LEN];
    OsRng.fill_bytes(&mut bytes);
    let decoy = PasswordHash {
        algorithm: argon2::Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(&Params::default())?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&bytes)?),
    };
    Ok(decoy.to_string())
}

fn is_current(stored: &PasswordHash<'_>) -> bool {
    let current = Params::default();
    let of = Params::try_from(stored);
    stored.algorithm == argon2::Algorithm::Argon2id.ident()
        && of.is_ok_and(|of| of.m_cost() >= current.m_cost() && of.t_cost() >= current.t_cost())
}

#[cfg(test)]
#[path = "password_hash_tests.rs"]
mod tests;
