//! Right and wrong passwords, turns, and the decoy.

use super::*;
use argon2::Algorithm;

fn password(text: &str) -> Password {
    Password::parse(text.into()).expect("a password")
}

async fn turn(hasher: &Hasher) -> Turn {
    hasher.turn().await.expect("a turn")
}

#[tokio::test]
async fn only_the_right_password_of_an_account_is_right() {
    let hasher = Hasher::new().expect("a hasher");
    let stored = turn(&hasher).await.hash(password("correct horse")).await.expect("hashed");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let verify = async |text: &str, stored: Option<&String>| {
        turn(&hasher).await.verify(Some(password(text)), stored.cloned()).await.expect("verified")
    };
    assert_eq!(verify("correct horse", Some(&stored)).await, Verdict::Right);
    assert_eq!(verify("wrong horse!", Some(&stored)).await, Verdict::Wrong);
    assert_eq!(verify("correct horse", None).await, Verdict::Wrong);
    assert_eq!(turn(&hasher).await.verify(None, Some(stored.clone())).await.expect("verified"), Verdict::Wrong);
    // Also if somebody found the password of the decoy.
    let guessed = Hasher { decoy: stored.into(), ..hasher };
    assert_eq!(
        turn(&guessed).await.verify(Some(password("correct horse")), None).await.expect("verified"),
        Verdict::Wrong,
        "the decoy opens nothing"
    );
}

#[test]
fn a_decoy_takes_as_long_to_verify_as_a_hash_and_is_another_one_each_time() {
    let (decoys, stored) = ([decoy().expect("a decoy"), decoy().expect("a decoy")], hash("correct horse").expect("hashed"));
    assert_ne!(decoys[0], decoys[1]);
    let work = |text: &str| {
        let parsed = PasswordHash::new(text).expect("a hash");
        let lengths = (parsed.hash.map(|hash| hash.len()), parsed.salt.map(|salt| salt.as_str().len()));
        (parsed.algorithm.to_string(), parsed.version, parsed.params.to_string(), lengths)
    };
    assert_eq!(work(&decoys[0]), work(&stored));
}

#[tokio::test]
async fn a_weaker_hash_is_replaced() {
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).expect("parameters"));
    let salt = SaltString::generate(&mut OsRng);
    let stored = weak.hash_password(b"correct horse", &salt).expect("hashed").to_string();
    let verdict =
        turn(&Hasher::new().expect("a hasher")).await.verify(Some(password("correct horse")), Some(stored)).await.expect("verified");
    assert!(matches!(verdict, Verdict::Outdated(new) if new.contains("m=19456,t=2")));
}

#[tokio::test]
async fn a_chosen_password_is_hashed_unless_it_is_weak() {
    let hasher = Hasher::new().expect("a hasher");
    let weak = turn(&hasher).await.hash_chosen(password("lovelace1815"), vec!["lovelace1815".to_owned()]).await;
    assert!(matches!(weak, Err(ServerError::Refused(AppError::PasswordTooWeak))));
    let stored = turn(&hasher).await.hash_chosen(password("violet tram under snow"), Vec::new()).await.expect("hashed");
    assert_eq!(turn(&hasher).await.verify(Some(password("violet tram under snow")), Some(stored)).await.expect("verified"), Verdict::Right);
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
            turn(&hasher).await.run(work).await
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
        tokio::spawn(async move { hasher.turn().await.map(drop) })
    });
    for busy in waiting.collect::<Vec<_>>() {
        assert!(matches!(busy.await.expect("an answer"), Err(ServerError::Busy(_))));
    }
    drop(held);
    assert_eq!(turn(&hasher).await.verify(None, None).await.expect("verified"), Verdict::Wrong, "then it goes on");
}

#[test]
fn of_a_crowd_that_is_refused_not_all_are_answered_at_the_same_moment() {
    let mut in_a_quarter = [0; 4];
    for _ in 0..1_000 {
        let waited = spread(PATIENCE);
        assert!(waited > PATIENCE / 2 && waited <= PATIENCE, "{waited:?}");
        in_a_quarter[(0..3).find(|quarter| waited <= PATIENCE * (5 + quarter) / 8).unwrap_or(3) as usize] += 1;
    }
    assert!(in_a_quarter.iter().all(|count| (150..350).contains(count)), "{in_a_quarter:?}");
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
