//! Acceptance cases from practice, each through the whole program: news and facts come in, the right card comes out, or none.

mod case_04;
mod case_05;
mod case_09;
mod case_10;
mod case_11;
mod scene;
