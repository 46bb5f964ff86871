//! DKIM: signs mails with a key of the sender's domain (RFC 6376; Ed25519 by RFC 8463).

use std::path::PathBuf;

use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
};
use lettre::message::header::HeaderName;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::pkcs8::{DecodePrivateKey, LineEnding};
use rsa::traits::PublicKeyParts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deliver::{Fault, Secret, SecretReader};

/// Fields that are signed, whether they are there or not. RFC 8058, section 4, asks for both of List-Unsubscribe.
const SIGNED: [&str; 14] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
];

/// Bits of the shortest RSA key whose signatures count (RFC 8301, section 3.2).
const SHORTEST_RSA: usize = 1024;

/// An Ed25519 key in PKCS #8 begins so; 32 bytes follow (RFC 8410, section 7).
const ED25519: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// How mails are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dkim {
    /// Domain that signs: that of the sender, or above it.
    pub domain: String,
    /// Under which name the public key stands in the DNS: `selector._domainkey.domain`.
    pub selector: String,
    /// Environment variable that holds the private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_env: Option<String>,
    /// File that holds the private key (PEM; RSA or Ed25519).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The key, once fetched.
    #[serde(skip)]
    key: Option<Secret>,
}

impl Dkim {
    /// Fetches the key and checks it.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let wrong = |why: &str, hint: &str| vec![Fault::of("dkim", why, hint)];
        match reader.read(self.key_env.as_deref(), self.key_file.as_deref()) {
            Ok(Some(key)) => self.key = Some(key),
            Ok(None) => return wrong("has no key", "add `key_file = \"PATH\"`"),
            Err(error) => return wrong(&error.to_string(), ""),
        }
        match self.config() {
            Ok(_) => Vec::new(),
            Err(why) => wrong(&why, "`openssl genpkey -algorithm ed25519`, or `-algorithm rsa`, makes a key"),
        }
    }

    /// What lettre signs with.
    ///
    /// # Errors
    /// Where the key cannot be read; why, without the key.
    pub(super) fn config(&self) -> Result<DkimConfig, String> {
        let key = self.key.as_ref().ok_or("its key was not loaded")?;
        let headers = SIGNED.into_iter().map(HeaderName::new_from_ascii_str).collect();
        let relaxed = DkimCanonicalizationType::Relaxed;
        let how = DkimCanonicalization { header: relaxed, body: relaxed };
        Ok(DkimConfig::new(self.selector.clone(), self.domain.clone(), signing_key(key)?, headers, how))
    }
}

/// Reads PKCS #8 and PKCS #1.
fn signing_key(key: &Secret) -> Result<DkimSigningKey, String> {
    let pem = key.reveal();
    let unreadable = |error: &dyn std::fmt::Display| format!("holds a key that cannot be read: {error}");
    if pem.contains("BEGIN RSA PRIVATE KEY") {
        return of_rsa(&RsaPrivateKey::from_pkcs1_pem(pem).map_err(|error| unreadable(&error))?);
    }
    let der = <rustls::pki_types::PrivatePkcs8KeyDer<'_> as rustls::pki_types::pem::PemObject>::from_pem_slice(
        pem.as_bytes(),
    )
    .map_err(|_| "holds no private key in PEM".to_owned())?;
    if let Some(seed) = der.secret_pkcs8_der().strip_prefix(&ED25519) {
        use base64::Engine as _;
        let seed = base64::engine::general_purpose::STANDARD.encode(&seed[..seed.len().min(32)]);
        return DkimSigningKey::new(&seed, DkimSigningAlgorithm::Ed25519).map_err(|error| unreadable(&error));
    }
    of_rsa(&RsaPrivateKey::from_pkcs8_der(der.secret_pkcs8_der()).map_err(|error| unreadable(&error))?)
}

/// As lettre wants it.
fn of_rsa(key: &RsaPrivateKey) -> Result<DkimSigningKey, String> {
    let bits = key.n().bits();
    if bits < SHORTEST_RSA {
        return Err(format!("holds an RSA key of {bits} bits, which receivers do not believe: take one of 2048"));
    }
    let unreadable = |error: &dyn std::fmt::Display| format!("holds a key that cannot be used: {error}");
    let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|error| unreadable(&error))?;
    DkimSigningKey::new(&pem, DkimSigningAlgorithm::Rsa).map_err(|error| unreadable(&error))
}
