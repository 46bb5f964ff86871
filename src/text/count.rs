//! Numbers of things in words.

use std::fmt::Display;

/// A number of things: "1 feed", "2 feeds", "0 entries". `what` is the English singular; of a phrase its last word is made
/// the plural ("independent publisher").
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    if count == N::from(1) {
        return format!("1 {what}");
    }
    match what.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(1_usize, "feed"), "1 feed");
        assert_eq!(counted(0_i64, "feed"), "0 feeds");
        assert_eq!(counted(2_u32, "entry"), "2 entries");
        assert_eq!(counted(12_u64, "independent publisher"), "12 independent publishers");
        assert_eq!(counted(3_u8, "day"), "3 days");
    }
}
