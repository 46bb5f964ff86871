//! Messages as CloudEvents 1.0: attributes and formats by the specification
//! (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>), over HTTP by its protocol binding
//! (`bindings/http-protocol-binding.md`, 3.1 binary and 3.2 structured content mode).

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};

use super::webhook::Format;
use crate::model::Delivery;

/// Whence the events come: a reference that is the same wherever this program runs, told apart by the destination.
const SOURCE: &str = "urn:tidings";

/// A body with the header fields that go with it.
pub(super) struct Wrapped {
    pub(super) body: Vec<u8>,
    pub(super) headers: HeaderMap,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    timestamp: String,
    data: Value,
}

impl Format {
    /// What stands as the type of the body.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Plain | Self::CloudeventsBinary => "application/json",
            Self::CloudeventsStructured => "application/cloudevents+json",
        }
    }
}

/// The message of a delivery in this format; the event's id is the delivery's, the same for every attempt.
///
/// # Errors
/// Where the stored message cannot be read.
pub(super) fn wrapped(format: Format, delivery: &Delivery) -> Result<Wrapped, String> {
    if format == Format::Plain {
        return Ok(Wrapped { body: delivery.payload.clone().into_bytes(), headers: HeaderMap::new() });
    }
    let Message { kind, timestamp, data } = serde_json::from_str(&delivery.payload)
        .map_err(|error| format!("its message cannot be read by this version: {error}"))?;
    let subject = (!delivery.touch_point.0.is_nil()).then(|| delivery.touch_point.to_string());
    if format == Format::CloudeventsStructured {
        let mut event = json!({
            "specversion": "1.0", "id": delivery.id, "source": SOURCE, "type": kind, "time": timestamp,
            "datacontenttype": "application/json",
            "data": data,
        });
        if let Some(subject) = subject {
            event["subject"] = subject.into();
        }
        return Ok(Wrapped { body: event.to_string().into_bytes(), headers: HeaderMap::new() });
    }
    let mut headers = HeaderMap::new();
    let subject = subject.unwrap_or_default();
    for (name, value) in [
        ("ce-specversion", "1.0"),
        ("ce-id", delivery.id.as_str()),
        ("ce-source", SOURCE),
        ("ce-type", kind.as_str()),
        ("ce-time", timestamp.as_str()),
        ("ce-subject", subject.as_str()),
    ] {
        if !value.is_empty() {
            let value = HeaderValue::from_str(value).map_err(|error| format!("{name} cannot be sent: {error}"))?;
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    Ok(Wrapped { body: data.to_string().into_bytes(), headers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TouchPointId;

    fn delivery() -> Delivery {
        let payload = r#"{"type":"touch_point.ready","timestamp":"2026-03-02T09:00:00Z","data":{"id":"x","body":"é"}}"#;
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let bare = Delivery::due("msg_1".to_owned(), "hook".into(), payload.to_owned(), now);
        Delivery { touch_point: TouchPointId(uuid::Uuid::from_u128(7)), ..bare }
    }

    #[test]
    fn each_format_carries_the_same_data() {
        let whole: Value = serde_json::from_str(&delivery().payload).unwrap();
        let structured = wrapped(Format::CloudeventsStructured, &delivery()).unwrap();
        let event: Value = serde_json::from_slice(&structured.body).unwrap();
        assert_eq!((&event["data"], &event["type"], &event["id"]), (&whole["data"], &whole["type"], &json!("msg_1")));
        assert_eq!(event["subject"], "00000000-0000-0000-0000-000000000007");
        let binary = wrapped(Format::CloudeventsBinary, &delivery()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&binary.body).unwrap(), whole["data"]);
        assert_eq!(binary.headers["ce-type"], "touch_point.ready");
        assert_eq!(binary.headers["ce-time"], "2026-03-02T09:00:00Z");
        let plain = wrapped(Format::Plain, &delivery()).unwrap();
        assert!(plain.headers.is_empty() && plain.body == delivery().payload.into_bytes());
    }

    #[test]
    fn what_is_no_touch_point_has_no_subject() {
        let notice = Delivery { touch_point: TouchPointId(uuid::Uuid::nil()), ..delivery() };
        assert!(!wrapped(Format::CloudeventsBinary, &notice).unwrap().headers.contains_key("ce-subject"));
        let odd = Delivery { payload: "[]".to_owned(), ..notice };
        assert!(wrapped(Format::CloudeventsStructured, &odd).is_err());
    }
}
