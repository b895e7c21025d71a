//! `satchel user disable | enable | delete`.

use super::{CommandError, account, say};
use crate::server::{accounts, config::Settings};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// End every session of an account and forbid it to log in
    Disable {
        /// User name or e-mail address
        login: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Allow a disabled account to log in again
    Enable {
        /// User name or e-mail address
        login: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// End every session of an account and remove it
    Delete {
        /// User name or e-mail address
        login: String,
        #[command(flatten)]
        settings: Settings,
    },
}

/// Runs one of them.
pub(super) async fn run(command: UserCommand) -> Result<(), CommandError> {
    match command {
        UserCommand::Disable { login, settings } => {
            let (state, account) = account(settings, login).await?;
            let ended = accounts::disable(&state, account.id).await?;
            say(&format!("{} is disabled; {ended} sessions ended", account.username))
        }
        UserCommand::Enable { login, settings } => {
            let (state, account) = account(settings, login).await?;
            accounts::enable(&state, account.id).await?;
            say(&format!("{} may log in", account.username))
        }
        UserCommand::Delete { login, settings } => {
            let (state, account) = account(settings, login).await?;
            let ended = accounts::delete(&state, account.id).await?;
            say(&format!("{} is removed; {ended} sessions ended", account.username))
        }
    }
}
