//! An origin server for tests: speaks just enough HTTP/1.1 on the loopback to misbehave in every way asked for.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What the origin does.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    /// Sends this and closes.
    Bytes(Vec<u8>),
    /// Sends this, then a piece of a body again and again, slowly, without end.
    Dribble(Vec<u8>),
    /// Sends this, then zeros as fast as they are taken, without end.
    Flood(Vec<u8>),
    /// Closes without a word.
    Close,
}

/// A status line (`200 OK`), header lines and a body as one answer.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Says {
    let mut bytes = head(status, headers);
    let end = bytes.len() - 2;
    bytes.splice(end.., format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
    bytes.extend_from_slice(body);
    Says::Bytes(bytes)
}

/// A status line and header lines, without a length: the body ends with the connection.
pub(crate) fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    for (name, value) in headers.iter().copied() {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// A running origin; it ends with the test.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    most_at_once: Arc<Mutex<(usize, usize)>>,
}

impl Origin {
    pub(crate) async fn start(says: impl Fn(&Asked) -> Says + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let origin = Self { address, asked: Arc::default(), most_at_once: Arc::default() };
        let (asked, at_once, says) = (Arc::clone(&origin.asked), Arc::clone(&origin.most_at_once), Arc::new(says));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (asked, at_once, says) = (Arc::clone(&asked), Arc::clone(&at_once), Arc::clone(&says));
                tokio::spawn(async move {
                    {
                        let mut at_once = at_once.lock().unwrap();
                        at_once.0 += 1;
                        at_once.1 = at_once.1.max(at_once.0);
                    }
                    serve(stream, &asked, &*says).await;
                    at_once.lock().unwrap().0 -= 1;
                });
            }
        });
        origin
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The targets of all requests so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.target).collect()
    }

    /// The most connections that were open at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.most_at_once.lock().unwrap().1
    }
}

async fn serve(mut stream: TcpStream, asked: &Mutex<Vec<Asked>>, says: &(dyn Fn(&Asked) -> Says + Send + Sync)) {
    let Some(request) = read(&mut stream).await else { return };
    asked.lock().unwrap().push(request.clone());
    let told = says(&request);
    // The client may hang up at any time: that is what some tests are about.
    match told {
        Says::Close => {}
        Says::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Says::Dribble(head) => {
            let mut sent = stream.write_all(&head).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                sent = stream.write_all(b"x").await;
            }
        }
        Says::Flood(head) => {
            let mut sent = stream.write_all(&head).await;
            while sent.is_ok() {
                sent = stream.write_all(&[0; 8192]).await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked { method, target, headers, body })
}
