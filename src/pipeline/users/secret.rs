//! Secrets that we make ourselves: 256 random bits, told once, kept as a hash.
//!
//! A fast hash is right here, other than for passwords: nobody can try 2^256 secrets (OWASP Session Management Cheat Sheet
//! asks for at least 64 bits of entropy).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};

/// Why no secret can be made: the system has no randomness.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

/// So many random bytes.
///
/// # Errors
/// Where the system gives none.
pub(super) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A secret of 256 bits, fit for cookies and addresses.
///
/// # Errors
/// Where the system gives no random numbers.
pub(super) fn secret() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}

/// Whether a secret is the one of a kept hash; takes the same time whatever differs.
pub(super) fn is_of(secret: &str, kept: &str) -> bool {
    blake3::Hash::from_hex(kept).is_ok_and(|kept| hash(secret) == kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r53_secrets_differ_and_only_the_right_one_fits() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43, "256 bits in base64");
        let kept = hash(&one).to_hex();
        assert!(is_of(&one, &kept));
        for wrong in [other.as_str(), &one[1..], "", &kept] {
            assert!(!is_of(wrong, &kept), "{wrong}");
        }
        assert!(!is_of(&one, "no hash"));
    }
}
