//! The guard as a table: which request passes, whoever makes it.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{StatusCode, Uri};

use super::*;
use crate::model::UserRole;
use crate::pipeline::users::Grant;

/// Here, without users.
fn judged(method: &Method, path: &str, host: &str, origin: Option<&str>) -> Result<(), Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, host.parse().unwrap());
    if let Some(origin) = origin {
        headers.insert(ORIGIN, origin.parse().unwrap());
    }
    verdict(method, path, &headers, &Serve::default(), false, None)
}

fn verdict(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    serve: &Serve,
    has_users: bool,
    known: Option<&Known>,
) -> Result<(), Refusal> {
    let uri: Uri = path.parse().unwrap();
    let host = host(headers, &uri).to_owned();
    let asked = Asked { changes: changes(method), access: access_of(uri.path()), host, headers };
    judge(&asked, serve, has_users, known).map(drop)
}

fn known(role: UserRole, by: Means, scopes: Option<&[Scope]>) -> Known {
    let grant = Grant { actor: Actor::person("mia"), role, owners: Vec::new(), scopes: scopes.map(<[Scope]>::to_vec) };
    Known { grant, by, key: "k".to_owned() }
}

/// A path of a pattern.
fn path_of(pattern: &str) -> String {
    pattern.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn r48_every_route_is_denied_to_who_is_not_allowed_by_name() {
    use UserRole::{Admin, Manager, Viewer};
    // Who may look, and who may change: the least role; `None` is nobody, and a stranger is less than a viewer.
    let mine = Serve::default();
    let mut headers = HeaderMap::new();
    headers.insert(HOST, "127.0.0.1:8017".parse().unwrap());
    headers.insert(ORIGIN, "http://127.0.0.1:8017".parse().unwrap());
    assert!(!ROUTES.is_empty());
    for (pattern, access) in ROUTES {
        let path = path_of(pattern);
        assert_eq!(access_of(&path), Some(*access), "{pattern}: an earlier route hides it");
        let open = matches!(access, Access::Public | Access::Keyed);
        let (looks, changes) = match access {
            Access::Hub | Access::Link => (None, None),
            Access::Public | Access::Keyed | Access::Own => (Some(Viewer), Some(Viewer)),
            Access::Viewer => (Some(Viewer), Some(Manager)),
            Access::Manager => (Some(Manager), Some(Manager)),
            Access::Admin => (Some(Admin), Some(Admin)),
            Access::Feed => (Some(Viewer), None),
            Access::By { read, write } => (Some(*read), Some(*write)),
        };
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let least = if super::changes(&method) { changes } else { looks };
            let stranger = verdict(&method, &path, &headers, &mine, true, None);
            assert_eq!(stranger.is_ok(), open, "{method} {pattern} by a stranger: {stranger:?}");
            for role in UserRole::ALL {
                let person = known(role, Means::Cookie, None);
                let passed = verdict(&method, &path, &headers, &mine, true, Some(&person));
                let allowed = least.is_some_and(|least| role >= least);
                assert_eq!(passed.is_ok(), allowed, "{method} {pattern} by a {role}: {passed:?}");
            }
        }
    }
}

#[test]
fn r48_a_token_opens_what_its_scope_says_and_nothing_else() {
    let own = ["/sign-out"];
    let mut headers = HeaderMap::new();
    headers.insert(HOST, "127.0.0.1:8017".parse().unwrap());
    for (pattern, access) in ROUTES.iter().filter(|(_, access)| !access.is_open()) {
        let path = path_of(pattern);
        for method in [Method::GET, Method::POST] {
            let passes = |scope: Scope| {
                let program = known(UserRole::Admin, Means::Bearer, Some(&[scope]));
                verdict(&method, &path, &headers, &Serve::default(), true, Some(&program)).is_ok()
            };
            assert!(!passes(Scope::Facts), "{method} {pattern}");
            assert!(!(passes(Scope::Read) && super::changes(&method)), "{method} {pattern}");
            assert_eq!(passes(Scope::CalendarRead), *access == Access::Feed && method == Method::GET, "{pattern}");
            if own.contains(pattern) {
                assert!(!passes(Scope::Admin), "{method} {pattern}: only a person");
            }
        }
    }
}

#[test]
fn r48_hubs_reach_their_callbacks_and_nothing_else() {
    let judged = |path: &str, host: &str, public: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        let serve = Serve { public_url: public.map(str::to_owned), ..Serve::default() };
        verdict(&Method::POST, path, &headers, &serve, false, None)
    };
    let public = Some("https://news.example/below");
    for host in ["news.example", "NEWS.example:443", "127.0.0.1:8017"] {
        assert_eq!(judged("/websub/abc", host, public), Ok(()), "{host}");
    }
    for (path, host, refusal) in [
        ("/websub/abc", "evil.example", Refusal::Host),
        ("/websub/abc", "news.example:80", Refusal::Host),
        ("/healthz", "news.example", Refusal::Host),
        ("/healthz", "127.0.0.1:8017", Refusal::Origin),
    ] {
        assert_eq!(judged(path, host, public), Err(refusal), "{path} {host}");
    }
    for path in ["/websub/", "/websub", "/websub/a/b", "/websub//"] {
        assert!(judged(path, "news.example", public).is_err(), "{path}");
    }
    assert_eq!(judged("/websub/abc", "news.example", None), Err(Refusal::Host));
    assert_eq!(judged("/websub/abc", "localhost", None), Err(Refusal::Origin));
}

#[test]
fn r46_a_change_from_another_origin_is_refused() {
    for path in ["/healthz", "/sign-in", "/sign-out", "/api/v1/search"] {
        let change = |origin| judged(&Method::POST, path, "127.0.0.1:8017", origin);
        assert_eq!(change(None), Err(Refusal::Origin), "{path}");
        assert_eq!(change(Some("https://evil.example")), Err(Refusal::Origin), "{path}");
        assert_eq!(change(Some("http://127.0.0.1:8018")), Err(Refusal::Origin), "{path}");
        assert_eq!(change(Some("http://127.0.0.1:8017")), Ok(()), "{path}");
    }
}

#[test]
fn r46_a_route_with_a_key_takes_programs_and_no_foreign_page() {
    let facts = |origin| judged(&Method::POST, "/api/v1/facts", "127.0.0.1:8017", origin);
    assert_eq!(facts(None), Ok(()));
    assert_eq!(facts(Some("https://evil.example")), Err(Refusal::Origin));
    assert_eq!(judged(&Method::POST, "/api/v1/facts", "evil.example", None), Err(Refusal::Host));
}

#[test]
fn r46_a_session_does_not_pass_for_a_token() {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, "127.0.0.1:8017".parse().unwrap());
    let change = |known: &Known, headers: &HeaderMap| {
        verdict(&Method::POST, "/api/v1/search", headers, &Serve::default(), true, Some(known))
    };
    let person = known(UserRole::Admin, Means::Cookie, None);
    let program = known(UserRole::Admin, Means::Bearer, Some(&[Scope::Write]));
    assert_eq!(change(&person, &headers), Err(Refusal::Origin), "a form of another page");
    assert_eq!(change(&program, &headers), Ok(()));
    headers.insert(ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(change(&program, &headers), Err(Refusal::Origin));
}

#[test]
fn r47_nothing_redirects_anywhere() {
    for path in ["//evil.example", "/\\evil.example", "/healthz/..//evil.example"] {
        if path.parse::<Uri>().is_ok() {
            assert!(judged(&Method::GET, path, "localhost:8017", None).is_err(), "{path}");
        }
    }
}

#[test]
fn r48_a_route_that_is_not_on_the_list_is_refused() {
    for path in ["/healthz/more", "/api", "/api/v1/search/", "/sign-in/", "/api/v2/search"] {
        assert_eq!(judged(&Method::GET, path, "localhost:8017", None), Err(Refusal::Nothing), "{path}");
    }
    assert_eq!(judged(&Method::GET, "/healthz", "localhost:8017", None), Ok(()));
}

#[test]
fn a_rebound_name_is_refused() {
    for host in ["evil.example", "evil.example:8017", "localhost.evil.example", "192.168.1.5:8017", ""] {
        assert_eq!(judged(&Method::GET, "/healthz", host, None), Err(Refusal::Host), "{host}");
    }
    for host in ["localhost", "127.0.0.1:8017", "[::1]:8017", "LOCALHOST:1"] {
        assert_eq!(judged(&Method::GET, "/healthz", host, None), Ok(()), "{host}");
    }
}

#[test]
fn r49_without_users_nothing_is_shown_beyond_this_machine() {
    let look = |serve: &Serve, field: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "127.0.0.1:8017".parse().unwrap());
        if let Some(field) = field {
            headers.insert(field, "203.0.113.7".parse().unwrap());
        }
        verdict(&Method::GET, "/api/v1/search", &headers, serve, false, None)
    };
    assert_eq!(look(&Serve::default(), None), Ok(()));
    for field in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        assert_eq!(look(&Serve::default(), Some(field)), Err(Refusal::Proxy), "{field}");
    }
    let everywhere = Serve { listen: "0.0.0.0:8017".parse().unwrap(), ..Serve::default() };
    assert_eq!(look(&everywhere, None), Err(Refusal::NoUsers), "the last user was removed while it ran");
}

#[test]
fn who_must_sign_in_is_sent_there_and_a_program_is_told() {
    let answer = |refusal: Refusal, method: &Method, path: &str, accept: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        let answer = refusal.answer(method, &path.parse().unwrap(), &headers);
        let field =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        (answer.status(), field("location"), field("www-authenticate"), field("retry-after"))
    };
    let stranger = |method: &Method, path: &str, accept| answer(Refusal::Stranger, method, path, accept);
    let (status, place, ..) = stranger(&Method::GET, "/inbox?page=2&q=a", "text/html,*/*");
    assert_eq!((status, place.as_str()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Finbox%3Fpage%3D2%26q%3Da"));
    for (method, path, accept) in [
        (Method::GET, "/api/v1/search", "text/html"),
        (Method::GET, "/inbox", "application/json"),
        (Method::POST, "/inbox", "application/json"),
    ] {
        let (status, place, scheme, _) = stranger(&method, path, accept);
        assert_eq!((status, place.as_str(), scheme.as_str()), (StatusCode::UNAUTHORIZED, "", "Bearer"), "{path}");
    }
    let (status, .., wait) = answer(Refusal::TooMany(7), &Method::GET, "/api/v1/search", "*/*");
    assert_eq!((status, wait.as_str()), (StatusCode::TOO_MANY_REQUESTS, "7"));
}
