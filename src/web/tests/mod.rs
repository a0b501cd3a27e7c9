//! The edge as a whole, over real sockets: a small manifest, and what every answer must carry.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bytes;
mod gate;

use super::testing::{Claimed, Client, Got, Town};
use super::{Cx, FileReply, Manifest, MenuItem, OpenCx, Reply, Route};
use crate::access::{Allowed, Place, action};
use crate::kit::{Digest, Error, Id, Result};
use crate::org::Role;
use crate::ui::form::CSRF;
use crate::ui::html;

action!(Look, "test.look", "看", Allowed::SignedIn, Place::Anywhere);
action!(Deed, "test.do", "办", Allowed::SignedIn, Place::Anywhere);
action!(
    Seal,
    "test.seal",
    "用印",
    Allowed::Roles(&[Role::SealKeeper]),
    Place::Anywhere
);
action!(
    Security,
    "test.security",
    "安全",
    Allowed::SignedIn,
    Place::ServerOrHttps
);

const TEST: Manifest = Manifest {
    id: "test",
    menu: &[
        MenuItem::new("看", "/look", 1),
        MenuItem::new("用印", "/seal", 2),
    ],
    routes: || {
        vec![
            Route::open_get("/open", open),
            Route::open_post("/open", open),
            Route::get::<Look>("/look", look),
            Route::get::<Look>("/look/{id}", look_at),
            Route::get::<Look>("/panic", |_| panic!("secret words of /srv/x.rs")),
            Route::get::<Look>("/fault", |_| Err(Error::fault("no such table: person"))),
            Route::get::<Look>("/away", |_| Ok(Reply::To("//evil.cn".into()))),
            Route::get::<Look>("/file", file),
            Route::get::<Look>("/attachment", attachment),
            Route::post::<Deed>("/do", deed),
            Route::post::<Deed>("/busy", |_| Err(Error::Busy("请一分钟后再试".into()))),
            Route::post::<Deed>("/files", files),
            Route::get::<Seal>("/seal", |cx| Ok(cx.page("用印", &html! {}))),
            Route::get::<Security>("/security", |cx| Ok(cx.page("安全", &html! {}))),
        ]
    },
};

fn open(cx: &mut OpenCx) -> Result<Reply> {
    let content = html! { form { (crate::ui::form::token(cx.csrf())) (cx.form("x")) } };
    Ok(cx.page("门口", &content))
}

fn look(cx: &mut Cx<Look>) -> Result<Reply> {
    let content = html! { p { (cx.query("q")) } (crate::ui::form::token(cx.csrf())) };
    Ok(cx.page("看一看", &content))
}

fn look_at(cx: &mut Cx<Look>) -> Result<Reply> {
    let id: Id = cx.path("id")?;
    Ok(cx.page("这一件", &html! { (id.to_string()) }))
}

fn file(_: &mut Cx<Look>) -> Result<Reply> {
    let bytes = b"<script>alert(1)</script>".to_vec();
    Ok(Reply::File(FileReply::made(
        "通知.html",
        "text/html",
        bytes,
    )))
}

/// Larger than one chunk, so that it goes out in several.
fn contents() -> Vec<u8> {
    (0..700_000_u32).map(|n| b'a' + (n % 23) as u8).collect()
}

fn attachment(cx: &mut Cx<Look>) -> Result<Reply> {
    let shelf = cx.state.store.shelf_for(1, 2026)?;
    let blob = cx.state.store.blob(shelf, Digest::of(&contents()))?;
    Ok(Reply::File(FileReply::kept("附件 1.doc", blob)))
}

fn deed(cx: &mut Cx<Deed>) -> Result<Reply> {
    let said = format!("收到 {}", cx.form("title"));
    cx.tell(&said);
    Ok(Reply::To("/look".into()))
}

fn files(cx: &mut Cx<Deed>) -> Result<Reply> {
    let mut said = format!("title={} ", cx.form("title"));
    for f in cx.files() {
        let mut bytes = Vec::new();
        f.reader()?.read_to_end(&mut bytes)?;
        let sum: u64 = bytes.iter().map(|b| u64::from(*b)).sum();
        said.push_str(&format!(
            "{}|{}|{}|{}|{};",
            f.field(),
            f.name(),
            f.size(),
            f.head().len(),
            sum
        ));
    }
    Ok(Reply::Json(said))
}

fn town(name: &str) -> Town {
    Town::new(name, &[TEST], Claimed::Yes)
}

fn csrf(client: &mut Client) -> String {
    client.get("/look").hidden(CSRF).unwrap()
}

fn has_all_headers(got: &Got) {
    for name in [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cache-control",
        "x-frame-options",
    ] {
        assert!(got.header(name).is_some(), "{name} missing:\n{}", got.head);
    }
    let policy = got.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors"));
    assert!(!policy.contains("unsafe"));
    assert!(got.header("access-control-allow-origin").is_none());
}
