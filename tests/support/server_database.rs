//! A database of our own on a Postgres server; it goes away with its value. For the tests and for the benchmark.

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// Made by us, beside others' databases.
#[derive(Debug)]
pub struct ServerDatabase {
    /// How it is reached.
    pub options: PgConnectOptions,
    /// How the server is reached without it.
    server: PgConnectOptions,
    name: String,
}

impl ServerDatabase {
    /// An empty database of that name.
    pub async fn create(server: &PgConnectOptions, name: String) -> Self {
        let mut connection = PgConnection::connect_with(server).await.expect("the Postgres server that SATCHEL_TEST_POSTGRES names");
        sqlx::query(&format!("create database {name}")).execute(&mut connection).await.expect("a database of our own");
        Self { options: server.clone().database(&name), server: server.clone(), name }
    }

    /// What the shop is started with.
    pub fn url(&self) -> String {
        self.options.to_url_lossy().into()
    }
}

impl Drop for ServerDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        // A thread of its own, since a runtime cannot wait inside another one.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                if let Ok(mut connection) = PgConnection::connect_with(&server).await {
                    let _ = sqlx::query(&format!("drop database {name} with (force)")).execute(&mut connection).await;
                }
            });
        });
        let _ = dropping.join();
    }
}
