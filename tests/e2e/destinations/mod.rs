//! Destinations: what arrives there, what they may answer, and what becomes of it.

mod desk;
mod webhook;
