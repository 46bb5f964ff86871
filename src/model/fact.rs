//! What other systems tell: tickets, bounced mail, orders, surveys, invoices, people who come and go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::short_hash;
use super::{AccountId, FactId, Time};

/// Something told by another system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Of system and id there: telling it again changes nothing.
    pub id: FactId,
    /// The system that told it ("zendesk").
    pub system: String,
    /// Its id there.
    pub key: String,
    /// What kind.
    pub kind: FactKind,
    /// Whom it concerns.
    pub account: AccountId,
    /// The person there, by name or mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// When it happened.
    pub at: Time,
    /// A sum, a score or a percentage, as the kind has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    /// What it is about there ("ticket 123"): what opens and what closes have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How grave, as the system has it ("P1").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// What it says, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A support ticket was opened.
    TicketOpened,
    /// A support ticket was closed.
    TicketClosed,
    /// A mail came back: the address is wrong.
    MailBounced,
    /// A newsletter was opened.
    NewsletterOpened,
    /// A link in a newsletter was followed.
    NewsletterClicked,
    /// Orders grew; the amount is the change in per cent.
    OrdersUp,
    /// Orders fell; the amount is the change in per cent.
    OrdersDown,
    /// A survey was answered; the amount is the score, 0–10.
    SurveyAnswered,
    /// An invoice was not paid in time; the amount is the sum.
    InvoiceOverdue,
    /// An invoice was paid.
    InvoicePaid,
    /// A person has left the account.
    ContactLeft,
    /// A person has come to the account.
    ContactJoined,
}

/// A part of our own house whose system could tell facts. One that never told any is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Tickets.
    Support,
    /// Invoices.
    Finance,
    /// Mailings: what bounced, was opened, was followed.
    Mail,
    /// Orders.
    Orders,
    /// Surveys.
    Survey,
    /// Persons: the CRM.
    People,
}

impl FactKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::TicketOpened,
        Self::TicketClosed,
        Self::MailBounced,
        Self::NewsletterOpened,
        Self::NewsletterClicked,
        Self::OrdersUp,
        Self::OrdersDown,
        Self::SurveyAnswered,
        Self::InvoiceOverdue,
        Self::InvoicePaid,
        Self::ContactLeft,
        Self::ContactJoined,
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketOpened => "ticket_opened",
            Self::TicketClosed => "ticket_closed",
            Self::MailBounced => "mail_bounced",
            Self::NewsletterOpened => "newsletter_opened",
            Self::NewsletterClicked => "newsletter_clicked",
            Self::OrdersUp => "orders_up",
            Self::OrdersDown => "orders_down",
            Self::SurveyAnswered => "survey_answered",
            Self::InvoiceOverdue => "invoice_overdue",
            Self::InvoicePaid => "invoice_paid",
            Self::ContactLeft => "contact_left",
            Self::ContactJoined => "contact_joined",
        }
    }

    /// The part of the house that tells it.
    #[must_use]
    pub fn area(self) -> Area {
        match self {
            Self::TicketOpened | Self::TicketClosed => Area::Support,
            Self::InvoiceOverdue | Self::InvoicePaid => Area::Finance,
            Self::MailBounced | Self::NewsletterOpened | Self::NewsletterClicked => Area::Mail,
            Self::OrdersUp | Self::OrdersDown => Area::Orders,
            Self::SurveyAnswered => Area::Survey,
            Self::ContactLeft | Self::ContactJoined => Area::People,
        }
    }

    /// The kind that this one puts an end to.
    #[must_use]
    pub fn ends(self) -> Option<Self> {
        match self {
            Self::TicketClosed => Some(Self::TicketOpened),
            Self::InvoicePaid => Some(Self::InvoiceOverdue),
            _ => None,
        }
    }
}

impl Area {
    /// The area that a check of the playbook names by its system ("support", "finance").
    #[must_use]
    pub fn of_system(system: &str) -> Option<Self> {
        match system {
            "support" => Some(Self::Support),
            "finance" => Some(Self::Finance),
            _ => None,
        }
    }
}

/// Priorities that can wait, as ticket systems write them. One that is not told, or not known here, counts as severe:
/// unknown is not low.
const MILD: &[&str] =
    &["low", "lowest", "minor", "trivial", "normal", "medium", "moderate", "p3", "p4", "p5", "3", "4", "5"];

impl Fact {
    /// The id of what `system` calls `key`.
    #[must_use]
    pub fn id_of(system: &str, key: &str) -> FactId {
        FactId(format!("f{}", short_hash(&[system, key])))
    }

    /// What it is about, in a form that compares: what opens and what closes have the same. Without a reference, its own
    /// key.
    #[must_use]
    pub fn subject(&self) -> String {
        let text = self.reference.as_deref().unwrap_or(&self.key).to_lowercase();
        let mut words: Vec<&str> =
            text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.len() > 1 {
            words.retain(|word| !matches!(*word, "ticket" | "case" | "invoice" | "no" | "nr"));
        }
        format!("{}:{}", self.system.to_lowercase(), words.join(" "))
    }

    /// What it is about, as it is shown: "ticket 123", "invoice 77".
    #[must_use]
    pub fn called(&self) -> String {
        let kind = match self.kind.area() {
            Area::Support => "ticket",
            Area::Finance => "invoice",
            _ => "",
        };
        let written = self.reference.as_deref().unwrap_or(&self.key).trim();
        if kind.is_empty() || written.to_lowercase().contains(kind) {
            written.to_owned()
        } else {
            format!("{kind} {}", written.trim_start_matches('#'))
        }
    }

    /// True unless the system says that it can wait.
    #[must_use]
    pub fn is_severe(&self) -> bool {
        let priority = self.priority.as_deref().unwrap_or_default().trim().to_lowercase();
        !MILD.contains(&priority.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: FactKind, key: &str, reference: Option<&str>) -> Fact {
        Fact {
            id: Fact::id_of("Desk", key),
            system: "Desk".into(),
            key: key.into(),
            kind,
            account: "acme".into(),
            contact: None,
            at: Time::default(),
            amount: None,
            reference: reference.map(str::to_owned),
            priority: None,
            text: None,
        }
    }

    #[test]
    fn what_opens_and_what_closes_is_one_subject() {
        let opened = fact(FactKind::TicketOpened, "e1", Some("ticket 123"));
        for reference in ["Ticket #123", "123", "#123", "ticket-123"] {
            assert_eq!(fact(FactKind::TicketClosed, "e2", Some(reference)).subject(), opened.subject(), "{reference}");
        }
        assert_ne!(fact(FactKind::TicketClosed, "e2", Some("ticket 124")).subject(), opened.subject());
        assert_eq!(fact(FactKind::TicketClosed, "123", None).subject(), opened.subject());
        assert_eq!(fact(FactKind::TicketClosed, "e2", Some("#123")).called(), "ticket 123");
        assert_eq!(opened.called(), "ticket 123");
        assert_eq!(fact(FactKind::InvoicePaid, "e2", Some("2026-77")).called(), "invoice 2026-77");
    }

    #[test]
    fn unknown_is_not_low() {
        for (priority, severe) in
            [(None, true), (Some("P1"), true), (Some("burning"), true), (Some("Low"), false), (Some("p3"), false)]
        {
            let fact = Fact { priority: priority.map(str::to_owned), ..fact(FactKind::TicketOpened, "1", None) };
            assert_eq!(fact.is_severe(), severe, "{priority:?}");
        }
    }

    #[test]
    fn every_kind_has_its_own_word() {
        for kind in FactKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
