//! The program as its users meet it: the real binary, a real folder, a real origin on loopback.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends")]

mod archive;
mod bad_files;
mod bad_input;
mod battlecard;
mod brief;
mod browser;
mod calendar;
mod cases;
mod crash;
mod crm;
mod demo;
mod destinations;
mod discover;
mod documents;
mod etiquette;
mod facts;
mod follow_through;
mod formats;
mod inspect;
mod keeping;
mod kinds;
mod ledger;
mod main_job;
mod matrix;
mod origin;
mod program;
mod real_input;
mod replay;
mod roster;
mod running;
mod saved;
mod search;
mod search_pages;
mod services;
mod sharing;
mod sign_in;
mod verbs;
mod verifier;
mod websub;
