//! Pages for people: rendered here, complete without script, quicker with it.
//!
//! A page is a file that states a [`Page`]: its templates, its routes, what it says when something was done. Its handlers
//! take a [`Frame`] and give `frame.show("name.html", &content)`, or a [`Fault`]; forms end in a redirect to an own path.

mod assets;
mod closing;
mod fault;
mod fields;
mod filters;
mod frame;
mod inbox;
mod own_path;
mod render;
mod steps;
mod theme;
mod toast;
mod touch_point;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use self::fault::Fault;
use self::fields::Fields;
use self::frame::Frame;
use self::toast::Said;
use crate::pipeline::Engine;

/// Bytes of a form at most.
const MOST_OF_A_FORM: usize = 256 * 1024;

/// What a page brings along.
struct Page {
    /// Its templates by name.
    templates: &'static [(&'static str, &'static str)],
    /// Adds its routes; each stands on [`super::ROUTES`] too.
    routes: fn(Router<Arc<Engine>>) -> Router<Arc<Engine>>,
    /// What is said after something was done, by the code in the address.
    said: &'static [Said],
}

/// Every page.
const PAGES: &[Page] = &[inbox::PAGE, touch_point::PAGE];

/// The address of the stylesheet, for pages that stand before these.
pub(super) fn stylesheet() -> &'static str {
    &assets::ADDRESSES.style
}

/// The address of the mark of the house.
pub(super) fn mark() -> &'static str {
    &assets::ADDRESSES.mark
}

/// The routes of all pages, and of what they are dressed with.
pub(super) fn routes(engine: &Arc<Engine>) -> Router<Arc<Engine>> {
    let mut router = Router::new().route("/theme", post(theme::choose));
    for page in PAGES {
        router = (page.routes)(router);
    }
    router
        .layer(DefaultBodyLimit::max(MOST_OF_A_FORM))
        .layer(from_fn_with_state(Arc::clone(engine), fault::dress))
        .route("/assets/{file}", get(assets::get))
}
