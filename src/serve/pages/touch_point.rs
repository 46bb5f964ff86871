//! `/touchpoints/{id}`: everything about one card, and what is done with it.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;

use super::closing::closing;
use super::steps::{self, Choices, Undo};
use super::{Fault, Fields, Frame, Page};
use crate::model::{AnswerField, TouchPointId};
use crate::pipeline::desk::{self, CardFile};

pub(super) const PAGE: Page = Page {
    templates: &[("touch_point.html", include_str!("templates/touch_point.html"))],
    routes: |router| router.route("/touchpoints/{id}", get(show)).route("/touchpoints/{id}/{step}", post(step)),
    said: &[],
};

/// What `touch_point.html` shows.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    file: CardFile,
    fields: Vec<(&'static str, &'static str)>,
    #[serde(flatten)]
    choices: Choices,
}

/// Shows a card. Other ways to write its id lead to the one address that it has.
async fn show(frame: Frame, Path(id): Path<String>) -> Result<Response, Fault> {
    let file = desk::card(&frame.engine.store, &frame.config, &id).await?;
    let fields = std::iter::once(("", "")).chain(AnswerField::ALL.iter().map(|(_, word)| (*word, *word)));
    frame.show("touch_point.html", &Shown { file, fields: fields.collect(), choices: Choices::on(frame.today()) })
}

/// Has a card take a step, then leads back, offering to take it back.
async fn step(frame: Frame, Path((id, step)): Path<(TouchPointId, String)>, fields: Fields) -> Result<Response, Fault> {
    let hand = steps::hand(&frame);
    let id = id.to_string();
    let here = format!("/touchpoints/{id}");
    let refused = |error| Fault::from(error).next("Back to the card", &here);
    let (code, card) = match step.as_str() {
        "undo" => {
            hand.undo(&id).await.map_err(refused)?;
            return Ok(frame.lead(&fields, &here, &[("done", "undone")]));
        }
        "done" => {
            let closing =
                closing(&fields, &frame.viewer.actor.0).map_err(|fault| fault.next("Back to the card", &here))?;
            ("done", hand.close(&id, &closing).await.map_err(refused)?)
        }
        _ => {
            let (code, command) = steps::command(&step, &fields, &frame)?;
            (code, hand.step(&id, &command).await.map_err(refused)?)
        }
    };
    let undo = Undo::of_one(&card, frame.now).token();
    Ok(frame.lead(&fields, &here, &[("done", code), ("undo", &undo)]))
}
