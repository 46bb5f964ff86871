//! `/sign-in/oidc`: by way of the identity provider, and back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::{Going, enter, form, own_path, set_cookie, too_often};
use crate::config::Serve;
use crate::pipeline::users;
use crate::pipeline::users::oidc::{self, Flow, MINUTES, OidcError};
use crate::serve::guard::{ClientAddress, Gate};
use crate::serve::refusal::redirect;
use crate::serve::who::{cookie_of, is_https};
use crate::text::sanitise::plain_line;

/// What the provider says when it sends somebody back (OpenID Connect Core 1.0, 3.1.2.5 and 3.1.2.6).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::serve) struct Back {
    state: String,
    code: String,
    error: String,
    error_description: String,
}

/// Sends somebody to the provider.
pub(in crate::serve) async fn go(
    State(gate): State<Arc<Gate>>,
    Extension(ClientAddress(from)): Extension<ClientAddress>,
    Query(going): Query<Going>,
) -> Response {
    let next = own_path(&going.next);
    if let Err(seconds) = gate.attempts.take_from(&from) {
        return too_often(&gate, &next, "", seconds);
    }
    let serve = gate.serve();
    let begun = oidc::begin(&gate.engine.wire, &serve.oidc, &callback(serve), next.clone(), gate.engine.now()).await;
    match begun {
        Ok((place, flow)) => {
            let mut response = redirect(&place);
            set_cookie(&mut response, &flow_cookie(serve, gate.seal.close(&flow)));
            response
        }
        Err(error) => refused(&gate, &error, &next, &from).await,
    }
}

/// Takes somebody back from the provider.
pub(in crate::serve) async fn back(
    State(gate): State<Arc<Gate>>,
    Extension(ClientAddress(from)): Extension<ClientAddress>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    if let Err(seconds) = gate.attempts.take_from(&from) {
        return too_often(&gate, "/", "", seconds);
    }
    let serve = gate.serve();
    let flow = cookie_of(&headers, flow_name(serve)).and_then(|text| gate.seal.open(&text, gate.engine.now()));
    let next = flow.as_ref().map_or("/".to_owned(), |flow| own_path(&flow.next));
    let mut response = match admitted(&gate, flow, &back).await {
        Ok(user) => enter(&gate, &headers, &user, "identity provider", &from, &next).await,
        Err(error) => refused(&gate, &error, &next, &from).await,
    };
    let mut over = flow_cookie(serve, String::new());
    over.make_removal();
    set_cookie(&mut response, &over);
    response
}

async fn admitted(gate: &Gate, flow: Option<Flow>, back: &Back) -> Result<crate::model::User, OidcError> {
    let flow = flow.ok_or(OidcError::Stale)?;
    let (serve, now) = (gate.serve(), gate.engine.now());
    if !back.error.is_empty() {
        let said = plain_line(&format!("{} {}", back.error, back.error_description));
        return Err(OidcError::Refused(said.chars().take(200).collect()));
    }
    let answer = (back.state.as_str(), back.code.as_str());
    let known = oidc::redeem(&gate.engine.wire, &serve.oidc, &callback(serve), flow, answer, now).await?;
    oidc::admit(&gate.engine.store, &serve.oidc, &known, now).await
}

/// Tells on the page why nobody was signed in, and in the log.
async fn refused(gate: &Gate, error: &OidcError, next: &str, from: &str) -> Response {
    let status = match error {
        OidcError::Unreachable { .. } => StatusCode::BAD_GATEWAY,
        OidcError::Off => StatusCode::NOT_FOUND,
        OidcError::Store(_) | OidcError::Random(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    let hint = match error {
        OidcError::Stale => "begin again from this page",
        OidcError::Unreachable { .. } => {
            "look whether serve.oidc.issuer is right, and whether [net] allow lets an internal address through"
        }
        OidcError::NoMail => "the provider must send `email` with `email_verified`",
        OidcError::Domain(_) => "an admin can name the domain in serve.oidc.allowed_domains",
        OidcError::Unknown(_) => "an admin can add you under your mail address: `tidings user add MAIL --no-password`",
        OidcError::Taken(_) => "an admin can remove that user and add you anew",
        _ => "try again; if it stays so, tell an admin",
    };
    let why = format!("{error}, from {from}");
    if let Err(why) = users::refuse(&gate.engine.store, "sign-in", &why, gate.engine.now()).await {
        tracing::error!(%why, "a refused sign-in cannot be noted");
    }
    form(gate, status, next, "", Some((error.to_string(), Some(hint.to_owned()))))
}

/// Where the provider sends people back.
fn callback(serve: &Serve) -> String {
    let public = serve.public_url.as_deref().unwrap_or_default();
    format!("{}/sign-in/oidc/callback", public.trim_end_matches('/'))
}

fn flow_name(serve: &Serve) -> &'static str {
    if is_https(serve) { "__Host-tidings-flow" } else { "tidings_flow" }
}

/// Lax, since the provider's page sends people back from another site.
fn flow_cookie(serve: &Serve, value: String) -> Cookie<'static> {
    Cookie::build((flow_name(serve), value))
        .path("/")
        .http_only(true)
        .secure(is_https(serve))
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::minutes(MINUTES))
        .build()
}
