//! Visitors of the shop under load: guests with three lines in the cart, and people who log in.

use super::http::{Connection, Target};
use std::{net::SocketAddr, time::Duration};
use tokio::task::JoinSet;

/// How many fill their carts at once.
const AT_ONCE: usize = 16;

/// This many guests fill their carts, each through the shop; gives their cookies.
pub async fn begin(address: SocketAddr, count: usize) -> Vec<String> {
    let mut tasks = JoinSet::new();
    for number in 0..AT_ONCE {
        let share = count * (number + 1) / AT_ONCE - count * number / AT_ONCE;
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut cookies = Vec::with_capacity(share);
            for _ in 0..share {
                cookies.push(fill_cart(&mut connection, address).await);
            }
            cookies
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

async fn fill_cart(connection: &mut Connection, address: SocketAddr) -> String {
    let mut cookie = "x=y".to_owned();
    for product in ["laptop", "phone", "headphones"] {
        let body = format!("product={product}&quantity=1");
        let answer = connection.exchange(&Target::post(address, "/api/add_to_cart", &[cookie.clone()], &body).requests[0]).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let set = text.lines().find_map(|line| line.strip_prefix("set-cookie: ")).and_then(|line| line.split(';').next());
        cookie = set.map_or(cookie, str::to_owned);
    }
    assert!(cookie.starts_with("id="), "a session began");
    cookie
}

/// The page as the first visitor sees it.
pub async fn look(address: SocketAddr, cookies: &[String]) -> String {
    let text = Target::get_plain(address, "/", cookies).once().await;
    let html = text.find("<!DOCTYPE").map(|at| text[at..].to_owned()).expect("a page");
    assert!(html.contains("Cart, 3 items"), "the page shows the session's cart");
    html
}

/// Somebody logs in; gives the cookie.
pub async fn log_in(address: SocketAddr) -> String {
    let form = Target::post(address, LOG_IN.0, &["x=y".to_owned()], LOG_IN.1);
    let answer = form.once().await;
    let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).and_then(|line| line.split(';').next());
    set.expect("a cookie").to_owned()
}

/// The address and the form of a log in.
pub const LOG_IN: (&str, &str) = ("/api/log_in", "login=admin&password=password123");

/// The form of an attacker who wants the strength check to take long: 100 characters that stand for other letters.
pub fn hostile_register() -> (&'static str, String) {
    let password: String = "p4ssw0rd@dm1nqw3rty".chars().cycle().take(100).collect();
    ("/api/register", format!("username=mallory&email=mallory%40shop.example&password={}", password.replace('@', "%40")))
}

/// This many people send a form with a password at once, again and again, until the returned value is dropped. So their queue
/// has the same length all the time, although the shop refuses requests that wait too long.
pub async fn queue(address: SocketAddr, count: usize, (path, body): (&str, &str)) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let mut connection = Connection::open(address).await;
        let request = Target::post(address, path, &["x=y".to_owned()], body).requests.swap_remove(0);
        tasks.spawn(async move {
            loop {
                connection.exchange(&request).await;
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    tasks
}
