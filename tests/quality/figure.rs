//! A measured number with a floor.

/// Prints figures as they are taken and fails at the end where one is below its floor.
pub(crate) struct Figures {
    set: &'static str,
    low: Vec<String>,
}

impl Figures {
    pub(crate) fn of(set: &'static str) -> Self {
        // The harness leaves its own line open.
        println!();
        Self { set, low: Vec::new() }
    }

    /// A figure that must reach `floor`; `of` is how many labels it was taken on.
    pub(crate) fn at_least(&mut self, name: &str, value: f64, of: usize, floor: f64) {
        println!("figure\t{}\t{name}\t{value:.4}\t{of}\tat least {floor}", self.set);
        if value.is_nan() || value < floor {
            self.low.push(format!("{name} is {value:.4}, below {floor}"));
        }
    }

    /// A figure that must not pass `ceiling`.
    pub(crate) fn at_most(&mut self, name: &str, value: f64, of: usize, ceiling: f64) {
        println!("figure\t{}\t{name}\t{value:.4}\t{of}\tat most {ceiling}", self.set);
        if value.is_nan() || value > ceiling {
            self.low.push(format!("{name} is {value:.4}, above {ceiling}"));
        }
    }

    /// Ends the measure, with what was read wrongly for whoever looks into it.
    #[track_caller]
    pub(crate) fn end(self, wrong: &[String]) {
        for line in wrong {
            println!("wrong\t{}\t{line}", self.set);
        }
        assert!(self.low.is_empty(), "{}: {}", self.set, self.low.join("; "));
    }
}

/// How many were found, how many of these were right, how many there are.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) found: usize,
    pub(crate) wanted: usize,
}

impl Tally {
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.found)
    }

    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.wanted)
    }

    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        share(2 * self.right, self.found + self.wanted)
    }
}

/// A part of a whole; of nothing, nothing is missing.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
