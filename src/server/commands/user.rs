//! `satchel user set-password | reset-second-factor | grant | withdraw | disable | enable | delete`.

use super::{CommandError, account, say};
use crate::{
    domain::{password::Password, role::Role},
    error::AppError,
    server::{
        accounts::{self, Farewell},
        config::Config,
        error::ServerError,
        passkeys, roles, second_factor,
    },
};
use clap::Subcommand;
use std::io::IsTerminal;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Give an account another password, asked for on the terminal or read from the standard input, remove its passkeys, and end its
    /// sessions
    SetPassword {
        /// User name or e-mail address
        login: String,
    },
    /// Turn off the second factor of somebody who lost phone and recovery codes, and end the sessions of the account
    ResetSecondFactor {
        /// User name or e-mail address
        login: String,
    },
    /// Make an account a shop keeper's, who sees all orders at /desk, and sends and cancels them
    Grant {
        /// User name or e-mail address
        login: String,
        /// The role: keeper
        role: Role,
    },
    /// Take a role from an account; its desk is gone at once
    Withdraw {
        /// User name or e-mail address
        login: String,
        /// The role: keeper
        role: Role,
    },
    /// End every session of an account and forbid new logins
    Disable {
        /// User name or e-mail address
        login: String,
    },
    /// Allow logins to a disabled account again
    Enable {
        /// User name or e-mail address
        login: String,
    },
    /// End every session of an account and remove it
    Delete {
        /// User name or e-mail address
        login: String,
    },
}

/// Runs one of them.
pub(super) async fn run(command: UserCommand, config: Config) -> Result<(), CommandError> {
    match command {
        UserCommand::SetPassword { login } => {
            let (state, account) = account(config, login).await?;
            let password = Password::parse(asked_for()?).map_err(AppError::from).map_err(ServerError::from)?;
            let (passkeys, ended) = accounts::set_password(&state, &account, password).await?;
            let removed = if passkeys == 0 { String::new() } else { format!("{passkeys} passkeys removed, ") };
            say(&format!("{} has another password; {removed}{ended} sessions ended", account.username))
        }
        UserCommand::ResetSecondFactor { login } => {
            let (state, account) = account(config, login).await?;
            let ended = second_factor::reset(&state, &account).await?;
            let ended = ended.ok_or_else(|| CommandError::NoSecondFactor(account.username.clone()))?;
            let passkeys = passkeys::of_account(&state, account.id).await?.len();
            let kept = if passkeys == 0 { String::new() } else { format!("; {passkeys} passkeys still work (set-password removes them)") };
            say(&format!("{} logs in by password alone; {ended} sessions ended{kept}", account.username))
        }
        UserCommand::Grant { login, role } => {
            let (state, account) = account(config, login).await?;
            let is_new = roles::grant(&state, &account, role).await?;
            say(&format!("{} is a {role}{}", account.username, if is_new { "" } else { " already" }))
        }
        UserCommand::Withdraw { login, role } => {
            let (state, account) = account(config, login).await?;
            let was_there = roles::withdraw(&state, &account, role).await?;
            say(&format!("{} {} a {role}", account.username, if was_there { "is no longer" } else { "is not" }))
        }
        UserCommand::Disable { login } => {
            let (state, account) = account(config, login).await?;
            let ended = accounts::disable(&state, account.id).await?;
            say(&format!("{} is disabled; {ended} sessions ended", account.username))
        }
        UserCommand::Enable { login } => {
            let (state, account) = account(config, login).await?;
            accounts::enable(&state, account.id).await?;
            say(&format!("{} may log in", account.username))
        }
        UserCommand::Delete { login } => {
            let (state, account) = account(config, login).await?;
            let ended = accounts::delete(&state, account.id, Farewell::None).await?;
            say(&format!("{} is removed; {ended} sessions ended", account.username))
        }
    }
}

/// A new password. At a terminal, it is typed twice and not shown. Otherwise it is the first line of the standard input.
fn asked_for() -> Result<String, CommandError> {
    let mut typed = String::new();
    if std::io::stdin().is_terminal() {
        typed = rpassword::prompt_password("New password: ").map_err(CommandError::Password)?;
        if rpassword::prompt_password("The same again: ").map_err(CommandError::Password)? != typed {
            return Err(CommandError::PasswordsDiffer);
        }
    } else {
        std::io::stdin().read_line(&mut typed).map_err(CommandError::Password)?;
        let end = typed.trim_end_matches(['\r', '\n']).len();
        typed.truncate(end);
    }
    Ok(typed)
}
