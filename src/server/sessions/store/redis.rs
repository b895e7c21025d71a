//! Sessions on a Redis server: a change is a compare-and-set, in a script that Redis runs atomically.
//!
//! Redis itself removes expired entries. What survives its restart depends on its persistence settings (`appendonly yes`
//! with `appendfsync always` keeps every acknowledged change); use `maxmemory-policy noeviction`, so that a full
//! server refuses changes instead of forgetting sessions.

use super::{Changed, Mark, PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, Way, after_losing, chain, in_time};
use crate::tr_mark;
use async_trait::async_trait;
use redis::{
    Client, ErrorKind, IntoConnectionInfo, RedisError, Script, ServerErrorKind,
    aio::{ConnectionManager, ConnectionManagerConfig},
    io::tcp::TcpSettings,
};
use std::time::Duration;

/// Before every key, so that others may use the same server.
const PREFIX: &str = "satchel:session:";

/// Stores `ARGV[2]` until the second `ARGV[3]` if the key holds `ARGV[1]`; an empty text stands for no entry.
const COMPARE_AND_SET: &str = "
    if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
    redis.call('set', KEYS[1], ARGV[2], 'exat', ARGV[3])
    return 1
";

/// Entries as strings.
#[derive(Clone)]
pub(super) struct RedisStore {
    connection: ConnectionManager,
    script: Script,
}

impl std::fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RedisStore")
    }
}

impl RedisStore {
    pub(super) async fn open(address: &str) -> Result<Self, String> {
        let info = address.into_connection_info().map_err(|error| chain(&error))?;
        // If packets vanish, the one connection must not wait for minutes.
        let tcp = TcpSettings::default().set_nodelay(true).set_user_timeout(PATIENCE);
        let client = Client::open(info.set_tcp_settings(tcp)).map_err(|error| chain(&error))?;
        // First a plain connection, since the manager would try again and again instead of saying what is wrong.
        let first = tokio::time::timeout(PATIENCE, client.get_multiplexed_async_connection()).await;
        first.map_err(|_| "no answer in time".to_owned())?.map_err(|error| chain(&error))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100));
        let connection = ConnectionManager::new_with_config(client, config).await.map_err(|error| chain(&error))?;
        Ok(Self { connection, script: Script::new(COMPARE_AND_SET) })
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let (mut connection, name) = (self.connection.clone(), format!("{PREFIX}{key}"));
        let mut round = 0;
        loop {
            let get = redis::cmd("GET").arg(&name).to_owned();
            let found: Option<Vec<u8>> = in_time(async { get.query_async(&mut connection).await.map_err(failure) }).await?;
            let Some(entry) = rule(found.as_deref()) else { return Ok(()) };
            let mut call = self.script.key(&name);
            call.arg(found.unwrap_or_default()).arg(entry.bytes).arg(entry.expires_at.get());
            let is_set: bool = in_time(async { call.invoke_async(&mut connection).await.map_err(failure) }).await?;
            if is_set {
                return Ok(());
            }
            round += 1;
            after_losing(round).await?;
        }
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = keys.iter().map(|key| format!("{PREFIX}{key}")).collect();
        let mut connection = self.connection.clone();
        in_time(async { redis::cmd("MGET").arg(names).query_async(&mut connection).await.map_err(failure) }).await
    }

    async fn changed_since(&self, _: &mut Option<Mark>) -> Result<Changed, StoreError> {
        Ok(Changed::NeverKnown)
    }

    async fn purge(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn way(&self, _: bool) -> Way {
        let script: Vec<&str> = COMPARE_AND_SET.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Way {
            steps: vec![
                format!("GET {PREFIX}KEY"),
                format!("EVALSHA of the script below, with {PREFIX}KEY, what was read, ENTRY and END"),
                script.join("\n"),
            ],
            guard: tr_mark!(
                "Compare-and-set: the script stores the entry only if the key still has the value that was read. Redis runs one script at a \
                    time. If it stored nothing, the rule runs again on the new value."
            ),
        }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        let mut connection = self.connection.clone();
        let (mut cursor, mut told) = (0_u64, std::collections::HashSet::new());
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{PREFIX}*")).arg("COUNT").arg(500);
            let (next, names): (u64, Vec<String>) = scan.query_async(&mut connection).await.map_err(failure)?;
            let keys: Vec<StoredKey> = names.iter().filter_map(|name| name.strip_prefix(PREFIX)?.parse().ok()).collect();
            // A scan may show a key twice.
            let keys: Vec<StoredKey> = keys.into_iter().filter(|key| told.insert(*key)).collect();
            for (key, entry) in keys.iter().zip(self.load(&keys).await?) {
                if let Some(entry) = entry {
                    each(*key, entry);
                }
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }
}

fn failure(error: RedisError) -> StoreError {
    let is_temporary = matches!(
        error.kind(),
        ErrorKind::Io
            | ErrorKind::ClusterConnectionNotFound
            | ErrorKind::Server(
                ServerErrorKind::BusyLoading | ServerErrorKind::TryAgain | ServerErrorKind::MasterDown | ServerErrorKind::ReadOnly
            )
    ) || error.code().is_some_and(|code| ["OOM", "MISCONF", "CLUSTERDOWN", "NOREPLICAS"].contains(&code));
    if is_temporary { StoreError::Unavailable(error.into()) } else { StoreError::Failed(error.into()) }
}
