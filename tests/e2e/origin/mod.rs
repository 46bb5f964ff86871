//! A web origin on loopback that answers as it is told, faults included, and remembers what it was asked.

#![cfg_attr(not(test), expect(dead_code, reason = "the standing origin uses only its own part"))]

pub(crate) mod corpus;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::sync::oneshot;

/// What an address answers.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A document; conditional requests get 304 where it has validators.
    Document(Document),
    /// A status with header fields and nothing else.
    Status(u16, Vec<(&'static str, String)>),
    /// Megabytes of blanks, packed to a few kilobytes.
    Bomb { megabytes: usize },
    /// That many megabytes as they are.
    Huge { megabytes: usize },
    /// A body that never ends.
    Endless,
    /// One byte every tenth of a second, for ever.
    Trickle,
}

/// A document with how it is served.
#[derive(Clone, Default)]
pub(crate) struct Document {
    pub(crate) body: Bytes,
    pub(crate) content_type: String,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Document {
    pub(crate) fn new(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), content_type: content_type.to_owned(), ..Self::default() }
    }

    pub(crate) fn etag(mut self, etag: &str) -> Self {
        self.etag = Some(etag.to_owned());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl From<Document> for Answer {
    fn from(document: Document) -> Self {
        Self::Document(document)
    }
}

/// A request that was made, with the status it got.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) status: u16,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Asked>>,
}

/// The origin: serves until dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Origin {
    /// Starts on a free port of loopback.
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1:0")
    }

    /// Starts at this address.
    pub(crate) fn start_at(address: &str) -> Self {
        let listener = std::net::TcpListener::bind(address).expect("a port of loopback");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let state = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let router = Router::new().fallback(answer).with_state(state);
                tokio::select! {
                    served = axum::serve(listener, router) => served.expect("to serve"),
                    _ = stopped => {}
                }
            });
        });
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on `path` answers so.
    pub(crate) fn serve(&self, path: &str, answer: impl Into<Answer>) {
        self.shared.answers.lock().unwrap().insert(path.to_owned(), answer.into());
    }

    /// What was asked since the last call.
    pub(crate) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.asked.lock().unwrap())
    }

    /// What was asked of one path so far, newest last.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let answer = shared.answers.lock().unwrap().get(&path).cloned();
    let response = match answer {
        Some(answer) => respond(answer, &parts.headers),
        None => status(404, &[]),
    };
    shared.asked.lock().unwrap().push(Asked { path, headers: parts.headers, body, status: response.status().as_u16() });
    response
}

fn respond(answer: Answer, asked: &HeaderMap) -> Response {
    match answer {
        Answer::Document(document) => served(document, asked),
        Answer::Status(code, fields) => status(code, &fields),
        Answer::Bomb { megabytes } => packed(megabytes),
        Answer::Huge { megabytes } => document_of(Body::from(vec![b' '; megabytes << 20])),
        Answer::Endless => document_of(Body::from_stream(stream::repeat_with(|| {
            Ok::<_, Infallible>(Bytes::from(vec![b' '; 1 << 16]))
        }))),
        Answer::Trickle => document_of(Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        }))),
    }
}

fn served(document: Document, asked: &HeaderMap) -> Response {
    let same = |name: HeaderName, own: &Option<String>| {
        own.as_ref().is_some_and(|own| asked.get(name).is_some_and(|theirs| theirs.as_bytes() == own.as_bytes()))
    };
    let known = if asked.contains_key(header::IF_NONE_MATCH) {
        same(header::IF_NONE_MATCH, &document.etag)
    } else {
        same(header::IF_MODIFIED_SINCE, &document.last_modified)
    };
    let mut response = Response::new(if known { Body::empty() } else { Body::from(document.body) });
    *response.status_mut() = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let fields = response.headers_mut();
    put(fields, "content-type", &document.content_type);
    for (name, value) in [("etag", &document.etag), ("last-modified", &document.last_modified)] {
        if let Some(value) = value {
            put(fields, name, value);
        }
    }
    for (name, value) in &document.headers {
        put(fields, name, value);
    }
    response
}

fn status(code: u16, fields: &[(&'static str, String)]) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(code).expect("a status");
    for (name, value) in fields {
        put(response.headers_mut(), name, value);
    }
    response
}

fn packed(megabytes: usize) -> Response {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..megabytes {
        encoder.write_all(&vec![b' '; 1 << 20]).expect("memory");
    }
    let mut response = document_of(Body::from(encoder.finish().expect("memory")));
    put(response.headers_mut(), "content-encoding", "gzip");
    response
}

fn document_of(body: Body) -> Response {
    let mut response = Response::new(body);
    put(response.headers_mut(), "content-type", "application/rss+xml");
    response
}

fn put(fields: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        fields.insert(HeaderName::from_static(name), value);
    }
}
