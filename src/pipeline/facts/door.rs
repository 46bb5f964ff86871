//! Who may tell facts over the network: whoever has a bearer token, or signs by the Standard Webhooks specification.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use standardwebhooks::HEADER_WEBHOOK_SIGNATURE;

use crate::config::FactsDoor;
use crate::deliver::Secret;
use crate::model::Actor;

/// Who calls: a webhook with a valid signature, or whoever has a token.
#[must_use]
pub fn caller(headers: &HeaderMap, body: &[u8], door: &FactsDoor) -> Option<Actor> {
    if headers.contains_key(HEADER_WEBHOOK_SIGNATURE) {
        let valid = |secret: &Secret| {
            standardwebhooks::Webhook::new(secret.reveal()).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
        };
        return door.secrets.iter().any(valid).then(|| Actor::person("webhook"));
    }
    has_token(headers, door).then(|| Actor::person("api"))
}

/// Whether a request carries one of the tokens of this door.
#[must_use]
pub fn has_token(headers: &HeaderMap, door: &FactsDoor) -> bool {
    has_one_of(headers, &door.tokens)
}

/// Whether a request carries one of these bearer tokens. Compared by hash, so that neither time nor length tells how much of
/// a guess is right: BLAKE3 hashes compare in constant time.
#[must_use]
pub fn has_one_of(headers: &HeaderMap, tokens: &[Secret]) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, token)) = given.and_then(|value| value.split_once(' ')) else { return false };
    let given = blake3::hash(token.trim().as_bytes());
    let known = tokens.iter().fold(false, |known, own| known | (blake3::hash(own.reveal().as_bytes()) == given));
    known && scheme.eq_ignore_ascii_case("bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r48_only_a_whole_token_opens() {
        let token = "0123456789abcdef01234567";
        let door = FactsDoor {
            tokens: vec![Secret::new("another-token-of-24-letters"), Secret::new(token)],
            ..FactsDoor::default()
        };
        for (value, opens) in [
            (format!("Bearer {token}"), true),
            (format!("bearer  {token} "), true),
            (format!("Basic {token}"), false),
            (format!("Bearer {}", &token[1..]), false),
            (format!("Bearer {token}x"), false),
            ("Bearer ".to_owned(), false),
            (token.to_owned(), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            assert_eq!(has_token(&headers, &door), opens, "{value:?}");
            assert!(!has_token(&headers, &FactsDoor::default()), "{value:?}: nobody has a token");
        }
        assert!(!has_token(&HeaderMap::new(), &door));
    }
}
