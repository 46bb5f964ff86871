//! Feeds that a bridge makes of other people's pages: RSS-Bridge and RSSHub. They are plain RSS; but RSS-Bridge puts its
//! own errors among the entries (<https://github.com/RSS-Bridge/rss-bridge/blob/master/config.default.ini.php>, `output`
//! in section `error`), and those are no articles.

use crate::feed::Parsed;
use crate::model::{Entry, Warning};

/// Takes errors out of the entries. Where nothing else is there, the document is a failure.
pub(in crate::feed) fn without_errors(mut parsed: Parsed) -> Parsed {
    let Some(error) = parsed.entries.iter().find(|entry| is_error(entry)) else { return parsed };
    let title = error.title.clone().unwrap_or_default();
    let told = title.split(" (").next().unwrap_or(&title).to_lowercase();
    parsed.entries.retain(|entry| !is_error(entry));
    let message = format!("the bridge could not read its page: {told}");
    if parsed.entries.is_empty() {
        let code = if told.contains("429") { super::trouble::RATE_LIMITED } else { "bridge_error" };
        return Parsed::not_understood(Warning::new(code, message), parsed.warnings);
    }
    parsed.warnings.push(Warning::new("bridge_error", message));
    parsed
}

/// "Bridge returned error 403! (20512)": the number of the day keeps it apart from yesterday's.
fn is_error(entry: &Entry) -> bool {
    let Some(rest) = entry.title.as_deref().and_then(|title| title.trim().strip_prefix("Bridge returned error "))
    else {
        return false;
    };
    let Some((code, day)) = rest.split_once("! (") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(code) && day.strip_suffix(')').is_some_and(digits)
}
