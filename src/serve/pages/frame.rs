//! What stands around every page: navigation, search box, who is signed in, theme, what was done a moment ago.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use tracing::warn;

use super::Fields;
use super::assets::{ADDRESSES, Addresses};
use super::fault::Fault;
use super::own_path;
use super::render;
use super::theme::Theme;
use super::toast::Toast;
use crate::config::Config;
use crate::model::Time;
use crate::pipeline::{Engine, desk};
use crate::serve::ROUTES;
use crate::serve::viewer::Viewer;

/// Places of the navigation: path, words, the letter after `g` that leads there. Those without a route are left out.
const PLACES: &[(&str, &str, &str)] = &[
    ("/", "Inbox", "i"),
    ("/calendar", "Calendar", "c"),
    ("/accounts", "Accounts", "a"),
    ("/search", "Search", "s"),
    ("/topics", "Topics", "t"),
    ("/feeds", "Feeds", "f"),
    ("/playbook", "Playbook", "p"),
    ("/outbox", "Outbox", "o"),
    ("/report", "Report", "r"),
    ("/settings", "Settings", "e"),
    ("/help", "Help", "h"),
];

/// The frame of a page, and what its handler needs to know: an extractor.
pub(super) struct Frame {
    /// The running program.
    pub(super) engine: Arc<Engine>,
    /// The configuration in effect.
    pub(super) config: Arc<Config>,
    /// Who asks.
    pub(super) viewer: Viewer,
    /// The present instant.
    pub(super) now: Time,
    /// The zone of the operator, in which all days and hours are shown.
    pub(super) zone: Tz,
    /// The parameters of the address.
    pub(super) query: Fields,
    /// Path and query of this page.
    here: String,
    theme: Theme,
    broken_feeds: usize,
}

/// What `layout.html` reads as `frame`.
#[derive(Serialize)]
struct Shown<'a> {
    assets: &'a Addresses,
    theme: &'static str,
    who: &'a str,
    now: Time,
    zone: &'static str,
    today: NaiveDate,
    here: &'a str,
    places: Vec<Place>,
    search: bool,
    q: &'a str,
    toast: Option<Toast>,
}

#[derive(Serialize)]
struct Place {
    path: &'static str,
    words: &'static str,
    key: &'static str,
    current: bool,
    /// Broken feeds, beside Feeds.
    badge: usize,
}

impl Frame {
    /// The page of a template with what it shows: the fields of `content` by their names, and `frame`.
    ///
    /// # Errors
    /// Where the template does.
    pub(super) fn show(&self, template: &str, content: &impl Serialize) -> Result<Response, Fault> {
        let html = render::page(template, &self.shown(), content).map_err(|why| Fault::broken(&why))?;
        Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
    }

    /// The present day where the operator is.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// Ends a form: back to the own path that it names as `back` (else `otherwise`), saying what was done.
    #[expect(clippy::unused_self, reason = "reads as what it is: the frame leads on")]
    pub(super) fn lead(&self, fields: &Fields, otherwise: &str, said: &[(&str, &str)]) -> Response {
        let back = own_path::own_path(fields.get("back"), otherwise);
        (StatusCode::SEE_OTHER, Redirect::to(&own_path::with(back, said))).into_response()
    }

    fn shown(&self) -> Shown<'_> {
        let path = self.here.split('?').next().unwrap_or("/");
        let routed = |path: &str| ROUTES.iter().any(|(route, _)| *route == path);
        let places = PLACES.iter().filter(|(place, ..)| routed(place)).map(|(place, words, key)| Place {
            path: place,
            words,
            key,
            current: if *place == "/" {
                path == "/" || path.starts_with("/touchpoints/")
            } else {
                path == *place || path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
            },
            badge: if *place == "/feeds" { self.broken_feeds } else { 0 },
        });
        Shown {
            assets: &ADDRESSES,
            theme: self.theme.as_str(),
            who: &self.viewer.actor.0,
            now: self.now,
            zone: self.zone.name(),
            today: self.today(),
            here: &self.here,
            places: places.collect(),
            search: routed("/search"),
            q: self.query.get("q").unwrap_or_default(),
            toast: Toast::of(&self.query),
        }
    }
}

impl FromRequestParts<Arc<Engine>> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, engine: &Arc<Engine>) -> Result<Self, Infallible> {
        let viewer = Viewer::from_request_parts(parts, engine).await?;
        // Accounts and feeds that were added a moment ago are known already. A page is shown even where that fails: what
        // the page itself needs of the database will say so.
        if let Err(why) = engine.follow_roster().await {
            warn!(%why, "a page shows accounts and feeds as they were");
        }
        let broken_feeds = desk::broken_feeds(&engine.store).await.unwrap_or_else(|why| {
            warn!(%why, "broken feeds could not be counted");
            0
        });
        let query = parts.uri.query().unwrap_or_default();
        let here = if query.is_empty() { parts.uri.path().to_owned() } else { format!("{}?{query}", parts.uri.path()) };
        Ok(Self {
            config: engine.config(),
            viewer,
            now: engine.now(),
            zone: engine.settings().operator.zone(),
            query: Fields::of(query),
            here: own_path::own_path(Some(&here), "/").to_owned(),
            theme: Theme::of(&parts.headers),
            broken_feeds,
            engine: Arc::clone(engine),
        })
    }
}
