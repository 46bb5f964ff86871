//! Who asks.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::model::Actor;

/// What a signed-in person or program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Look.
    Viewer,
    /// Look, and change cards, accounts, feeds and searches; sees the own accounts first.
    Manager,
    /// Everything, users and destinations included.
    Admin,
}

/// Who asks. The guard puts it into every request that passes.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    /// By whom changes are noted.
    pub(super) actor: Actor,
    /// What they may do.
    pub(super) role: Role,
    /// The owner whose accounts are theirs, where they have any.
    pub(super) owner: Option<String>,
}

impl Viewer {
    /// Whoever sits at this machine, while there are no users.
    pub(super) fn at_this_machine() -> Self {
        Self { actor: Actor::person("someone at this machine"), role: Role::Admin, owner: None }
    }
}

impl<S: Sync> FromRequestParts<S> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            actor: Actor::person("a stranger"),
            role: Role::Viewer,
            owner: None,
        }))
    }
}
