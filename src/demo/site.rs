//! The built-in origin on loopback: every outlet of the newswire, as it stands at the instant the demo's clock shows.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::formats;
use super::newswire::{Newswire, Outlet};
use crate::model::{Clock, id};

/// The origin while it serves.
pub(super) struct Site {
    /// Where it listens.
    pub(super) address: SocketAddr,
    stop: CancellationToken,
}

struct Desk {
    newswire: Arc<Newswire>,
    clock: Arc<dyn Clock>,
    address: SocketAddr,
}

impl Site {
    /// Serves the newswire on a free port of loopback until dropped.
    pub(super) async fn open(newswire: Arc<Newswire>, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let desk = Arc::new(Desk { newswire, clock, address });
        let router = Router::new().fallback(answer).with_state(desk);
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        });
        Ok(Self { address, stop })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The address of an outlet, without a slash at its end.
pub(super) fn base(address: SocketAddr, outlet: &Outlet) -> String {
    format!("http://{address}/{}", outlet.id)
}

async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some((outlet, rest)) = path.split_once('/') else { return StatusCode::NOT_FOUND.into_response() };
    let Some(outlet) = desk.newswire.outlet(outlet) else { return StatusCode::NOT_FOUND.into_response() };
    if rest == "feed" {
        return desk.feed(outlet, request.headers());
    }
    let printed = desk.newswire.printed(outlet, desk.clock.now());
    match printed.iter().find(|printed| rest.strip_suffix(".html") == Some(printed.id)) {
        Some(printed) => {
            let page = formats::page(outlet, printed, &base(desk.address, outlet));
            ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Desk {
    fn feed(&self, outlet: &Outlet, asked: &HeaderMap) -> Response {
        let now = self.clock.now();
        if outlet.broken_from.is_some_and(|day| now >= self.newswire.instant(day, 0)) {
            let page = "<!doctype html><html><head><title>Our new design</title></head><body>Welcome!</body></html>";
            return ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
        }
        let printed = self.newswire.printed(outlet, now);
        let (content_type, feed) = formats::feed(outlet, &printed, &base(self.address, outlet));
        let etag = format!("\"{}\"", id::short_hash(&[&feed]));
        if asked.get(IF_NONE_MATCH).is_some_and(|theirs| theirs.as_bytes() == etag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response();
        }
        ([(CONTENT_TYPE, content_type.to_owned()), (ETAG, etag)], feed).into_response()
    }
}
