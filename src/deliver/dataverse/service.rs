//! Asking Dataverse: addresses, tokens, pages, errors.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::super::crm::course::Reached;
use super::super::crm::grant::{self, Grant, Request};
use super::super::{Answer, Class, Refusal, Told, under};
use super::Dataverse;
use crate::text::sanitise::plain_line;

/// Most pages of an answer that are followed.
const MOST_PAGES: usize = 2000;

/// Rows asked for a page.
const PAGE: &str = "return=representation,odata.maxpagesize=500,odata.include-annotations=\
                    \"OData.Community.Display.V1.FormattedValue\"";

/// Longest text of an error that is passed on.
const LONGEST: usize = 300;

/// An environment, as one attempt speaks with it.
pub(super) type Service<'a> = Reached<'a, Dataverse>;

/// One more field of a request.
pub(super) type Field = (&'static str, &'static str);

impl Service<'_> {
    /// The address of a path below `/api/data/vN`, with a query.
    pub(super) fn url(&self, path: &str, query: &[(&str, &str)]) -> String {
        let mut query = query.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let first = query.next().map(|first| query.fold(format!("?{first}"), |all, one| format!("{all}&{one}")));
        let path = format!("api/data/{}/{path}{}", self.settings.version, first.unwrap_or_default());
        under(&self.settings.url, &path)
    }

    /// Asks for an address of the environment.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: &str,
        fields: &[Field],
        body: Option<&Value>,
    ) -> Result<Told, Answer> {
        let settings = self.settings;
        let Some(secret) = &settings.secret else {
            return Err(Answer::Silent { why: "its client secret was not loaded".to_owned() });
        };
        let grant = Grant {
            destination: &settings.id,
            url: under(&settings.authority, &format!("{}/oauth2/v2.0/token", encoded(&settings.tenant))),
            client_id: &settings.client_id,
            secret,
            scope: Some(under(&settings.url, ".default")),
            timeout: settings.rules().timeout,
        };
        let mut headers = HeaderMap::new();
        let version = [("odata-version", "4.0"), ("odata-maxversion", "4.0")];
        for (name, value) in version.into_iter().chain(fields.iter().copied()) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        grant::ask(self.wire, &grant, Request { method, url, headers, body }).await
    }

    /// All rows of an address, over its pages.
    pub(super) async fn rows(&self, url: String) -> Result<Vec<Value>, Answer> {
        let mut url = url;
        let mut rows = Vec::new();
        for _ in 0..MOST_PAGES {
            let told = self.ask(Method::GET, &url, &[("prefer", PAGE)], None).await?;
            let page = told.body["value"].as_array().filter(|_| told.status == 200);
            let Some(page) = page else { return Err(judge_rows(&told)) };
            rows.extend(page.iter().cloned());
            match told.body["@odata.nextLink"].as_str() {
                None => return Ok(rows),
                Some(next) => url = self.own(next)?,
            }
        }
        let why = format!("more than {MOST_PAGES} pages of rows: narrow `import.only`");
        Err(Answer::Refused(Refusal::new(Class::Pause, why)))
    }

    /// The next page, where it is of the same environment: the token goes nowhere else.
    pub(super) fn own(&self, next: &str) -> Result<String, Answer> {
        let origin = |address: &str| url::Url::parse(address).ok().map(|url| url.origin());
        if origin(next).is_some_and(|next| Some(next) == origin(&self.settings.url)) {
            return Ok(next.to_owned());
        }
        let why = "its next page is on another host than `url`: set `url` to the address that Dataverse itself uses";
        Err(Answer::Refused(Refusal::new(Class::Pause, why)))
    }
}

fn judge_rows(told: &Told) -> Answer {
    if told.status != 200 {
        return judge(told);
    }
    let why = "the answer to a query has no `value`";
    Answer::Refused(Refusal::new(Class::Retry, why).with_status(told.status))
}

/// What an answer that is no success means.
pub(super) fn judge(told: &Told) -> Answer {
    let error = &told.body["error"];
    let code = error["code"].as_str().unwrap_or_default();
    if code.is_empty() || matches!(told.status, 408 | 429) || told.status >= 500 {
        return told.plain.clone();
    }
    let message: String = plain_line(error["message"].as_str().unwrap_or_default()).chars().take(LONGEST).collect();
    let (class, advice) = match (told.status, code) {
        // PrivilegeDenied, UserIsNotEnabled and their kin.
        (403, _) => (Class::Pause, "give the application user a role that may read accounts and write tasks"),
        // A name that is no column of the table, whatever the status.
        (_, "0x80060888") => (Class::Pause, "check the column names and conditions of this destination"),
        (404, _) if message.contains("Resource not found for the segment") => {
            (Class::Pause, "check `url` and `version`")
        }
        (404, _) => (Class::Dead, "check the external id of the client and the ids in `import.owners`"),
        (412, _) => (Class::Retry, "its key is looked up before it is tried again"),
        (_, "0x80048306" | "0x80048d19") => (Class::Dead, "check the length and the kind of each column"),
        _ => (Class::Dead, "set it right there, then send it again"),
    };
    Answer::Refused(Refusal::new(class, format!("{code}: {message}; {advice}")).with_status(told.status))
}

/// A text as OData has it, in quotes (OData 4.0 URL Conventions, section 5.1.1.6.1).
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An id that cannot be anything but an id.
pub(super) fn guid(id: &str) -> Option<String> {
    uuid::Uuid::parse_str(id.trim()).ok().map(|id| id.to_string())
}

/// A part of an address, with everything encoded that has a meaning there.
pub(super) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_within_their_quotes_and_ids_are_ids() {
        assert_eq!(quoted("O'Hara' or 1 eq 1"), "'O''Hara'' or 1 eq 1'");
        assert_eq!(encoded("'a/b' &$#"), "%27a%2Fb%27%20%26%24%23");
        assert_eq!(guid("00000000-0000-0000-0000-0000000000aA").unwrap(), "00000000-0000-0000-0000-0000000000aa");
        assert_eq!(guid("1)/contacts(2"), None);
    }
}
