//! Whether a push comes from who knows the secret (W3C WebSub, section 7.1).

use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Key};

/// True where `signature`, `method=hex` as in the field X-Hub-Signature, is that of `body` under `secret`. Compared in
/// constant time. SHA-1 is allowed by the standard and still what most hubs use; in an HMAC it holds.
#[must_use]
pub(super) fn is_right(secret: &str, signature: &str, body: &[u8]) -> bool {
    let Some((method, digest)) = signature.trim().split_once('=') else { return false };
    let algorithm = match method.to_ascii_lowercase().as_str() {
        "sha1" => HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => HMAC_SHA256,
        "sha384" => HMAC_SHA384,
        "sha512" => HMAC_SHA512,
        _ => return false,
    };
    let Ok(digest) = hex::decode(digest) else { return false };
    hmac::verify(&Key::new(algorithm, secret.as_bytes()), body, &digest).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231, test case 2.
    const SECRET: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SIGNED: [&str; 4] = [
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ];

    #[test]
    fn r18_all_four_methods() {
        for signed in SIGNED {
            assert!(is_right(SECRET, signed, BODY), "{signed}");
            assert!(is_right(SECRET, &signed.to_ascii_uppercase(), BODY), "{signed}");
            assert!(!is_right("Jeff", signed, BODY), "{signed}");
            assert!(!is_right(SECRET, signed, b"what do ya want"), "{signed}");
            assert!(!is_right(SECRET, &signed[..signed.len() - 2], BODY), "{signed}");
        }
    }

    #[test]
    fn r18_anything_else_is_wrong() {
        let digest = &SIGNED[1][7..];
        for signature in ["", "=", "sha256=", "sha256=zz", "md5=00", "none=", digest, &format!("sha1={digest}")] {
            assert!(!is_right(SECRET, signature, BODY), "{signature}");
        }
    }
}
