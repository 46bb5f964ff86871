//! `[serve.oidc]`: what signing in at an identity provider needs.

use crate::config::document::Document;
use crate::config::problem::Problem;
use crate::config::settings::Serve;
use crate::deliver::SecretReader;

/// Fetches the client's secret and tells what is missing.
pub(super) fn oidc(serve: &mut Serve, reader: SecretReader<'_>, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let has_public_url = serve.public_url.is_some();
    let oidc = &mut serve.oidc;
    let mut tell = |key: &str, message: &str, hint: &str| {
        let message = format!("`{key}` in [serve.oidc]: {message}");
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        problems.push(document.problem(&format!("serve.oidc.{key}"), message, hint));
    };
    match reader.read(oidc.client_secret_env.as_deref(), oidc.client_secret_file.as_deref()) {
        Ok(secret) => oidc.client_secret = secret,
        Err(error) => tell(&format!("client_secret{}", error.ending()), &error.to_string(), ""),
    }
    let Some(issuer) = &oidc.issuer else { return };
    let is_address = url::Url::parse(issuer)
        .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none());
    if !is_address {
        tell("issuer", &format!("`{issuer}` is no address of a provider"), "write it as the provider does: https://…");
    }
    if oidc.client_id.trim().is_empty() {
        tell("client_id", "is missing", "register Tidings at the provider and write down what it is called there");
    }
    if !has_public_url {
        let hint = "set `public_url` in [serve]: the provider sends people back there";
        tell("issuer", "needs the address by which people reach Tidings", hint);
    }
    if oidc.auto_create && oidc.allowed_domains.is_empty() {
        let hint = "name the mail domains of your firm in `allowed_domains`";
        tell("auto_create", "would let in whoever has an account at the provider", hint);
    }
}
