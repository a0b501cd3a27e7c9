//! The files of `assets/web`, from inside the binary: the one door to rust-embed.
//! Their URLs carry their digest, so a browser keeps them for good and an update is seen at once. An
//! old digest gets the present file, not to be kept: a page opened before an update still looks right.

use crate::kit::Digest;
use actix_web::web::Bytes;
use rust_embed::{Embed, EmbeddedFile};
use std::borrow::Cow;
use std::collections::HashMap;

#[derive(Embed)]
#[folder = "assets/web/"]
struct Files;

/// Where assets are.
pub(super) const PREFIX: &str = "/assets";

/// All assets, digested once at start.
#[derive(Debug)]
pub struct Assets {
    files: HashMap<String, Asset>,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Asset {
    pub digest: String,
    pub kind: &'static str,
    pub bytes: Bytes,
}

impl Default for Assets {
    fn default() -> Self {
        let files = Files::iter()
            .filter_map(|name| Some((name.to_string(), asset(&name, Files::get(&name)?))))
            .collect();
        Self { files }
    }
}

impl Assets {
    /// URL of a file; one that is not there leads nowhere, which the page tests notice.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        let digest = self.files.get(name).map_or("0", |a| a.digest.as_str());
        format!("{PREFIX}/{digest}/{name}")
    }

    /// The file and whether `digest` is its own.
    pub(super) fn find(&self, digest: &str, name: &str) -> Option<(&Asset, bool)> {
        let asset = self.files.get(name)?;
        Some((asset, asset.digest == digest))
    }
}

fn asset(name: &str, file: EmbeddedFile) -> Asset {
    let mut digest = Digest::of(&file.data).hex();
    digest.truncate(12);
    Asset {
        digest,
        kind: kind(name),
        bytes: match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        },
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_look_is_there() {
        let assets = Assets::default();
        let url = assets.url("look.css");
        let mut parts = url.rsplit('/');
        let (name, digest) = (parts.next().unwrap(), parts.next().unwrap());
        assert_eq!(digest.len(), 12);
        let (file, own) = assets.find(digest, name).unwrap();
        assert!(own && file.kind.starts_with("text/css") && file.bytes.len() > 1000);
        assert!(!assets.find("0", "look.css").unwrap().1);
        assert!(assets.find("0", "../../Cargo.toml").is_none());
        assert!(!assets.url("app.js").contains("/0/"));
        assert!(!assets.url("icon.png").contains("/0/"));
    }
}
