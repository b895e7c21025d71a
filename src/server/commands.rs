//! `satchel serve | migrate | catalogue import | catalogue export | user | sessions | orders | coupons | backup | check`.

mod coupons;
mod orders;
mod sessions;
mod user;

use crate::server::{
    accounts,
    catalogue::{
        self,
        import::{self, Format},
    },
    clock::SystemClock,
    config::{Collector, Config, ConfigError, LogFormat, Settings},
    db::{self, BackupError, Database, MigrationError, Tables, account::AccountRow, product},
    demo_account,
    environment::{self, EnvironmentError},
    error::{ServerError, chain},
    mailer::{self, MailServerError},
    serve::{self, StartError},
    sessions::{self as session, probe::Probe, store},
    state::{AppState, StateError},
};
use axum::Router;
use clap::{CommandFactory, Parser, Subcommand};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

/// A shop whose cart lives on the server.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

impl Cli {
    /// How the log is written.
    pub fn log_format(&self) -> LogFormat {
        self.settings.log_format()
    }

    /// Where traces are sent, if this command serves anybody.
    pub fn collector(&self) -> Option<&Collector> {
        self.settings.traces.as_ref().filter(|_| matches!(self.command, Command::Serve))
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the shop
    Serve,
    /// Bring the database's tables up to date
    Migrate,
    /// Read or write the products
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Give an account another password or a role, turn its second factor off; forbid, allow or remove it
    #[command(subcommand)]
    User(user::UserCommand),
    /// Look at sessions, end them, remove expired ones
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// List orders, and note which were sent
    #[command(subcommand)]
    Orders(orders::OrdersCommand),
    /// Add, list and remove coupons
    #[command(subcommand)]
    Coupons(coupons::CouponsCommand),
    /// Copy the SQLite database of a shop, which may be running, to a new file
    Backup {
        /// The file; it must not exist
        file: PathBuf,
    },
    /// Check the settings and the database, and say what is missing
    Check,
}

#[derive(Debug, Subcommand)]
enum CatalogueCommand {
    /// Make the shop sell exactly what a JSON or CSV file lists; if a line is wrong, nothing is imported
    Import {
        /// A .json or .csv file with slug, name, category, price, stock, summary, description, picture
        file: PathBuf,
        /// Also accept a file that lists no product: the shop then sells nothing
        #[arg(long)]
        empty: bool,
    },
    /// Print the products as JSON
    Export,
}

/// Why a command failed, as the terminal shows it.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    #[error("{}: holds more than {} bytes", .0.display(), import::MAX_BYTES)]
    TooLong(PathBuf),
    #[error("{}: the name must end in .json or .csv", .0.display())]
    Format(PathBuf),
    #[error("{}: {count} faults, nothing was imported\n{list}", .file.display())]
    Faults { file: PathBuf, count: usize, list: String },
    #[error("{}: lists no product, nothing was imported; use --empty if the shop is to sell nothing", .0.display())]
    Empty(PathBuf),
    #[error("there is no account {0}")]
    NoAccount(String),
    #[error("{0} has no second factor")]
    NoSecondFactor(String),
    #[error("cannot read the password")]
    Password(#[source] std::io::Error),
    #[error("the two passwords differ; nothing was changed")]
    PasswordsDiffer,
    #[error("there is no live session {0}")]
    NoSession(String),
    #[error("{0} migrations are still to be run; use: satchel migrate")]
    Pending(usize),
    #[error(transparent)]
    Coupon(#[from] coupons::CouponError),
    #[error("cannot list the sessions")]
    Store(#[from] session::StoreError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("SATCHEL_MAIL")]
    Mail(#[from] MailServerError),
    #[error("cannot write the output")]
    Write(#[from] std::io::Error),
}

/// Says on the terminal why a command failed.
pub fn fail(error: &dyn std::error::Error) -> ExitCode {
    say_failure(&chain(error))
}

fn say_failure(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "satchel: {text}");
    ExitCode::FAILURE
}

/// Runs a command to its end; `router` makes the shop's HTTP surface.
pub async fn run(cli: Cli, router: impl FnOnce(AppState) -> Router) -> ExitCode {
    match execute(cli, router).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ CommandError::Faults { .. }) => say_failure(&error.to_string()),
        Err(error) => fail(&error),
    }
}

/// The text of a catalogue file, unless it is too long to be imported.
fn whole(file: &Path) -> Result<String, CommandError> {
    let unread = |error| CommandError::Read(file.to_owned(), error);
    if std::fs::metadata(file).map_err(unread)?.len() > import::MAX_BYTES {
        return Err(CommandError::TooLong(file.to_owned()));
    }
    std::fs::read_to_string(file).map_err(unread)
}

async fn execute(cli: Cli, router: impl FnOnce(AppState) -> Router) -> Result<(), CommandError> {
    environment::check(&Cli::command())?;
    let config = cli.settings.check()?;
    match cli.command {
        Command::Serve => Ok(serve::serve(config, router).await?),
        Command::Migrate => {
            migrated(&config).await?;
            say("the database is up to date")
        }
        Command::Backup { file } => backup(&config, &file).await,
        Command::Check => check(&config).await,
        Command::User(command) => user::run(command, config).await,
        Command::Sessions(command) => sessions::run(command, config).await,
        Command::Orders(command) => orders::run(command, config).await,
        Command::Coupons(command) => coupons::run(command, config).await,
        Command::Catalogue(CatalogueCommand::Import { file, empty }) => {
            let format = Format::of_name(&file.to_string_lossy()).ok_or_else(|| CommandError::Format(file.clone()))?;
            let text = whole(&file)?;
            let rows = import::parse(&text, format, config.currency).map_err(|faults| CommandError::Faults {
                file: file.clone(),
                count: faults.len(),
                list: faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n"),
            })?;
            if rows.is_empty() && !empty {
                return Err(CommandError::Empty(file));
            }
            let changed = catalogue::replace(&migrated(&config).await?, &rows, config.currency).await?;
            say(&format!("{} products{}", rows.len(), if changed { " imported" } else { ", as before; nothing changed" }))
        }
        Command::Catalogue(CatalogueCommand::Export) => {
            let db = open(&config).await?;
            catalogue::check_currency(&db, config.currency).await?.map_err(StartError::from)?;
            let rows = product::all(db.read().await.map_err(ServerError::from)?.connection()).await.map_err(ServerError::from)?;
            Ok(std::io::stdout().write_all(import::export(&rows, config.currency).as_bytes())?)
        }
    }
}

/// Says whether a shop with these settings would start.
async fn check(config: &Config) -> Result<(), CommandError> {
    let db = open(config).await?;
    match db.tables().await.map_err(ServerError::from)? {
        Tables::Behind(pending) => return Err(CommandError::Pending(pending)),
        Tables::Newer(migration) => return Err(StartError::from(MigrationError::Newer(migration)).into()),
        Tables::UpToDate => {}
    }
    catalogue::check_currency(&db, config.currency).await?.map_err(StartError::from)?;
    if !config.is_production() && demo_account::are_of_production(&db).await? {
        return Err(StartError::ProductionDatabase.into());
    }
    if let Some(address) = &config.session_store {
        store::open(address).await.map_err(StateError::from).map_err(StartError::from)?;
    }
    if let Some(server) = &config.mail {
        mailer::check(server, config.authority()).await?;
    }
    config.proxy_warning().map_or(Ok(()), say)?;
    say(&format!(
        "settings, database, session store and mail server are in order; {} mode at {}",
        if config.is_production() { "production" } else { "demo" },
        config.base_url
    ))
}

/// Copies the database of a shop that may be running.
async fn backup(config: &Config, file: &Path) -> Result<(), CommandError> {
    let bytes = open(config).await?.backup(file).await?;
    say(&format!("{} contains the database, {bytes} bytes", file.display()))?;
    match &config.session_store {
        Some(address) => say(&format!("it does not contain the sessions: they are kept in {}", db::without_password(address))),
        None => Ok(()),
    }
}

/// The parts of a shop over a database whose tables are up to date.
async fn state(config: Config) -> Result<AppState, CommandError> {
    let db = open(&config).await?;
    db.migrate().await.map_err(StartError::from)?;
    Ok(AppState::new(config, db, Arc::new(SystemClock), Probe::default()).await.map_err(StartError::from)?)
}

async fn named(state: &AppState, login: String) -> Result<AccountRow, CommandError> {
    accounts::find(state.db(), &login).await?.ok_or(CommandError::NoAccount(login))
}

async fn account(config: Config, login: String) -> Result<(AppState, AccountRow), CommandError> {
    let state = state(config).await?;
    let account = named(&state, login).await?;
    Ok((state, account))
}

/// A database whose tables are up to date. A missing file is made.
async fn migrated(config: &Config) -> Result<Database, CommandError> {
    let db = Database::open(&config.database_url).await.map_err(StartError::open(&config.database_url))?;
    db.migrate().await.map_err(StartError::from)?;
    Ok(db)
}

/// A database that exists already.
async fn open(config: &Config) -> Result<Database, CommandError> {
    Ok(Database::open_existing(&config.database_url).await.map_err(StartError::open(&config.database_url))?)
}

fn say(sentence: &str) -> Result<(), CommandError> {
    Ok(writeln!(std::io::stdout(), "{sentence}")?)
}
