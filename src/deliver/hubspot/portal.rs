//! Asking HubSpot: addresses, the token, pages.

use chrono_tz::Tz;
use http::Method;
use serde_json::{Value, json};

use super::super::crm::api::Api;
use super::super::crm::course::Reached;
use super::super::{Answer, Class, Refusal, Told, under};
use super::{HubSpot, error};

/// Most pages that are followed, 100 objects each.
const MOST_PAGES: usize = 10_000;

/// Objects read in one batch.
pub(super) const BATCH: usize = 100;

/// An account, as one attempt speaks with it.
pub(super) type Portal<'a> = Reached<'a, HubSpot>;

impl Portal<'_> {
    /// A path below that of objects.
    pub(super) fn objects(&self, path: &str) -> String {
        under(&self.settings.objects, path)
    }

    /// Asks for a path. The daily limit is told as what it is, with the midnight at which it ends.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Told, Answer> {
        let told = self.ask_plainly(method, path, body).await?;
        if error::is_daily(&told) {
            // Where the day's requests are used up this may be refused too.
            let details = self.ask_plainly(Method::GET, "/account-info/v3/details", None).await.ok();
            let zone = details.and_then(|details| details.body["timeZone"].as_str()?.parse::<Tz>().ok());
            return Err(error::rest(zone, self.wire.now));
        }
        Ok(told)
    }

    async fn ask_plainly(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Told, Answer> {
        let settings = self.settings;
        let (key, timeout) = (settings.token.as_ref(), settings.rules().timeout);
        let api = Api { base: &settings.url, key, headers: Vec::new(), timeout };
        api.send(self.wire, method, path, body).await
    }

    /// Asks, where nothing but success is of use.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Answer> {
        let told = self.ask(Method::GET, path, None).await?;
        if told.status == 200 { Ok(told.body) } else { Err(error::judge(&told)) }
    }

    /// All results of a list, over its pages.
    pub(super) async fn list(&self, path: &str) -> Result<Vec<Value>, Answer> {
        let mut results = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mark = if path.contains('?') { '&' } else { '?' };
            let page = match &after {
                None => path.to_owned(),
                Some(after) => format!("{path}{mark}after={}", segment(after)),
            };
            let body = self.get(&page).await?;
            results.extend(body["results"].as_array().ok_or_else(no_results)?.iter().cloned());
            after = match next(&body) {
                None => return Ok(results),
                // A page that follows itself has no end.
                same if same == after => return Err(no_results()),
                next => next,
            };
        }
        Err(Answer::Refused(Refusal::new(Class::Pause, "a list has no end: narrow `import.only`")))
    }

    /// Reads these objects by their ids, with these properties; what is archived or gone is left out.
    pub(super) async fn read_all(&self, kind: &str, ids: &[String], properties: &[&str]) -> Result<Vec<Value>, Answer> {
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let inputs: Vec<_> = batch.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({ "properties": properties, "propertiesWithHistory": [], "inputs": inputs });
            let told = self.ask(Method::POST, &self.objects(&format!("{kind}/batch/read")), Some(&body)).await?;
            // 207: some are no longer there.
            if !matches!(told.status, 200 | 207) {
                return Err(error::judge(&told));
            }
            all.extend(told.body["results"].as_array().ok_or_else(no_results)?.iter().cloned());
        }
        Ok(all)
    }
}

/// Where the next page begins.
pub(super) fn next(body: &Value) -> Option<String> {
    body["paging"]["next"]["after"].as_str().map(str::to_owned)
}

pub(super) fn no_results() -> Answer {
    Answer::Refused(Refusal::new(Class::Retry, "the answer has no `results`, or its pages have no end"))
}

/// A part of a path or a query, encoded as a whole.
pub(super) fn segment(part: &str) -> String {
    url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20")
}

/// An id: a text in most answers, a number in some.
pub(super) fn id_of(value: &Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()))?;
    Some(text).filter(|text| !text.is_empty())
}
