//! Passwords: argon2id (RFC 9106) with the parameters of OWASP's Password Storage Cheat Sheet, 19 MiB of memory, two
//! passes, one lane.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

/// Memory in KiB, passes, lanes (OWASP Password Storage Cheat Sheet, "Argon2id").
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// The shortest password, in characters. OWASP ASVS 5.0 (6.2.1) asks for 8 and recommends 15.
pub const SHORTEST: usize = 12;

/// The longest password, in bytes: nobody makes us hash a book.
const LONGEST: usize = 1024;

/// Passwords that are hashed at a time: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// The hash of a password that nobody has: for names that nobody has, so that they take as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

/// Takes turns at hashing, away from the threads that answer.
#[derive(Clone, Debug)]
pub struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hashing {
    /// Whether `password` is the one of the hash; without a hash it takes as long and is never right.
    pub async fn is_right(&self, password: &str, kept: Option<String>) -> bool {
        let Ok(turn) = Arc::clone(&self.0).acquire_owned().await else { return false };
        let password = password.to_owned();
        let verified = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            // Made before either is looked at, so that the first name that nobody has takes no longer.
            let nobody = NOBODY.as_deref().unwrap_or_default();
            let right = verify(&password, kept.as_deref().unwrap_or(nobody));
            right && kept.is_some()
        });
        verified.await.unwrap_or(false)
    }
}

/// What is wrong with a password, if anything; lower case, no full stop.
pub(super) fn fault(password: &str, name: &str) -> Option<String> {
    if password.chars().count() < SHORTEST {
        Some(format!("the password is shorter than {SHORTEST} characters"))
    } else if password.len() > LONGEST {
        Some(format!("the password is longer than {LONGEST} bytes"))
    } else if password.eq_ignore_ascii_case(name) {
        Some("the password is the name".to_owned())
    } else {
        None
    }
}

/// The hash that is kept of a password, in the PHC format, with its own salt and cost.
///
/// # Errors
/// Where there is no randomness or no memory for it.
pub(super) fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(hasher()?.hash_password(password.as_bytes())?.to_string())
}

fn verify(password: &str, kept: &str) -> bool {
    let right = |hasher: &Argon2<'_>| {
        PasswordHash::new(kept).is_ok_and(|kept| hasher.verify_password(password.as_bytes(), &kept).is_ok())
    };
    password.len() <= LONGEST && hasher().is_ok_and(|hasher| right(&hasher))
}

fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let (memory, passes, lanes) = COST;
    let cost = Params::new(memory, passes, lanes, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r53_a_password_is_kept_as_a_salted_argon2id_hash_of_the_stated_cost() {
        let (one, other) = (hash("correct horse battery").unwrap(), hash("correct horse battery").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other, "each has its own salt");
        let hashing = Hashing::default();
        assert!(hashing.is_right("correct horse battery", Some(one.clone())).await);
        for wrong in ["correct horse batter", "", "correct horse battery "] {
            assert!(!hashing.is_right(wrong, Some(one.clone())).await, "{wrong}");
        }
        assert!(!hashing.is_right("nobody has this password", None).await, "nobody is nobody");
        assert!(!hashing.is_right("x", Some("no hash".to_owned())).await);
    }

    #[test]
    fn passwords_that_are_easily_guessed_or_too_long_are_refused() {
        assert_eq!(fault("correct horse battery", "mia"), None);
        assert!(fault("short", "mia").is_some());
        assert!(fault("mia.larsen.1980", "Mia.Larsen.1980").is_some());
        assert!(fault(&"x".repeat(LONGEST + 1), "mia").is_some());
    }
}
