//! Passwords hashed with argon2id, away from the threads that answer requests.

use crate::{
    domain::password::Password,
    error::AppError,
    server::{error::ServerError, give_way::GiveWay, traces::steps},
};
use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
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
use tokio::sync::{Semaphore, oneshot};
use tracing::Instrument;

/// How many hashes are computed at once, of the cores there are: half of them, so that however many log in, pages
/// keep the others. Each takes 19 MiB.
const CORES_PER_HASH: usize = 2;
/// How long a request waits for its turn before it is told that the shop is busy: so that with what comes before and after it,
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
        let decoy = hash("no account has this password")?;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let turns = Arc::new(Semaphore::new((cores / CORES_PER_HASH).max(1)));
        Ok(Self { turns, patience: PATIENCE, waiting: Arc::default(), decoy: decoy.into(), computed: Arc::default() })
    }

    /// How many passwords wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Hashes a password in PHC string format.
    pub async fn hash(&self, password: Password) -> Result<String, ServerError> {
        let computed = Arc::clone(&self.computed);
        self.run(move || counted(&computed, || hash(password.expose()))).await
    }

    /// Hashes a password that somebody chose, unless it is easily guessed, also from what is known `about` them.
    ///
    /// To judge one may take longer than to hash it: so both are done under the same permit, on the same thread.
    pub async fn hash_chosen(&self, password: Password, about: Vec<String>) -> Result<String, ServerError> {
        let computed = Arc::clone(&self.computed);
        self.run(move || {
            check_strength(&password, &about)?;
            counted(&computed, || hash(password.expose()))
        })
        .await
    }

    /// Compares a password with the hash of an account, or with the decoy where there is none.
    ///
    /// The hasher runs exactly once in every case, so that time does not tell which accounts exist.
    pub async fn verify(&self, password: Option<Password>, stored: Option<String>) -> Result<Verdict, ServerError> {
        let known = password.is_some() && stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let computed = Arc::clone(&self.computed);
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

    /// How many hashes were computed. They are what an answer takes its time for, so equal work is equal numbers of them.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// Runs on a thread of its own, which gives way to those that answer requests. The permit moves along: a client
    /// that hangs up stops waiting, but its work still counts until it is done.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, ServerError> + Send + 'static) -> Result<T, ServerError> {
        let busy = || ServerError::Busy("password hashers");
        let waiting = Waiting::among(&self.waiting);
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.turns).acquire_owned());
        let turn = turn.instrument(steps::waiting_for_hasher()).await;
        drop(waiting);
        let Ok(Ok(turn)) = turn else { return Err(busy()) };
        let give_way = GiveWay::of(self.waiting());
        let (sender, outcome) = oneshot::channel();
        let thread = thread::Builder::new().name("password-hash".into()).spawn(move || {
            if let Err(error) = give_way.set() {
                tracing::debug!(?error, "a password is hashed at the usual priority");
            }
            // The visitor may have hung up.
            let _ = sender.send(work());
            drop(turn);
        });
        thread.map_err(|_| busy())?;
        outcome.instrument(steps::hashing()).await.map_err(|_| busy())?
    }
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

fn is_current(stored: &PasswordHash<'_>) -> bool {
    let current = argon2::Params::default();
    let of = argon2::Params::try_from(stored);
    stored.algorithm == argon2::Algorithm::Argon2id.ident()
        && of.is_ok_and(|of| of.m_cost() >= current.m_cost() && of.t_cost() >= current.t_cost())
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Algorithm, Params, Version};

    fn password(text: &str) -> Password {
        Password::parse(text.into()).expect("a password")
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_account_is_right() {
        let hasher = Hasher::new().expect("a hasher");
        let stored = hasher.hash(password("correct horse")).await.expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify =
            async |text: &str, stored: Option<&String>| hasher.verify(Some(password(text)), stored.cloned()).await.expect("verified");
        assert_eq!(verify("correct horse", Some(&stored)).await, Verdict::Right);
        assert_eq!(verify("wrong horse!", Some(&stored)).await, Verdict::Wrong);
        assert_eq!(verify("no account has this password", None).await, Verdict::Wrong, "the decoy opens nothing");
        assert_eq!(hasher.verify(None, Some(stored)).await.expect("verified"), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_weaker_hash_is_replaced() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).expect("parameters"));
        let salt = SaltString::generate(&mut OsRng);
        let stored = weak.hash_password(b"correct horse", &salt).expect("hashed").to_string();
        let verdict = Hasher::new().expect("a hasher").verify(Some(password("correct horse")), Some(stored)).await.expect("verified");
        assert!(matches!(verdict, Verdict::Outdated(new) if new.contains("m=19456,t=2")));
    }

    #[tokio::test]
    async fn a_chosen_password_is_hashed_unless_it_is_weak() {
        let hasher = Hasher::new().expect("a hasher");
        let weak = hasher.hash_chosen(password("lovelace1815"), vec!["lovelace1815".to_owned()]).await;
        assert!(matches!(weak, Err(ServerError::Refused(AppError::PasswordTooWeak))));
        let stored = hasher.hash_chosen(password("violet tram under snow"), Vec::new()).await.expect("hashed");
        assert_eq!(hasher.verify(Some(password("violet tram under snow")), Some(stored)).await.expect("verified"), Verdict::Right);
    }

    /// One hash at a time.
    fn single() -> Hasher {
        Hasher { turns: Arc::new(Semaphore::new(1)), ..Hasher::new().expect("a hasher") }
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_does_not_free_its_turn_before_the_work_is_done() {
        let hasher = single();
        let ((begun, has_begun), (finish, finishing)) = (oneshot::channel(), std::sync::mpsc::channel::<()>());
        let asking = tokio::spawn({
            let hasher = hasher.clone();
            async move {
                let work = move || {
                    let _ = begun.send(());
                    let _ = finishing.recv();
                    Ok(())
                };
                hasher.run(work).await
            }
        });
        has_begun.await.expect("it begins");
        asking.abort();
        assert!(asking.await.expect_err("it hung up").is_cancelled());
        assert_eq!(hasher.turns.available_permits(), 0, "its work goes on");
        finish.send(()).expect("it waits for this");
        let _turn = hasher.turns.acquire().await.expect("the turn comes back");
    }

    #[tokio::test]
    async fn whoever_waits_too_long_for_a_turn_is_told_that_the_shop_is_busy_and_costs_no_hash() {
        assert!(PATIENCE < Duration::from_secs(2), "a visitor is answered within three seconds");
        let as_long = u64::try_from(PATIENCE.as_millis().div_ceil(1_000)).ok();
        assert_eq!(AppError::Busy.retry_after().map(u64::from), as_long, "and told to wait as long again");
        let hasher = Hasher { patience: Duration::from_millis(20), ..single() };
        let held = Arc::clone(&hasher.turns).acquire_owned().await.expect("a turn");
        let waiting = (0..500).map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.verify(None, None).await })
        });
        for busy in waiting.collect::<Vec<_>>() {
            assert!(matches!(busy.await.expect("an answer"), Err(ServerError::Busy(_))));
        }
        drop(held);
        assert_eq!(hasher.verify(None, None).await.expect("verified"), Verdict::Wrong, "then it goes on");
    }

    #[test]
    fn no_more_than_the_first_characters_are_judged() {
        let weak = "a".repeat(JUDGED);
        assert_eq!(check_strength(&password(&format!("{weak}violet tram under snow")), &[]), Err(AppError::PasswordTooWeak));
        assert_eq!(check_strength(&password(&format!("violet tram under snow{weak}")), &[]), Ok(()));
    }

    #[test]
    fn guessable_passwords_are_refused_even_if_long() {
        assert_eq!(check_strength(&password("password123"), &[]), Err(AppError::PasswordTooWeak));
        assert_eq!(check_strength(&password("aaaaaaaaaaaaaaaaaaaa"), &[]), Err(AppError::PasswordTooWeak));
        assert_eq!(check_strength(&password("lovelace1815"), &["lovelace1815".to_owned()]), Err(AppError::PasswordTooWeak));
        assert_eq!(check_strength(&password("violet tram under snow"), &[]), Ok(()));
    }
}
