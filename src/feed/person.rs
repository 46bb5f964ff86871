//! Who wrote it, from the forms that feeds use for names and mail addresses.

use super::space::Space;
use super::tree::Element;
use crate::text::sanitise;

/// The name of an Atom person construct (RFC 4287, section 3.2): its name, else its mail address.
pub(super) fn of_construct(person: Element<'_>) -> Option<String> {
    let part = |name: &str| person.children().find(|child| child.name() == name).and_then(Element::text);
    if !person.has_elements() {
        return person.text().and_then(|text| of_text(&text));
    }
    part("name").and_then(|name| of_text(&name)).or_else(|| part("email").and_then(|mail| of_text(&mail)))
}

/// The name in `name`, `mail (name)`, `name <mail>` or `name (mail)`; the mail address where there is no name.
pub(super) fn of_text(text: &str) -> Option<String> {
    let text = sanitise::line_of_html(text);
    let parts = split(&text, '(', ')').or_else(|| split(&text, '<', '>'));
    let name = match parts {
        Some((before, within)) if is_mail(before) => first_filled(within, before),
        Some((before, within)) if is_mail(within) => first_filled(before, within),
        _ => text.as_str(),
    };
    let name = name.trim().trim_start_matches("mailto:").trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The name of an author element, whatever its kind.
pub(super) fn of_element(element: Element<'_>) -> Option<String> {
    if element.space() == Space::Core { of_construct(element) } else { element.text().and_then(|text| of_text(&text)) }
}

fn split(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once(open)?;
    let within = rest.trim_end().strip_suffix(close).unwrap_or(rest);
    Some((before.trim(), within.trim()))
}

fn is_mail(text: &str) -> bool {
    text.contains('@') && !text.trim().contains(char::is_whitespace)
}

fn first_filled<'a>(name: &'a str, mail: &'a str) -> &'a str {
    if name.is_empty() { mail } else { name }
}

#[cfg(test)]
mod tests {
    use super::of_text;

    #[test]
    fn names_and_mail_addresses() {
        for (text, expected) in [
            ("Jane Doe", Some("Jane Doe")),
            ("jane@example.com (Jane Doe)", Some("Jane Doe")),
            ("Jane Doe <jane@example.com>", Some("Jane Doe")),
            ("Jane Doe (jane@example.com)", Some("Jane Doe")),
            ("jane@example.com", Some("jane@example.com")),
            ("jane@example.com ()", Some("jane@example.com")),
            ("Jane Doe (Example Times)", Some("Jane Doe (Example Times)")),
            ("Doe &amp; Roe", Some("Doe & Roe")),
            ("  ", None),
        ] {
            assert_eq!(of_text(text).as_deref(), expected, "{text}");
        }
    }
}
