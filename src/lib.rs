//! Tidings watches the news for your clients and competitors and says whom to call, why, and what to ask.
//!
//! The map, in the order a value travels:
//!
//! * [`schedule`] says when a feed is due; [`fetch`] gets its bytes politely, through the guarded connector of [`net`].
//! * [`feed`] turns bytes into entries, [`extract`] pages into articles.
//! * [`mention`] finds which account an article names, [`story`] which happening it reports, [`signal`] what happened.
//! * [`touchpoint`] says what to do about it; [`deliver`] brings that to the CRM, a webhook or a mailbox.
//! * [`store`] keeps the truth, [`search`] an index derived from it.
//! * [`pipeline`] is the only place where the rooms above meet: the loops that carry a value from one to the next.
//! * [`config`] reads the files of the operator; [`serve`] listens; [`cli`] speaks to the person at the terminal.
//! * [`demo`] is a newswire of our own, played to the program to show what it does.
//! * [`model`], [`text`] and [`address`] are the ground all of them stand on.

pub mod address;
pub mod cli;
pub mod config;
pub mod deliver;
pub mod demo;
pub mod extract;
pub mod feed;
pub mod fetch;
pub mod mention;
pub mod model;
pub mod net;
pub mod pipeline;
pub mod schedule;
pub mod search;
pub mod serve;
pub mod signal;
pub mod store;
pub mod story;
pub mod text;
pub mod touchpoint;
