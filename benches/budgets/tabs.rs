//! Tabs that listen: how many a session and an address may have, and how much memory and CPU ten thousand of them need.

use super::{Line, http::Target, load, progress, scratch::Scratch, server::Child};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

/// Tabs of one session; as many sessions of one address; as many addresses.
const SHAPE: (usize, usize, u8) = (20, 10, 50);
/// More connections than the shop's default, which is 8,192.
const CONNECTIONS: &str = "connections=12000";
/// The numbers of tabs after which the memory is measured.
const STEPS: [usize; 3] = [0, 1_000, 10_000];
/// How long they listen while the server's time is counted.
const WATCHED: Duration = Duration::from_secs(5);

/// The figures, on SQLite, with all limits on.
pub async fn all() -> Vec<Line> {
    progress("tabs: an account for each session");
    // This process has one end of each connection.
    rlimit::increase_nofile_limit(12_000).expect("files");
    let database = Scratch::file();
    let server = Child::start_with(&database.url(), &["limited", CONNECTIONS], &[]);
    let mut sessions = Vec::new();
    let mut registering = JoinSet::new();
    for address in 1..=SHAPE.2 {
        let shop = server.address;
        registering.spawn(async move {
            let mut cookies = Vec::new();
            for number in 0..=SHAPE.1 {
                cookies.push(register(shop, address, number).await);
            }
            (address, cookies)
        });
        // With more at once, some would wait too long for their hash, and be refused.
        if registering.len() == 4 {
            sessions.extend(registering.join_next().await.expect("one").ok());
        }
    }
    sessions.extend(registering.join_all().await);
    progress("tabs: opening them");
    let (mut tabs, mut lines, mut refused) = (Vec::new(), vec![told(0, &server, 0).await], (0, 0));
    let empty = server.memory_kilobytes();
    for (address, cookies) in &sessions {
        for cookie in &cookies[..SHAPE.1] {
            for _ in 0..SHAPE.0 {
                tabs.push(listen(server.address, *address, cookie).await.expect("a tab"));
                if STEPS.contains(&tabs.len()) {
                    lines.push(told(tabs.len(), &server, empty).await);
                }
            }
            refused.0 += usize::from(listen(server.address, *address, cookie).await.is_err_and(|status| status == 429));
        }
        refused.1 += usize::from(listen(server.address, *address, &cookies[SHAPE.1]).await.is_err_and(|status| status == 429));
    }
    let (of_sessions, of_addresses) = (usize::from(SHAPE.2) * SHAPE.1, usize::from(SHAPE.2));
    lines.push(Line::told("tabs of one session beyond 20: answered 429", format!("{} of {of_sessions}", refused.0)));
    lines.push(Line::told("tabs of one address beyond 200: answered 429", format!("{} of {of_addresses}", refused.1)));
    progress("tabs: all of them listen");
    let (before, begun) = (load::cpu_ticks(server.pid), Instant::now());
    tokio::time::sleep(WATCHED).await;
    let busy = f64::from(u32::try_from(load::cpu_ticks(server.pid) - before).expect("few")) / begun.elapsed().as_secs_f64();
    lines.push(Line::told("CPU of the server meanwhile, of one core", format!("{busy:.1} %")));
    let begun = Instant::now();
    Target::get(server.address, "/", &["x=y".to_owned()]).once().await;
    lines.push(Line::at_most("a page of somebody new meanwhile", begun.elapsed().as_secs_f64() * 1_000.0, 100.0, "ms"));
    lines
}

/// The server's memory once it has settled.
async fn told(count: usize, server: &Child, empty: u32) -> Line {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let memory = server.memory_kilobytes();
    let each = match u32::try_from(count) {
        Ok(count @ 1..) => format!(", {:.1} KB each", f64::from(memory.saturating_sub(empty)) / f64::from(count)),
        _ => String::new(),
    };
    Line::told(&format!("memory with {count} tabs that listen"), format!("{:.1} MB{each}", f64::from(memory) / 1_024.0))
}

/// A connection from an address of this machine.
async fn connect(shop: SocketAddr, address: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((IpAddr::from(Ipv4Addr::new(127, 0, 1, address)), 0).into()).expect("an address of this machine");
    socket.connect(shop).await.expect("a connection")
}

/// Makes an account there; gives the cookie of its session.
async fn register(shop: SocketAddr, address: u8, number: usize) -> String {
    let body = format!("username=tab-{address}-{number}&email=tab-{address}-{number}%40example.com&password=violet+tram+under+snow");
    let request = Target::post(shop, "/api/register", &["x=y".to_owned()], &body).requests.swap_remove(0);
    let mut stream = connect(shop, address).await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let answer = head(&mut stream).await;
    let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: id=")).and_then(|line| line.split(';').next());
    format!("id={}", set.unwrap_or_else(|| panic!("no session: {answer}")))
}

/// A tab of this session, or the status if it is refused.
async fn listen(shop: SocketAddr, address: u8, cookie: &str) -> Result<TcpStream, u16> {
    let mut stream = connect(shop, address).await;
    let request = format!("GET /api/session_events HTTP/1.1\r\nhost: {shop}\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let answer = head(&mut stream).await;
    match answer.split(' ').nth(1).and_then(|status| status.parse().ok()) {
        Some(200) => Ok(stream),
        status => Err(status.unwrap_or_default()),
    }
}

async fn head(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        assert!(stream.read_buf(&mut answer).await.expect("received") > 0, "the server closed the connection");
    }
    String::from_utf8_lossy(&answer).into_owned()
}
