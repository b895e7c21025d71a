//! `postgres-restart` and `postgres-frozen`: the database goes away under load and comes back.

use super::{
    away::{AWAY, Away},
    cluster::Cluster,
    report::Outcome,
    shop::Plan,
    sizes::{FROZEN_FOR, STOPPED_FOR},
};

pub async fn restart() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let away = Away::begin(&Plan::new("postgres-restart", cluster.url()), AWAY).await?;
    cluster.stop().await?;
    tokio::time::sleep(STOPPED_FOR).await;
    cluster.start_again().await?;
    away.end().await
}

pub async fn frozen() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let away = Away::begin(&Plan::new("postgres-frozen", cluster.url()), AWAY).await?;
    cluster.freeze()?;
    tokio::time::sleep(FROZEN_FOR).await;
    cluster.thaw();
    away.end().await
}
