//! Light, dark, or as the machine has it: a cookie, chosen by a form.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};

use super::Fields;
use super::own_path::own_path;

/// How pages are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the machine has it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every theme with its word.
    const ALL: &[(Self, &str)] = &[(Self::Auto, "auto"), (Self::Light, "light"), (Self::Dark, "dark")];

    pub(super) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(theme, _)| *theme == self).map_or("auto", |(_, word)| *word)
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(theme, _)| *theme)
    }

    /// The one chosen before.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let mut cookies =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        cookies.find(|(name, _)| *name == "theme").and_then(|(_, word)| Self::named(word)).unwrap_or_default()
    }
}

/// Keeps the choice for a year (RFC 6265) and leads back.
pub(super) async fn choose(fields: Fields) -> Response {
    let theme = fields.get("theme").and_then(Theme::named).unwrap_or_default();
    let cookie = format!("theme={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", theme.as_str());
    let back = Redirect::to(own_path(fields.get("back"), "/"));
    ([(SET_COOKIE, cookie)], back).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(Theme::of(&headers), Theme::Auto);
        headers.insert(COOKIE, "mytheme=light; theme=dark; x".parse().unwrap());
        assert_eq!(Theme::of(&headers), Theme::Dark);
        headers.insert(COOKIE, "theme=<script>".parse().unwrap());
        assert_eq!(Theme::of(&headers), Theme::Auto);
    }
}
