//! A counter and a log in, in plain axum: `cargo run --features ssr --example plain_axum`, then <http://127.0.0.1:3000>,
//! or `curl -L -c jar -b jar -d name=ada -d password=lovelace 127.0.0.1:3000/log_in`.

use axum::{Form, Router, extract::State, http::StatusCode, response::Html, response::Redirect, routing::get, routing::post};
use satchel::server::db::Database;
use satchel::server::sessions::{AccountId, Config, Data, Device, Error, LoggedIn, Login, Session, Sessions, store};
use serde::{Deserialize, Serialize};

/// What a session keeps.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Counter {
    count: u32,
}

impl Data for Counter {
    const VERSION: u32 = 1;
}

#[derive(Deserialize)]
struct Claim {
    name: String,
    password: String,
}

/// The application; its sessions are in a database whose tables are up to date.
pub fn app(database: &Database) -> Router {
    let config = Config { secure: false, login_page: Some("/"), ..Config::new(database.clone()) };
    let sessions = Sessions::<Counter>::over(store::over(database), config.clone()); // or: open("redis://…", config)
    tokio::spawn(sessions.clone().maintain());
    let pages = Router::new().route("/", get(home).post(count)).route("/mine", get(mine)).route("/events", sessions.events());
    pages.route("/log_in", post(log_in)).route("/log_out", post(log_out)).layer(sessions.layer()).with_state(config)
}

async fn home(session: Session<Counter>) -> Html<String> {
    let count = session.get().map_or(0, |counter| counter.count);
    let claim = "<form method=post action=/log_in><input name=name><input name=password type=password><button>Log in</button></form>";
    Html(format!("Counted: {count} <form method=post><button>One more</button></form> {claim}"))
}

async fn count(session: Session<Counter>) -> Result<Redirect, StatusCode> {
    let counted = session.update(|counter| {
        counter.count += 1;
        Ok::<_, std::convert::Infallible>(())
    });
    counted.await.map(|()| Redirect::to("/")).map_err(status)
}

async fn log_in(State(config): State<Config>, session: Session<Counter>, Form(claim): Form<Claim>) -> Result<Redirect, StatusCode> {
    // Write this yourself: find the account, and compare the password with its hash.
    let account_id = (claim.name == "ada" && claim.password == "lovelace").then(|| AccountId::new(1)).ok_or(StatusCode::UNAUTHORIZED)?;
    let (at, method, device) = (config.clock.now(), "password".to_owned(), Device::default());
    let login = Login { account_id, username: claim.name, at, method, remembered: false, device };
    session.log_in(login, |_| Ok::<_, std::convert::Infallible>(())).await.map(|()| Redirect::to("/mine")).map_err(status)
}

async fn mine(LoggedIn(login, session): LoggedIn<Counter>) -> Html<String> {
    let count = session.get().map_or(0, |counter| counter.count);
    let watch = "<script>new EventSource('/events').addEventListener('session', () => location.reload())</script>";
    Html(format!("Counted by {}: {count} <form method=post action=/log_out><button>Log out</button></form> {watch}", login.username))
}

async fn log_out(session: Session<Counter>) -> Result<Redirect, StatusCode> {
    session.end().await.map(|()| Redirect::to("/")).map_err(status)
}

fn status<R>(error: Error<R>) -> StatusCode {
    match error {
        Error::Gone => StatusCode::CONFLICT,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::open("sqlite:plain_axum.db").await?;
    database.migrate().await?;
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app(&database)).await?)
}
