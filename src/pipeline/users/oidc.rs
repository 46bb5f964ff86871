//! Signing in at an identity provider: the authorization code flow of OpenID Connect Core 1.0 (section 3.1) with PKCE
//! (RFC 7636), state and nonce. The provider is asked through the guarded connector, as everybody else.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::{UserError, checked_name, plain_name, subject};
use super::secret::{self, NoRandomness};
use crate::config::Oidc;
use crate::model::{Actor, Identity, Time, User, UserRole};
use crate::net::{self, Call};
use crate::store::{Store, StoreError, changes, users};

/// The longest that one answer of the provider may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The most that one answer of the provider may be, bytes.
const LARGEST: usize = 1024 * 1024;

/// How long somebody may take at the provider.
pub const MINUTES: i64 = 10;

/// Signatures that are believed: those by a key of the provider's own.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why nobody was signed in; each is told on the page.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// No provider is set up, or not rightly.
    #[error("no identity provider is set up here")]
    Off,
    /// The provider does not answer, or not as one.
    #[error("the identity provider {issuer} cannot be asked: {why}")]
    Unreachable {
        /// Which.
        issuer: String,
        /// What happened.
        why: String,
    },
    /// The answer is to another question than ours.
    #[error("this sign-in was not begun in this browser, or took longer than {MINUTES} minutes")]
    Stale,
    /// The provider said no.
    #[error("the identity provider refused: {0}")]
    Refused(String),
    /// What the provider says of the person cannot be believed.
    #[error("the identity provider's answer cannot be believed: {0}")]
    Unbelievable(String),
    /// No mail address, or one that the provider did not verify.
    #[error("the identity provider names no mail address that it has verified")]
    NoMail,
    /// The mail address is of another house.
    #[error("people of {0} may not sign in here")]
    Domain(String),
    /// Nobody knows the person, and nobody is made a user by signing in.
    #[error("{0} is no user here")]
    Unknown(String),
    /// The name is that of somebody else at the provider.
    #[error("the user {0} is somebody else at the identity provider")]
    Taken(String),
    /// The mail address cannot be a name.
    #[error(transparent)]
    User(#[from] UserError),
    /// No secret can be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is remembered while somebody is at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Ties the answer to this browser.
    state: String,
    /// Ties the id token to this sign-in.
    nonce: String,
    /// Proves to the provider that who asked is who redeems.
    verifier: String,
    /// Where to go afterwards.
    pub next: String,
    /// Until when, epoch seconds.
    until: i64,
}

/// Signs what is remembered, so that it can lie in a cookie of the browser. The key lives as long as the process.
pub struct Seal(hmac::Key);

impl Seal {
    /// A seal that nobody else has.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &secret::random::<32>()?)))
    }

    /// The flow as a signed text.
    #[must_use]
    pub fn close(&self, flow: &Flow) -> String {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(flow).unwrap_or_default());
        let tag = hmac::sign(&self.0, body.as_bytes());
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The flow of a signed text; none where the signature is wrong or the time is over.
    #[must_use]
    pub fn open(&self, text: &str, now: Time) -> Option<Flow> {
        let (body, tag) = text.split_once('.')?;
        hmac::verify(&self.0, body.as_bytes(), &URL_SAFE_NO_PAD.decode(tag).ok()?).ok()?;
        let flow: Flow = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        (now.timestamp() < flow.until).then_some(flow)
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seal")
    }
}

/// Whom the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who it is there.
    pub identity: Identity,
    /// The mail address that the provider has verified; lower case.
    pub mail: Option<String>,
    /// The role that its claim stands for, where one does.
    pub role: Option<UserRole>,
}

/// Asks the provider where to send somebody. Gives that address, and what must be remembered until they come back.
///
/// # Errors
/// Where no provider is set up, or it cannot be asked.
pub async fn begin(
    wire: &net::Client,
    oidc: &Oidc,
    callback: &str,
    next: String,
    now: Time,
) -> Result<(String, Flow), OidcError> {
    let client = client(wire, oidc, callback).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(oidc.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
        .set_pkce_challenge(challenge);
    let (address, state, nonce) = request.url();
    let flow = Flow {
        state: state.into_secret(),
        nonce: nonce.secret().clone(),
        verifier: verifier.into_secret(),
        next,
        until: now.timestamp() + MINUTES * 60,
    };
    Ok((address.into(), flow))
}

/// Redeems the code that somebody brings from the provider and checks everything that the id token says.
///
/// # Errors
/// Where the answer is not to this flow, the provider cannot be asked, or the token cannot be believed.
pub async fn redeem(
    wire: &net::Client,
    oidc: &Oidc,
    callback: &str,
    flow: Flow,
    (state, code): (&str, &str),
    now: Time,
) -> Result<Known, OidcError> {
    if secret::hash(state) != secret::hash(&flow.state) {
        return Err(OidcError::Stale);
    }
    let client = client(wire, oidc, callback).await?;
    let unreachable = |why: String| OidcError::Unreachable { issuer: oidc.issuer.clone().unwrap_or_default(), why };
    let request = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| unreachable(error.to_string()))?
        .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier));
    let answer = request.request_async(&Wire(wire)).await.map_err(|error| match error {
        openidconnect::RequestTokenError::ServerResponse(said) => OidcError::Refused(said.error().to_string()),
        openidconnect::RequestTokenError::Request(error) => unreachable(error.to_string()),
        _ => OidcError::Unbelievable("it gives no token".to_owned()),
    })?;
    let token = answer.id_token().ok_or_else(|| OidcError::Unbelievable("it holds no id token".to_owned()))?;
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || now);
    let claims = token.claims(&verifier, &Nonce::new(flow.nonce)).map_err(|error| disbelief(&error))?;
    if let Some(stated) = claims.access_token_hash() {
        let algorithm = token.signing_alg().ok();
        let key = token.signing_key(&verifier).ok();
        let made = algorithm
            .zip(key)
            .and_then(|(algorithm, key)| AccessTokenHash::from_token(answer.access_token(), algorithm, key).ok());
        if made.as_ref() != Some(stated) {
            return Err(OidcError::Unbelievable("it holds somebody else's access token".to_owned()));
        }
    }
    let verified = claims.email_verified().unwrap_or(false);
    Ok(Known {
        identity: Identity { issuer: claims.issuer().to_string(), subject: claims.subject().to_string() },
        mail: claims.email().filter(|_| verified).map(|mail| plain_name(mail)),
        role: role(oidc, token),
    })
}

/// The user of whom the provider knows: by its own name for them, else by their verified mail address; made where that is
/// set up. Their role follows the provider's claim.
///
/// # Errors
/// Where they may not sign in, or the database refuses.
pub async fn admit(store: &Store, oidc: &Oidc, known: &Known, now: Time) -> Result<User, OidcError> {
    let who = Actor::program("sign-in");
    if !oidc.allowed_domains.is_empty() {
        let mail = known.mail.as_deref().ok_or(OidcError::NoMail)?;
        let domain = mail.rsplit_once('@').map_or("", |(_, domain)| domain);
        if !oidc.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
            return Err(OidcError::Domain(domain.to_owned()));
        }
    }
    let mut session = store.write().await?;
    let mut user = if let Some(user) = users::of_identity(&mut session, &known.identity).await? {
        user
    } else {
        let mail = known.mail.as_deref().ok_or(OidcError::NoMail)?;
        match users::get(&mut session, mail).await? {
            Some(user) if user.identity.is_some() => return Err(OidcError::Taken(user.name)),
            Some(user) => {
                users::set_identity(&mut session, &user.name, &known.identity).await?;
                let detail = format!("at {}", known.identity.issuer);
                changes::note(&mut session, now, &who, "identity known", &subject(&user.name), &detail).await?;
                user
            }
            None if oidc.auto_create => {
                let user = User {
                    name: checked_name(mail)?,
                    role: known.role.unwrap_or(oidc.default_role),
                    owners: Vec::new(),
                    has_password: false,
                    identity: Some(known.identity.clone()),
                    created: now,
                    last_sign_in: None,
                };
                users::add(&mut session, &user, None).await?;
                let detail = format!("{}, known at {}", user.role, known.identity.issuer);
                changes::note(&mut session, now, &who, "user added", &subject(&user.name), &detail).await?;
                user
            }
            None => return Err(OidcError::Unknown(mail.to_owned())),
        }
    };
    if let Some(role) = known.role.filter(|role| *role != user.role) {
        users::set_role(&mut session, &user.name, role, &user.owners).await?;
        let detail = format!("{} → {role}, by the identity provider", user.role);
        changes::note(&mut session, now, &who, "role changed", &subject(&user.name), &detail).await?;
        user.role = role;
    }
    session.commit().await?;
    Ok(user)
}

/// The client, once the provider told its addresses and keys (OpenID Connect Discovery 1.0).
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

async fn client(wire: &net::Client, oidc: &Oidc, callback: &str) -> Result<Client, OidcError> {
    let issuer = oidc.issuer.clone().ok_or(OidcError::Off)?;
    let unreachable = |why: String| OidcError::Unreachable { issuer: issuer.clone(), why };
    let address = IssuerUrl::new(issuer.clone()).map_err(|error| unreachable(error.to_string()))?;
    let redirect = RedirectUrl::new(callback.to_owned()).map_err(|_| OidcError::Off)?;
    let metadata = CoreProviderMetadata::discover_async(address, &Wire(wire))
        .await
        .map_err(|error| unreachable(causes(&error)))?;
    let methods = metadata.token_endpoint_auth_methods_supported();
    let by_body = methods.is_some_and(|methods| {
        methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    let secret = oidc.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(oidc.client_id.clone()), secret)
        .set_redirect_uri(redirect)
        .set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth });
    Ok(client)
}

/// Our guarded connector in the shape that the library asks through.
struct Wire<'a>(&'a net::Client);

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = net::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, net::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let url = head.uri.to_string();
            let call =
                Call { method: head.method, url: &url, headers: head.headers, body, timeout: PATIENCE, cap: LARGEST };
            let reply = self.0.call(call).await?;
            let mut response = HttpResponse::new(reply.body.to_vec());
            *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
            *response.headers_mut() = reply.headers;
            Ok(response)
        })
    }
}

/// The role that the claim of a checked id token stands for: the highest of those that it names.
fn role(oidc: &Oidc, token: &CoreIdToken) -> Option<UserRole> {
    let claim = oidc.role_claim.as_deref()?;
    let text = token.to_string();
    let body = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&body).ok()?;
    let values: Vec<&str> = match claims.get(claim)? {
        Value::String(value) => value.split_whitespace().collect(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let names = |list: &[String]| list.iter().any(|name| values.contains(&name.as_str()));
    let roles =
        [(UserRole::Admin, &oidc.admins), (UserRole::Manager, &oidc.managers), (UserRole::Viewer, &oidc.viewers)];
    roles.into_iter().find(|(_, list)| names(list)).map(|(role, _)| role)
}

fn disbelief(error: &ClaimsVerificationError) -> OidcError {
    OidcError::Unbelievable(match error {
        ClaimsVerificationError::Expired(_) => "its id token is past its time".to_owned(),
        ClaimsVerificationError::InvalidAudience(_) => "its id token is meant for another program".to_owned(),
        ClaimsVerificationError::InvalidIssuer(_) => "its id token is from another provider".to_owned(),
        ClaimsVerificationError::InvalidNonce(_) => "its id token belongs to another sign-in".to_owned(),
        ClaimsVerificationError::SignatureVerification(_) => "the signature of its id token is wrong".to_owned(),
        other => other.to_string(),
    })
}

/// An error with all that caused it, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &format!(": {error}");
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r46_only_what_was_signed_here_and_lately_is_opened() {
        let now = Time::from_timestamp(1_790_000_000, 0).unwrap();
        let flow = Flow {
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
            next: "/".to_owned(),
            until: now.timestamp() + 600,
        };
        let (seal, other) = (Seal::new().unwrap(), Seal::new().unwrap());
        let text = seal.close(&flow);
        assert_eq!(seal.open(&text, now), Some(flow.clone()));
        assert_eq!(other.open(&text, now), None, "another seal");
        assert_eq!(seal.open(&text, now + chrono::TimeDelta::minutes(MINUTES)), None, "too late");
        let (_, tag) = text.split_once('.').unwrap();
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Flow { next: "/x".to_owned(), ..flow }).unwrap());
        for wrong in [format!("{forged}.{tag}"), forged, String::new(), ".".to_owned(), "a.b".to_owned()] {
            assert_eq!(seal.open(&wrong, now), None, "{wrong}");
        }
    }
}
