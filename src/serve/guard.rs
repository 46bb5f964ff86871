//! What every request must pass before any route sees it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::error;

use super::access::Access;
use super::hosts::{from_own_page, host, is_ours, names_public, names_this_machine};
use super::refusal::Refusal;
use super::viewer::{Means, Viewer};
use super::who::{self, Known};
use super::{ROUTES, headers};
use crate::config::Serve;
use crate::model::{Actor, Scope};
use crate::pipeline::Engine;
use crate::pipeline::users::oidc::Seal;
use crate::pipeline::users::{self, Attempts, Hashing, Limit, StoreError};

/// The longest that an answer may take to begin, the reading of the request's body included (R36).
const PATIENCE: Duration = Duration::from_mins(2);

/// What stands before the routes.
pub(super) struct Gate {
    pub(super) engine: Arc<Engine>,
    /// Takes turns at hashing passwords.
    pub(super) hashing: Hashing,
    /// Signs what is remembered while somebody is at the identity provider.
    pub(super) seal: Seal,
    /// How often signing in may be tried.
    pub(super) attempts: Attempts,
    requests: Limit,
}

impl Gate {
    pub(super) fn new(engine: Arc<Engine>) -> std::io::Result<Self> {
        let clock = Arc::clone(&engine.clock);
        Ok(Self {
            hashing: Hashing::default(),
            seal: Seal::new().map_err(std::io::Error::other)?,
            attempts: Attempts::new(&clock),
            requests: Limit::a_minute(engine.settings().serve.requests_per_minute, clock),
            engine,
        })
    }

    /// The settings of what listens.
    pub(super) fn serve(&self) -> &Serve {
        &self.engine.settings().serve
    }
}

/// From where a request comes, as far as it is believed. The guard puts it into every request that passes.
#[derive(Clone, Debug)]
pub(super) struct ClientAddress(pub(super) String);

/// A program whose token allows it to tell facts. The guard puts it into such a request.
#[derive(Clone, Debug)]
pub(super) struct FactTeller(pub(super) Actor);

/// Refuses what a page of another origin, a rebound name, a stranger or somebody without the right could do.
pub(super) async fn guard(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let access = access_of(request.uri().path());
    let (method, uri, fields) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let passed = pass(&gate, &mut request, access).await;
    let mut response = match passed {
        Ok(()) => match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Refusal::Late.answer(&method, &uri, &fields),
        },
        Err(refusal) => refusal.answer(&method, &uri, &fields),
    };
    let secret = !access.is_some_and(Access::is_open) || uri.path().starts_with("/sign-in");
    headers::dress(response.headers_mut(), gate.serve().public_url.as_deref(), secret);
    response
}

/// Who may use the route of a path; none where there is no route.
pub(super) fn access_of(path: &str) -> Option<Access> {
    ROUTES.iter().find(|(pattern, _)| fits(pattern, path)).map(|(_, access)| *access)
}

async fn pass(gate: &Gate, request: &mut Request, access: Option<Access>) -> Result<(), Refusal> {
    let serve = gate.serve();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let peer = peer.unwrap_or(std::net::IpAddr::from([0, 0, 0, 0]));
    let from = users::client_address(peer, request.headers(), &serve.trusted_proxies).to_string();
    let now = gate.engine.now();
    let broken = |why: StoreError| {
        error!(%why, "nobody can be let in");
        Refusal::Broken
    };
    let asked = Asked {
        changes: changes(request.method()),
        access,
        host: host(request.headers(), request.uri()).to_owned(),
        headers: request.headers(),
    };
    // Health is told also while the database is away.
    let by_this_machine = names_this_machine(&asked.host) && serve.listen.ip().is_loopback();
    let needs_no_one = matches!(access, Some(Access::Hub | Access::Link))
        || (by_this_machine && access == Some(Access::Public) && !asked.changes)
        || access.is_none();
    let has_users = !needs_no_one && users::any(&gate.engine.store).await.map_err(broken)?;
    let known = match access {
        Some(access) if has_users && access != Access::Public => {
            who::asks(&gate.engine, request.headers(), request.uri(), access, now).await.map_err(broken)?
        }
        _ => None,
    };
    if has_users {
        let key = known.as_ref().map_or_else(|| format!("from {from}"), |known| known.key.clone());
        gate.requests.take(&key).map_err(Refusal::TooMany)?;
    }
    let viewer = judge(&asked, serve, has_users, known.as_ref())?;
    let teller = known.filter(|known| {
        known.by == Means::Bearer && known.grant.scopes.as_ref().is_some_and(|scopes| scopes.contains(&Scope::Facts))
    });
    if let Some(teller) = teller.filter(|_| access == Some(Access::Keyed)) {
        request.extensions_mut().insert(FactTeller(teller.grant.actor));
    }
    request.extensions_mut().insert(ClientAddress(from));
    if let Some(viewer) = viewer {
        request.extensions_mut().insert(viewer);
    }
    Ok(())
}

/// What is asked, as far as it counts here.
struct Asked<'a> {
    changes: bool,
    access: Option<Access>,
    host: String,
    headers: &'a HeaderMap,
}

/// A request passes where its `Host` is a name of ours (a rebound name of an attacker is not), where it changes nothing or
/// comes from this very origin, and where its route may be used by who asks. The request of a hub, or of who holds a secret
/// address, may name the public address; what it may do, its handler judges.
fn judge(asked: &Asked<'_>, serve: &Serve, has_users: bool, known: Option<&Known>) -> Result<Option<Viewer>, Refusal> {
    let Asked { changes, access, host, headers } = asked;
    let public = serve.public_url.as_deref();
    let from_outside = matches!(access, Some(Access::Hub | Access::Link)) && public.is_some();
    let by_public_name = from_outside && public.is_some_and(|public| names_public(public, host));
    let by_our_name = has_users && is_ours(serve, host);
    if !names_this_machine(host) && !by_public_name && !by_our_name {
        return Err(Refusal::Host);
    }
    let access = access.ok_or(Refusal::Nothing)?;
    // A program with a key is no browser: it names no origin, and no page can make a browser send its key.
    let is_program = access == Access::Keyed || known.is_some_and(|known| known.by == Means::Bearer);
    let by_key = is_program && !headers.contains_key(axum::http::header::ORIGIN);
    if *changes && !from_outside && !by_key && !from_own_page(headers, host, public.filter(|_| has_users)) {
        return Err(Refusal::Origin);
    }
    match access {
        Access::Hub | Access::Link if from_outside => return Ok(None),
        Access::Hub | Access::Link => return Err(Refusal::Nothing),
        Access::Public | Access::Keyed => return Ok(None),
        _ => {}
    }
    if !has_users {
        if !serve.listen.ip().is_loopback() {
            return Err(Refusal::NoUsers);
        }
        if ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|field| headers.contains_key(*field)) {
            return Err(Refusal::Proxy);
        }
        return Ok(Some(Viewer::at_this_machine()));
    }
    let known = known.ok_or(Refusal::Stranger)?;
    let role = access.admits(&known.grant, *changes).map_err(Refusal::Denied)?;
    Ok(Some(Viewer::of(&known.grant, role, known.by)))
}

/// Whether a method may change something.
fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
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

#[cfg(test)]
mod tests;
