//! Facts from other systems: taken in from a file or over the network, then answered by the plan loop.

pub mod answer;
pub mod door;
pub mod draft;
pub mod take;

pub use draft::Draft;
pub use take::{TakenIn, take};
