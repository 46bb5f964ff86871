//! How a database stands, found without changing it; and a consistent copy of one while others write to it.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::StoreError;
use super::session::{BUSY, LITE_STEPS, SERVER_STEPS, without_password};

/// How a database stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Number of the last migration that was made; 0 for a database without tables.
    pub version: i64,
    /// Migrations that this program would make at the next start.
    pub pending: usize,
    /// Migrations that this program does not know: a newer one was here.
    pub unknown: usize,
    /// What is wrong with it, in the words of the database.
    pub damage: Vec<String>,
}

/// How the SQLite file at `path` stands; every page of it is read.
///
/// # Errors
/// Where it cannot be opened, or is no database.
pub async fn of_file(path: &Path) -> Result<Health, StoreError> {
    let (mut connection, mut health) = outline(path).await?;
    // https://www.sqlite.org/pragma.html#pragma_quick_check
    let told: Vec<(String,)> = sqlx::query_as("PRAGMA quick_check(5)").fetch_all(&mut connection).await?;
    health.damage.extend(told.into_iter().map(|(line,)| line).filter(|line| line != "ok"));
    connection.close().await?;
    Ok(health)
}

/// The same by its migrations alone, in no time: damage of pages is not seen.
///
/// # Errors
/// Where it cannot be opened, or is no database.
pub async fn of_file_in_outline(path: &Path) -> Result<Health, StoreError> {
    let (connection, health) = outline(path).await?;
    connection.close().await?;
    Ok(health)
}

async fn outline(path: &Path) -> Result<(SqliteConnection, Health), StoreError> {
    let unopened = |error: sqlx::Error| unopened(path, &error);
    let mut connection = open(path).await.map_err(unopened)?;
    let kept = sqlx::query_as("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'");
    let (kept,): (i64,) = kept.fetch_one(&mut connection).await.map_err(unopened)?;
    let made = if kept == 0 { Vec::new() } else { sqlx::query_as(MADE).fetch_all(&mut connection).await? };
    Ok((connection, judge(&made, &LITE_STEPS)))
}

/// How the PostgreSQL database at `url` stands.
///
/// # Errors
/// Where it cannot be reached.
pub async fn of_server(url: &str) -> Result<Health, StoreError> {
    let unopened = |error: sqlx::Error| StoreError::Open { address: without_password(url), why: error.to_string() };
    let mut connection = PgConnection::connect(url).await.map_err(unopened)?;
    let kept = sqlx::query_as("SELECT COUNT(to_regclass('_sqlx_migrations'))");
    let (kept,): (i64,) = kept.fetch_one(&mut connection).await?;
    let made = if kept == 0 { Vec::new() } else { sqlx::query_as(MADE).fetch_all(&mut connection).await? };
    connection.close().await?;
    Ok(judge(&made, &SERVER_STEPS))
}

/// Number of the last migration that this program knows of a SQLite file.
#[must_use]
pub fn newest_version() -> i64 {
    LITE_STEPS.iter().map(|step| step.version).max().unwrap_or(0)
}

/// Writes the SQLite database at `path` as it stands at one instant into the empty file `copy`. Processes that use the
/// database go on meanwhile (<https://www.sqlite.org/lang_vacuum.html#vacuuminto>).
///
/// # Errors
/// Where the database cannot be read or the copy not be written.
pub async fn copy(path: &Path, copy: &Path) -> Result<(), StoreError> {
    let mut connection = open(path).await.map_err(|error| unopened(path, &error))?;
    let into = copy.to_string_lossy().into_owned();
    sqlx::query("VACUUM INTO $1").bind(into).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Takes the secrets out of a copy: subscriptions at hubs, which a restored database makes anew, and webhooks that programs
/// asked for, which they ask for again. Their bytes are overwritten (<https://www.sqlite.org/pragma.html#pragma_secure_delete>).
///
/// # Errors
/// Where the copy cannot be written.
pub async fn without_secrets(copy: &Path) -> Result<(), StoreError> {
    let mut connection = open(copy).await.map_err(|error| unopened(copy, &error))?;
    sqlx::query("PRAGMA secure_delete = ON").execute(&mut connection).await?;
    // Hashes of passwords and tokens stay; whoever was signed in signs in anew.
    let empty =
        [("websub", "DELETE FROM websub"), ("hook", "DELETE FROM hook"), ("app_session", "DELETE FROM app_session")];
    for (table, emptied) in empty {
        let there: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1")
            .bind(table)
            .fetch_one(&mut connection)
            .await?;
        if there > 0 {
            sqlx::query(emptied).execute(&mut connection).await?;
        }
    }
    connection.close().await?;
    Ok(())
}

const MADE: &str = "SELECT version, success FROM _sqlx_migrations ORDER BY version";

/// A connection that makes no file. It may write, so that it tidies the log away when it is the last to close.
async fn open(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(BUSY).connect().await
}

fn unopened(path: &Path, error: &sqlx::Error) -> StoreError {
    StoreError::Open { address: path.display().to_string(), why: error.to_string() }
}

/// Compares the migrations that were made with those that this program knows.
fn judge(made: &[(i64, bool)], known: &Migrator) -> Health {
    let known: BTreeSet<i64> = known.iter().map(|step| step.version).collect();
    let done: BTreeSet<i64> = made.iter().map(|(version, _)| *version).collect();
    let broken = made.iter().filter(|(_, success)| !success);
    Health {
        version: done.last().copied().unwrap_or(0),
        pending: known.difference(&done).count(),
        unknown: done.difference(&known).count(),
        damage: broken.map(|(version, _)| format!("migration {version} was broken off half way")).collect(),
    }
}
