//! What every request must pass before any route sees it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::viewer::Viewer;
use super::{Access, ROUTES, pages};
use crate::pipeline::Engine;

/// Refuses what a page of another origin, a rebound name or an unknown route could do.
pub(super) async fn guard(State(engine): State<Arc<Engine>>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Viewer::at_this_machine());
    let public = engine.settings().serve.public_url.as_deref();
    match judge(request.method(), request.uri(), request.headers(), public) {
        Ok(()) => next.run(request).await,
        Err((status, why)) => pages::refusal(&engine, request, status, why).await,
    }
}

/// A request passes where its `Host` names this machine (a rebound name of an attacker does not), where it changes
/// nothing or comes from this very origin, and where its route may be used by anyone. The request of a hub, or of who
/// holds a secret address, may name the public address; what it may do, its handler judges.
fn judge(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    public: Option<&str>,
) -> Result<(), (StatusCode, &'static str)> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.host()).unwrap_or_default();
    let access = ROUTES.iter().find(|(pattern, _)| fits(pattern, uri.path())).map(|(_, access)| *access);
    let from_outside = matches!(access, Some(Access::Hub | Access::Link)) && public.is_some();
    let by_public_name = from_outside && public.is_some_and(|public| names(public, host));
    if !names_this_machine(host) && !by_public_name {
        return Err((StatusCode::FORBIDDEN, "this address answers to this machine only"));
    }
    // A program with a key is no browser: it names no origin, and no page can make a browser send its key.
    let keyed = access == Some(Access::Keyed) && !headers.contains_key(ORIGIN);
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !from_outside && !keyed && !same_origin(headers, host) {
        return Err((StatusCode::FORBIDDEN, "a change must come from a page of this address"));
    }
    match access {
        Some(Access::Public | Access::Keyed) => Ok(()),
        Some(Access::Hub | Access::Link) if from_outside => Ok(()),
        Some(Access::Hub | Access::Link) | None => Err((StatusCode::NOT_FOUND, "nothing here")),
    }
}

/// Whether a path is of a route; `{…}` in the pattern stands for one part that is not empty.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(stated), Some(part)) if stated == part || (stated.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Whether `host` is that of the public address; the port of the scheme may be left out.
fn names(public: &str, host: &str) -> bool {
    let Ok(public) = url::Url::parse(public) else { return false };
    let named = url::Url::parse(&format!("{}://{host}/", public.scheme()));
    named.is_ok_and(|named| named.origin() == public.origin())
}

fn names_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn same_origin(headers: &HeaderMap, host: &str) -> bool {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(|named| named == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(method: &Method, path: &str, host: &str, origin: Option<&str>) -> Result<(), StatusCode> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        judge(method, &path.parse().unwrap(), &headers, None).map_err(|(status, _)| status)
    }

    #[test]
    fn r48_hubs_reach_their_callbacks_and_nothing_else() {
        let judged = |path: &str, host: &str, public: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            judge(&Method::POST, &path.parse().unwrap(), &headers, public).map_err(|(status, _)| status)
        };
        let public = Some("https://news.example/below");
        for host in ["news.example", "NEWS.example:443", "127.0.0.1:8017"] {
            assert_eq!(judged("/websub/abc", host, public), Ok(()), "{host}");
        }
        for (path, host) in [
            ("/websub/abc", "evil.example"),
            ("/websub/abc", "news.example:80"),
            ("/healthz", "news.example"),
            ("/healthz", "127.0.0.1:8017"),
        ] {
            assert_eq!(judged(path, host, public), Err(StatusCode::FORBIDDEN), "{path} {host}");
        }
        for path in ["/websub/", "/websub", "/websub/a/b", "/websub//"] {
            assert!(judged(path, "news.example", public).is_err(), "{path}");
        }
        assert_eq!(judged("/websub/abc", "news.example", None), Err(StatusCode::FORBIDDEN));
        assert_eq!(judged("/websub/abc", "localhost", None), Err(StatusCode::FORBIDDEN));
    }

    #[test]
    fn r46_a_change_from_another_origin_is_refused() {
        assert_eq!(judged(&Method::POST, "/healthz", "127.0.0.1:8017", None), Err(StatusCode::FORBIDDEN));
        assert_eq!(
            judged(&Method::POST, "/healthz", "127.0.0.1:8017", Some("https://evil.example")),
            Err(StatusCode::FORBIDDEN)
        );
        assert_eq!(judged(&Method::POST, "/healthz", "127.0.0.1:8017", Some("http://127.0.0.1:8017")), Ok(()));
    }

    #[test]
    fn r46_a_route_with_a_key_takes_programs_and_no_foreign_page() {
        let facts = |origin| judged(&Method::POST, "/api/v1/facts", "127.0.0.1:8017", origin);
        assert_eq!(facts(None), Ok(()));
        assert_eq!(facts(Some("https://evil.example")), Err(StatusCode::FORBIDDEN));
        assert_eq!(judged(&Method::POST, "/api/v1/facts", "evil.example", None), Err(StatusCode::FORBIDDEN));
    }

    #[test]
    fn r47_nothing_redirects_anywhere() {
        for path in ["//evil.example", "/\\evil.example", "/healthz/..//evil.example"] {
            if path.parse::<Uri>().is_ok() {
                assert_eq!(judged(&Method::GET, path, "localhost:8017", None), Err(StatusCode::NOT_FOUND), "{path}");
            }
        }
    }

    #[test]
    fn r48_a_route_that_is_not_on_the_list_is_refused() {
        for path in ["/inbox", "/api/v1/inbox", "/metrics", "/healthz/more"] {
            assert_eq!(judged(&Method::GET, path, "localhost:8017", None), Err(StatusCode::NOT_FOUND), "{path}");
        }
        assert_eq!(judged(&Method::GET, "/healthz", "localhost:8017", None), Ok(()));
    }

    #[test]
    fn a_rebound_name_is_refused() {
        for host in ["evil.example", "evil.example:8017", "localhost.evil.example", "192.168.1.5:8017", ""] {
            assert_eq!(judged(&Method::GET, "/healthz", host, None), Err(StatusCode::FORBIDDEN), "{host}");
        }
        for host in ["localhost", "127.0.0.1:8017", "[::1]:8017", "LOCALHOST:1"] {
            assert_eq!(judged(&Method::GET, "/healthz", host, None), Ok(()), "{host}");
        }
    }
}
