//! Style, script and mark of the pages: part of the program, with a hash of their content in the address, so that they are
//! kept for good and never stale.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

struct Asset {
    /// Name in the address, with the hash.
    file: String,
    etag: String,
    kind: &'static str,
    body: &'static str,
}

/// Addresses of the assets, for the frame of every page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Addresses {
    pub(super) style: String,
    script: String,
    pub(super) mark: String,
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| asset("style", "css", "text/css; charset=utf-8", include_str!("assets/style.css")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("script", "js", "text/javascript; charset=utf-8", include_str!("assets/script.js")));
static MARK: LazyLock<Asset> = LazyLock::new(|| asset("mark", "svg", "image/svg+xml", include_str!("assets/mark.svg")));

pub(super) static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let address = |asset: &Asset| format!("/assets/{}", asset.file);
    Addresses { style: address(&STYLE), script: address(&SCRIPT), mark: address(&MARK) }
});

/// An asset by its name with the hash; 404 for the hash of another version.
pub(super) async fn get(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = [&*STYLE, &*SCRIPT, &*MARK].into_iter().find(|asset| asset.file == file) else {
        return (StatusCode::NOT_FOUND, "nothing here\n").into_response();
    };
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let known = known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == asset.etag);
    let headers = [
        (CONTENT_TYPE, asset.kind),
        (ETAG, &asset.etag),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if known { (StatusCode::NOT_MODIFIED, headers).into_response() } else { (headers, asset.body).into_response() }
}

fn asset(name: &str, ending: &str, kind: &'static str, body: &'static str) -> Asset {
    let hash = blake3::hash(body.as_bytes()).to_hex();
    let hash = &hash[..16];
    Asset { file: format!("{name}.{hash}.{ending}"), etag: format!("\"{hash}\""), kind, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_asset_is_kept_for_good_and_known_again() {
        let ask = |file: &str, tag: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(tag) = tag {
                headers.insert(IF_NONE_MATCH, tag.parse().unwrap());
            }
            get(Path(file.to_owned()), headers)
        };
        let first = ask(&STYLE.file, None).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert!(first.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let again = ask(&STYLE.file, Some(&format!("\"x\", W/{}", STYLE.etag))).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("style.css", None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask("../mod.rs", None).await.status(), StatusCode::NOT_FOUND);
    }
}
