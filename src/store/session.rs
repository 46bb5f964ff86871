//! The two databases behind one face. All that differs between them stands in this file.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Postgres, Sqlite, Transaction};

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened.
    #[error("cannot open the database {address}: {why}")]
    Open {
        /// Path or address, without password.
        address: String,
        /// What it said.
        why: String,
    },
    /// The database is from another version of the program.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database refused a statement.
    #[error("the database refused: {0}")]
    Refused(#[from] sqlx::Error),
    /// A stored value is not what it should be.
    #[error("{what} cannot be read: {why}")]
    Unreadable {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl StoreError {
    /// True where trying again later may succeed: locks, full disks, lost connections.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Refused(error) if !matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::RowNotFound))
    }
}

impl StoreError {
    /// True where the database was there and refused a statement: others may still go through.
    #[must_use]
    pub fn is_of_a_statement(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::Database(_)) | Self::Unreadable { .. })
    }
}

/// The database.
#[derive(Clone, Debug)]
pub enum Store {
    /// SQLite: one writing connection, several that read.
    Lite {
        /// The only connection that writes.
        write: SqlitePool,
        /// Connections that read.
        read: SqlitePool,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

/// One transaction. Dropped without [`Session::commit`] it leaves no trace.
#[derive(Debug)]
pub enum Session {
    /// On SQLite.
    Lite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Pg(Transaction<'static, Postgres>),
}

/// The steps that bring a SQLite file up to date.
pub(super) static LITE_STEPS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

/// The steps that bring a PostgreSQL database up to date.
pub(super) static SERVER_STEPS: Migrator = sqlx::migrate!("src/store/migrations/postgres");

/// How long a writer waits for another process's lock.
pub(super) const BUSY: Duration = Duration::from_secs(10);

impl Store {
    /// Opens (and creates or upgrades) the SQLite file at `path`: WAL, synchronous FULL, so that what was committed
    /// survives a power loss (<https://www.sqlite.org/wal.html#performance_considerations>).
    ///
    /// # Errors
    /// Where the file cannot be opened or upgraded.
    pub async fn open_file(path: &Path) -> Result<Self, StoreError> {
        let unopened =
            |error: sqlx::Error| StoreError::Open { address: path.display().to_string(), why: error.to_string() };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let write = pool(1).connect_with(options.clone()).await.map_err(unopened)?;
        LITE_STEPS.run(&write).await?;
        let readers = options.read_only(true).create_if_missing(false);
        let read = pool(4).connect_with(readers).await.map_err(unopened)?;
        Ok(Self::Lite { write, read })
    }

    /// Opens (and upgrades) the PostgreSQL database at `url`.
    ///
    /// # Errors
    /// Where it cannot be reached or upgraded.
    pub async fn open_server(url: &str) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .connect(url)
            .await
            .map_err(|error| StoreError::Open { address: without_password(url), why: error.to_string() })?;
        SERVER_STEPS.run(&pool).await?;
        Ok(Self::Pg(pool))
    }

    /// A transaction that reads one unchanging state.
    ///
    /// # Errors
    /// Where no connection can be had.
    pub async fn read(&self) -> Result<Session, StoreError> {
        Ok(match self {
            Self::Lite { read, .. } => Session::Lite(read.begin().await?),
            Self::Pg(pool) => Session::Pg(pool.begin().await?),
        })
    }

    /// A transaction that writes. On SQLite it holds the one writing connection until it ends.
    ///
    /// # Errors
    /// Where no connection can be had.
    pub async fn write(&self) -> Result<Session, StoreError> {
        Ok(match self {
            Self::Lite { write, .. } => Session::Lite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Pg(pool) => Session::Pg(pool.begin().await?),
        })
    }

    /// Ends all connections; what was committed is on disk.
    pub async fn close(&self) {
        match self {
            Self::Lite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Pg(pool) => pool.close().await,
        }
    }
}

/// A pool of so many connections. One that comes back with its transaction not ended is closed: where a commit fails for
/// want of room, SQLite has rolled back by itself, which the library takes for a transaction that goes on; every later
/// one on that connection would be refused (R61).
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).after_release(|connection, _| {
        Box::pin(async move {
            // The rollback of a dropped transaction is only asked for; now it is done.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

/// The address of a server as it may be shown.
pub(super) fn without_password(url: &str) -> String {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest).to_owned()
}

impl Session {
    /// Makes everything written in this session lasting, all at once.
    ///
    /// # Errors
    /// Where the database refuses; then nothing of it is written.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Lite(transaction) => transaction.commit().await?,
            Self::Pg(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Holds off, until this session ends, every other session that asks for the same number.
    /// SQLite has one writer and needs no more.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn lock(&mut self, number: i64) -> Result<(), StoreError> {
        if let Self::Pg(transaction) = self {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number).execute(&mut **transaction).await?;
        }
        Ok(())
    }
}

/// All rows of a query: `rows!(session, RowType, sql, bind, …)`.
macro_rules! rows {
    ($session:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*.fetch_all(&mut **on).await
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*.fetch_all(&mut **on).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// All rows of a query that the two databases word differently: `rows_by!(session, RowType, sqlite, postgres, bind, …)`.
macro_rules! rows_by {
    ($session:expr, $row:ty, $lite:literal, $server:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query_as::<sqlx::Sqlite, $row>($lite)$(.bind($bind))*.fetch_all(&mut **on).await
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query_as::<sqlx::Postgres, $row>($server)$(.bind($bind))*.fetch_all(&mut **on).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// The first row of a query, if any: `row!(session, RowType, sql, bind, …)`.
macro_rules! row {
    ($session:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **on).await
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **on).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// Runs a statement and gives the number of rows it touched: `run!(session, sql, bind, …)`.
macro_rules! run {
    ($session:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.execute(&mut **on).await.map(|done| done.rows_affected())
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*.execute(&mut **on).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// Leases rows: `leased!(session, RowType, "UPDATE … IN (SELECT … LIMIT $n", ") RETURNING …", bind, …)`.
/// On PostgreSQL workers pass over the rows that another is just leasing.
macro_rules! leased {
    ($session:expr, $row:ty, $head:literal, $tail:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query_as::<sqlx::Sqlite, $row>(concat!($head, $tail))$(.bind($bind))*.fetch_all(&mut **on).await
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query_as::<sqlx::Postgres, $row>(concat!($head, " FOR UPDATE SKIP LOCKED", $tail))
                    $(.bind($bind))*.fetch_all(&mut **on).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// True where a query finds a row, which then is this session's until it ends: `locked!(session, sql, bind, …)`.
/// SQLite has one writer and needs no lock.
macro_rules! locked {
    ($session:expr, $sql:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.fetch_optional(&mut **on).await.map(|row| row.is_some())
            }
            $crate::store::Session::Pg(on) => {
                sqlx::query::<sqlx::Postgres>(concat!($sql, " FOR UPDATE"))
                    $(.bind($bind))*.fetch_optional(&mut **on).await.map(|row| row.is_some())
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// All rows of a query whose number of binds is known only when it runs: `many_rows!(session, RowType, sql, |query| bound)`.
/// `sql` is made of places only, never of values.
macro_rules! many_rows {
    ($session:expr, $row:ty, $sql:expr, |$query:ident| $bound:expr) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                let $query = sqlx::query_as::<sqlx::Sqlite, $row>(sqlx::AssertSqlSafe($sql));
                $bound.fetch_all(&mut **on).await
            }
            $crate::store::Session::Pg(on) => {
                let $query = sqlx::query_as::<sqlx::Postgres, $row>(sqlx::AssertSqlSafe($sql));
                $bound.fetch_all(&mut **on).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// Runs a statement whose number of binds is known only when it runs: `many_run!(session, sql, |query| bound)`.
macro_rules! many_run {
    ($session:expr, $sql:expr, |$query:ident| $bound:expr) => {
        match &mut *$session {
            $crate::store::Session::Lite(on) => {
                let $query = sqlx::query::<sqlx::Sqlite>(sqlx::AssertSqlSafe($sql));
                $bound.execute(&mut **on).await.map(drop)
            }
            $crate::store::Session::Pg(on) => {
                let $query = sqlx::query::<sqlx::Postgres>(sqlx::AssertSqlSafe($sql));
                $bound.execute(&mut **on).await.map(drop)
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}
