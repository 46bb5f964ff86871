use std::path::Path;

use super::*;
use crate::deliver::page::Block;
use crate::deliver::{Links, Tokens, Wire};
use crate::model::{DeliveryState, Step, Time, TouchPointId};

const USUAL: &str = "id = \"mail\"\nhost = \"smtp.example.com\"\nfrom = \"Tidings <t@example.com>\"\n";

fn prepared(settings: &str) -> (Mail, Vec<Fault>) {
    let text =
        if settings.contains("host =") { format!("id = \"mail\"\n{settings}") } else { format!("{USUAL}{settings}") };
    let mut mail: Mail = toml::from_str(&text).unwrap();
    let environment = |name: &str| match name {
        "PASSWORD" => Some("geheim".to_owned()),
        "ED25519" => Some(ED25519_KEY.to_owned()),
        "SHORT" => Some(SHORT_KEY.to_owned()),
        _ => None,
    };
    let faults = mail.prepare(SecretReader { folder: Path::new("."), environment: &environment });
    (mail, faults)
}

/// The secret key of RFC 8463, appendix A.2, in PKCS #8.
const ED25519_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                           -----END PRIVATE KEY-----\n";

/// An RSA key of 512 bits, which stands nowhere in the DNS.
const SHORT_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIIBUwIBADANBgkqhkiG9w0BAQEFAASCAT0wggE5AgEAAkEA5xcroOylo96IHg10\n\
                         2FsNiQzWo3HeXurMV6Pu98m7+Wtgm2dnb2YE96flv2Gogyxcz1bWOc2dCbUoYkhh\n\
                         aKG5NQIDAQABAkAf2CKL93BP549sTMBoPAveceV1+nABNmvYO9/nR2Ze1TkfAPHi\n\
                         jCo7og4qIEYahKLDrKQk3dVW8ZmKMj+mVVbBAiEA87yTZwsbdbjfSSJ2sCovcIVx\n\
                         bJzx/CL6bEY209ootFECIQDyt7Up0iI6b/UJdaUlOfvk/qb4PU0uEx9LqeTE9UIx\n\
                         pQIgBOfLs6w2jkT9QXSPHPaMY+Bbqwrxl9iAX8N+AP+ICDECIGW8VvVWnP49m0oB\n\
                         w90ctta/XqFCoK0lWsLOTZO48av5AiBxb1LFgrtxSTWYNtm/bJ+ZeL67mxMHUSm3\n\
                         XwQEK55IeA==\n-----END PRIVATE KEY-----\n";

fn written(mail: &Mail, payload: &str, page: &Page) -> String {
    let now: Time = "2026-03-02T09:00:00Z".parse().unwrap();
    let delivery = Delivery {
        id: "msg_1".to_owned(),
        touch_point: TouchPointId(uuid::Uuid::from_u128(7)),
        search: None,
        revision: 2,
        destination: "mail".into(),
        step: Step::Ready,
        payload: payload.to_owned(),
        state: DeliveryState::Due,
        attempts: 1,
        next_at: now,
        last_error: None,
        last_status: None,
        created: now,
    };
    let client = crate::net::Client::new(&crate::net::Settings::default()).unwrap();
    let (tokens, links) = (Tokens::default(), Links::default());
    let remote = Remote { id: "<msg_0@example.com>".to_owned(), ..Remote::default() };
    let wire = Wire { client: &client, tokens: &tokens, now };
    let attempt = Attempt { delivery: &delivery, remote: Some(&remote), links: &links, wire };
    let to = mail.recipients(page.owner.as_deref()).unwrap();
    String::from_utf8(compose::message(mail, &attempt, page, &to).unwrap().formatted()).unwrap()
}

#[test]
fn what_is_wrong_with_a_mailbox_is_said() {
    let keys = |settings: &str| prepared(settings).1.into_iter().map(|fault| fault.key).collect::<Vec<_>>();
    assert_eq!(keys("to = [\"a@x.example\"]"), Vec::<String>::new());
    assert_eq!(keys(""), [""], "nobody to write to");
    assert_eq!(
        keys("to = [\"no address\"]\nowners = { mia = \"mia\" }\nreply_to = \"@\""),
        ["reply_to", "to", "owners"]
    );
    assert_eq!(keys("to = [\"a@x.example\"]\nuser = \"u\""), ["user"]);
    assert_eq!(keys("to = [\"a@x.example\"]\nuser = \"u\"\npassword_env = \"UNSET\""), ["password_env"]);
    assert_eq!(
        keys("to = [\"a@x.example\"]\ndigest_at = \"7 o'clock\"\nzones = { mia = \"Berlin\" }"),
        ["digest_at", "zones"]
    );
    assert_eq!(
        keys("to = [\"a@x.example\"]\ndkim = { domain = \"x\", selector = \"y\", key_env = \"PASSWORD\" }"),
        ["dkim"]
    );
    let signed_in = "to = [\"a@x.example\"]\nsecurity = \"plain\"\nuser = \"u\"\npassword_env = \"PASSWORD\"\nfrom = \"t@x.example\"\n";
    assert_eq!(keys(&format!("host = \"smtp.example.com\"\n{signed_in}")), ["security"], "no password in the clear");
    assert_eq!(keys(&format!("host = \"127.0.0.1\"\n{signed_in}")), Vec::<String>::new());
}

#[test]
fn r52_no_text_becomes_a_field() {
    let (mail, _) = prepared("to = [\"a@x.example\"]");
    let page = Page {
        title: "Call Ruth\r\nBcc: evil@x.example\r\n\r\nbody".to_owned(),
        blocks: vec![Block::Text("\r\n.\r\nMAIL FROM:<evil@x.example>".to_owned())],
        ..Page::default()
    };
    let mail = written(&mail, "{}", &page);
    let (fields, _) = mail.split_once("\r\n\r\n").unwrap();
    assert!(!fields.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{fields}");
}

#[test]
fn r44_no_markup_of_others_is_alive() {
    let hostile = "<script>alert(1)</script><img src=x onerror=y>\"'&";
    let page = Page {
        title: hostile.to_owned(),
        blocks: vec![
            Block::Text(hostile.to_owned()),
            Block::Heading(hostile.to_owned()),
            Block::Facts(vec![(hostile.to_owned(), hostile.to_owned())]),
            Block::Quote {
                text: hostile.to_owned(),
                source: hostile.to_owned(),
                url: Some("https://x.example/?a=1&b".to_owned()),
            },
        ],
        ..Page::default()
    };
    let html = html_page(&page, Some("https://x.example/\"><script>"));
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("href=\"https://x.example/?a=1&amp;b\""));
}

#[test]
fn mails_of_one_card_belong_together() {
    let (mail, _) = prepared("to = [\"a@x.example\"]\nowners = { mia = \"Mia <mia@x.example>\" }");
    let page = Page { title: "Call".to_owned(), owner: Some("mia".to_owned()), urgent: true, ..Page::default() };
    let mail = written(&mail, "{}", &page);
    for line in [
        "Message-ID: <msg_1@example.com>",
        "In-Reply-To: <msg_0@example.com>",
        "References: <00000000-0000-0000-0000-000000000007@example.com> <msg_0@example.com>",
        "Importance: high",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(mail.replace("\r\n ", " ").contains(&format!("{line}\r\n")), "{line}\n{mail}");
    }
    assert!(mail.contains("mia@x.example") && !mail.contains("a@x.example>, "), "{mail}");
}

#[test]
fn a_digest_is_left_by_one_click() {
    let (mail, _) = prepared("to = [\"a@x.example\"]");
    let payload = |base: &str| format!(r#"{{"type":"digest","data":{{"unsubscribe":"{base}/unsubscribe/abc"}}}}"#);
    let page = Page { title: "Digest".to_owned(), ..Page::default() };
    let secure = written(&mail, &payload("https://news.example"), &page);
    assert!(secure.contains("List-Unsubscribe: <https://news.example/unsubscribe/abc>\r\n"), "{secure}");
    assert!(secure.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    let open = written(&mail, &payload("http://news.example"), &page);
    assert!(open.contains("List-Unsubscribe: <http://") && !open.contains("One-Click"), "one click wants https");
    assert!(!written(&mail, "{}", &page).contains("List-Unsubscribe"));
}

#[test]
fn a_key_that_receivers_do_not_believe_is_a_fault() {
    let dkim = "to = [\"a@x.example\"]\ndkim = { domain = \"example.com\", selector = \"s1\", key_env = \"SHORT\" }";
    let faults = prepared(dkim).1;
    assert!(faults.len() == 1 && faults[0].message.contains("512 bits"), "{faults:?}");
}

#[test]
fn mails_are_signed() {
    let dkim = "to = [\"a@x.example\"]\ndkim = { domain = \"example.com\", selector = \"s1\", key_env = \"ED25519\" }";
    let (mail, faults) = prepared(dkim);
    assert_eq!(faults, []);
    let mail = written(&mail, "{}", &Page { title: "Grüße".to_owned(), ..Page::default() });
    assert!(mail.contains("DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s1;"), "{mail}");
    // What the signature names must be among the fields when it is made, not come to them afterwards.
    let (fields, body) = mail.split_once("\r\n\r\n").unwrap();
    for field in
        ["Content-Type: multipart/alternative;", "Content-Transfer-Encoding: 7bit\r\n", "MIME-Version: 1.0\r\n"]
    {
        assert_eq!(fields.matches(field).count(), 1, "{field}\n{mail}");
    }
    assert!(
        body.starts_with("--=_msg_1\r\nContent-Type: text/plain") && body.ends_with("\r\n--=_msg_1--\r\n"),
        "{body}"
    );
    assert!(mail.is_ascii());
}
