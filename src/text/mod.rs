//! Work on text that several rooms need: decoding, folding, sentences, languages, sanitising.

pub mod binary;
pub mod cell;
pub mod count;
pub mod decode;
pub mod fold;
pub mod language;
pub mod nesting;
pub mod sanitise;
pub mod sentences;
pub mod xml;
