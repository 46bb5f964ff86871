//! Who may sign in: added, removed, given roles and keys; sessions of those who are signed in. Everything that changes is
//! in the log with its actor; of passwords, sessions and tokens only hashes are kept (R53).

mod address;
mod desk;
mod grant;
mod keys;
mod limits;
pub mod oidc;
mod password;
mod secret;
mod sessions;
#[cfg(test)]
mod tests;

pub use address::client_address;
pub use desk::{Desk, NewUser, UserError, subject};
pub use grant::Grant;
pub use keys::{NewToken, of_token};
pub use limits::{Attempts, Limit};
pub use password::{Hashing, SHORTEST as SHORTEST_PASSWORD};
pub use sessions::{begin, end, leave_everywhere, of_cookie, refuse, sign_in, tidy};

pub use crate::store::StoreError;
use crate::store::{Store, users};

/// True where anybody may sign in.
///
/// # Errors
/// Where the database refuses.
pub async fn any(store: &Store) -> Result<bool, StoreError> {
    users::any(&mut store.read().await?).await
}
