//! Acceptance cases from practice through the whole program: news and facts come in, the right card comes out, or none.

mod case_01;
mod case_02;
mod case_03;
mod case_04;
mod case_05;
mod case_06;
mod case_07;
mod case_08;
mod case_09;
mod case_10;
mod case_11;
mod case_12;
mod scene;
mod stage;
