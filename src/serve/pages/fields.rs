//! The fields of a form or of an address, names repeated as often as they come.

use axum::extract::{FromRequest, RawForm, Request};

use super::Fault;

/// What was sent, in its order. An extractor for forms; [`Fields::of`] reads a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub(super) fn of(encoded: &str) -> Self {
        Self(url::form_urlencoded::parse(encoded.as_bytes()).into_owned().collect())
    }

    /// The value of `name`, without spaces around it; nothing where it is empty or not there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| value.trim()).find(|value| !value.is_empty())
    }

    /// Every value of `name` that is not empty.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Every value of `name`, those that are empty too: the rows of a form keep in step.
    pub(super) fn rows<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// The value of `name`.
    ///
    /// # Errors
    /// Where it is not there: 400 with the name of the field.
    pub(super) fn need(&self, name: &str, label: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| Fault::bad_form(format!("The form needs “{label}”.")))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let RawForm(bytes) = RawForm::from_request(request, state)
            .await
            .map_err(|refused| Fault::new(refused.status(), "The form could not be read", refused.body_text()))?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_their_order_and_rows_keep_in_step() {
        let fields = Fields::of("id=a&id=b&what=x&what=&by=2026-12-01&by=&note=+a+");
        assert_eq!(fields.all("id").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.rows("what").zip(fields.rows("by")).collect::<Vec<_>>(), [("x", "2026-12-01"), ("", "")]);
        assert_eq!(fields.get("note"), Some("a"));
        assert_eq!(fields.get("what2"), None);
    }
}
