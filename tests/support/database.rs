//! A database and a session store of its own for each test.
//!
//! The database is a file, or one on the Postgres server that `SATCHEL_TEST_POSTGRES` names. Sessions are kept in it,
//! or in the kind of store that `SATCHEL_TEST_STORE` names: `file`, `redis`, `memcached` or `mongodb`. `make unit` runs
//! the tests on all six.

use super::{
    server_database::ServerDatabase,
    store_server::{Kind, StoreServer},
};
use satchel::server::{db::Database, sessions::StoredKey};
use sqlx::{PgPool, postgres::PgConnectOptions};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    str::FromStr,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

/// Lives as long as the test; goes away with it.
#[derive(Debug)]
pub struct TestDatabase {
    main: Main,
    store: TestStore,
}

#[derive(Debug)]
enum Main {
    File(TempDir),
    OnServer(Box<ServerDatabase>),
}

#[derive(Debug)]
enum TestStore {
    InDatabase,
    Folder(TempDir),
    /// A server of its own.
    Server(Box<StoreServer>),
    /// A database on a server that other tests use later: that kind takes a second to start.
    Lent(Lent),
}

/// A server that nobody else uses meanwhile: the load of another test must not make it slow.
#[derive(Debug)]
struct Lent {
    server: Option<StoreServer>,
    database: u32,
}

static FREE: Mutex<Vec<StoreServer>> = Mutex::new(Vec::new());

impl Lent {
    fn new(kind: Kind) -> Self {
        let free = FREE.lock().expect("nobody panicked").pop();
        Self { server: Some(free.unwrap_or_else(|| StoreServer::start(kind))), database: number() }
    }

    fn url(&self) -> String {
        format!("{}/test_{}", self.server.as_ref().expect("still lent").url(), self.database)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        FREE.lock().expect("nobody panicked").extend(self.server.take());
    }
}

/// The server to use in place of files, if this run is the one on Postgres.
fn server() -> Option<String> {
    std::env::var("SATCHEL_TEST_POSTGRES").ok()
}

fn number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

impl TestStore {
    fn new() -> Self {
        let server = |kind| Self::Server(Box::new(StoreServer::start(kind)));
        match std::env::var("SATCHEL_TEST_STORE").unwrap_or_default().as_str() {
            "" => Self::InDatabase,
            "file" => Self::Folder(tempfile::tempdir().expect("a folder of our own")),
            "redis" => server(Kind::Redis),
            "memcached" => server(Kind::Memcached),
            "mongodb" => Self::Lent(Lent::new(Kind::Mongodb)),
            other => panic!("SATCHEL_TEST_STORE: {other} is none of file, redis, memcached, mongodb"),
        }
    }
}

impl TestDatabase {
    /// An empty database, and an empty session store.
    pub async fn new() -> Self {
        let store = tokio::task::spawn_blocking(TestStore::new).await.expect("a store");
        let Some(server) = server() else { return Self { main: Main::File(tempfile::tempdir().expect("a folder of our own")), store } };
        let server = PgConnectOptions::from_str(&server).expect("an address");
        let name = format!("satchel_test_{}_{}", std::process::id(), number());
        Self { main: Main::OnServer(Box::new(ServerDatabase::create(&server, name).await)), store }
    }

    /// `DATABASE_URL`.
    pub fn url(&self) -> String {
        match &self.main {
            Main::File(folder) => format!("sqlite:{}", folder.path().join("shop.db").display()),
            Main::OnServer(database) => database.url(),
        }
    }

    /// `SATCHEL_SESSION_STORE`.
    pub fn session_store(&self) -> Option<String> {
        match &self.store {
            TestStore::InDatabase => None,
            TestStore::Folder(folder) => Some(format!("file:{}", folder.path().display())),
            TestStore::Server(server) => Some(server.url()),
            TestStore::Lent(lent) => Some(lent.url()),
        }
    }

    /// Whether sessions are rows in the database.
    pub fn has_sessions(&self) -> bool {
        matches!(self.store, TestStore::InDatabase)
    }

    /// Whether expired sessions wait for the clean-up.
    pub fn is_cleaned(&self) -> bool {
        matches!(self.store, TestStore::InDatabase | TestStore::Folder(_))
    }

    /// Every key, for a store that cannot list: memcached tells its operator by this command.
    pub fn keys(&self) -> Option<Vec<StoredKey>> {
        let TestStore::Server(server) = &self.store else { return None };
        server.url().starts_with("memcached").then(|| {
            // The key is told in percent signs.
            let key = |line: &String| line.strip_prefix("key=satchel%3Asession%3A")?.split(' ').next()?.parse().ok();
            let mut most: Vec<StoredKey> = Vec::new();
            for _ in 0..40 {
                let mut stream = TcpStream::connect(server.host()).expect("it answers");
                stream.write_all(b"lru_crawler metadump all\r\n").expect("asked");
                let lines = BufReader::new(stream).lines().map(|line| line.expect("a line"));
                let lines: Vec<String> = lines.take_while(|line| !line.starts_with("END") && !line.starts_with("BUSY")).collect();
                let keys: Vec<StoredKey> = lines.iter().filter_map(key).collect();
                if keys.len() >= most.len() {
                    most = keys;
                }
                // Its one crawler may still be at the last listing, and then tells less than there is; what expired is
                // counted for a while, and never told.
                if most.len() >= entry_count(server.host()) {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            most
        })
    }
}

/// How many entries a memcached holds.
fn entry_count(host: String) -> usize {
    let mut stream = TcpStream::connect(host).expect("it answers");
    stream.write_all(b"stats\r\n").expect("asked");
    let lines = BufReader::new(stream).lines().map(|line| line.expect("a line")).take_while(|line| line != "END");
    let count = |line: String| line.strip_prefix("STAT curr_items ")?.trim().parse().ok();
    lines.into_iter().find_map(count).expect("a number")
}

/// The database under the shop, to look at and to break; the text is run on whichever kind it is.
#[derive(Clone)]
pub enum Raw {
    Sqlite(sqlx::SqlitePool),
    Postgres(PgPool),
}

impl Raw {
    pub fn of(db: &Database) -> Self {
        match db {
            Database::Sqlite { writer, .. } => Self::Sqlite(writer.clone()),
            Database::Postgres(pool) => Self::Postgres(pool.clone()),
        }
    }

    pub fn is_file(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The one number a query gives.
    pub async fn number(&self, text: &str) -> i64 {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(text).fetch_one(pool).await.expect("a number"),
            Self::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await.expect("a number"),
        }
    }

    /// The texts in the one column a query gives.
    pub async fn texts(&self, text: &str) -> Vec<String> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("texts"),
            Self::Postgres(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("texts"),
        }
    }

    /// Runs a statement; gives how many rows it touched.
    pub async fn run(&self, text: &str) -> u64 {
        match self {
            Self::Sqlite(pool) => sqlx::query(text).execute(pool).await.expect("runs").rows_affected(),
            Self::Postgres(pool) => sqlx::query(text).execute(pool).await.expect("runs").rows_affected(),
        }
    }
}
