//! Who may use a route.

use crate::model::{Scope, UserRole};
use crate::pipeline::users::Grant;

/// Who may use a route.
///
/// While there are no users, whoever sits at this machine may use all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone who reaches the address.
    Public,
    /// Programs with a key of their own; the route asks for it.
    Keyed,
    /// A WebSub hub, from outside: the handler itself asks for proof, a path that nobody can guess and a signature.
    Hub,
    /// Whoever holds an address that nobody can guess, from outside; the handler looks whether it is one.
    Link,
    /// Whoever is signed in, for what concerns only themselves (signing out). No token.
    Own,
    /// Viewers may look; who changes something must be a manager.
    Viewer,
    /// Managers.
    Manager,
    /// Admins.
    Admin,
    /// What programs subscribe to that can only have a token in the address: viewers, and tokens for that. Looking only.
    Feed,
    /// These may look, and those may change.
    By {
        /// The least role for GET and HEAD.
        read: UserRole,
        /// The least role for everything else.
        write: UserRole,
    },
}

/// Why somebody known may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    /// Their role is less than this.
    Role(UserRole),
    /// Their token is not good for it: this scope is missing.
    Scope(Scope),
    /// Only a person who is signed in may.
    Person,
    /// Nobody may.
    Nobody,
}

impl Access {
    /// True where nobody is asked who they are before the route is reached.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Keyed | Self::Hub | Self::Link)
    }

    /// The least role for looking, or for changing something; none where no role is enough.
    fn needs(self, changes: bool) -> Option<UserRole> {
        match (self, changes) {
            (Self::By { read, .. }, false) => Some(read),
            (Self::By { write, .. }, true) => Some(write),
            (Self::Viewer | Self::Feed, false) => Some(UserRole::Viewer),
            (Self::Viewer | Self::Manager, _) => Some(UserRole::Manager),
            (Self::Admin, _) => Some(UserRole::Admin),
            (Self::Own | Self::Public | Self::Keyed | Self::Hub | Self::Link | Self::Feed, _) => None,
        }
    }

    /// The role in which somebody known may look here, or change something.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn admits(self, grant: &Grant, changes: bool) -> Result<UserRole, Denied> {
        if self == Self::Own {
            return if grant.scopes.is_none() { Ok(grant.role) } else { Err(Denied::Person) };
        }
        if self == Self::Feed && !changes && grant.is_for(Scope::CalendarRead) {
            return Ok(UserRole::Viewer);
        }
        let least = self.needs(changes).ok_or(Denied::Nobody)?;
        let scope = match least {
            UserRole::Admin => Scope::Admin,
            UserRole::Manager => Scope::Write,
            UserRole::Viewer if changes => Scope::Write,
            UserRole::Viewer => Scope::Read,
        };
        if grant.role < least {
            return Err(Denied::Role(least));
        }
        let acts_as = grant.acts_as().filter(|role| *role >= least).ok_or(Denied::Scope(scope))?;
        if changes && !grant.may_write() {
            return Err(Denied::Scope(Scope::Write));
        }
        Ok(acts_as)
    }
}
