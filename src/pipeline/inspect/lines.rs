//! Lines of standard input, with their numbers; none can fill the memory.

use std::io::{self, BufRead, Read};

use super::Problem;

/// Lines longer than this, in bytes, are told and not kept.
const LONGEST: usize = crate::search::LONGEST_LINE;

/// A line without its end.
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// What it holds; of one that is too long only so much that this is seen.
    pub(super) bytes: Vec<u8>,
}

impl Line {
    /// Its text, where it is some.
    pub(super) fn text(&self) -> Result<&str, Problem> {
        if self.bytes.len() > LONGEST {
            return Err(Problem::new("too_long", format!("the line is longer than {} MiB", LONGEST >> 20)));
        }
        std::str::from_utf8(&self.bytes).map_err(|error| Problem::new("bad_utf8", format!("not UTF-8: {error}")))
    }
}

/// The lines that hold something. A byte order mark at the beginning is no part of the first.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0 }
    }

    /// The next line; nothing at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            if (&mut *self.input).take(LONGEST as u64 + 2).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if bytes.len() > LONGEST && bytes.last() != Some(&b'\n') {
                self.skip()?;
            }
            while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                bytes.pop();
            }
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Line { number: self.number, bytes }));
            }
        }
    }

    /// Lets the rest of a line go by.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let held = self.input.fill_buf()?;
            let end = held.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(held.len(), |end| end + 1);
            self.input.consume(length);
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_marks_ends_and_lines_without_end() {
        let long = "x".repeat(LONGEST + 100_000);
        let exact = "y".repeat(LONGEST);
        let text = format!("\u{feff}one\r\n\n  \nfour\n{long}\nsix\n{exact}\r\neight");
        let mut input = text.as_bytes();
        let mut lines = Lines::new(&mut input);
        let mut read = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let shown = line.text().map(|text| text[..text.len().min(5)].to_owned());
            read.push((line.number, shown.map_err(|problem| problem.code)));
        }
        let good = |text: &str| Ok(text.to_owned());
        assert_eq!(
            read,
            [
                (1, good("one")),
                (4, good("four")),
                (5, Err("too_long")),
                (6, good("six")),
                (7, good("yyyyy")),
                (8, good("eight"))
            ]
        );
    }
}
