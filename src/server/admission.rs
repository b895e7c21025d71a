//! Which accounts may log in.

use crate::server::{
    db::{Connection, account},
    sessions::{AccountId, Admission},
};
use async_trait::async_trait;

/// An account that exists and is not disabled.
#[derive(Clone, Copy, Debug)]
pub struct Enabled;

#[async_trait]
impl Admission for Enabled {
    async fn admits(&self, connection: Connection<'_>, account: AccountId) -> Result<bool, sqlx::Error> {
        account::is_enabled(connection, account.get()).await
    }
}
