//! An identity provider on loopback that keeps to OpenID Connect, and breaks it where a test asks for that. It signs by
//! ES256 with a key that is made for the test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tidings::model::{Clock as _, SystemClock};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// What the client is called, and its secret.
pub(crate) const CLIENT: (&str, &str) = ("tidings", "client secret of the test");

/// What is wrong with the next id token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Nonce,
    Audience,
    Issuer,
    Expired,
    /// Signed by another key.
    Signature,
    /// `alg: none`, without a signature.
    Unsigned,
    /// No id token at all.
    NoToken,
}

struct Desk {
    address: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    /// Code → challenge, nonce.
    codes: Mutex<HashMap<String, (String, String)>>,
    fault: Mutex<Fault>,
    claims: Mutex<Value>,
    wrongs: Mutex<Vec<String>>,
}

/// The provider; it goes away with the test.
pub(crate) struct Issuer {
    desk: Arc<Desk>,
    _runtime: tokio::runtime::Runtime,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let desk = Arc::new(Desk {
            address: format!("http://{}", listener.local_addr().unwrap()),
            key: key(),
            other: key(),
            codes: Mutex::default(),
            fault: Mutex::new(Fault::None),
            claims: Mutex::new(json!({})),
            wrongs: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&desk));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        Self { desk, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> &str {
        &self.desk.address
    }

    /// Somebody signs in here: `claims` is what is said of them, `fault` what is wrong with it. Gives what their browser
    /// is sent back with.
    pub(crate) fn let_in(&self, authorize: &str, claims: Value, fault: Fault) -> String {
        let asked = url::Url::parse(authorize).unwrap();
        assert!(authorize.starts_with(&format!("{}/authorize?", self.address())), "{authorize}");
        let query: HashMap<_, _> = asked.query_pairs().into_owned().collect();
        assert_eq!((query["response_type"].as_str(), query["client_id"].as_str()), ("code", CLIENT.0));
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].split(' ').any(|scope| scope == "openid") && query["scope"].contains("email"));
        let code = URL_SAFE_NO_PAD.encode(&query["state"]);
        let kept = (query["code_challenge"].clone(), query["nonce"].clone());
        self.desk.codes.lock().unwrap().insert(code.clone(), kept);
        *self.desk.fault.lock().unwrap() = fault;
        *self.desk.claims.lock().unwrap() = claims;
        let back = url::Url::parse(&query["redirect_uri"]).unwrap();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let answer = form.append_pair("state", &query["state"]).append_pair("code", &code).finish();
        format!("{}?{answer}", back.path())
    }

    /// What the client did wrong.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.desk.wrongs.lock().unwrap().clone()
    }
}

async fn configuration(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", desk.address);
    Json(json!({
        "issuer": desk.address, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }))
}

async fn keys(State(desk): State<Arc<Desk>>) -> Json<Value> {
    // An uncompressed point: 4, then x and y of 32 bytes each (SEC 1, 2.3.3).
    let point = desk.key.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    Json(
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "k1", "use": "sig", "alg": "ES256" }] }),
    )
}

async fn token(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let wrong = |what: &str| {
        desk.wrongs.lock().unwrap().push(what.to_owned());
        (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant", "error_description": what })))
    };
    let encoded = url::form_urlencoded::byte_serialize(CLIENT.1.as_bytes()).collect::<String>();
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{encoded}", CLIENT.0)));
    if headers.get("authorization").and_then(|value| value.to_str().ok()) != Some(&basic) {
        return Err(wrong("the client's secret"));
    }
    // A code is good once (RFC 6749, 4.1.2).
    let Some((challenge, nonce)) = desk.codes.lock().unwrap().remove(&form["code"]) else {
        return Err(wrong("the code"));
    };
    let proof = ring::digest::digest(&ring::digest::SHA256, form["code_verifier"].as_bytes());
    if URL_SAFE_NO_PAD.encode(proof) != challenge {
        return Err(wrong("the proof of PKCE"));
    }
    let fault = *desk.fault.lock().unwrap();
    let now = SystemClock.now().timestamp();
    let mut claims = json!({
        "iss": desk.address, "aud": CLIENT.0, "iat": now, "exp": now + 300, "nonce": nonce,
    });
    match fault {
        Fault::Nonce => claims["nonce"] = json!("of another sign-in"),
        Fault::Audience => claims["aud"] = json!("another program"),
        Fault::Issuer => claims["iss"] = json!("https://other.example"),
        Fault::Expired => (claims["iat"], claims["exp"]) = (json!(now - 900), json!(now - 600)),
        _ => {}
    }
    for (name, value) in desk.claims.lock().unwrap().as_object().unwrap() {
        claims[name] = value.clone();
    }
    let mut answer = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 300 });
    if fault != Fault::NoToken {
        answer["id_token"] = json!(signed(&desk, &claims, fault));
    }
    Ok(Json(answer))
}

fn signed(desk: &Desk, claims: &Value, fault: Fault) -> String {
    let header = match fault {
        Fault::Unsigned => json!({ "alg": "none", "typ": "JWT" }),
        _ => json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = format!("{}.{}", part(&header), part(claims));
    let key = if fault == Fault::Signature { &desk.other } else { &desk.key };
    let signature = key.sign(&SystemRandom::new(), body.as_bytes()).unwrap();
    let signature = if fault == Fault::Unsigned { String::new() } else { URL_SAFE_NO_PAD.encode(signature) };
    format!("{body}.{signature}")
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}
