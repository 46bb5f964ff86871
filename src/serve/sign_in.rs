//! `/sign-in` and `/sign-out`: pages that work without script. The way by an identity provider is in `oidc`.

mod next;
pub(super) mod oidc;

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::{Extension, http};
use cookie::Cookie;
use serde::Deserialize;
use tracing::error;

use self::next::own_path;
use super::guard::{ClientAddress, Gate};
use super::page::{self, Form as Page};
use super::refusal::redirect;
use super::viewer::Viewer;
use super::who;
use crate::model::User;
use crate::pipeline::users;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Going {
    next: String,
}

/// What the form holds.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Filled {
    name: String,
    password: String,
    next: String,
}

/// What the form of signing out holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Leaving {
    /// "yes": end every session of this user.
    everywhere: String,
}

/// The page with the form.
pub(super) async fn get(State(gate): State<Arc<Gate>>, Query(going): Query<Going>) -> Response {
    match users::any(&gate.engine.store).await {
        Ok(true) => form(&gate, StatusCode::OK, &own_path(&going.next), "", None),
        // Nobody can sign in where there is nobody, and nobody need.
        Ok(false) => redirect("/"),
        Err(why) => broken(&why),
    }
}

/// Signs in by name and password.
pub(super) async fn post(
    State(gate): State<Arc<Gate>>,
    Extension(ClientAddress(from)): Extension<ClientAddress>,
    headers: HeaderMap,
    Form(filled): Form<Filled>,
) -> Response {
    let Filled { name, password, next } = filled;
    let next = own_path(&next);
    if let Err(seconds) = gate.attempts.take(&name, &from) {
        return too_often(&gate, &next, &name, seconds);
    }
    let engine = &gate.engine;
    match users::sign_in(&engine.store, &gate.hashing, (&name, &password), &from, engine.now()).await {
        Ok(Some(user)) => enter(&gate, &headers, &user, "password", &from, &next).await,
        // The same words whichever was wrong: nobody learns which names there are.
        Ok(None) => {
            let wrong = ("name or password is wrong".to_owned(), None);
            form(&gate, StatusCode::FORBIDDEN, &next, &name, Some(wrong))
        }
        Err(why) => broken(&why),
    }
}

/// Signs out, here or everywhere.
pub(super) async fn leave(
    State(gate): State<Arc<Gate>>,
    Extension(ClientAddress(from)): Extension<ClientAddress>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(leaving): Form<Leaving>,
) -> Response {
    if !viewer.is_signed_in() {
        return redirect("/");
    }
    let (store, now) = (&gate.engine.store, gate.engine.now());
    let done = if leaving.everywhere == "yes" {
        users::leave_everywhere(store, &viewer.actor.0, &from, now).await.map(drop)
    } else {
        match who::session_of(&headers, gate.serve()) {
            Some(secret) => users::end(store, &secret, &from, now).await,
            None => Ok(()),
        }
    };
    if let Err(why) = done {
        return broken(&why);
    }
    let mut response = redirect("/sign-in");
    set_cookie(&mut response, &who::no_session(gate.serve()));
    let fields = response.headers_mut();
    fields.insert(http::HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    response
}

/// Begins a session under a new secret, ends the one that the browser had, and goes on.
async fn enter(gate: &Gate, headers: &HeaderMap, user: &User, how: &str, from: &str, next: &str) -> Response {
    let (store, serve, now) = (&gate.engine.store, gate.serve(), gate.engine.now());
    let begun = async {
        users::tidy(store, &serve.sessions, now).await?;
        if let Some(before) = who::session_of(headers, serve) {
            users::end(store, &before, from, now).await?;
        }
        users::begin(store, user, how, from, &serve.sessions, now).await
    };
    match begun.await {
        Ok(secret) => {
            let mut response = redirect(next);
            set_cookie(&mut response, &who::session_cookie(serve, secret));
            response
        }
        Err(why) => broken(&why),
    }
}

fn form(gate: &Gate, status: StatusCode, next: &str, name: &str, wrong: Option<(String, Option<String>)>) -> Response {
    let oidc = &gate.serve().oidc;
    let provider = oidc.issuer.is_some().then_some(oidc.name.as_str());
    page::sign_in(status, &Page { next, name, wrong, provider })
}

fn too_often(gate: &Gate, next: &str, name: &str, seconds: u64) -> Response {
    let wrong = ("too many tries".to_owned(), Some(format!("wait for {seconds} seconds and try again")));
    let mut response = form(gate, StatusCode::TOO_MANY_REQUESTS, next, name, Some(wrong));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn set_cookie(response: &mut Response, cookie: &Cookie<'_>) {
    // A cookie of ours holds base64 only: it is always a header's value.
    if let Ok(field) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, field);
    }
}

fn broken(why: &dyn std::fmt::Display) -> Response {
    error!(%why, "nobody can sign in");
    page::message(StatusCode::SERVICE_UNAVAILABLE, "signing in does not work now", Some("try again in a minute"))
}
