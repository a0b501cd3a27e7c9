//! The bare server: actix, a form, our group-commit writer, a drawn page, and nothing else. No
//! session, no permission, no ledger; what it reaches is the ceiling for every page and write of ours.
//! Runs in the benchmark's process as the real server does, with as many workers.

use super::page;
use crate::kit::{Error, Result};
use crate::store::bare::Bare;
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// A server in a thread of its own, until it is dropped.
pub(super) struct BareServer {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<Result<()>>>,
}

/// What the handlers need.
struct Desk {
    file: Bare,
    items: Vec<page::Item>,
}

#[derive(Deserialize)]
struct Letter {
    title: String,
    body: String,
}

impl BareServer {
    /// Starts it on a free port of this PC.
    pub(super) fn start(file: Bare) -> Result<Self> {
        let (ready, started) = channel();
        let thread = std::thread::Builder::new()
            .name("bare".into())
            .spawn(move || actix_web::rt::System::new().block_on(serve(file, ready)))?;
        match started.recv() {
            Ok((address, handle)) => Ok(Self {
                address,
                handle,
                thread: Some(thread),
            }),
            Err(_) => match thread.join() {
                Ok(Err(e)) => Err(e),
                _ => Err(Error::fault("the bare server did not start")),
            },
        }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for BareServer {
    fn drop(&mut self) {
        // The message is sent when the future is made; nobody has to wait on it, the thread is joined.
        drop(self.handle.stop(GRACE));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether connections may finish; the generator has gone when the server stops.
const GRACE: bool = false;

async fn serve(file: Bare, ready: Sender<(SocketAddr, ServerHandle)>) -> Result<()> {
    let desk = web::Data::from(Arc::new(Desk {
        file,
        items: page::items(),
    }));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(desk.clone())
            .route("/hello/{token}", web::get().to(hello))
            .route("/list/{token}", web::get().to(list))
            .route("/document/{id}", web::get().to(read))
            .route("/document", web::post().to(create))
    })
    .disable_signals()
    .bind(("127.0.0.1", 0))?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or_else(|| Error::fault("no address"))?;
    let server = server.run();
    ready
        .send((address, server.handle()))
        .map_err(Error::fault)?;
    Ok(server.await?)
}

async fn hello(token: web::Path<String>) -> HttpResponse {
    html(token.into_inner())
}

async fn list(token: web::Path<String>, desk: web::Data<Desk>) -> HttpResponse {
    html(page::list(&token, &desk.items).into_string())
}

async fn read(id: web::Path<i64>, desk: web::Data<Desk>) -> HttpResponse {
    // Read on the worker itself: a point read is shorter than handing it to another thread.
    match desk.file.find(*id) {
        Ok(Some((title, body))) => html(page::document(&title, &body).into_string()),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(e) => HttpResponse::InternalServerError().body(e.to_string()),
    }
}

async fn create(form: web::Form<Letter>, desk: web::Data<Desk>) -> HttpResponse {
    let Letter { title, body } = form.into_inner();
    let answer = title.clone();
    match web::block(move || desk.file.insert((title, body))).await {
        Ok(Ok(_)) => html(answer),
        Ok(Err(e)) => HttpResponse::ServiceUnavailable().body(e.to_string()),
        Err(e) => HttpResponse::InternalServerError().body(e.to_string()),
    }
}

fn html(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(body)
}
