//! The client: one pool of connections for the whole program.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode};
use url::{Host, Url};

use super::guard::Guard;
use super::resolve::{self, Checked};
use super::{Error, Settings};

/// The most that is kept of the answer to a [`Client::post`], bytes.
const REPLY_BYTES: usize = 64 * 1024;

/// Asks and sends, to checked addresses only. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    wire: reqwest::Client,
    guard: Arc<Guard>,
    /// With a proxy our own resolver does not see the target, so it is resolved and checked beforehand.
    proxied: bool,
}

/// An answer whose body has not been read yet.
#[derive(Debug)]
pub struct Answer {
    host: String,
    response: reqwest::Response,
}

/// A request that is sent whole and whose answer is read whole.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// What is asked of the address.
    pub method: Method,
    /// The address.
    pub url: &'a str,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The longest that all of it may take.
    pub timeout: Duration,
    /// The most that is kept of the answer, bytes.
    pub cap: usize,
}

/// What came back from a [`Client::post`] or [`Client::call`].
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body, decompressed, up to the cap.
    pub body: Bytes,
    /// The body ended before the cap.
    pub whole: bool,
}

impl Client {
    /// A client that keeps to `settings`. Proxy variables of the environment are not read, redirects are not followed.
    ///
    /// # Errors
    /// Where a setting cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        // Fails only where a provider is installed already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let guard = Arc::new(Guard::new(settings)?);
        let proxy = settings.proxy.as_deref().map(proxy_url).transpose()?;
        let proxy_host = proxy.as_ref().and_then(Url::host_str).map(str::to_owned);
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_secs(settings.connect_timeout_seconds.max(1)))
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(Checked { guard: Arc::clone(&guard), proxy: proxy_host }));
        if let Some(proxy) = &proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(|error| unusable_proxy(proxy, &error))?);
        }
        let wire = builder.build().map_err(|error| Error::Client(error.to_string()))?;
        Ok(Self { wire, guard, proxied: proxy.is_some() })
    }

    /// Checks what can be known of `url` before its name is resolved: scheme and address literal.
    ///
    /// # Errors
    /// Where it may not be asked.
    pub fn check(&self, url: &Url) -> Result<(), Error> {
        self.guard.check_url(url)
    }

    /// Asks for `url`. The answer may be a redirect: it is not followed. The caller sets the deadline.
    ///
    /// # Errors
    /// Where the address may not be asked, or no answer begins.
    pub async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Answer, Error> {
        self.exchange(Method::GET, url, headers, Bytes::new()).await
    }

    /// Sends `body` to `url` and reads the answer, all within `timeout`. Redirects are not followed.
    ///
    /// # Errors
    /// Where the address may not be asked, or no complete answer comes in time. A longer answer is cut, not refused.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>, timeout: Duration) -> Result<Reply, Error> {
        self.call(Call { method: Method::POST, url, headers, body, timeout, cap: REPLY_BYTES }).await
    }

    /// Makes a request and reads the answer, all within its time. Redirects are not followed.
    ///
    /// # Errors
    /// Where the address may not be asked, or no complete answer comes in time. A longer answer is cut, not refused.
    pub async fn call(&self, call: Call<'_>) -> Result<Reply, Error> {
        let url = Url::parse(call.url).map_err(|error| Error::Address(error.to_string()))?;
        let exchange = async {
            let answer = self.exchange(call.method, &url, call.headers, call.body.into()).await?;
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let (body, whole) = answer.read(call.cap).await?;
            Ok(Reply { status, headers, body, whole })
        };
        let late = || Error::TimedOut { host: host_of(&url), seconds: call.timeout.as_secs() };
        tokio::time::timeout(call.timeout, exchange).await.unwrap_or_else(|_| Err(late()))
    }

    /// The addresses that the host of `url` has and that may be reached. Nothing is dialled.
    ///
    /// # Errors
    /// Where the name has no address, or none that may be reached.
    pub async fn resolve(&self, url: &Url) -> Result<Vec<std::net::IpAddr>, Error> {
        self.guard.check_url(url)?;
        match url.host() {
            Some(Host::Domain(name)) => {
                Ok(resolve::checked(&self.guard, name).await?.iter().map(std::net::SocketAddr::ip).collect())
            }
            Some(Host::Ipv4(address)) => Ok(vec![address.into()]),
            Some(Host::Ipv6(address)) => Ok(vec![address.into()]),
            None => Err(Error::Address("it names no host".to_owned())),
        }
    }

    /// Where `host` may be reached at `port`, for who dials by another protocol than HTTP: exactly these are to be dialled,
    /// none that is looked up later.
    ///
    /// # Errors
    /// Where it is no host, has no address, or none that may be reached.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<std::net::SocketAddr>, Error> {
        let plain = host.trim_matches(['[', ']']);
        if let Ok(address) = plain.parse::<std::net::IpAddr>() {
            self.guard.check_address(host, address)?;
            return Ok(vec![(address, port).into()]);
        }
        match Host::parse(host).map_err(|error| Error::Address(error.to_string()))? {
            Host::Domain(name) => {
                let found = resolve::checked(&self.guard, &name).await?;
                Ok(found.into_iter().map(|address| (address.ip(), port).into()).collect())
            }
            // Other spellings of a number, such as 127.1.
            Host::Ipv4(address) => {
                self.guard.check_address(host, address.into())?;
                Ok(vec![(address, port).into()])
            }
            Host::Ipv6(address) => {
                self.guard.check_address(host, address.into())?;
                Ok(vec![(address, port).into()])
            }
        }
    }

    async fn exchange(&self, method: Method, url: &Url, headers: HeaderMap, body: Bytes) -> Result<Answer, Error> {
        self.guard.check_url(url)?;
        if let (true, Some(Host::Domain(name))) = (self.proxied, url.host()) {
            resolve::checked(&self.guard, name).await?;
        }
        let host = host_of(url);
        let mut request = self.wire.request(method.clone(), url.clone()).headers(headers);
        if method != Method::GET {
            request = request.body(body);
        }
        match request.send().await {
            Ok(response) => Ok(Answer { host, response }),
            Err(error) => Err(Error::of_request(&host, error)),
        }
    }
}

impl Answer {
    /// Status code.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Header fields.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The whole body, decompressed.
    ///
    /// # Errors
    /// Where it is larger than `cap` bytes after decompression, or breaks off.
    pub async fn whole_body(self, cap: usize) -> Result<Bytes, Error> {
        let host = self.host.clone();
        let (body, whole) = self.read(cap).await?;
        if whole { Ok(body) } else { Err(Error::TooLarge { host, cap }) }
    }

    /// The first `cap` bytes of the body, decompressed; the rest is not read.
    ///
    /// # Errors
    /// Where it breaks off before.
    pub async fn start_of_body(self, cap: usize) -> Result<Bytes, Error> {
        Ok(self.read(cap).await?.0)
    }

    /// Up to `cap` bytes, and whether that was all. Pieces come decompressed, so a bomb is noticed as it unfolds.
    async fn read(mut self, cap: usize) -> Result<(Bytes, bool), Error> {
        let mut body = BytesMut::new();
        while let Some(piece) = self.response.chunk().await.map_err(|error| Error::of_request(&self.host, error))? {
            let room = cap - body.len();
            if piece.len() > room {
                body.extend_from_slice(&piece[..room]);
                return Ok((body.freeze(), false));
            }
            body.extend_from_slice(&piece);
        }
        Ok((body.freeze(), true))
    }
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn proxy_url(proxy: &str) -> Result<Url, Error> {
    let url = Url::parse(proxy).map_err(|error| Error::Setting {
        setting: "proxy",
        value: "…".to_owned(),
        why: error.to_string(),
    })?;
    match url.scheme() {
        "http" | "https" if url.host().is_some() => Ok(url),
        _ => Err(unusable_proxy(&url, &"it must begin with http:// or https:// and name a host")),
    }
}

/// The user name and password of a proxy are kept out of messages.
fn unusable_proxy(proxy: &Url, why: &dyn std::fmt::Display) -> Error {
    let value = format!("{}://{}", proxy.scheme(), proxy.host_str().unwrap_or_default());
    Error::Setting { setting: "proxy", value, why: why.to_string() }
}
