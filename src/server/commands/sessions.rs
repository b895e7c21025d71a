//! `satchel sessions list | revoke | purge`.

use super::{CommandError, account, named, say, state};
use crate::{domain::timestamp::Timestamp, server::config::Settings};
use clap::Subcommand;
use std::io::Write;

#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// Print every live session: its handle, whose it is, when it began, was last used and expires, its cart
    List {
        /// Only those of this account (user name or e-mail address)
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// End one session by its handle from the list, or all of an account
    Revoke {
        /// The handle
        #[arg(required_unless_present = "account", conflicts_with = "account")]
        session: Option<String>,
        /// All sessions of this account (user name or e-mail address)
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Remove the rows of sessions that expired (a running shop does so every minute)
    Purge {
        #[command(flatten)]
        settings: Settings,
    },
}

/// Runs one of them.
pub(super) async fn run(command: SessionsCommand) -> Result<(), CommandError> {
    match command {
        SessionsCommand::List { account, settings } => {
            let state = state(settings).await?;
            let only = match account {
                Some(login) => Some(named(&state, login).await?.id),
                None => None,
            };
            say("session           account           began             last used         expires           pieces")?;
            let mut out = std::io::BufWriter::new(std::io::stdout());
            let mut written = Ok(());
            state
                .sessions()
                .each(|listed| {
                    let data = &listed.data;
                    if written.is_ok() && only.is_none_or(|account| data.is_login_of(account)) {
                        let name = data.login.as_ref().map_or("(guest)", |login| login.username.as_str());
                        let times = [data.started_at, data.last_seen_at, listed.expires_at].map(Timestamp::utc).join("  ");
                        written = writeln!(out, "{}  {name:<16}  {times}  {:>6}", listed.handle, listed.pieces());
                    }
                })
                .await?;
            written?;
            Ok(out.flush()?)
        }
        SessionsCommand::Revoke { session: Some(handle), settings, .. } => {
            let state = state(settings).await?;
            if !state.sessions().revoke(&handle).await? {
                return Err(CommandError::NoSession(handle));
            }
            say("the session is ended")
        }
        SessionsCommand::Revoke { account: login, settings, .. } => {
            let (state, account) = account(settings, login.unwrap_or_default()).await?;
            let mut transaction = state.db().begin().await?;
            let ended = state.sessions().end_all(account.id, &mut transaction).await?;
            transaction.commit().await?;
            say(&format!("{ended} sessions of {} are ended", account.username))
        }
        SessionsCommand::Purge { settings } => {
            let removed = state(settings).await?.sessions().purge().await?;
            say(&format!("{removed} expired sessions removed"))
        }
    }
}
