//! Who may sign in, and what they may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Time;

/// What a signed-in person or program may do. Each may all that those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Look.
    Viewer,
    /// Look, and change cards, accounts, feeds and searches; sees the own accounts first.
    Manager,
    /// Everything, users and destinations included.
    Admin,
}

impl UserRole {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Manager, Self::Admin];

    /// The word used in tables and by people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for UserRole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// What a token is good for. It never allows more than the role of its user does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Looking at everything that a viewer sees.
    Read,
    /// Changing what a manager may change.
    Write,
    /// What only an admin may do.
    Admin,
    /// Telling facts, and nothing else.
    Facts,
    /// Subscribing to calendars and feeds, also by `?token=` in the address; nothing else.
    CalendarRead,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Admin, Self::Facts, Self::CalendarRead];

    /// The word used in tables and by people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
            Self::Facts => "facts",
            Self::CalendarRead => "calendar-read",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// The role up to which it reaches; none where it opens no page and no part of the API by itself.
    #[must_use]
    pub fn reaches(self) -> Option<UserRole> {
        match self {
            Self::Read => Some(UserRole::Viewer),
            Self::Write => Some(UserRole::Manager),
            Self::Admin => Some(UserRole::Admin),
            Self::Facts | Self::CalendarRead => None,
        }
    }
}

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name that is typed and that stands in the log; lower case.
    pub name: String,
    /// What they may do.
    pub role: UserRole,
    /// The owners whose accounts are seen first.
    pub owners: Vec<String>,
    /// True where they have a password of ours.
    pub has_password: bool,
    /// The identity provider that knows them, with its name for them.
    pub identity: Option<Identity>,
    /// When they were added.
    pub created: Time,
    /// When they last signed in.
    pub last_sign_in: Option<Time>,
}

/// Who somebody is at an identity provider (OpenID Connect Core 1.0, section 2: `iss` and `sub` together).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The provider's address.
    pub issuer: String,
    /// What it calls them; never given to anybody else.
    pub subject: String,
}

/// A key for a program, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// How it is recognised: the first part of the token.
    pub id: String,
    /// In whose name it works.
    pub user: String,
    /// What it is for, in words.
    pub label: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: Time,
    /// Until when it is good; none: until it is revoked.
    pub expires: Option<Time>,
    /// When it was last used, to the minute.
    pub last_used: Option<Time>,
}
