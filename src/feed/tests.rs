//! Whole documents through [`super::parse`], good and hostile.
