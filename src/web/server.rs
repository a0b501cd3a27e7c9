//! Starts and stops serving: HTTP/1.1 over plain TCP, and the same encrypted beside it, with limits that a slow or a
//! greedy client meets before anybody else feels it. In process for tests (port 0), the same for the real thing.

use super::admit::Local;
use super::mount::{self, Edge};
use super::{Manifest, State, assets};
use crate::kit::{Error, Result};
use actix_http::body::BoxBody;
use actix_http::{Extensions, HttpService, Request, Response};
use actix_service::{IntoServiceFactory as _, ServiceFactory, ServiceFactoryExt as _, map_config};
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::{AppConfig, Server, ServerHandle};
use actix_web::middleware::Compress;
use actix_web::rt::{System, net::TcpStream};
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse};
use rustls::ServerConfig;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Threads for handlers, all workers together: as many writes can share one commit.
const HANDLERS: usize = 64;
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// The head of a request must be there after this long (S51).
const HEAD_WITHIN: Duration = Duration::from_secs(5);
/// A connection that is closed may take this long over it.
const GONE_WITHIN: Duration = Duration::from_secs(1);
/// Requests under way may finish for this long when the server stops.
const STOP_SECONDS: u64 = 3;
const MOST_CONNECTIONS: usize = 8_192;

/// A server that answers. Dropped, it stops.
pub struct Running {
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
    addresses: Vec<SocketAddr>,
    state: Arc<State>,
}

/// Serves these manifests on listeners that are bound already.
pub fn serve(
    state: Arc<State>,
    manifests: &[Manifest],
    listeners: Vec<TcpListener>,
) -> Result<Running> {
    serve_both(state, manifests, listeners, None)
}

/// The same, and encrypted on one more, where the state's authority is open ([`State::open_tls`]).
pub fn serve_both(
    state: Arc<State>,
    manifests: &[Manifest],
    plain: Vec<TcpListener>,
    sealed: Option<TcpListener>,
) -> Result<Running> {
    let edge = Data::new(Edge::new(state.clone(), manifests)?);
    let addresses: Vec<SocketAddr> = plain
        .iter()
        .chain(&sealed)
        .map(TcpListener::local_addr)
        .collect::<io::Result<_>>()?;
    if let Some(first) = addresses.first().filter(|_| !plain.is_empty()) {
        state.reach.stands_at(first.port());
    }
    let sealed = match (state.tls(), sealed) {
        (Some(tls), Some(listener)) => {
            let config = tls.listen_at(listener.local_addr()?.port())?;
            Some((listener, config))
        }
        _ => None,
    };
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("web".into())
        .spawn(move || System::new().block_on(work(edge, (plain, sealed), tell)))?;
    match told.recv() {
        Ok(handle) => Ok(Running {
            handle,
            thread: Some(thread),
            addresses,
            state,
        }),
        Err(_) => Err(match thread.join() {
            Ok(Err(e)) => e.into(),
            _ => Error::Fault("the server thread ended at its start".into()),
        }),
    }
}

type Sealed = (TcpListener, ServerConfig);

async fn work(
    edge: Data<Edge>,
    (plain, sealed): (Vec<TcpListener>, Option<Sealed>),
    tell: mpsc::Sender<ServerHandle>,
) -> io::Result<()> {
    let workers = thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 16));
    let mut server = Server::build()
        .workers(workers)
        .worker_max_blocking_threads(HANDLERS.div_ceil(workers))
        .max_concurrent_connections(MOST_CONNECTIONS.div_ceil(workers))
        .shutdown_timeout(STOP_SECONDS)
        .disable_signals();
    let over = server.graceful_shutdown_signal();
    for listener in plain {
        let (edge, over) = (edge.clone(), over.clone());
        server = server.listen("http", listener, move || {
            let over = over.clone();
            HttpService::build()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_WITHIN)
                .client_disconnect_timeout(GONE_WITHIN)
                .graceful_shutdown_signal(move || {
                    let over = over.clone();
                    async move { over.notified().await }
                })
                .on_connect_ext(|stream: &TcpStream, kept: &mut Extensions| {
                    note_local(stream, kept, false);
                })
                .h1(pages(edge.clone()))
                .tcp()
        })?;
    }
    if let Some((listener, config)) = sealed {
        let (edge, over) = (edge.clone(), over.clone());
        server = server.listen("https", listener, move || {
            let over = over.clone();
            HttpService::build()
                .secure()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_WITHIN)
                .client_disconnect_timeout(GONE_WITHIN)
                .graceful_shutdown_signal(move || {
                    let over = over.clone();
                    async move { over.notified().await }
                })
                .on_connect_ext(|stream: &TlsStream<TcpStream>, kept: &mut Extensions| {
                    note_local(stream.get_ref().0, kept, true);
                })
                .h1(pages(edge.clone()))
                .rustls_0_23(config.clone())
        })?;
    }
    let server = server.run();
    let _ = tell.send(server.handle());
    server.await
}

/// All pages, for one worker.
fn pages(
    edge: Data<Edge>,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = impl Into<Response<BoxBody>>,
    Error = HttpResponse,
    InitError = (),
> {
    let small = web::scope(assets::PREFIX)
        .wrap(Compress::default())
        .default_service(web::to(mount::asset));
    let app = App::new()
        .app_data(edge)
        .service(small)
        .default_service(web::to(mount::serve));
    let app = app
        .into_factory()
        .map_err(|e: actix_web::Error| e.error_response());
    map_config(app, |()| AppConfig::default())
}

/// Which of this PC's addresses the connection came in on, and whether it is encrypted: decides "at the server PC" and
/// the Host.
fn note_local(stream: &TcpStream, kept: &mut Extensions, https: bool) {
    if let Ok(address) = stream.local_addr() {
        kept.insert(Local {
            ip: address.ip(),
            https,
        });
    }
}

impl Running {
    /// Where it listens, in the order of the listeners.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What it serves.
    #[must_use]
    pub const fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// Stops taking requests, lets those under way finish, and returns when all is quiet.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    /// Asks the server to stop, from any thread; who waits in [`Running::wait`] returns.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let handle = self.handle.clone();
        // the command is sent at the call; the future only waits for its end
        move || drop(handle.stop(true))
    }

    /// Returns when the server has stopped.
    pub fn wait(mut self) -> Result<()> {
        self.join()
    }

    fn end(&mut self) -> Result<()> {
        drop(self.handle.stop(true));
        self.join()
    }

    fn join(&mut self) -> Result<()> {
        match self.thread.take().map(JoinHandle::join) {
            None | Some(Ok(Ok(()))) => Ok(()),
            Some(Ok(Err(e))) => Err(e.into()),
            Some(Err(_)) => Err(Error::Fault("the server thread broke off".into())),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.thread.is_some() {
            let _ = self.end();
        }
    }
}
