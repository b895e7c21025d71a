//! `satchel sessions list | revoke | purge`.

use super::{CommandError, account, named, say, state};
use crate::{
    domain::timestamp::Timestamp,
    server::{
        config::Config,
        error::ServerError,
        sessions::{AccountId, PublicHandle},
    },
};
use clap::Subcommand;
use std::io::Write;

#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// Print every live session: its handle, its account, when it began, was last used and expires, and the items in its cart
    List {
        /// Only sessions of this account (user name or e-mail address)
        #[arg(long)]
        account: Option<String>,
    },
    /// End one session by its handle from the list, or all of an account
    Revoke {
        /// The handle
        #[arg(required_unless_present = "account", conflicts_with = "account")]
        session: Option<String>,
        /// All sessions of this account (user name or e-mail address)
        #[arg(long)]
        account: Option<String>,
    },
    /// Remove the rows of sessions that expired (a running shop does so every minute)
    Purge,
}

/// Runs one of them.
pub(super) async fn run(command: SessionsCommand, config: Config) -> Result<(), CommandError> {
    match command {
        SessionsCommand::List { account } => {
            let state = state(config).await?;
            let only = match account {
                Some(login) => Some(AccountId::new(named(&state, login).await?.id)),
                None => None,
            };
            say("session           account           began             last used         expires            items")?;
            let lifetimes = *state.sessions().lifetimes();
            let mut out = std::io::BufWriter::new(std::io::stdout());
            let mut written = Ok(());
            state
                .sessions()
                .each(|listed| {
                    let session = &listed.state;
                    if written.is_ok() && only.is_none_or(|account| session.is_login_of(account)) {
                        let name = session.login().map_or("(guest)", |login| login.username.as_str());
                        let moments = [session.started_at(), session.last_seen_at(), session.expires_at(&lifetimes)];
                        let times = moments.map(Timestamp::utc).join("  ");
                        written = writeln!(out, "{}  {name:<16}  {times}  {:>6}", listed.handle, session.data.cart.pieces());
                    }
                })
                .await?;
            written?;
            Ok(out.flush()?)
        }
        SessionsCommand::Revoke { session: Some(handle), .. } => {
            let state = state(config).await?;
            let ended = match PublicHandle::parse(&handle) {
                Some(handle) => state.sessions().revoke(handle).await.map_err(ServerError::from)?,
                None => false,
            };
            if !ended {
                return Err(CommandError::NoSession(handle));
            }
            say("the session is ended")
        }
        SessionsCommand::Revoke { account: login, .. } => {
            let (state, account) = account(config, login.unwrap_or_default()).await?;
            let ended = state.sessions().end_all(AccountId::new(account.id)).await.map_err(ServerError::from)?;
            say(&format!("{ended} sessions of {} are ended", account.username))
        }
        SessionsCommand::Purge => {
            let removed = state(config).await?.sessions().purge().await.map_err(ServerError::from)?;
            say(&format!("{removed} expired sessions removed"))
        }
    }
}
