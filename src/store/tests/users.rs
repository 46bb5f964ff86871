//! Users, sessions and tokens.

use super::*;
use crate::store::sign_ins::SignIn;
use crate::store::users;

fn user(name: &str, role: UserRole) -> User {
    User {
        name: name.to_owned(),
        role,
        owners: vec!["mia".to_owned()],
        has_password: false,
        identity: None,
        created: at(0),
        last_sign_in: None,
    }
}

fn sign_in(hash: &str, who: &str) -> SignIn {
    let (hash, who) = (hash.to_owned(), who.to_owned());
    SignIn { hash, who, created: at(0), seen: at(0), ends: at(60), address: "192.0.2.1".to_owned() }
}

fn token(id: &str, user: &str) -> ApiToken {
    ApiToken {
        id: id.to_owned(),
        user: user.to_owned(),
        label: "crm".to_owned(),
        scopes: vec![Scope::Read, Scope::CalendarRead],
        created: at(0),
        expires: Some(at(60)),
        last_used: None,
    }
}

#[tokio::test]
async fn a_user_is_kept_once_and_goes_with_sessions_and_tokens() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        assert!(!users::any(&mut session).await.unwrap(), "{name}");
        let mia = user("mia", UserRole::Manager);
        assert!(users::add(&mut session, &mia, Some("$argon2id$1")).await.unwrap());
        assert!(!users::add(&mut session, &user("mia", UserRole::Admin), None).await.unwrap(), "{name}: taken");
        users::add(&mut session, &user("bo", UserRole::Viewer), None).await.unwrap();
        assert!(users::any(&mut session).await.unwrap());
        let kept = users::get(&mut session, "mia").await.unwrap().unwrap();
        assert_eq!(kept, User { has_password: true, ..mia }, "{name}");
        let hash = users::password(&mut session, "mia").await.unwrap();
        assert_eq!(hash.as_deref(), Some("$argon2id$1"), "{name}");
        assert_eq!(users::password(&mut session, "bo").await.unwrap(), None);
        assert_eq!(users::password(&mut session, "nobody").await.unwrap(), None);
        for (hash, who) in [("h1", "mia"), ("h2", "mia"), ("h3", "bo")] {
            sign_ins::begin(&mut session, &sign_in(hash, who)).await.unwrap();
        }
        for (id, who) in [("t1", "mia"), ("t2", "bo")] {
            api_tokens::add(&mut session, &token(id, who), "hash").await.unwrap();
        }
        assert!(users::remove(&mut session, "mia").await.unwrap());
        assert!(!users::remove(&mut session, "mia").await.unwrap());
        assert_eq!(sign_ins::get(&mut session, "h1").await.unwrap(), None, "{name}");
        assert_eq!(sign_ins::get(&mut session, "h3").await.unwrap(), Some(sign_in("h3", "bo")), "{name}");
        let left = api_tokens::all(&mut session, None).await.unwrap();
        assert_eq!(left, [token("t2", "bo")], "{name}");
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_identity_is_of_one_user() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let known = Identity { issuer: "https://login.example".to_owned(), subject: "42".to_owned() };
        users::add(&mut session, &user("mia", UserRole::Viewer), None).await.unwrap();
        users::set_identity(&mut session, "mia", &known).await.unwrap();
        let found = users::of_identity(&mut session, &known).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), &found.identity), ("mia", &Some(known.clone())), "{name}");
        let other = Identity { issuer: "https://other.example".to_owned(), ..known.clone() };
        assert_eq!(users::of_identity(&mut session, &other).await.unwrap(), None, "{name}");
        users::set_role(&mut session, "mia", UserRole::Admin, &[]).await.unwrap();
        users::signed_in(&mut session, "mia", at(5)).await.unwrap();
        let found = users::get(&mut session, "mia").await.unwrap().unwrap();
        assert_eq!((found.role, found.owners.len(), found.last_sign_in), (UserRole::Admin, 0, Some(at(5))), "{name}");
        users::add(&mut session, &user("bo", UserRole::Viewer), None).await.unwrap();
        assert!(users::set_identity(&mut session, "bo", &known).await.is_err(), "{name}: it is mia's");
    }
}

#[tokio::test]
async fn sessions_that_are_over_are_forgotten() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for hash in ["used", "idle"] {
            sign_ins::begin(&mut session, &sign_in(hash, "mia")).await.unwrap();
        }
        sign_ins::begin(&mut session, &SignIn { ends: at(20), ..sign_in("ended", "mia") }).await.unwrap();
        for hash in ["used", "ended"] {
            sign_ins::seen(&mut session, hash, at(15)).await.unwrap();
        }
        assert_eq!(sign_ins::forget_ended(&mut session, at(20), at(10)).await.unwrap(), 2, "{name}");
        assert!(sign_ins::get(&mut session, "used").await.unwrap().is_some(), "{name}");
        assert!(sign_ins::end(&mut session, "used").await.unwrap());
        assert!(!sign_ins::end(&mut session, "used").await.unwrap());
        assert_eq!(sign_ins::end_all(&mut session, "mia").await.unwrap(), 0, "{name}");
    }
}
