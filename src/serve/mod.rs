//! Listens: `/healthz`, `/api/v1/search`, `/feeds/searches/…` with what saved searches found, `/calendars/…` and
//! `/feeds/touchpoints.atom` to subscribe to, `/api/v1/facts` and `/api/v1/hooks` for systems
//! with a key, `/websub/…` for hubs. Every route stands on one list with
//! who may use it; what is not public is refused.
//!
//! Without users it answers to this machine only (a loopback address), to requests whose `Host` names this machine, and
//! changes nothing for a page of another origin.

mod facts;
mod guard;
mod health;
mod hooks;
mod pages;
mod problem;
mod search;
mod search_feed;
mod subscribe;
mod unsubscribe;
mod viewer;
mod websub;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;

use crate::pipeline::{Engine, EngineError};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone who reaches the address.
    Public,
    /// Programs with a key of their own; the route asks for it.
    Keyed,
    /// A WebSub hub, from outside: the handler itself asks for proof, a path that nobody can guess and a signature.
    Hub,
    /// Whoever holds an address that nobody can guess, from outside; the handler looks whether it is one.
    Link,
}

/// Every route with who may use it: the router is made of this list and of nothing else.
pub const ROUTES: &[(&str, Access)] = &[
    ("/healthz", Access::Public),
    ("/api/v1/search", Access::Public),
    ("/feeds/searches/{file}", Access::Public),
    ("/feeds/touchpoints.atom", Access::Public),
    ("/calendars/{file}", Access::Public),
    ("/api/v1/facts", Access::Keyed),
    ("/api/v1/hooks", Access::Keyed),
    ("/api/v1/hooks/sample", Access::Keyed),
    ("/api/v1/hooks/{id}", Access::Keyed),
    ("/api/v1/touchpoints/recent", Access::Keyed),
    ("/websub/{path}", Access::Hub),
    ("/assets/{file}", Access::Public),
    ("/theme", Access::Public),
    ("/", Access::Public),
    ("/inbox/steps", Access::Public),
    ("/inbox/undo", Access::Public),
    ("/promises/{id}", Access::Public),
    ("/touchpoints/{id}", Access::Public),
    ("/touchpoints/{id}/{step}", Access::Public),
    ("/unsubscribe/{token}", Access::Link),
];

/// Takes the address to listen on.
///
/// # Errors
/// Where it lies beyond this machine, or cannot be had.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener, EngineError> {
    if !listen.ip().is_loopback() {
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
    axum::serve(listener, router(engine)).with_graceful_shutdown(stop).await
}

/// The routes behind their guards.
pub fn router(engine: Arc<Engine>) -> Router {
    let counter = search::Counter::new(Arc::clone(&engine));
    let lists = Router::new()
        .route("/calendars/{file}", get(subscribe::calendar))
        .route("/feeds/touchpoints.atom", get(subscribe::feed))
        .with_state(subscribe::Shelf::new(Arc::clone(&engine)));
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/feeds/searches/{file}", get(search_feed::get))
        .route("/api/v1/facts", post(facts::post))
        .route("/api/v1/hooks", get(hooks::list).post(hooks::subscribe))
        .route("/api/v1/hooks/sample", get(hooks::sample))
        .route("/api/v1/hooks/{id}", delete(hooks::unsubscribe))
        .route("/api/v1/touchpoints/recent", get(hooks::recent))
        .route("/websub/{path}", get(websub::confirm).post(websub::receive))
        .merge(pages::routes(&engine))
        .route("/unsubscribe/{token}", get(unsubscribe::ask).post(unsubscribe::stop))
        .with_state(Arc::clone(&engine))
        .merge(Router::new().route("/api/v1/search", get(search::get)).with_state(counter))
        .merge(lists)
        .layer(from_fn_with_state(engine, guard::guard))
}
