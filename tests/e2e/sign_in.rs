//! Signing in to the running program: sessions, tokens, roles, and what pages of others may not do.

mod issuer;
mod provider;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use tidings::serve::{Access, ROUTES};

use crate::program::{Place, Running, eventually};

const PASSWORD: &str = "correct horse battery";

/// A program that listens, with the people of a house.
pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) port: u16,
    running: Option<Running>,
}

/// An answer, taken apart.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Every value of a header field.
    fn fields(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields(name).first().copied().unwrap_or_default()
    }

    /// The cookie of this name with its attributes, as it was set.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.fields("set-cookie").into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
    }

    /// What a browser sends back of the cookie of this name.
    pub(crate) fn kept(&self, name: &str) -> String {
        self.cookie(name).unwrap().split(';').next().unwrap().to_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

impl House {
    /// With these settings under `[serve]`; nobody may sign in yet, and nothing runs.
    pub(crate) fn new(serve: impl Fn(u16) -> String) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let place = Place::new("");
        let settings = serve(port);
        place.write("tidings.toml", &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\n{settings}"));
        Self { place, port, running: None }
    }

    fn with_people() -> Self {
        // Walking all routes asks for more than people do in a minute.
        let mut house = Self::new(|port| format!("listen = \"127.0.0.1:{port}\"\nrequests_per_minute = 100000\n"));
        for (name, role) in [("root", "admin"), ("mia", "manager"), ("vic", "viewer")] {
            house.add(name, role);
        }
        house.start();
        house
    }

    fn add(&self, name: &str, role: &str) {
        self.place.write("password", &format!("{PASSWORD}\n"));
        let file = self.place.config().join("password");
        let arguments = ["user", "add", name, "--role", role, "--password-file", file.to_str().unwrap()];
        self.place.run(&arguments).ended(0).said(&[name, "may sign in"]);
    }

    pub(crate) fn start(&mut self) {
        self.running = Some(self.place.start(&["run"]));
        eventually("it listens", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    /// Stops it and starts it anew.
    pub(crate) fn restart(&mut self) {
        assert_eq!(self.running.take().and_then(Running::stop), Some(0));
        self.start();
    }

    /// A request with these header fields, as they stand.
    pub(crate) fn ask(&self, method: &str, target: &str, fields: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !fields.iter().any(|field| field.starts_with("Host:")) {
            head += &format!("Host: 127.0.0.1:{}\r\n", self.port);
        }
        for field in fields {
            head += &format!("{field}\r\n");
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn get(&self, target: &str, fields: &[&str]) -> Answer {
        self.ask("GET", target, fields, "")
    }

    /// A form of a page of ours.
    fn form(&self, target: &str, cookie: &str, body: &str) -> Answer {
        let (origin, cookie) = (format!("Origin: http://127.0.0.1:{}", self.port), format!("Cookie: {cookie}"));
        self.ask("POST", target, &[&origin, &cookie, "Content-Type: application/x-www-form-urlencoded"], body)
    }

    fn try_to_sign_in(&self, name: &str, password: &str, cookie: &str) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let body =
            form.append_pair("name", name).append_pair("password", password).append_pair("next", "/x?y=1").finish();
        self.form("/sign-in", cookie, &body)
    }

    /// What a browser sends once this person signed in.
    fn sign_in(&self, name: &str) -> String {
        let answer = self.try_to_sign_in(name, PASSWORD, "");
        assert_eq!((answer.status, answer.field("location")), (303, "/x?y=1"), "{}", answer.body);
        answer.kept("tidings_session")
    }

    /// The name under which a cookie is known, if it is.
    pub(crate) fn known(&self, cookie: &str) -> Option<String> {
        let answer = self.get("/api/v1/me", &[&format!("Cookie: {cookie}")]);
        (answer.status == 200).then(|| answer.json()["name"].as_str().unwrap().to_owned())
    }

    fn token(&self, name: &str, scope: &str) -> String {
        let made =
            self.place.run(&["--json", "user", "token", "add", name, "--scope", scope, "--label", "test"]).ended(0);
        made.json()["token"].as_str().unwrap().to_owned()
    }

    fn log(&self) -> String {
        self.place.run(&["inbox", "log"]).ended(0).stdout()
    }
}

#[test]
fn r49_beyond_this_machine_it_starts_only_with_a_user() {
    let mut house = House::new(|port| format!("listen = \"0.0.0.0:{port}\"\n"));
    let said = house.place.run(&["run"]).ended(2);
    said.said(&["refusing to listen on 0.0.0.0", "tidings user add"]);
    house.place.run(&["doctor", "--offline"]).ended(1).said(&["exposure", "nobody signs in", "tidings user add"]);
    house.add("root", "admin");
    house.start();
    assert_eq!(house.get("/api/v1/me", &[]).status, 401);
    let cookie = house.sign_in("root");
    assert_eq!(house.known(&cookie).as_deref(), Some("root"));
    // The last user goes while it runs: nobody is let in, and it does not fall open.
    house.place.run(&["user", "remove", "root"]).ended(0);
    for fields in [&[][..], &[&*format!("Cookie: {cookie}")]] {
        let answer = house.get("/api/v1/me", fields);
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    assert_eq!(house.get("/healthz", &[]).status, 200);
}

#[test]
fn on_this_machine_it_is_open_until_there_is_a_user() {
    let mut house = House::new(|port| format!("listen = \"127.0.0.1:{port}\"\n"));
    house.start();
    let answer = house.get("/api/v1/me", &[]);
    assert_eq!((answer.status, answer.json()["role"].as_str()), (200, Some("admin")));
    assert_eq!(house.get("/sign-in", &[]).status, 303, "nobody need sign in");
    for field in ["Host: evil.example", "X-Forwarded-For: 203.0.113.7"] {
        assert_eq!(house.get("/api/v1/me", &[field]).status, 403, "{field}");
    }
    house.add("root", "admin");
    assert_eq!(house.get("/api/v1/me", &[]).status, 401, "at once");
}

#[test]
fn a_person_signs_in_and_out() {
    let house = House::with_people();
    let sent = house.get("/sign-out", &["Accept: text/html"]);
    assert_eq!((sent.status, sent.field("location")), (303, "/sign-in?next=%2Fsign-out"));
    let page = house.get("/sign-in?next=/%22%3E%3Cscript%3E", &["Accept: text/html"]);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<label for=\"password\">") && !page.body.contains("<script"), "{}", page.body);

    // The same words, whichever was wrong.
    let wrong = house.try_to_sign_in("mia", "wrong password", "");
    let unknown = house.try_to_sign_in("mi", "wrong password", "");
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(wrong.body.replace("\"mia\"", "\"mi\""), unknown.body);
    assert_eq!(wrong.cookie("tidings_session"), None);

    let good = house.try_to_sign_in(" Mia ", PASSWORD, "tidings_session=set-by-an-attacker");
    let cookie = good.cookie("tidings_session").unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
        assert!(cookie.contains(flag), "{flag}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "no https here: {cookie}");
    let mia = good.kept("tidings_session");
    assert_ne!(mia, "tidings_session=set-by-an-attacker", "a secret of our own (session fixation)");
    assert_eq!(house.known("tidings_session=set-by-an-attacker"), None);
    assert_eq!(house.known(&mia).as_deref(), Some("mia"));

    // Signing in anew ends the session before; two browsers are two sessions.
    let again = house.try_to_sign_in("mia", PASSWORD, &mia).kept("tidings_session");
    assert_eq!((house.known(&mia), house.known(&again).as_deref()), (None, Some("mia")));
    let other = house.sign_in("mia");
    let left = house.form("/sign-out", &again, "");
    assert_eq!((left.status, left.field("location")), (303, "/sign-in"));
    assert!(left.cookie("tidings_session").unwrap().contains("Max-Age=0"));
    assert_eq!((house.known(&again), house.known(&other).as_deref()), (None, Some("mia")));
    let third = house.sign_in("mia");
    house.form("/sign-out", &third, "everywhere=yes");
    assert_eq!((house.known(&third), house.known(&other)), (None, None));

    let log = house.log();
    for told in [
        "signed in user:mia by mia: by password, from 127.0.0.1",
        "signed out user:mia by mia: everywhere, from 127.0.0.1",
        "sign-in refused user:mia by a stranger: wrong password, from 127.0.0.1",
        "sign-in refused sign-in by a stranger: a name that nobody has, from 127.0.0.1",
        "user added user:mia by tester: manager",
        "back with: tidings user remove mia",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
    house.place.run(&["inbox", "log", "mia"]).ended(0).said(&["signed in", "user added"]);
}

#[test]
fn r48_who_is_removed_or_gets_another_password_is_out_at_once() {
    let house = House::with_people();
    let (vic, mia) = (house.sign_in("vic"), house.sign_in("mia"));
    let token = house.token("vic", "read");
    let by_token = || house.get("/api/v1/me", &[&format!("Authorization: Bearer {token}")]).status;
    assert_eq!((house.known(&vic).as_deref(), by_token()), (Some("vic"), 200));
    house.place.run(&["user", "remove", "vic"]).ended(0);
    assert_eq!((house.known(&vic), by_token()), (None, 401));
    house.place.write("other", "another horse battery\n");
    let file = house.place.config().join("other");
    house.place.run(&["user", "password", "mia", "--password-file", file.to_str().unwrap()]).ended(0);
    assert_eq!(house.known(&mia), None);
    assert_eq!(house.try_to_sign_in("mia", PASSWORD, "").status, 403);
    assert_eq!(house.try_to_sign_in("mia", "another horse battery", "").status, 303);
    house.place.run(&["user", "remove", "root"]).ended(2).said(&["last admin", "user role"]);
}

#[test]
fn r46_a_page_of_another_origin_changes_nothing() {
    let house = House::with_people();
    let mia = format!("Cookie: {}", house.sign_in("mia"));
    let body = format!("name=mia&password={}", PASSWORD.replace(' ', "+"));
    let form = "Content-Type: application/x-www-form-urlencoded";
    for attack in [
        &["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"][..],
        &["Origin: null"],
        &["Origin: http://127.0.0.1:1"],
        &["Origin: http://localhost.evil.example"],
        &["Sec-Fetch-Site: cross-site"],
        &["Sec-Fetch-Site: same-site"],
        &[],
    ] {
        let fields: Vec<&str> = attack.iter().copied().chain([mia.as_str(), form]).collect();
        assert_eq!(house.ask("POST", "/sign-out", &fields, "").status, 403, "{attack:?}");
        let answer = house.ask("POST", "/sign-in", &fields, &body);
        assert_eq!(
            (answer.status, answer.cookie("tidings_session")),
            (403, None),
            "{attack:?}: signing in as somebody"
        );
    }
    assert_eq!(house.known(mia.trim_start_matches("Cookie: ")).as_deref(), Some("mia"), "still signed in");
    // A name that was rebound to this address is no name of ours, whoever is signed in.
    assert_eq!(house.get("/api/v1/me", &[&mia, "Host: evil.example"]).status, 403);
    // Nobody else's page reads an answer.
    let read = house.get("/api/v1/me", &[&mia, "Origin: https://evil.example"]);
    assert_eq!(read.field("access-control-allow-origin"), "");
    assert_eq!(read.field("cross-origin-resource-policy"), "same-origin");
}

#[test]
fn passwords_cannot_be_guessed_at_length() {
    let house = House::with_people();
    let tries: Vec<_> = (0..12).map(|_| house.try_to_sign_in("mia", "wrong password", "")).collect();
    let last = tries.last().unwrap();
    assert_eq!((tries[0].status, last.status), (403, 429), "{}", last.body);
    assert!(last.field("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(house.try_to_sign_in("mia", PASSWORD, "").status, 429, "the right one neither");
    let unknown: Vec<_> = (0..12).map(|_| house.try_to_sign_in("nobody", "x", "").status).collect();
    assert!(unknown.contains(&429), "names that nobody has wear out too: {unknown:?}");
}

#[test]
fn r48_every_route_is_walked_by_everybody() {
    let house = House::with_people();
    let cookies = ["vic", "mia", "root"].map(|name| format!("Cookie: {}", house.sign_in(name)));
    let origin = format!("Origin: http://127.0.0.1:{}", house.port);
    for (pattern, access) in ROUTES.iter().filter(|(pattern, _)| *pattern != "/sign-out") {
        let path =
            pattern.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let status = |fields: &[&str]| house.ask(method, &path, fields, "").status;
            let stranger = status(&[&origin]);
            match access {
                Access::Hub | Access::Link => assert_eq!(stranger, 404, "{method} {pattern}: no hub is expected"),
                // The route itself asks for its key.
                Access::Keyed => assert!(matches!(stranger, 403 | 405), "{method} {pattern}: {stranger}"),
                Access::Public => assert_ne!(stranger, 401, "{method} {pattern}"),
                _ => assert_eq!(stranger, 401, "{method} {pattern}"),
            }
            let [viewer, manager, admin] = [0, 1, 2].map(|person| status(&[&origin, &cookies[person]]));
            let looks = method == "GET";
            let denied = match access {
                Access::Public | Access::Keyed | Access::Hub | Access::Link | Access::Own => continue,
                Access::Viewer => [!looks, false, false],
                Access::Manager => [true, false, false],
                Access::Admin => [true, true, false],
                Access::Feed => [!looks; 3],
                Access::By { read, write } => {
                    let least = if looks { read } else { write }.as_str();
                    [least != "viewer", least == "admin", false]
                }
            };
            assert_eq!([viewer, manager, admin].map(|status| status == 403), denied, "{method} {pattern}");
        }
    }
    assert_eq!(house.get("/not/on/the/list", &[&cookies[2]]).status, 404);
}

#[test]
fn a_program_works_by_a_token_within_its_scope() {
    let house = House::with_people();
    let status = |method: &str, target: &str, token: &str| {
        let bearer = format!("Authorization: Bearer {token}");
        house.ask(method, target, &[&bearer, "Content-Type: application/json"], "[]").status
    };
    let (read, facts) = (house.token("mia", "read"), house.token("mia", "facts"));
    let calendar = house.token("mia", "calendar-read");
    assert_eq!(status("GET", "/api/v1/me", &read), 200);
    assert_eq!(status("POST", "/api/v1/me", &read), 403);
    assert_eq!(status("GET", "/api/v1/me", &facts), 403);
    assert_eq!(status("POST", "/api/v1/facts", &facts), 200);
    assert_eq!(
        status("POST", "/api/v1/facts", &read),
        403,
        "no token of ours in the settings, and this is for reading"
    );
    assert_eq!(status("GET", "/api/v1/me", &format!("{read}x")), 401);
    // In the address only where it can be no other way, and only what opens nothing else.
    let address = |target: &str| house.get(target, &[]).status;
    assert_eq!(
        address(&format!("/feeds/searches/none.atom?token={calendar}")),
        404,
        "let in, and there is no such search"
    );
    assert_eq!(address(&format!("/feeds/searches/none.atom?token={read}")), 401);
    assert_eq!(address(&format!("/api/v1/me?token={calendar}")), 401);
    assert_eq!(address("/feeds/searches/none.atom"), 401);
    let id = &read[4..12];
    house.place.run(&["user", "token", "list"]).ended(0).said(&[id, "calendar-read", "test"]);
    house.place.run(&["user", "token", "revoke", id]).ended(0);
    assert_eq!(status("GET", "/api/v1/me", &read), 401);
    house.place.run(&["user", "token", "add", "mia", "--scope", "admin"]).ended(2).said(&["more than they may"]);
    let log = house.log();
    assert!(log.contains(&format!("token revoked user:mia by tester: {id}, test")), "{log}");
    assert!(log.contains("token added user:mia by tester"), "{log}");
    assert!(!log.contains(&read[13..]), "the secret is in the log");
}

#[test]
fn too_many_requests_are_put_off() {
    let mut house = House::new(|port| {
        format!("listen = \"127.0.0.1:{port}\"\nrequests_per_minute = 30\nallowed_hosts = [\"desk.internal\"]\n")
    });
    house.add("root", "admin");
    house.start();
    let cookie = format!("Cookie: {}", house.sign_in("root"));
    let answers: Vec<_> = (0..12).map(|_| house.get("/api/v1/me", &[&cookie])).collect();
    let late = answers.iter().find(|answer| answer.status == 429).expect("never put off");
    assert_eq!(answers[0].status, 200);
    assert_eq!(late.field("content-type"), "application/problem+json");
    assert!(late.field("retry-after").parse::<u64>().unwrap() >= 1);
    // Others have a bucket of their own, and the names that are allowed are answered to.
    assert_eq!(house.get("/api/v1/me", &["Host: desk.internal"]).status, 401);
}

#[test]
fn every_answer_keeps_pages_of_others_away() {
    let mut house =
        House::new(|port| format!("listen = \"127.0.0.1:{port}\"\npublic_url = \"https://news.example\"\n"));
    house.add("root", "admin");
    house.start();
    let body = format!("name=root&password={}", PASSWORD.replace(' ', "+"));
    let fields =
        ["Host: news.example", "Origin: https://news.example", "Content-Type: application/x-www-form-urlencoded"];
    let signed_in = house.ask("POST", "/sign-in", &fields, &body);
    let cookie = signed_in.cookie("__Host-tidings").unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(flag), "{flag}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let kept = format!("Cookie: {}", signed_in.kept("__Host-tidings"));
    let answers = [
        ("a page", house.get("/sign-in", &[])),
        ("an answer", house.get("/api/v1/me", &["Host: news.example", &kept])),
        ("a refusal", house.get("/api/v1/me", &[])),
        ("nothing", house.get("/nothing", &[])),
        ("a wrong host", house.get("/healthz", &["Host: evil.example"])),
        ("health", house.get("/healthz", &[])),
        ("signed in", signed_in),
    ];
    for (what, answer) in &answers {
        let policy = answer.field("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{what}");
        assert_eq!(answer.field("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.field("referrer-policy"), "same-origin", "{what}");
        assert_eq!(answer.field("cross-origin-opener-policy"), "same-origin", "{what}");
        assert!(answer.field("permissions-policy").contains("camera=()"), "{what}");
        assert!(answer.field("strict-transport-security").contains("max-age="), "{what}");
        let secret = !matches!(*what, "nothing" | "wrong host" | "health" | "a wrong host");
        assert!(!secret || answer.field("cache-control") == "no-store", "{what}");
    }
    assert_eq!(answers[1].1.status, 200, "{}", answers[1].1.body);
}

#[test]
fn r53_a_backup_holds_hashes_and_no_session() {
    let house = House::with_people();
    let token = house.token("mia", "read");
    let session = house.sign_in("mia");
    let secret = session.split_once('=').unwrap().1;
    let archive = house.place.data().join("saved.tar.gz");
    // The file with the password is the test's own.
    std::fs::remove_file(house.place.config().join("password")).unwrap();
    house.place.run(&["backup", archive.to_str().unwrap()]).ended(0);
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&archive).unwrap()).read_to_end(&mut content).unwrap();
    let holds = |text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$"), "the users are in it");
    let session_hash = blake3::hash(secret.as_bytes()).to_hex().to_string();
    for (what, text) in
        [("password", PASSWORD), ("token", &token[13..]), ("session", secret), ("its hash", &session_hash)]
    {
        assert!(!holds(text), "the {what} is in the backup");
    }
    assert_eq!(house.known(&session).as_deref(), Some("mia"), "whoever is signed in stays so");
}

#[test]
fn passwords_come_from_a_file_or_standard_input_and_are_looked_at() {
    let house = House::new(|port| format!("listen = \"127.0.0.1:{port}\"\n"));
    house.place.run(&["user", "add", "mia", "--no-input"]).ended(2).said(&["no password", "--password-file"]);
    house.place.write("short", "short\n");
    let file = house.place.config().join("short");
    let file = file.to_str().unwrap();
    house.place.run(&["user", "add", "mia", "--password-file", file]).ended(2).said(&["shorter than 12"]);
    house.place.run(&["user", "add", "tidings/read", "--no-password"]).ended(2).said(&["cannot be a user's name"]);
    house.place.run(&["user", "add", "mia", "--no-password", "--dry-run"]).ended(0).said(&["dry run"]);
    house.place.run(&["user", "list"]).ended(0).said(&["nobody signs in"]);
    house.place.run(&["user", "add", "mia", "--no-password", "--owner", "mia"]).ended(0);
    house.place.run(&["user", "add", "MIA", "--no-password"]).ended(2).said(&["already", "user password"]);
    house.place.run(&["user", "role", "bo", "admin"]).ended(1).said(&["no user", "user list"]);
    let listed = house.place.run(&["--json", "user", "list"]).ended(0).lines();
    assert_eq!((listed[0]["name"].as_str(), listed[0]["has_password"].as_bool()), (Some("mia"), Some(false)));
}
