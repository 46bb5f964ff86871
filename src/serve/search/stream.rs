//! What was found as a stream: written on a thread of its own, as fast as the caller reads and no faster.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tracing::warn;

use super::{Problem, broken, problem};
use crate::pipeline::ask::{Asked, Desk, Sheaf};
use crate::pipeline::export::{ExportError, FoundFormat};

/// Bytes that are written before they are handed on.
const PIECE: usize = 64 * 1024;

/// Pieces that wait for the caller.
const WAITING: usize = 4;

pub(super) async fn answer(
    desk: Arc<Desk>,
    asked: Asked,
    format: FoundFormat,
    address: Option<String>,
    turn: OwnedSemaphorePermit,
) -> Result<Response, Problem> {
    let (pieces, written) = mpsc::channel(WAITING);
    let (begin, begun) = oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        match desk.sheaf(asked, format, address) {
            Ok(sheaf) => write(&sheaf, begin, &pieces),
            Err(error) => {
                let _ = begin.send(Err(problem(&error)));
            }
        }
    });
    begun.await.unwrap_or_else(|_| Err(broken()))?;
    let pieces = stream::unfold(written, async |mut written| {
        let piece: io::Result<Bytes> = written.recv().await?;
        Some((piece, written))
    });
    Ok(([(CONTENT_TYPE, format.media_type())], Body::from_stream(pieces)).into_response())
}

/// The address of this very answer, as the caller wrote it: the guard has seen to it that it names this machine.
pub(super) fn own_address(headers: &HeaderMap, query: &str) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    Some(format!("http://{host}/api/v1/search?{query}"))
}

fn write(sheaf: &Sheaf, begin: oneshot::Sender<Result<(), Problem>>, pieces: &mpsc::Sender<io::Result<Bytes>>) {
    let documents = match sheaf.documents() {
        Ok(documents) => documents,
        Err(error) => {
            let _ = begin.send(Err(problem(&error)));
            return;
        }
    };
    let _ = begin.send(Ok(()));
    let mut output = BufWriter::with_capacity(PIECE, Pieces(pieces));
    match sheaf.write(documents, &mut output) {
        // Who went away needs nothing more.
        Ok(_) | Err(ExportError::Output(_)) => {}
        Err(why) => {
            warn!(%why, "a stream of what was found broke off");
            // What was written so far goes out, and then the connection breaks: nobody takes it for whole.
            drop(output);
            let _ = pieces.blocking_send(Err(io::Error::other("broken off")));
        }
    }
}

/// Hands on each piece; waits where the caller is slow.
struct Pieces<'a>(&'a mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        self.0.blocking_send(Ok(piece)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
