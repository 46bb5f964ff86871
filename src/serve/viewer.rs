//! Who asks.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::model::Actor;
pub(super) use crate::model::UserRole as Role;
use crate::pipeline::users::Grant;

/// Who asks. The guard puts it into every request that passes.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    /// By whom changes are noted.
    pub(super) actor: Actor,
    /// What they may do.
    pub(super) role: Role,
    /// The owner whose accounts are theirs, where they have any.
    pub(super) owner: Option<String>,
    /// Every owner whose accounts are theirs; the first is `owner`.
    pub(super) owners: Vec<String>,
    /// How they showed who they are.
    pub(super) by: Means,
}

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// Not at all.
    Nothing,
    /// They sit at this machine, and there are no users.
    Here,
    /// A session: a person.
    Cookie,
    /// A token in `Authorization`: a program.
    Bearer,
    /// A token in the address: a program that can do no better.
    Address,
}

impl Viewer {
    /// Whoever sits at this machine, while there are no users.
    pub(super) fn at_this_machine() -> Self {
        let actor = Actor::person("someone at this machine");
        Self { actor, role: Role::Admin, owner: None, owners: Vec::new(), by: Means::Here }
    }

    /// Nobody that is known; sees what is public.
    fn stranger() -> Self {
        let actor = Actor::person("a stranger");
        Self { actor, role: Role::Viewer, owner: None, owners: Vec::new(), by: Means::Nothing }
    }

    /// Who was granted something, in this role.
    pub(super) fn of(grant: &Grant, role: Role, by: Means) -> Self {
        let (actor, owners) = (grant.actor.clone(), grant.owners.clone());
        Self { actor, role, owner: owners.first().cloned(), owners, by }
    }

    /// True for a person who can sign out: there are users, and this is one.
    pub(super) fn is_signed_in(&self) -> bool {
        self.by == Means::Cookie
    }
}

impl<S: Sync> FromRequestParts<S> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::stranger))
    }
}
