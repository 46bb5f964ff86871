//! Names to addresses: only checked ones come out, and only those are dialled.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Error;
use super::guard::Guard;

/// The resolver given to the client library: what it returns is exactly what is dialled.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) guard: Arc<Guard>,
    /// Host of the operator's proxy, dialled wherever it lies.
    pub(super) proxy: Option<String>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { guard, proxy } = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let addresses =
                if proxy.as_deref() == Some(host) { look_up(host).await? } else { checked(&guard, host).await? };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses of `host` that may be reached; the rest is left out.
///
/// # Errors
/// Where the name has no address, or none that may be reached.
pub(super) async fn checked(guard: &Guard, host: &str) -> Result<Vec<SocketAddr>, Error> {
    let mut refusal = None;
    let mut addresses = look_up(host).await?;
    addresses.retain(|address| match guard.check_address(host, address.ip()) {
        Ok(()) => true,
        Err(error) => {
            refusal.get_or_insert(error);
            false
        }
    });
    match refusal {
        Some(refusal) if addresses.is_empty() => Err(refusal),
        _ => Ok(addresses),
    }
}

/// All addresses of `host`; the port is set later by the client library.
async fn look_up(host: &str) -> Result<Vec<SocketAddr>, Error> {
    let failed = |why: &io::Error| Error::Resolve { host: host.to_owned(), why: why.to_string() };
    let addresses: Vec<_> = tokio::net::lookup_host((host, 0)).await.map_err(|error| failed(&error))?.collect();
    if addresses.is_empty() {
        return Err(Error::Resolve { host: host.to_owned(), why: "it has no address".to_owned() });
    }
    Ok(addresses)
}
