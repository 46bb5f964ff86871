//! The plain pages that stand before all others: signing in, and what went wrong. They hold no script and no style.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_double_quoted_attribute as attribute;
use html_escape::encode_text as text;

/// The form by which people sign in.
pub(super) struct Form<'a> {
    /// Where to go afterwards: a path of ours.
    pub(super) next: &'a str,
    /// The name that was typed, where it went wrong.
    pub(super) name: &'a str,
    /// What went wrong, and what to do about it.
    pub(super) wrong: Option<(String, Option<String>)>,
    /// What the identity provider is called, where there is one.
    pub(super) provider: Option<&'a str>,
}

/// The page with the form.
pub(super) fn sign_in(status: StatusCode, form: &Form<'_>) -> Response {
    let Form { next, name, wrong, provider } = form;
    let wrong = wrong.as_ref().map_or(String::new(), |(what, hint)| {
        let hint = hint.as_ref().map_or(String::new(), |hint| format!(" {}", sentence(hint)));
        format!("<p role=\"alert\"><strong>{}</strong>{hint}</p>\n", sentence(what))
    });
    let provider = provider.map_or(String::new(), |provider| {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        format!("<p><a href=\"/sign-in/oidc?{}\">Sign in with {}</a></p>\n", attribute(&query), text(provider))
    });
    let body = format!(
        "{wrong}{provider}<form method=\"post\" action=\"/sign-in\">\n\
         <input type=\"hidden\" name=\"next\" value=\"{}\">\n\
         <p><label for=\"name\">Name</label><br>\n\
         <input id=\"name\" name=\"name\" value=\"{}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" maxlength=\"64\" required></p>\n\
         <p><label for=\"password\">Password</label><br>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
         maxlength=\"1024\" required></p>\n\
         <p><button type=\"submit\">Sign in</button></p>\n</form>\n",
        attribute(next),
        attribute(name)
    );
    whole(status, "Sign in", &body)
}

/// A page that only says something.
pub(super) fn message(status: StatusCode, what: &str, hint: Option<&str>) -> Response {
    let hint = hint.map_or(String::new(), |hint| format!("<p>{}</p>\n", sentence(hint)));
    let body = format!("<p>{}</p>\n{hint}<p><a href=\"/\">To the first page</a></p>\n", sentence(what));
    whole(status, status.canonical_reason().unwrap_or("Tidings"), &body)
}

fn whole(status: StatusCode, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title} · Tidings</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    (status, Html(page)).into_response()
}

/// Words of ours as a sentence on a page.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{}.", text(&format!("{first}{}", letters.as_str())))
}
