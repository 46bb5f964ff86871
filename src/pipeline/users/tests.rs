//! Signing in over time.

use chrono::TimeDelta;

use super::oidc::{Known, OidcError, admit};
use super::*;
use crate::config::{Oidc, Sessions};
use crate::model::{Actor, Identity, Scope, Time, User, UserRole};
use crate::store::changes;

const PASSWORD: &str = "correct horse battery";

async fn desk() -> (Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_file(&folder.path().join("tidings.db")).await.unwrap();
    let now = Time::from_timestamp(1_790_000_000, 0).unwrap();
    (Desk { store, who: Actor::person("root"), now, dry_run: false }, folder)
}

fn new(name: &str, role: UserRole) -> NewUser {
    NewUser { name: name.to_owned(), role, owners: Vec::new(), password: Some(PASSWORD.to_owned()) }
}

async fn begun(desk: &Desk, user: &User) -> String {
    begin(&desk.store, user, "password", "192.0.2.1", &Sessions::default(), desk.now).await.unwrap()
}

#[tokio::test]
async fn r48_a_session_ends_when_idle_and_at_its_longest() {
    let (desk, _folder) = desk().await;
    let user = desk.add(&new("mia", UserRole::Manager)).await.unwrap();
    let settings = Sessions { idle_minutes: 60, hours: 3 };
    let secret = begin(&desk.store, &user, "password", "192.0.2.1", &settings, desk.now).await.unwrap();
    let good = async |minutes: i64| {
        let at = desk.now + TimeDelta::minutes(minutes);
        of_cookie(&desk.store, &secret, &settings, at).await.unwrap().is_some()
    };
    for (minutes, expected) in [(0, true), (59, true), (118, true), (177, true), (180, false)] {
        assert_eq!(good(minutes).await, expected, "{minutes}: in use, at most three hours");
    }
    let secret = begin(&desk.store, &user, "password", "192.0.2.1", &settings, desk.now).await.unwrap();
    let at = desk.now + TimeDelta::minutes(60);
    assert!(of_cookie(&desk.store, &secret, &settings, at).await.unwrap().is_none(), "idle for an hour");
    assert_eq!(tidy(&desk.store, &settings, at + TimeDelta::hours(3)).await.unwrap(), 2);
}

#[tokio::test]
async fn r48_a_session_ends_with_its_user_and_with_the_password() {
    let (desk, _folder) = desk().await;
    desk.add(&new("root", UserRole::Admin)).await.unwrap();
    let user = desk.add(&new("Mia", UserRole::Viewer)).await.unwrap();
    let good = async |secret: &str| {
        of_cookie(&desk.store, secret, &Sessions::default(), desk.now).await.unwrap().map(|(grant, _)| grant.role)
    };
    let secret = begun(&desk, &user).await;
    assert_eq!(good(&secret).await, Some(UserRole::Viewer));
    desk.set_role("mia", UserRole::Manager, None).await.unwrap();
    assert_eq!(good(&secret).await, Some(UserRole::Manager), "a role counts at once");
    assert_eq!(desk.set_password(" MIA ", "another horse battery").await.unwrap(), 1);
    assert_eq!(good(&secret).await, None);
    let secret = begun(&desk, &user).await;
    desk.remove("mia").await.unwrap();
    assert_eq!(good(&secret).await, None);
    assert_eq!(good("").await, None);
}

#[tokio::test]
async fn the_last_admin_stays_while_others_are_there() {
    let (desk, _folder) = desk().await;
    desk.add(&new("root", UserRole::Admin)).await.unwrap();
    assert!(matches!(desk.set_role("root", UserRole::Viewer, None).await, Err(UserError::LastAdmin(_))));
    desk.add(&new("mia", UserRole::Manager)).await.unwrap();
    assert!(matches!(desk.remove("root").await, Err(UserError::LastAdmin(_))));
    assert!(matches!(desk.add(&new("MIA", UserRole::Admin)).await, Err(UserError::Taken(_))));
    desk.set_role("mia", UserRole::Admin, None).await.unwrap();
    desk.remove("root").await.unwrap();
    desk.remove("mia").await.unwrap();
    assert!(!any(&desk.store).await.unwrap(), "the very last may go");
}

#[tokio::test]
async fn r53_a_token_is_known_by_its_hash_until_it_ends_or_is_revoked() {
    let (desk, _folder) = desk().await;
    desk.add(&new("mia", UserRole::Manager)).await.unwrap();
    let wanted = |scope, days: Option<i64>| NewToken {
        user: "mia".to_owned(),
        label: "crm".to_owned(),
        scopes: vec![scope],
        expires: days.map(|days| desk.now + TimeDelta::days(days)),
    };
    assert!(matches!(desk.add_token(&wanted(Scope::Admin, None)).await, Err(UserError::Scopes(_))));
    let (token, text) = desk.add_token(&wanted(Scope::Write, Some(1))).await.unwrap();
    assert!(text.starts_with(&format!("tdg_{}_", token.id)), "{}", token.id);
    let acts_as = async |text: &str, days: i64| {
        let found = of_token(&desk.store, text, desk.now + TimeDelta::days(days)).await.unwrap();
        found.and_then(|(grant, _)| grant.acts_as())
    };
    assert_eq!(acts_as(&text, 0).await, Some(UserRole::Manager));
    assert_eq!(acts_as(&text, 1).await, None, "past its time");
    for wrong in [&text[..text.len() - 1], "tdg_", &format!("tdg_{}_", token.id), "", "x"] {
        assert_eq!(acts_as(wrong, 0).await, None, "{wrong}");
    }
    desk.set_role("mia", UserRole::Viewer, None).await.unwrap();
    assert_eq!(acts_as(&text, 0).await, Some(UserRole::Viewer), "no more than its user may");
    assert!(desk.tokens(Some("mia")).await.unwrap()[0].last_used.is_some());
    desk.revoke_token(&text).await.unwrap();
    assert_eq!(acts_as(&text, 0).await, None);
}

#[tokio::test]
async fn who_is_refused_stands_in_the_log_and_what_was_typed_does_not() {
    let (desk, _folder) = desk().await;
    desk.add(&new("mia", UserRole::Viewer)).await.unwrap();
    let hashing = Hashing::default();
    let try_it = async |name: &str, password: &str| {
        sign_in(&desk.store, &hashing, (name, password), "192.0.2.9", desk.now).await.unwrap().map(|user| user.name)
    };
    assert_eq!(try_it(" Mia", PASSWORD).await.as_deref(), Some("mia"));
    assert_eq!(try_it("mia", "wrong password").await, None);
    assert_eq!(try_it("my secret passphrase", "mia").await, None);
    let log = changes::latest(&mut desk.store.read().await.unwrap(), None, Time::default(), 10).await.unwrap();
    let log: Vec<_> =
        log.iter().map(|made| (made.what.as_str(), made.subject.as_str(), made.detail.as_str())).collect();
    assert_eq!(
        log[..2],
        [
            ("sign-in refused", "sign-in", "a name that nobody has, from 192.0.2.9"),
            ("sign-in refused", "user:mia", "wrong password, from 192.0.2.9"),
        ]
    );
}

#[tokio::test]
async fn who_the_provider_knows_is_found_made_or_refused() {
    let (desk, _folder) = desk().await;
    let known = |subject: &str, mail: Option<&str>, role| Known {
        identity: Identity { issuer: "https://login.example".to_owned(), subject: subject.to_owned() },
        mail: mail.map(str::to_owned),
        role,
    };
    let closed = Oidc { allowed_domains: vec!["Firm.example".to_owned()], ..Oidc::default() };
    let open = Oidc { auto_create: true, ..closed.clone() };
    let (store, now) = (&desk.store, desk.now);
    let mia = known("1", Some("mia@firm.example"), None);
    assert!(matches!(admit(store, &closed, &mia, now).await, Err(OidcError::Unknown(_))));
    assert!(matches!(admit(store, &open, &known("1", None, None), now).await, Err(OidcError::NoMail)));
    for mail in ["mia@evil.example", "mia@sub.firm.example", "mia@firm.example@evil.example", "firm.example"] {
        let stranger = admit(store, &open, &known("1", Some(mail), None), now).await;
        assert!(matches!(stranger, Err(OidcError::Domain(_))), "{mail}: {stranger:?}");
    }
    let made = admit(store, &open, &mia, now).await.unwrap();
    assert_eq!((made.name.as_str(), made.role), ("mia@firm.example", UserRole::Viewer));
    let raised = known("1", Some("mia@firm.example"), Some(UserRole::Manager));
    assert_eq!(admit(store, &closed, &raised, now).await.unwrap().role, UserRole::Manager, "the claim counts anew");
    let kept = admit(store, &closed, &known("1", Some("mia.new@firm.example"), None), now).await.unwrap();
    assert_eq!((kept.name.as_str(), kept.role), ("mia@firm.example", UserRole::Manager), "known by the subject");
    let other = admit(store, &open, &known("2", Some("mia@firm.example"), None), now).await;
    assert!(matches!(other, Err(OidcError::Taken(_))), "a mail address that was given to somebody else: {other:?}");
    desk.add(&NewUser { password: None, ..new("bo@firm.example", UserRole::Admin) }).await.unwrap();
    let bo = admit(store, &closed, &known("3", Some("bo@firm.example"), None), now).await.unwrap();
    assert_eq!((bo.name.as_str(), bo.role), ("bo@firm.example", UserRole::Admin), "an admin added them before");
}
