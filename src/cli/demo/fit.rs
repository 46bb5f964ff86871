//! Lines that fit a narrow terminal.

use std::fmt::Write;

/// Columns of the narrowest terminal that is usual.
pub(super) const WIDTH: usize = 80;

/// The column up to which a line may have a label.
const LABEL: usize = 30;

/// Text of which no line is wider than [`WIDTH`], where its words allow. What is broken goes on beneath its beginning, after
/// the label where the line has one ("why       Acme …").
pub(super) fn fit(text: &str) -> String {
    let mut fitted = String::new();
    for line in text.lines() {
        if line.chars().count() <= WIDTH {
            let _ = writeln!(fitted, "{line}");
            continue;
        }
        let (head, hang) = hanging(line);
        let mut written: String = line.chars().take(head).collect();
        let mut column = head;
        for (place, word) in line.chars().skip(head).collect::<String>().split_whitespace().enumerate() {
            let length = word.chars().count();
            if place > 0 && column + 1 + length > WIDTH {
                let _ = write!(written, "\n{}{word}", " ".repeat(hang));
                column = hang + length;
            } else {
                written.push_str(if place > 0 { " " } else { "" });
                written.push_str(word);
                column += length + usize::from(place > 0);
            }
        }
        let _ = writeln!(fitted, "{written}");
    }
    fitted
}

/// Letters of a line that stay as they are, and the column at which it goes on.
fn hanging(line: &str) -> (usize, usize) {
    let letters: Vec<char> = line.chars().collect();
    let start = letters.iter().take_while(|letter| **letter == ' ').count();
    let gap = (start..letters.len().min(LABEL)).rev().find(|at| letters[*at] == ' ' && letters[at - 1] == ' ');
    match gap {
        Some(gap) if gap > start => {
            let end = gap + 1;
            (end, end)
        }
        _ if start == 0 => (0, 0),
        _ => (start, start + 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_beneath_their_beginning() {
        let long = "word ".repeat(30);
        for (line, hang) in [(format!("  {long}"), 4), (format!("  why       {long}"), 12), (long.clone(), 0)] {
            let fitted = fit(&line);
            assert!(fitted.lines().count() > 1);
            for (place, told) in fitted.lines().enumerate() {
                assert!(told.chars().count() <= WIDTH, "{told}");
                assert!(place == 0 || told.starts_with(&format!("{}word", " ".repeat(hang))), "{told:?}");
            }
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&fitted), words(&line), "no word is lost");
        }
    }

    #[test]
    fn what_fits_or_has_no_blank_stays_as_it_is() {
        let address = format!("https://example.com/{}", "a".repeat(90));
        for line in ["  short   line", "", &address] {
            assert_eq!(fit(line), if line.is_empty() { String::new() } else { format!("{line}\n") });
        }
    }
}
