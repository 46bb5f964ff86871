//! Why a request did not reach its route, as a page for people and as a problem for programs.

use axum::http::header::{ACCEPT, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::access::Denied;
use super::page;
use super::problem::Problem;

/// Why a request did not reach its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such route, or nobody may use it.
    Nothing,
    /// It asks for a name that is not ours.
    Host,
    /// It came through a proxy, while there are no users.
    Proxy,
    /// It listens beyond this machine, and there are no users (any more).
    NoUsers,
    /// A change that does not come from a page of ours.
    Origin,
    /// Nobody is signed in.
    Stranger,
    /// Somebody is, who may not.
    Denied(Denied),
    /// Too much was asked; in so many seconds again.
    TooMany(u64),
    /// It took too long.
    Late,
    /// The database does not answer.
    Broken,
}

impl Refusal {
    /// The answer to a request: a page where a browser asks for one; whoever must sign in is sent there.
    pub(super) fn answer(self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        let is_look = matches!(*method, Method::GET | Method::HEAD);
        let takes_pages = headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        let wants_page = takes_pages && !["/api/", "/feeds/", "/websub/"].iter().any(|of| uri.path().starts_with(of));
        if self == Self::Stranger && wants_page && is_look {
            let asked = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            let next: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
            let place = if asked == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") };
            return redirect(&place);
        }
        let (status, detail, hint) = self.words();
        let mut response = if wants_page {
            page::message(status, &detail, hint.as_deref())
        } else {
            let problem = Problem::new(status, &detail);
            hint.map_or(problem.clone(), |hint| problem.hint(&hint)).into_response()
        };
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn words(self) -> (StatusCode, String, Option<String>) {
        let said =
            |status, detail: &str, hint: &str| (status, detail.to_owned(), (!hint.is_empty()).then(|| hint.to_owned()));
        match self {
            Self::Nothing => said(StatusCode::NOT_FOUND, "nothing here", ""),
            Self::Host => said(
                StatusCode::FORBIDDEN,
                "this address answers to this machine only, or to the names in its settings",
                "name the host in serve.public_url or serve.allowed_hosts of tidings.toml, and add a user: `tidings user add NAME`",
            ),
            Self::Proxy => said(
                StatusCode::FORBIDDEN,
                "while there are no users, nothing is shown through a proxy",
                "add a user: `tidings user add NAME --role admin`",
            ),
            Self::NoUsers => said(
                StatusCode::FORBIDDEN,
                "this address can be reached from beyond this machine, and nobody may sign in",
                "add a user: `tidings user add NAME --role admin`",
            ),
            Self::Origin => said(
                StatusCode::FORBIDDEN,
                "a change must come from a page of this address",
                "programs send authorization: Bearer TOKEN, and no origin",
            ),
            Self::Stranger => said(
                StatusCode::UNAUTHORIZED,
                "sign in first",
                "programs send authorization: Bearer TOKEN; `tidings user token add NAME --scope read` makes one",
            ),
            Self::Denied(denied) => {
                let detail = match denied {
                    Denied::Role(least) => format!("only a {least} may do this"),
                    Denied::Scope(scope) => format!("the token lacks the scope `{}`", scope.as_str()),
                    Denied::Person => "only a person who is signed in may do this".to_owned(),
                    Denied::Nobody => "this can only be looked at".to_owned(),
                };
                (StatusCode::FORBIDDEN, detail, None)
            }
            Self::TooMany(seconds) => {
                let hint = format!("wait for {seconds} seconds");
                (StatusCode::TOO_MANY_REQUESTS, "too many requests".to_owned(), Some(hint))
            }
            Self::Late => said(StatusCode::SERVICE_UNAVAILABLE, "it took too long", "ask again in a minute"),
            Self::Broken => {
                said(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer", "ask again in a minute")
            }
        }
    }
}

/// Sends a browser to a page of our own (303: what follows is a GET).
pub(super) fn redirect(place: &str) -> Response {
    match HeaderValue::from_str(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(LOCATION, HeaderValue::from_static("/"))]).into_response(),
    }
}
