//! Listens: pages, `/healthz`, `/api/v1/…`, `/feeds/…` and `/calendars/…` to subscribe to, `/websub/…` for hubs. Every route
//! stands on one list with who may use it; what is not on it is refused.
//!
//! Without users it answers to this machine only (a loopback address), to requests whose `Host` names this machine, and
//! changes nothing for a page of another origin. With users whoever asks must be one, by session or token.

mod access;
mod facts;
mod guard;
mod headers;
mod health;
mod hooks;
mod hosts;
mod me;
mod page;
mod pages;
mod problem;
mod refusal;
mod search;
mod search_feed;
mod sign_in;
mod subscribe;
mod unsubscribe;
mod viewer;
mod websub;
mod who;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;

pub use self::access::Access;
use self::guard::Gate;
use crate::pipeline::{Engine, EngineError};

/// Every route with who may use it: the router is made of this list and of nothing else.
pub const ROUTES: &[(&str, Access)] = &[
    ("/healthz", Access::Public),
    ("/assets/{file}", Access::Public),
    ("/theme", Access::Public),
    ("/sign-in", Access::Public),
    ("/sign-in/oidc", Access::Public),
    ("/sign-in/oidc/callback", Access::Public),
    ("/sign-out", Access::Own),
    ("/api/v1/me", Access::Viewer),
    ("/api/v1/search", Access::Viewer),
    ("/feeds/searches/{file}", Access::Feed),
    ("/feeds/touchpoints.atom", Access::Feed),
    ("/calendars/{file}", Access::Feed),
    ("/api/v1/facts", Access::Keyed),
    ("/api/v1/hooks", Access::Keyed),
    ("/api/v1/hooks/sample", Access::Keyed),
    ("/api/v1/hooks/{id}", Access::Keyed),
    ("/api/v1/touchpoints/recent", Access::Keyed),
    ("/websub/{path}", Access::Hub),
    ("/", Access::Viewer),
    ("/inbox/steps", Access::Viewer),
    ("/inbox/undo", Access::Viewer),
    ("/promises/{id}", Access::Viewer),
    ("/touchpoints/{id}", Access::Viewer),
    ("/touchpoints/{id}/{step}", Access::Viewer),
    ("/unsubscribe/{token}", Access::Link),
];

/// Takes the address to listen on. `has_users`: somebody may sign in.
///
/// # Errors
/// Where it lies beyond this machine and nobody may sign in (R49), or cannot be had.
pub async fn bind(listen: SocketAddr, has_users: bool) -> Result<TcpListener, EngineError> {
    if !listen.ip().is_loopback() && !has_users {
        return Err(EngineError::Exposed(listen.to_string()));
    }
    TcpListener::bind(listen).await.map_err(|why| EngineError::Listen { address: listen.to_string(), why })
}

/// Answers requests until `stop` completes, then finishes those under way.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(engine)?.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// The most that a form or a JSON body may hold, bytes. A route that takes more says so by a layer of its own.
const LARGEST_BODY: usize = 1024 * 1024;

/// The routes behind their guards.
fn router(engine: Arc<Engine>) -> std::io::Result<Router> {
    let counter = search::Counter::new(Arc::clone(&engine));
    let lists = Router::new()
        .route("/calendars/{file}", get(subscribe::calendar))
        .route("/feeds/touchpoints.atom", get(subscribe::feed))
        .with_state(subscribe::Shelf::new(Arc::clone(&engine)));
    let gate = Arc::new(Gate::new(Arc::clone(&engine))?);
    let signing_in = Router::new()
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-in/oidc", get(sign_in::oidc::go))
        .route("/sign-in/oidc/callback", get(sign_in::oidc::back))
        .route("/sign-out", post(sign_in::leave))
        .with_state(Arc::clone(&gate));
    Ok(Router::new()
        .route("/healthz", get(health::healthz))
        .route("/feeds/searches/{file}", get(search_feed::get))
        .route("/api/v1/me", get(me::get))
        .route("/api/v1/facts", post(facts::post))
        .route("/api/v1/hooks", get(hooks::list).post(hooks::subscribe))
        .route("/api/v1/hooks/sample", get(hooks::sample))
        .route("/api/v1/hooks/{id}", delete(hooks::unsubscribe))
        .route("/api/v1/touchpoints/recent", get(hooks::recent))
        .route("/websub/{path}", get(websub::confirm).post(websub::receive))
        .merge(pages::routes(&engine))
        .route("/unsubscribe/{token}", get(unsubscribe::ask).post(unsubscribe::stop))
        .with_state(engine)
        .merge(signing_in)
        .merge(Router::new().route("/api/v1/search", get(search::get)).with_state(counter))
        .merge(lists)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(gate, guard::guard)))
}
