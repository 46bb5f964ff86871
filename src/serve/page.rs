//! The plain pages that stand before all others: signing in, and what went wrong. They are dressed as the pages within,
//! show no navigation to strangers, and hold no script.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_double_quoted_attribute as attribute;
use html_escape::encode_text as text;

use super::pages::{mark, stylesheet};

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
        format!("<p class=\"notice bad\" role=\"alert\"><strong>{}</strong>{hint}</p>\n", sentence(what))
    });
    let provider = provider.map_or(String::new(), |provider| {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        format!(
            "<p><a class=\"button\" href=\"/sign-in/oidc?{}\">Sign in with {}</a></p>\n",
            attribute(&query),
            text(provider)
        )
    });
    let body = format!(
        "{wrong}{provider}<form method=\"post\" action=\"/sign-in\">\n\
         <input type=\"hidden\" name=\"next\" value=\"{}\">\n\
         <p class=\"field\"><label for=\"name\">Name</label>\n\
         <input id=\"name\" name=\"name\" value=\"{}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" maxlength=\"64\" required></p>\n\
         <p class=\"field\"><label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
         maxlength=\"1024\" required></p>\n\
         <p><button class=\"primary\" type=\"submit\">Sign in</button></p>\n</form>\n",
        attribute(next),
        attribute(name)
    );
    whole(status, "Sign in", &body)
}

/// A page that only says something.
pub(super) fn message(status: StatusCode, what: &str, hint: Option<&str>) -> Response {
    let hint = hint.map_or(String::new(), |hint| format!("<p>{}</p>\n", sentence(hint)));
    let body =
        format!("<p>{}</p>\n{hint}<p><a class=\"button\" href=\"/\">To the first page</a></p>\n", sentence(what));
    whole(status, status.canonical_reason().unwrap_or("Tidings"), &body)
}

fn whole(status: StatusCode, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} · Tidings</title>\n<link rel=\"icon\" href=\"{mark}\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body class=\"alone\">\n<main>\n\
         <p class=\"brand\"><img src=\"{mark}\" alt=\"\" width=\"24\" height=\"24\"> Tidings</p>\n\
         <h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n",
        mark = mark(),
        style = stylesheet(),
    );
    (status, Html(page)).into_response()
}

/// Words of ours as a sentence on a page.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{}.", text(&format!("{first}{}", letters.as_str())))
}
