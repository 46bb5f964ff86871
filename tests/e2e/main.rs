//! The program as its users meet it: the real binary, a real folder, a real origin on loopback.

mod bad_input;
mod documents;
mod main_job;
mod origin;
mod program;
mod real_input;
mod running;
