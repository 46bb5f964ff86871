//! Counts of a search for a person: each facet with what narrows the query to a value, and a bar for each stretch of time.

use std::fmt::Write as _;

use crate::search::{Facet, Histogram, Spacing, Survey};

/// Columns of the longest bar.
const WIDTH: u64 = 40;

/// The counts in lines.
pub(super) fn counts(survey: &Survey) -> String {
    let mut lines = String::new();
    for facet in &survey.facets {
        write_facet(&mut lines, facet);
    }
    if let Some(histogram) = &survey.histogram {
        write_histogram(&mut lines, histogram);
    }
    lines.retain(|letter| !letter.is_control() || letter == '\n');
    lines.truncate(lines.trim_end().len());
    lines
}

fn write_facet(lines: &mut String, facet: &Facet) {
    let _ = writeln!(lines, "{}", facet.field.as_str().replace('_', " "));
    if facet.values.is_empty() {
        lines.push_str("         none\n");
    }
    for value in &facet.values {
        let kind = value.kind.map(|kind| format!("{} ", kind.as_str())).unwrap_or_default();
        let query = value.query.as_ref().map(|query| format!("  {query}")).unwrap_or_default();
        let _ = writeln!(lines, "{:>7}  {kind}{}{query}", value.count, value.label);
    }
    if facet.more > 0 {
        let _ = writeln!(lines, "         and {} more", facet.more);
    }
    lines.push('\n');
}

fn write_histogram(lines: &mut String, histogram: &Histogram) {
    let _ = write!(lines, "by {} ({})", histogram.spacing.as_str(), histogram.zone);
    if histogram.asked != histogram.spacing {
        let _ = write!(lines, "; by {} there would be too many", histogram.asked.as_str());
    }
    lines.push('\n');
    let most = histogram.buckets.iter().map(|bucket| bucket.count).max().unwrap_or_default().max(1);
    let form = match histogram.spacing {
        Spacing::Hour => "%Y-%m-%d %H:%M %:z",
        Spacing::Day | Spacing::Week => "%Y-%m-%d",
        Spacing::Month => "%Y-%m",
        Spacing::Year => "%Y",
    };
    for bucket in &histogram.buckets {
        let length = usize::try_from((bucket.count * WIDTH).div_ceil(most)).unwrap_or_default();
        let line = format!("{}  {:>7}  {}", bucket.start.format(form), bucket.count, "█".repeat(length));
        let _ = writeln!(lines, "  {}", line.trim_end());
    }
    if histogram.undated > 0 {
        let _ = writeln!(lines, "  {} without a date", histogram.undated);
    }
}
