//! Temporary databases: a file in a temporary folder, or a database on a Postgres server. They are removed when their value is dropped.

use super::server_database::ServerDatabase;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use std::{path::PathBuf, str::FromStr, time::Duration};
use tempfile::TempDir;

/// The server that is used if `SATCHEL_TEST_POSTGRES` names none.
const SERVER: &str = "postgres://127.0.0.1:5432";
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a guest's session lasts without use, in seconds.
pub const LIFETIME: i64 = 30 * 86_400;

/// An empty database.
pub enum Scratch {
    /// In a folder of its own.
    File(TempDir),
    /// On a server, beside other databases.
    OnServer(Box<ServerDatabase>),
}

/// The Postgres server, if one answers; its address if not.
pub async fn server() -> Result<PgConnectOptions, String> {
    let address = std::env::var("SATCHEL_TEST_POSTGRES").unwrap_or_else(|_| SERVER.to_owned());
    let options = PgConnectOptions::from_str(&address).map_err(|error| error.to_string())?;
    let shown = format!("{}:{}", options.get_host(), options.get_port());
    let answer = tokio::time::timeout(PATIENCE, options.connect()).await;
    if matches!(answer, Ok(Ok(_))) { Ok(options) } else { Err(shown) }
}

impl Scratch {
    /// A folder for a file that the shop makes.
    pub fn file() -> Self {
        Self::File(tempfile::tempdir().expect("a folder"))
    }

    /// A database on that server; `part` makes its name different from others of this process.
    pub async fn on_server(server: &PgConnectOptions, part: &str) -> Self {
        let name = format!("satchel_bench_{}_{part}", std::process::id());
        Self::OnServer(Box::new(ServerDatabase::create(server, name).await))
    }

    fn path(folder: &TempDir) -> PathBuf {
        folder.path().join("bench.db")
    }

    /// The address with which the shop is started.
    pub fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:{}", Self::path(folder).display()),
            Self::OnServer(database) => database.url(),
        }
    }

    /// Adds copies of one session, under other keys, last used at random times of the last 30 days. No shop may be running.
    ///
    /// The times have no order. For a purge, this is harder than a shop's own rows, which expire about in the order in which they
    /// were made.
    pub async fn fill(&self, copies: usize) {
        match self {
            Self::File(folder) => {
                let options = SqliteConnectOptions::new().filename(Self::path(folder));
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file");
                // A recursive query keeps the random values of each row; a plain query may compute them twice.
                let copy = format!(
                    "with recursive drawn (number, key, at) as (
                         select 0, '', 0
                         union all
                         select number + 1, lower(hex(randomblob(11))), unixepoch() + abs(random()) % {LIFETIME} from drawn where number < {copies}
                     )
                     insert into session (key, entry, expires_at)
                     select drawn.key, entry, at from drawn, (select entry from session limit 1) where number > 0"
                );
                // First written quickly, then brought into the state that the shop expects.
                let texts = [
                    "pragma journal_mode = off",
                    "pragma synchronous = off",
                    "pragma cache_size = -400000",
                    &copy,
                    "analyze",
                    "pragma journal_mode = wal",
                ];
                for text in texts {
                    sqlx::raw_sql(text).execute(&mut connection).await.expect(text);
                }
                connection.close().await.expect("closed");
                // Data that is not yet on the disk would disturb the first figures.
                std::fs::File::open(Self::path(folder)).and_then(|file| file.sync_all()).expect("on the disk");
            }
            Self::OnServer(database) => {
                let mut connection = PgConnection::connect_with(&database.options).await.expect("the database");
                let copy = format!(
                    "insert into session (key, entry, expires_at)
                     select drawn.key, entry, at
                     from (select entry from session limit 1) as one,
                          (select left(md5(random()::text || number), 22) as key, (extract(epoch from now()) + random() * {LIFETIME})::bigint as at
                           from generate_series(1, {copies}) as number) as drawn"
                );
                for text in ["set synchronous_commit = off", &copy, "vacuum analyze session"] {
                    sqlx::raw_sql(text).execute(&mut connection).await.expect(text);
                }
                // Only some roles may do this. Otherwise, data that is not yet on the disk disturbs the first figures.
                let _ = sqlx::raw_sql("checkpoint").execute(&mut connection).await;
            }
        }
    }

    /// Bytes on disk per session, indexes included. No shop may be running.
    pub async fn bytes_per_session(&self) -> f64 {
        match self {
            Self::File(folder) => {
                let options = SqliteConnectOptions::new().filename(Self::path(folder));
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file");
                let text =
                    "select cast(page_count * page_size as real) / (select count(*) from session) from pragma_page_count, pragma_page_size";
                sqlx::query_scalar(text).fetch_one(&mut connection).await.expect("a size")
            }
            Self::OnServer(database) => {
                let mut connection = PgConnection::connect_with(&database.options).await.expect("the database");
                let text = "select pg_total_relation_size('session')::double precision / count(*) from session";
                sqlx::query_scalar(text).fetch_one(&mut connection).await.expect("a size")
            }
        }
    }
}
