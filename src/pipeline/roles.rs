//! Which loops a process runs: all of them, or those it is told.

use std::fmt;

/// A loop, by the name it has everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Asks feeds that are due.
    Poll,
    /// Turns entries into articles, mentions, stories, signals and cards.
    Read,
    /// Does what the calendar asks for.
    Plan,
    /// Brings articles into the search index.
    Index,
    /// Sends what waits in the outbox.
    Deliver,
    /// Keeps house.
    Sync,
}

impl Role {
    /// Every role, in the order a value travels.
    pub const ALL: [Self; 6] = [Self::Poll, Self::Read, Self::Plan, Self::Index, Self::Deliver, Self::Sync];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Read => "read",
            Self::Plan => "plan",
            Self::Index => "index",
            Self::Deliver => "deliver",
            Self::Sync => "sync",
        }
    }

    /// The role of that name; none where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The roles of a process, in the order a value travels, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// These roles; all of them where none is named.
    #[must_use]
    pub fn of(named: &[Role]) -> Self {
        Self(Role::ALL.into_iter().filter(|role| named.is_empty() || named.contains(role)).collect())
    }

    /// True where the process runs this loop.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// The roles, in the order a value travels.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl Default for Roles {
    fn default() -> Self {
        Self(Role::ALL.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.as_str()), Some(role));
        }
        assert_eq!(Role::named("pol"), None);
    }

    #[test]
    fn none_named_is_all_of_them() {
        assert_eq!(Roles::of(&[]), Roles::default());
        let some = Roles::of(&[Role::Read, Role::Poll, Role::Read]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [Role::Poll, Role::Read]);
        assert!(!some.has(Role::Deliver));
    }
}
