//! What whoever asks may do.

use crate::model::{Actor, Scope, User, UserRole};

/// Who asks, and what they may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// By whom changes are noted.
    pub actor: Actor,
    /// What the user may do.
    pub role: UserRole,
    /// The owners whose accounts they see first.
    pub owners: Vec<String>,
    /// What the token is good for; none where a person is signed in.
    pub scopes: Option<Vec<Scope>>,
}

impl Grant {
    pub(super) fn of(user: &User, scopes: Option<Vec<Scope>>) -> Self {
        Self { actor: Actor::person(&user.name), role: user.role, owners: user.owners.clone(), scopes }
    }

    /// The role in which this request is made: that of the user, and no more than the token is good for. None where the
    /// token opens only what asks for its scope.
    #[must_use]
    pub fn acts_as(&self) -> Option<UserRole> {
        let Some(scopes) = &self.scopes else { return Some(self.role) };
        let reach = scopes.iter().filter_map(|scope| scope.reaches()).max()?;
        Some(reach.min(self.role))
    }

    /// Whether it is a person, or a token that may change things.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&Scope::Write) || scopes.contains(&Scope::Admin))
    }

    /// Whether it is a person, or a token of this scope.
    #[must_use]
    pub fn is_for(&self, scope: Scope) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: UserRole, scopes: Option<&[Scope]>) -> Grant {
        Grant { actor: Actor::person("mia"), role, owners: Vec::new(), scopes: scopes.map(<[Scope]>::to_vec) }
    }

    #[test]
    fn r48_a_token_never_allows_more_than_its_user_or_its_scopes() {
        use Scope::{Admin, CalendarRead, Facts, Read, Write};
        for (role, scopes, acts_as, writes) in [
            (UserRole::Admin, None, Some(UserRole::Admin), true),
            (UserRole::Admin, Some(&[Read][..]), Some(UserRole::Viewer), false),
            (UserRole::Admin, Some(&[Read, Write]), Some(UserRole::Manager), true),
            (UserRole::Viewer, Some(&[Admin]), Some(UserRole::Viewer), true),
            (UserRole::Manager, Some(&[Admin]), Some(UserRole::Manager), true),
            (UserRole::Admin, Some(&[Facts, CalendarRead]), None, false),
            (UserRole::Admin, Some(&[]), None, false),
        ] {
            let grant = grant(role, scopes);
            assert_eq!((grant.acts_as(), grant.may_write()), (acts_as, writes), "{grant:?}");
        }
        assert!(grant(UserRole::Viewer, None).is_for(CalendarRead));
        assert!(!grant(UserRole::Admin, Some(&[Read])).is_for(CalendarRead));
    }
}
