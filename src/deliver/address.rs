//! The address that a destination is posted to: written down, or read from where secrets are.

use std::path::Path;

use super::{Fault, Secret, SecretReader};

/// Where the settings say that the address is.
#[derive(Clone, Copy)]
pub(super) struct Whereabouts<'a> {
    /// `url`.
    pub(super) url: Option<&'a str>,
    /// `url_env`.
    pub(super) env: Option<&'a str>,
    /// `url_file`.
    pub(super) file: Option<&'a Path>,
}

impl Whereabouts<'_> {
    /// The address, in the one form that `Url` gives it.
    ///
    /// # Errors
    /// Where there is none, or more than one, or it is no address of http or https.
    pub(super) fn find(self, reader: SecretReader<'_>) -> Result<Secret, Fault> {
        let (key, address) = match (self.url, self.env, self.file) {
            (None, None, None) => return Err(Fault::of("", "has no address", "add `url = \"https://…\"`")),
            (Some(url), None, None) => ("url", Secret::new(url)),
            (Some(_), ..) => return Err(Fault::of("url", "stands beside url_env or url_file", "keep one of them")),
            (None, env, file) => {
                let key = if env.is_some() { "url_env" } else { "url_file" };
                let secret = reader
                    .read(env, file)
                    .map_err(|error| Fault::of(&format!("url{}", error.ending()), &error.to_string(), ""))?;
                (key, secret.unwrap_or_else(|| Secret::new("")))
            }
        };
        match url::Url::parse(address.reveal()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Secret::new(url.as_str())),
            _ => Err(Fault::of(key, "is no address that begins with http:// or https://", "")),
        }
    }
}

/// What is said of a failure, without an address that is a secret.
pub(super) fn without(message: &str, address: &Secret) -> String {
    message.replace(address.reveal(), "its address")
}
