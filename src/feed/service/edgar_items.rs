//! What the items of Form 8-K stand for, and which forms are news.
//!
//! Captions shortened from Form 8-K, "Information to be included in the report"
//! (<https://www.sec.gov/files/form8-k.pdf>).

/// Items of Form 8-K. An item names a field, not an event: 5.02 is a departure as well as an appointment.
const ITEMS: &[(&str, &str)] = &[
    ("1.01", "entry into a material agreement"),
    ("1.02", "termination of a material agreement"),
    ("1.03", "bankruptcy or receivership"),
    ("1.04", "mine safety"),
    ("1.05", "material cybersecurity incident"),
    ("2.01", "completion of an acquisition or disposition of assets"),
    ("2.02", "results of operations and financial condition"),
    ("2.03", "creation of a direct financial obligation"),
    ("2.04", "acceleration of a financial obligation"),
    ("2.05", "costs of exit or disposal activities"),
    ("2.06", "material impairments"),
    ("3.01", "notice of delisting"),
    ("3.02", "unregistered sale of shares"),
    ("3.03", "change to the rights of shareholders"),
    ("4.01", "change of auditor"),
    ("4.02", "earlier financial statements no longer to be relied upon"),
    ("5.01", "change in control of the company"),
    ("5.02", "departure, election or appointment of directors or officers"),
    ("5.03", "change of articles, bylaws or fiscal year"),
    ("5.07", "vote of shareholders"),
    ("5.08", "nomination of directors by shareholders"),
    ("7.01", "disclosure under Regulation FD"),
    ("8.01", "other events"),
];

/// Forms that are news of the firm, with what they are. Forms of single persons (3, 4, 5, 144) and letters are not.
const FORMS: &[(&str, &str)] = &[
    ("8-K", "current report"),
    ("6-K", "report of a foreign issuer"),
    ("10-K", "annual report"),
    ("20-F", "annual report of a foreign issuer"),
    ("40-F", "annual report of a Canadian issuer"),
    ("10-Q", "quarterly report"),
    ("NT 10-K", "notice that the annual report is late"),
    ("NT 10-Q", "notice that the quarterly report is late"),
    ("S-1", "registration of shares"),
    ("F-1", "registration of shares of a foreign issuer"),
    ("S-4", "registration of shares for a merger"),
    ("DEFM14A", "proxy statement on a merger"),
    ("SC TO-T", "tender offer"),
    ("SC 14D9", "answer to a tender offer"),
    ("SC 13D", "stake of more than five percent"),
    ("SCHEDULE 13D", "stake of more than five percent"),
    ("15-12B", "end of registration"),
    ("15-12G", "end of registration"),
    ("25", "removal from an exchange"),
    ("25-NSE", "removal from an exchange"),
];

/// What an item is about.
pub(super) fn caption(item: &str) -> Option<&'static str> {
    ITEMS.iter().find(|(number, _)| *number == item).map(|(_, caption)| *caption)
}

/// What a form is, amendments ("8-K/A") included; nothing where it is no news.
pub(super) fn form(name: &str) -> Option<&'static str> {
    let plain = name.strip_suffix("/A").unwrap_or(name);
    FORMS.iter().find(|(known, _)| *known == plain).map(|(_, what)| *what)
}

/// The numbers in "items 1.01, 5.02 and 9.01" or "1.01,5.02,9.01", in order.
pub(super) fn numbers(text: &str) -> Vec<&str> {
    let parts = text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
    let shaped = |part: &&str| {
        let bytes = part.as_bytes();
        bytes.len() == 4 && bytes[1] == b'.' && [0, 2, 3].iter().all(|place| bytes[*place].is_ascii_digit())
    };
    parts.map(|part| part.trim_matches('.')).filter(shaped).collect()
}
