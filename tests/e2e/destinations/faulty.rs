//! Receivers that answer badly.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// How a receiver answers every request.
#[derive(Clone)]
pub(super) enum Manner {
    /// With these bytes.
    Says(String),
    /// Not at all, for longer than anyone waits.
    Keeps,
    /// With the beginning of an answer, then the line is cut.
    Cuts,
    /// By TLS, with a certificate that nobody vouches for.
    Forges,
}

/// An answer with this status line, header lines and body.
pub(super) fn says(status: &str, headers: &str, body: &str) -> Manner {
    let length = body.len();
    Manner::Says(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"))
}

/// Starts a receiver; its address.
pub(super) fn receiver(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scheme = if matches!(manner, Manner::Forges) { "https" } else { "http" };
    let url = format!("{scheme}://{}/hook", listener.local_addr().unwrap());
    let forged = matches!(manner, Manner::Forges).then(forged);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (manner, forged) = (manner.clone(), forged.clone());
            std::thread::spawn(move || answer(stream.unwrap(), &manner, forged));
        }
    });
    url
}

/// TLS by a certificate of its own making.
fn forged() -> Arc<rustls::ServerConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

fn answer(mut stream: TcpStream, manner: &Manner, forged: Option<Arc<rustls::ServerConfig>>) {
    if let Some(config) = forged {
        let mut connection = rustls::ServerConnection::new(config).unwrap();
        // The client breaks off as soon as it has seen the certificate.
        let _ = connection.complete_io(&mut stream);
        return;
    }
    read_request(&mut stream);
    let _ = match manner {
        Manner::Says(answer) => stream.write_all(answer.as_bytes()),
        Manner::Keeps => {
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        Manner::Cuts => stream.write_all(b"HTTP/1.1 200 O"),
        Manner::Forges => Ok(()),
    };
}

/// Reads a whole request, so that a cut is one of the answer and not of the request.
fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer) else { return };
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
        if request.len() >= head.len() + 4 + length.unwrap_or(0) {
            return;
        }
    }
}
