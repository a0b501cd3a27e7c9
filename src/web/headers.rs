//! Security headers, on every answer, errors included.
//! Pages load scripts, styles and frames of this server only and nothing inline; what people sent in is
//! never allowed to run.

use actix_web::http::header::{self, HeaderName, HeaderValue};

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; \
frame-ancestors 'none'";
/// What somebody sent in, handed out as a download.
const FILE_POLICY: &str =
    "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";
/// A checked PDF or a re-encoded image inside our own preview frame. `sandbox` would keep Chromium's
/// PDF viewer from starting, so scripts are shut out by `default-src` alone.
const PREVIEW_POLICY: &str = "default-src 'none'; object-src 'self'; img-src 'self'; \
style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

/// What an answer is, as far as its headers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Page,
    Asset,
    Download,
    Preview,
}

/// The policy of a page that carries one image from our own encrypted address (信任检测), and from there alone.
pub(super) fn probing(origin: &str) -> String {
    let images = "img-src 'self' data:";
    PAGE_POLICY.replace(images, &format!("{images} {origin}"))
}

/// The headers of a sort.
pub(super) fn of(sort: Sort) -> [(HeaderName, HeaderValue); 6] {
    let (policy, frame, cache) = match sort {
        Sort::Page => (PAGE_POLICY, "DENY", "no-store"),
        Sort::Asset => (PAGE_POLICY, "DENY", "public, max-age=31536000, immutable"),
        Sort::Download => (FILE_POLICY, "DENY", "no-store"),
        Sort::Preview => (PREVIEW_POLICY, "SAMEORIGIN", "no-store"),
    };
    let text = HeaderValue::from_static;
    [
        (header::CONTENT_SECURITY_POLICY, text(policy)),
        (header::X_FRAME_OPTIONS, text(frame)),
        (header::CACHE_CONTROL, text(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, text("nosniff")),
        (header::REFERRER_POLICY, text("same-origin")),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, text("same-origin")),
    ]
}
