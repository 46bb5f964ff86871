//! Signing in at an identity provider.

use serde_json::{Value, json};

use super::issuer::{CLIENT, Fault, Issuer};
use super::{Answer, House};

/// A house whose people sign in at this provider.
fn house(issuer: &str, more: &str) -> House {
    let mut house = House::new(|port| {
        format!(
            "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\n\n[serve.oidc]\n\
             issuer = \"{issuer}\"\nclient_id = \"{}\"\nclient_secret_file = \"client-secret\"\n\
             allowed_domains = [\"firm.example\"]\nname = \"Firm <account>\"\n{more}",
            CLIENT.0
        )
    });
    house.place.write("client-secret", CLIENT.1);
    house.place.run(&["user", "add", "root@firm.example", "--role", "admin", "--no-password"]).ended(0);
    house.start();
    house
}

/// Begins to sign in: where the browser is sent, and the cookie that it keeps.
fn begin(house: &House) -> (String, String) {
    let sent = house.get("/sign-in/oidc?next=/inbox", &[]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let cookie = sent.cookie("tidings_flow").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=600"),
        "{cookie}"
    );
    (sent.field("location").to_owned(), sent.kept("tidings_flow"))
}

/// Goes all the way.
fn sign_in(house: &House, issuer: &Issuer, claims: Value, fault: Fault) -> Answer {
    let (authorize, cookie) = begin(house);
    let back = issuer.let_in(&authorize, claims, fault);
    house.get(&back, &[&format!("Cookie: {cookie}")])
}

fn person(subject: &str, mail: &str) -> Value {
    json!({ "sub": subject, "email": mail, "email_verified": true })
}

#[test]
fn who_is_known_at_the_provider_signs_in_there() {
    let issuer = Issuer::start();
    let more = "auto_create = true\nrole_claim = \"groups\"\nmanagers = [\"sales\"]\nadmins = [\"it\"]\n";
    let house = house(issuer.address(), more);
    let page = house.get("/sign-in?next=/inbox", &[]);
    assert!(
        page.body
            .contains("<a class=\"button\" href=\"/sign-in/oidc?next=%2Finbox\">Sign in with Firm &lt;account&gt;</a>"),
        "{}",
        page.body
    );

    let root = sign_in(&house, &issuer, person("1", "Root@firm.example"), Fault::None);
    assert_eq!((root.status, root.field("location")), (303, "/inbox"), "{}", root.body);
    assert!(root.cookie("tidings_flow").unwrap().contains("Max-Age=0"), "what was remembered is forgotten");
    assert_eq!(house.known(&root.kept("tidings_session")).as_deref(), Some("root@firm.example"));

    let mut mia = person("2", "mia@firm.example");
    mia["groups"] = json!(["staff", "sales"]);
    let answer = sign_in(&house, &issuer, mia.clone(), Fault::None);
    let me =
        |answer: &Answer| house.get("/api/v1/me", &[&format!("Cookie: {}", answer.kept("tidings_session"))]).json();
    assert_eq!(me(&answer)["role"], "manager");
    mia["groups"] = json!("it");
    mia["email"] = json!("mia.married@firm.example");
    let answer = sign_in(&house, &issuer, mia, Fault::None);
    let told = me(&answer);
    assert_eq!((told["name"].as_str(), told["role"].as_str()), (Some("mia@firm.example"), Some("admin")));
    assert_eq!(issuer.wrongs(), Vec::<String>::new());
    let log = house.log();
    for told in [
        "signed in user:mia@firm.example by mia@firm.example: by identity provider",
        "manager → admin",
        "identity known",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn what_cannot_be_believed_is_refused_and_explained() {
    let issuer = Issuer::start();
    let house = house(issuer.address(), "auto_create = true\n");
    for (fault, words) in [
        (Fault::Nonce, "belongs to another sign-in"),
        (Fault::Audience, "meant for another program"),
        (Fault::Issuer, "from another provider"),
        (Fault::Expired, "past its time"),
        (Fault::Signature, "signature of its id token is wrong"),
        (Fault::Unsigned, "cannot be believed"),
        (Fault::NoToken, "no id token"),
    ] {
        let answer = sign_in(&house, &issuer, person("1", "mia@firm.example"), fault);
        assert_eq!((answer.status, answer.cookie("tidings_session")), (403, None), "{fault:?}");
        assert!(answer.body.contains(words), "{fault:?}: {}", answer.body);
    }
    for (claims, words) in [
        (person("1", "mia@evil.example"), "People of evil.example may not sign in"),
        (json!({ "sub": "1", "email": "mia@firm.example" }), "no mail address that it has verified"),
        (json!({ "sub": "1" }), "no mail address that it has verified"),
    ] {
        let answer = sign_in(&house, &issuer, claims, Fault::None);
        assert_eq!(answer.status, 403, "{words}");
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert!(house.log().contains("sign-in refused sign-in by a stranger: people of evil.example"), "{}", house.log());
    house.place.run(&["user", "list"]).ended(0).said(&["root@firm.example"]);
}

#[test]
fn r46_an_answer_that_this_browser_did_not_ask_for_is_refused() {
    let issuer = Issuer::start();
    let house = house(issuer.address(), "auto_create = true\n");
    let (authorize, cookie) = begin(&house);
    let mine = format!("Cookie: {cookie}");
    let back = issuer.let_in(&authorize, person("1", "mia@firm.example"), Fault::None);
    let (other, _) = begin(&house);
    let of_another = issuer.let_in(&other, person("666", "evil@firm.example"), Fault::None);
    let forged = format!("Cookie: {cookie}x");
    for (what, target, fields) in [
        ("no cookie", &back, &[][..]),
        ("a forged cookie", &back, &[forged.as_str()]),
        ("the answer of another sign-in", &of_another, &[mine.as_str()]),
    ] {
        let answer = house.get(target, fields);
        assert_eq!((answer.status, answer.cookie("tidings_session")), (403, None), "{what}");
        assert!(answer.body.contains("not begun in this browser"), "{what}: {}", answer.body);
    }
    let said = house.get("/sign-in/oidc/callback?error=access_denied&error_description=%3Cb%3Eno", &[&mine]);
    assert!(said.status == 403 && said.body.contains("access_denied &lt;b&gt;no"), "{}", said.body);
    assert_eq!(house.get(&back, &[&mine]).status, 303, "the right one");
    let again = house.get(&back, &[&mine]);
    assert!(again.status == 403 && again.body.contains("refused"), "a code is good once: {}", again.body);
}

#[test]
fn a_provider_that_is_away_is_named() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let house = house(&format!("http://{closed}"), "");
    let answer = house.get("/sign-in/oidc", &[]);
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert!(answer.body.contains(&format!("http://{closed} cannot be asked")), "{}", answer.body);
    assert!(answer.body.contains("<form"), "whoever has a password can still sign in");
}

#[test]
fn r28_the_provider_is_asked_through_the_guarded_connector() {
    let issuer = Issuer::start();
    let mut house = house(issuer.address(), "");
    let settings = std::fs::read_to_string(house.place.config().join("tidings.toml")).unwrap();
    house.place.write("tidings.toml", &settings.replace("allow = [\"127.0.0.0/8\"]", "allow = []"));
    house.restart();
    let answer = house.get("/sign-in/oidc", &[]);
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert!(answer.body.contains("[net] allow"), "{}", answer.body);
}

#[test]
fn settings_that_would_let_in_anybody_are_refused() {
    let house = House::new(|port| {
        format!("listen = \"127.0.0.1:{port}\"\n\n[serve.oidc]\nissuer = \"login.example\"\nauto_create = true\n")
    });
    house.place.run(&["check"]).ended(2).said(&[
        "`issuer` in [serve.oidc]",
        "`client_id` in [serve.oidc]",
        "public_url",
        "`auto_create` in [serve.oidc]",
        "allowed_domains",
    ]);
}
