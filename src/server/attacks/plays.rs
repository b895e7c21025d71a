//! The attacks. Each one knows which answers are right, and its verdict says so if the shop gave others.

use super::{
    Behind,
    short_lived::ShortLived,
    stage::{Reply, Sent, Stage, hint, in_cart, key_of},
};
use crate::{
    domain::{
        attack::{Attack, Exchange, Played, Verdict},
        debug_session::Trail,
        shop::DemoAccount,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{error::ServerError, sessions::bare},
    tr, tr_mark, tr_n,
};
use axum::http::{Method, StatusCode};
use tokio::task::JoinSet;
use tower_sessions::session::Id;

/// How many ids one attack makes up.
const FORGED: usize = 50;
/// How many tabs add to the cart at the same moment.
const TABS: u32 = 16;

const VICTIM: &str = tr_mark!("The victim");
const ATTACKER: &str = tr_mark!("The attacker");

/// Plays an attack and ends the sessions that it made. Also gives the cookie of a session whose expiry the attack waits for.
pub async fn play(
    behind: &Behind,
    short_lived: &ShortLived,
    stage: &Stage,
    attack: Attack,
    at: Timestamp,
) -> Result<(Played, Option<String>), ServerError> {
    let mut made = Vec::new();
    let (verdict, bare) = match attack {
        Attack::Replay => (replay(stage, &mut made).await, bare::log_out_beside_a_request().await),
        Attack::Plant => (plant(stage, &mut made).await, bare::log_in_with_a_planted_id().await),
        Attack::Forge => (forge(behind, stage, &mut made).await, bare::clear_a_made_up_id().await),
        Attack::Race => (race(behind, stage, &mut made).await, bare::race(TABS).await),
        Attack::Expire => return short_lived.begin(stage.exchanges(), at).await,
    };
    clean_up(behind, stage, made).await?;
    let (verdict, bare) = (verdict?, bare.map_err(ServerError::Sessions)?);
    Ok((Played { attack, at, exchanges: stage.exchanges(), verdict, bare, is_under_way: false }, None))
}

fn verdict(has_held: bool, held: String, broken: String) -> Verdict {
    if has_held { Verdict::Held(held) } else { Verdict::Broken(broken) }
}

async fn replay(stage: &Stage, made: &mut Vec<String>) -> Result<Verdict, ServerError> {
    let guest = add(stage, VICTIM, None, made).await?;
    let known = log_in(stage, guest.as_deref(), made).await?;
    let copy = known.clone().or(guest).unwrap_or_default();
    if known.is_some() {
        get(stage, ATTACKER, "/dashboard", &copy).await?;
    }
    post(stage, VICTIM, "/api/log_out", &[], Some(&copy)).await?;
    let page = get(stage, ATTACKER, "/dashboard", &copy).await?;
    let cart = get(stage, ATTACKER, "/api/cart", &copy).await?;
    let change = post(stage, ATTACKER, "/api/add_to_cart", MUG, Some(&copy)).await?;
    made.extend(change.cookie.clone());
    let has_held = page.status == StatusCode::SEE_OTHER && cart.pieces() == Some(0) && change.status == StatusCode::CONFLICT;
    Ok(verdict(
        has_held,
        tr!(
            "The copied cookie worked until the log out, and not after it. The log out ends the session on the server; it does not only remove the cookie from one browser. For a minute, a tombstone even refuses changes with the old id, so that a late click does not begin a new session."
        ),
        tr!("The copied cookie still worked after the log out."),
    ))
}

async fn plant(stage: &Stage, made: &mut Vec<String>) -> Result<Verdict, ServerError> {
    let planted = add(stage, ATTACKER, None, made).await?.unwrap_or_default();
    // If somebody changed the demonstration account, the log in fails, and there is nothing to show.
    let known = log_in(stage, Some(&planted), made).await?.ok_or(AppError::WrongCredentials)?;
    let page = get(stage, ATTACKER, "/dashboard", &planted).await?;
    let change = post(stage, ATTACKER, "/api/add_to_cart", MUG, Some(&planted)).await?;
    let made_up = Id::default().to_string();
    let begun = add(stage, VICTIM, Some(&made_up), made).await?;
    let cart = get(stage, ATTACKER, "/api/cart", &made_up).await?;
    let is_renewed = known != planted && page.status == StatusCode::SEE_OTHER && change.status == StatusCode::CONFLICT;
    let has_held = is_renewed && begun.is_some_and(|begun| begun != made_up) && cart.pieces() == Some(0);
    Ok(verdict(
        has_held,
        tr!(
            "The log in gave the session a new id that the attacker never saw, and the planted id stopped working at the same moment. The last id was made up. The server never uses an id that it did not make: the new session got another one."
        ),
        tr!("The attacker's id still works."),
    ))
}

async fn forge(behind: &Behind, stage: &Stage, made: &mut Vec<String>) -> Result<Verdict, ServerError> {
    let real = add(stage, VICTIM, None, made).await?.unwrap_or_default();
    let (mut found, mut cookies, mut keys) = (0, 0, Vec::new());
    for _ in 0..FORGED {
        let id = Id::default().to_string();
        keys.extend(key_of(&id));
        let reply = stage.ask(Sent { who: ATTACKER, method: Method::GET, path: "/api/cart", fields: &[], cookie: Some(&id) }).await?;
        found += u32::from(reply.pieces() != Some(0));
        cookies += u32::from(reply.cookie.is_some());
    }
    let rows = behind.store.load(&keys).await.map_err(|error| ServerError::Sessions(error.into()))?;
    let rows = rows.iter().flatten().count();
    stage.note(Exchange {
        who: ATTACKER,
        request: format!("{FORGED} × GET /api/cart"),
        cookie: Some(tr!("{count} made-up ids", count = FORGED)),
        answer: tr!("sessions found: {found} · cookies set: {cookies} · rows made: {rows}", found, cookies, rows),
    });
    let flipped = flipped(&real);
    let changed = get(stage, ATTACKER, "/api/cart", &flipped).await?;
    let stolen = key_of(&real).map(|key| key.to_string()).unwrap_or_default();
    let key = stage.ask(Sent { who: ATTACKER, method: Method::GET, path: "/api/cart", fields: &[], cookie: Some(&stolen) }).await?;
    let answer = format!("{} · {}", key.status, in_cart(key.pieces().unwrap_or_default()));
    let cookie = Some(tr!("{id} (the row's key, from a stolen copy of the store)", id = hint(&stolen)));
    stage.note(Exchange { who: ATTACKER, request: "GET /api/cart".to_owned(), cookie, answer });
    let owner = get(stage, VICTIM, "/api/cart", &real).await?;
    let is_safe = [&changed, &key].iter().all(|reply| reply.pieces() == Some(0)) && owner.pieces() == Some(1);
    Ok(verdict(
        found == 0 && cookies == 0 && rows == 0 && is_safe,
        tr!(
            "An id is a random number, one of 2¹²⁸. At a billion tries a second, half of them take about 5 × 10²¹ years. An unknown id finds no session and makes none. The store has only the hash of an id, and the hash does not work as an id."
        ),
        tr!("A forged id found a session, or made one."),
    ))
}

async fn race(behind: &Behind, stage: &Stage, made: &mut Vec<String>) -> Result<Verdict, ServerError> {
    let cookie = add(stage, VICTIM, None, made).await?.unwrap_or_default();
    let written = |behind: &Behind| trail(behind, &cookie).map_or(0, |trail| trail.revision);
    let before = written(behind);
    let mut tabs = JoinSet::new();
    for _ in 0..TABS {
        let (tab, cookie) = (stage.another(), cookie.clone());
        tabs.spawn(async move { post(&tab, VICTIM, "/api/add_to_cart", MUG, Some(&cookie)).await.map(|reply| reply.status) });
    }
    let mut kept = 0;
    while let Some(tab) = tabs.join_next().await {
        let status = tab.map_err(|error| ServerError::Sessions(error.into()))??;
        kept += u32::from(status == StatusCode::OK);
    }
    let written = tr_n!(
        written(behind) - before,
        "the row was written {count} time, one after another",
        "the row was written {count} times, one after another"
    );
    stage.note(Exchange {
        who: tr_mark!("The victim's tabs"),
        request: tr!("{request}, at the same moment", request = format!("{TABS} × POST /api/add_to_cart product=mug&quantity=1")),
        cookie: Some(hint(&cookie)),
        answer: format!("{kept} × 200 OK · {written}"),
    });
    let cart = get(stage, VICTIM, "/api/cart", &cookie).await?;
    let pieces = cart.pieces().unwrap_or_default();
    Ok(verdict(
        kept == TABS && pieces == u64::from(TABS) + 1,
        tr!(
            "All {pieces} mugs are there: the first one, and one of each tab. Each change reads the row as it is at that moment, under the store's lock, so no change overwrites another.",
            pieces
        ),
        tr!("{kept} tabs got the answer that it worked, but the cart has {pieces} mugs.", kept, pieces),
    ))
}

/// The form that puts a mug into a cart.
const MUG: &[(&str, &str)] = &[("product", "mug"), ("quantity", "1")];

/// Puts a mug into a cart; gives the cookie that was set.
async fn add(stage: &Stage, who: &'static str, cookie: Option<&str>, made: &mut Vec<String>) -> Result<Option<String>, ServerError> {
    let reply = post(stage, who, "/api/add_to_cart", MUG, cookie).await?;
    made.extend(reply.cookie.clone());
    Ok(reply.cookie)
}

/// Logs in to the demonstration account; gives the new cookie, or nothing if the account needs more than its password by now.
async fn log_in(stage: &Stage, cookie: Option<&str>, made: &mut Vec<String>) -> Result<Option<String>, ServerError> {
    let fields = [("login", DemoAccount::USERNAME), ("password", DemoAccount::PASSWORD)];
    let reply = post(stage, VICTIM, "/api/log_in", &fields, cookie).await?;
    made.extend(reply.cookie.clone());
    // If the account has a second factor, the path is that of the page for the code.
    let is_logged_in = reply.body["path"].as_str().is_some_and(|path| path.starts_with("/dashboard"));
    Ok(reply.cookie.filter(|_| is_logged_in))
}

async fn get(stage: &Stage, who: &'static str, path: &str, cookie: &str) -> Result<Reply, ServerError> {
    stage.send(Sent { who, method: Method::GET, path, fields: &[], cookie: Some(cookie) }).await
}

async fn post(stage: &Stage, who: &'static str, path: &str, fields: &[(&str, &str)], cookie: Option<&str>) -> Result<Reply, ServerError> {
    stage.send(Sent { who, method: Method::POST, path, fields, cookie }).await
}

/// A real id with its first letter changed.
fn flipped(id: &str) -> String {
    let first = if id.starts_with('A') { 'B' } else { 'A' };
    let rest: String = id.chars().skip(1).collect();
    format!("{first}{rest}")
}

fn trail(behind: &Behind, cookie: &str) -> Option<Trail> {
    behind.trails.of(key_of(cookie)?)
}

/// Ends the sessions of an attack that are left, and forgets their trails.
async fn clean_up(behind: &Behind, stage: &Stage, made: Vec<String>) -> Result<(), ServerError> {
    for cookie in made {
        let trail = trail(behind, &cookie);
        stage.ask(Sent { who: VICTIM, method: Method::POST, path: "/api/forget_me", fields: &[], cookie: Some(&cookie) }).await?;
        if let Some(trail) = trail {
            behind.trails.forget(&trail.name);
        }
    }
    Ok(())
}
