//! Asking Salesforce: addresses, tokens, SOQL.

use http::{HeaderMap, Method};
use serde_json::Value;

use super::super::crm::course::Reached;
use super::super::crm::grant::{self, Grant, Request};
use super::super::{Answer, Class, Refusal, Told, under};
use super::{Salesforce, error};

/// Most pages of an answer that are followed: 2,000 rows each.
const MOST_PAGES: usize = 1000;

/// An org, as one attempt speaks with it.
pub(super) type Org<'a> = Reached<'a, Salesforce>;

impl Org<'_> {
    /// Asks for a path below `/services/data/vN`.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Told, Answer> {
        let url = under(&self.settings.url, &format!("services/data/v{}/{path}", self.settings.version));
        self.ask_url(method, &url, body).await
    }

    async fn ask_url(&self, method: Method, url: &str, body: Option<&Value>) -> Result<Told, Answer> {
        let settings = self.settings;
        let Some(secret) = &settings.secret else {
            return Err(Answer::Silent { why: "its consumer secret was not loaded".to_owned() });
        };
        let grant = Grant {
            destination: &settings.id,
            url: under(&settings.url, "services/oauth2/token"),
            client_id: &settings.client_id,
            secret,
            scope: None,
            timeout: settings.rules().timeout,
        };
        let read = method == Method::GET;
        let told = grant::ask(self.wire, &grant, Request { method, url, headers: HeaderMap::new(), body }).await?;
        // Only after reading: what was written is written.
        match error::spent(&told, settings.share_of_limit, self.wire.now) {
            Some(rest) if read && told.status < 300 => Err(rest),
            _ => Ok(told),
        }
    }

    /// What an answer means that was no success.
    pub(super) fn judge(&self, told: &Told) -> Answer {
        error::judge(told, self.wire.now)
    }

    /// All rows of a query, deleted ones too where `all`.
    pub(super) async fn query(&self, soql: &str, all: bool) -> Result<Vec<Value>, Answer> {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        let verb = if all { "queryAll" } else { "query" };
        let first = self.ask(Method::GET, &format!("{verb}?{query}"), None).await?;
        self.rest_of(first).await
    }

    /// The rows of this page and of those that follow it.
    async fn rest_of(&self, first: Told) -> Result<Vec<Value>, Answer> {
        let mut told = first;
        let mut rows = Vec::new();
        for _ in 0..MOST_PAGES {
            if told.status != 200 {
                return Err(self.judge(&told));
            }
            let Some(page) = told.body["records"].as_array() else { return Err(no_rows(&told)) };
            rows.extend(page.iter().cloned());
            match told.body["nextRecordsUrl"].as_str() {
                Some(next) if told.body["done"] != true => told = self.page(next).await?,
                _ if told.body["done"] == true => return Ok(rows),
                _ => return Err(no_rows(&told)),
            }
        }
        let why = format!("a query has more than {MOST_PAGES} pages: narrow `import.only`");
        Err(Answer::Refused(Refusal::new(Class::Pause, why)))
    }

    /// The rows of a subquery within a row, with the pages that follow.
    pub(super) async fn rows_within(&self, within: &Value) -> Result<Vec<Value>, Answer> {
        let mut rows: Vec<_> = within["records"].as_array().cloned().unwrap_or_default();
        if let Some(next) = within["nextRecordsUrl"].as_str().filter(|_| within["done"] == false) {
            let told = self.page(next).await?;
            rows.extend(self.rest_of(told).await?);
        }
        Ok(rows)
    }

    /// A page by its path. It is a path: the token goes to no other host, whatever it says.
    async fn page(&self, next: &str) -> Result<Told, Answer> {
        self.ask_url(Method::GET, &under(&self.settings.url, next), None).await
    }
}

fn no_rows(told: &Told) -> Answer {
    let why = "the answer to a query has no `records`, or ends before it is done";
    Answer::Refused(Refusal::new(Class::Retry, why).with_status(told.status))
}

/// A text as SOQL has it, in quotes (SOQL guide, Quoted String Escape Sequences).
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for sign in text.chars() {
        match sign {
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("\\'"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(sign),
        }
    }
    quoted.push('\'');
    quoted
}

/// Parts of a path, each encoded as a whole: a slash within one begins no new part.
pub(super) fn path(parts: &[&str]) -> String {
    parts.iter().map(|part| segment(part)).collect::<Vec<_>>().join("/")
}

fn segment(part: &str) -> String {
    // `+` is a blank in forms only; in a path it must be `%20`.
    url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_within_their_quotes() {
        assert_eq!(quoted("O'Hara \\ \"x\"\nOR Id != ''"), r#"'O\'Hara \\ \"x\"\nOR Id != \'\''"#);
    }

    #[test]
    fn parts_of_a_path_stay_parts() {
        assert_eq!(path(&["sobjects", "Task", "a/b c:?#"]), "sobjects/Task/a%2Fb%20c%3A%3F%23");
    }
}
