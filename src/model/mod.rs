//! The plain types every room speaks: what is watched, what was read, what happened and what to do.
//!
//! No behaviour beyond small readings of their own fields; no I/O, no clock of their own.

pub mod account;
pub mod article;
pub mod clock;
pub mod delivery;
pub mod entry;
pub mod evidence;
pub mod fact;
pub mod follow;
pub mod id;
pub mod mention;
pub mod poll;
pub mod polled_page;
pub mod saved_search;
pub mod service;
pub mod signal;
pub mod source;
pub mod span;
pub mod topic;
pub mod touchpoint;
pub mod user;
pub mod warning;

pub use account::{Account, AccountKind, Alias, Contact, ContextRules, Relation, RelationKind, Tier, Watchlist};
pub use article::{Article, DateOrigin, EvidenceLevel, Reading};
pub use clock::{Clock, ManualClock, SystemClock, Time};
pub use delivery::{Delivery, DeliveryState, Remote, RemoteState};
pub use entry::{Enclosure, Entry, EntrySource, FeedInfo};
pub use evidence::Evidence;
pub use fact::{Area, Fact, FactKind};
pub use follow::{
    Answer, AnswerField, AnswerKind, AnswerState, Effect, Lesson, OutcomeCode, Promise, PromiseState, Told, Trend,
    Verdict,
};
pub use id::{AccountId, ArticleId, DestinationId, FactId, FeedId, PlayId, SignalId, SourceId, StoryId, TouchPointId};
pub use mention::{Mention, Reason, Salience};
pub use poll::{HostBackoff, HttpHints, PollHints, Validators};
pub use polled_page::{NewsroomList, ReadAs, SitemapChoice, WatchedPart};
pub use saved_search::{MatchNotice, SavedSearch, SearchMatch};
pub use service::Service;
pub use signal::{Amount, Claim, Direction, Manner, Quote, Role, Signal, SignalType, Status};
pub use source::{Feed, FeedKind, FetchMode, RestScope, Source};
pub use span::{Field, Span};
pub use topic::{TopicReport, TopicTold};
pub use touchpoint::{
    Action, Actor, Approach, Check, CheckState, CheckSubject, DismissalCode, Factor, Gate, Held, Priority, Step,
    StepRecord, TouchPoint, TouchPointState,
};
pub use user::{ApiToken, Identity, Scope, User, UserRole};
pub use warning::Warning;
