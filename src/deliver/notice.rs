//! A message that is no touch point: what a saved search found, that a destination fails, a test. For destinations that
//! show words to people.

use serde::Deserialize;

use super::{Answer, Class, Refusal};
use crate::model::Delivery;

/// What a person is to read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Notice {
    /// One line of at most 80 characters.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

#[derive(Deserialize)]
struct Message {
    data: Notice,
}

impl Notice {
    /// The subject and body of any delivery.
    ///
    /// # Errors
    /// Where the stored message has none: it was written by another version.
    pub fn of(delivery: &Delivery) -> Result<Self, Answer> {
        serde_json::from_str::<Message>(&delivery.payload).map(|message| message.data).map_err(|error| {
            Answer::Refused(Refusal::new(Class::Dead, format!("its message cannot be read by this version: {error}")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::{Destination, test_message};

    #[test]
    fn a_test_message_can_be_shown_to_people() {
        let destination: Destination = toml::from_str("kind = \"webhook\"\nid = \"chat\"").unwrap();
        let delivery = test_message(&destination, "2026-03-02T09:00:00Z".parse().unwrap());
        assert!(delivery.is_notice());
        assert_eq!(Notice::of(&delivery).unwrap().subject, "Test of Tidings");
        let odd = Delivery { payload: "[]".to_owned(), ..delivery };
        assert!(Notice::of(&odd).is_err());
    }
}
