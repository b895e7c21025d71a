//! `satchel serve | migrate | catalogue import | catalogue export | user | sessions | check`.

mod sessions;
mod user;

use crate::server::{
    accounts,
    catalogue::{
        self,
        import::{self, Format},
    },
    clock::SystemClock,
    config::{Config, ConfigError, Settings},
    db::{Database, account::AccountRow, product},
    error::{ServerError, chain},
    serve::{self, StartError},
    sessions::{self as session, probe::Probe, store},
    state::{AppState, StateError},
};
use axum::Router;
use clap::{Parser, Subcommand};
use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

/// A shop whose cart lives on the server.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the shop
    Serve {
        #[command(flatten)]
        settings: Settings,
    },
    /// Bring the database's tables up to date
    Migrate {
        #[command(flatten)]
        settings: Settings,
    },
    /// Read or write the products
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Forbid, allow or remove an account
    #[command(subcommand)]
    User(user::UserCommand),
    /// Look at sessions, end them, remove expired ones
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Check the settings and the database, and say what is missing
    Check {
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Debug, Subcommand)]
enum CatalogueCommand {
    /// Make the shop sell exactly what a JSON or CSV file lists, or nothing of it if a line is wrong
    Import {
        /// A .json or .csv file with slug, name, category, price, stock, summary, description, picture
        file: PathBuf,
        #[command(flatten)]
        settings: Settings,
    },
    /// Print the products as JSON
    Export {
        #[command(flatten)]
        settings: Settings,
    },
}

/// Why a command failed, as it is told on the terminal.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
    #[error("{0}: the name must end in .json or .csv")]
    Format(PathBuf),
    #[error("{file}: {count} faults, nothing was imported\n{list}")]
    Faults { file: PathBuf, count: usize, list: String },
    #[error("there is no account {0}")]
    NoAccount(String),
    #[error("there is no live session {0}")]
    NoSession(String),
    #[error("{0} migrations are still to be run; use: satchel migrate")]
    Pending(usize),
    #[error("cannot list the sessions")]
    Store(#[from] session::StoreError),
    #[error("cannot write the output")]
    Write(#[from] std::io::Error),
}

/// Runs a command to its end; `router` makes the shop's HTTP surface.
pub async fn run(cli: Cli, router: impl FnOnce(AppState) -> Router) -> ExitCode {
    match execute(cli.command, router).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let text = match &error {
                CommandError::Faults { .. } => error.to_string(),
                error => chain(error),
            };
            let _ = writeln!(std::io::stderr(), "satchel: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(command: Command, router: impl FnOnce(AppState) -> Router) -> Result<(), CommandError> {
    match command {
        Command::Serve { settings } => Ok(serve::serve(settings.check()?, router).await?),
        Command::Migrate { settings } => {
            migrated(settings).await?;
            say("the database is up to date")
        }
        Command::Check { settings } => {
            let (config, db) = open(settings).await?;
            let pending = db.pending_migrations().await.map_err(ServerError::from)?;
            if pending > 0 {
                return Err(CommandError::Pending(pending));
            }
            catalogue::check_currency(&db, config.currency).await?.map_err(StartError::from)?;
            if let Some(address) = &config.session_store {
                store::open(address).await.map_err(StateError::from).map_err(StartError::from)?;
            }
            say(&format!(
                "settings, database and session store are in order; {} mode at {}",
                if config.is_production() { "production" } else { "demo" },
                config.base_url
            ))
        }
        Command::User(command) => user::run(command).await,
        Command::Sessions(command) => sessions::run(command).await,
        Command::Catalogue(CatalogueCommand::Import { file, settings }) => {
            let text = std::fs::read_to_string(&file).map_err(|error| CommandError::Read(file.clone(), error))?;
            let format = Format::of_name(&file.to_string_lossy()).ok_or_else(|| CommandError::Format(file.clone()))?;
            let (config, db) = migrated(settings).await?;
            let rows = import::parse(&text, format, config.currency).map_err(|faults| CommandError::Faults {
                file,
                count: faults.len(),
                list: faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n"),
            })?;
            let changed = import::apply(&db, &rows, config.currency).await?;
            say(&format!("{} products{}", rows.len(), if changed { " imported" } else { ", as before; nothing changed" }))
        }
        Command::Catalogue(CatalogueCommand::Export { settings }) => {
            let (config, db) = open(settings).await?;
            catalogue::check_currency(&db, config.currency).await?.map_err(StartError::from)?;
            let rows = product::all(db.read().await.map_err(ServerError::from)?.connection()).await.map_err(ServerError::from)?;
            Ok(std::io::stdout().write_all(import::export(&rows, config.currency).as_bytes())?)
        }
    }
}

/// The parts of a shop over a database whose tables are up to date.
async fn state(settings: Settings) -> Result<AppState, CommandError> {
    let (config, db) = open(settings).await?;
    db.migrate().await.map_err(StartError::from)?;
    Ok(AppState::new(config, db, Arc::new(SystemClock), Probe::default()).await.map_err(StartError::from)?)
}

async fn named(state: &AppState, login: String) -> Result<AccountRow, CommandError> {
    accounts::find(state.db(), &login).await?.ok_or(CommandError::NoAccount(login))
}

async fn account(settings: Settings, login: String) -> Result<(AppState, AccountRow), CommandError> {
    let state = state(settings).await?;
    let account = named(&state, login).await?;
    Ok((state, account))
}

/// A database whose tables are up to date; a file is made where it is missing.
async fn migrated(settings: Settings) -> Result<(Config, Database), CommandError> {
    let config = settings.check()?;
    let db = Database::open(&config.database_url).await.map_err(StartError::Open)?;
    db.migrate().await.map_err(StartError::from)?;
    Ok((config, db))
}

/// A database that is there already.
async fn open(settings: Settings) -> Result<(Config, Database), CommandError> {
    let config = settings.check()?;
    let db = Database::open_existing(&config.database_url).await.map_err(StartError::Open)?;
    Ok((config, db))
}

fn say(sentence: &str) -> Result<(), CommandError> {
    Ok(writeln!(std::io::stdout(), "{sentence}")?)
}
