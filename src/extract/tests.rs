use super::*;

fn read(markup: &str) -> Page {
    extract(markup.as_bytes(), Some("text/html; charset=utf-8"), Some("https://news.example/a"), &Settings::default())
}

#[test]
fn strange_input_is_survived() {
    for body in [&b""[..], b"\0\0\0\0", b"\xff\xfe", b"<", b"<html", &[0x3c; 10_000]] {
        let _ = extract(body, None, None, &Settings::default());
    }
    assert_eq!(read("").text, "");
}
