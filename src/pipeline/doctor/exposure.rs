//! Who can reach the program, and who is let in.

use super::Finding;
use crate::config::Serve;
use crate::text::count::counted;

/// How far it can be reached, and whether passwords travel in clear.
pub(super) fn examine(serve: &Serve, users: usize) -> Finding {
    const PROBE: &str = "exposure";
    let here = serve.listen.ip().is_loopback();
    let public = serve.public_url.as_deref();
    let add = "add somebody who may sign in: `tidings user add NAME --role admin`";
    match (here, users) {
        (true, 0) => Finding::ok(PROBE, "this machine only, open to whoever sits at it; nobody signs in"),
        (false, 0) => {
            Finding::failed(PROBE, format!("{} can be reached by others, and nobody signs in", serve.listen), add)
        }
        (_, users) => {
            let who = counted(users, "user");
            match public {
                Some(url) if url.starts_with("https://") => Finding::ok(PROBE, format!("{who}, by {url}")),
                None if here => Finding::ok(PROBE, format!("this machine only, {who}")),
                _ => {
                    let what =
                        format!("{who}; passwords and sessions travel in clear to {}", public.unwrap_or("others"));
                    let hint =
                        "put a proxy with a certificate before it and set serve.public_url to its https:// address";
                    Finding::warning(PROBE, what, hint)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::doctor::State;

    #[test]
    fn r49_what_can_be_reached_by_others_needs_users_and_https() {
        for (listen, public, users, state) in [
            ("127.0.0.1:8017", None, 0, State::Ok),
            ("127.0.0.1:8017", None, 1, State::Ok),
            ("127.0.0.1:8017", Some("https://news.example"), 2, State::Ok),
            ("127.0.0.1:8017", Some("http://news.example"), 2, State::Warning),
            ("0.0.0.0:8017", None, 0, State::Failed),
            ("0.0.0.0:8017", None, 1, State::Warning),
            ("[::]:8017", Some("https://news.example"), 1, State::Ok),
        ] {
            let public_url = public.map(str::to_owned);
            let serve = Serve { listen: listen.parse().unwrap(), public_url, ..Serve::default() };
            let found = examine(&serve, users);
            assert_eq!(found.state, state, "{found:?}");
            assert_eq!(found.hint.is_some(), state != State::Ok, "{found:?}");
        }
    }
}
