use super::*;

#[test]
fn what_is_read_back_has_the_hash_of_what_was_written() {
    let written = hash("Call Acme", "Why now: a plant\nAsk: when", "2026-03-02");
    assert_eq!(written, hash(" Call Acme", "Why now: a plant\r\nAsk: when\n", "2026-03-02"));
    for (title, text, due) in [
        ("Call Acme again", "Why now: a plant\nAsk: when", "2026-03-02"),
        ("Call Acme", "Why now: a plant", "2026-03-02"),
        ("Call Acme", "Why now: a plant\nAsk: when", "2026-03-03"),
    ] {
        assert_ne!(written, hash(title, text, due));
    }
}
