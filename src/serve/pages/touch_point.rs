//! `/touchpoints/{id}`: everything about one card, and what is done with it.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;

use super::steps::{self, Choices, Undo};
use super::{Fault, Fields, Frame, Page};
use crate::pipeline::explain::{Explanation, explain};

pub(super) const PAGE: Page = Page {
    templates: &[("touch_point.html", include_str!("templates/touch_point.html"))],
    routes: |router| router.route("/touchpoints/{id}", get(show)).route("/touchpoints/{id}/{step}", post(step)),
    said: &[],
};

/// What `touch_point.html` shows.
#[derive(Serialize)]
struct Shown {
    explanation: Explanation,
    #[serde(flatten)]
    choices: Choices,
}

/// Shows a card.
async fn show(frame: Frame, Path(id): Path<String>) -> Result<Response, Fault> {
    let explanation = explain(&frame.engine.store, &frame.config, &id).await?;
    frame.show("touch_point.html", &Shown { explanation, choices: Choices::on(frame.today()) })
}

/// Has a card take a step, then leads back, offering to take it back.
async fn step(frame: Frame, Path((id, step)): Path<(String, String)>, fields: Fields) -> Result<Response, Fault> {
    let hand = steps::hand(&frame);
    let here = format!("/touchpoints/{id}");
    if step == "undo" {
        hand.undo(&id).await.map_err(|error| Fault::from(error).next("Back to the card", &here))?;
        return Ok(frame.lead(&fields, &here, &[("done", "undone")]));
    }
    let (code, command) = steps::command(&step, &fields, &frame)?;
    let stepped = hand.step(&id, &command).await;
    let card = stepped.map_err(|error| Fault::from(error).next("Back to the card", &here))?;
    let undo = Undo::of_one(&card, frame.now).token();
    Ok(frame.lead(&fields, &here, &[("done", code), ("undo", &undo)]))
}
