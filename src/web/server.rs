//! Starts and stops serving: HTTP/1.1 over plain TCP, with limits that a slow or a greedy client meets
//! before anybody else feels it. In process for tests (port 0), the same for the real thing.

use super::admit::Local;
use super::mount::{self, Edge};
use super::{Manifest, State, assets};
use crate::kit::{Error, Result};
use actix_web::dev::{Extensions, ServerHandle};
use actix_web::middleware::Compress;
use actix_web::rt::{System, net::TcpStream};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use std::any::Any;
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
    let edge = Data::new(Edge::new(state.clone(), manifests)?);
    let addresses = listeners
        .iter()
        .map(TcpListener::local_addr)
        .collect::<io::Result<_>>()?;
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("web".into())
        .spawn(move || System::new().block_on(work(edge, listeners, tell)))?;
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

async fn work(
    edge: Data<Edge>,
    listeners: Vec<TcpListener>,
    tell: mpsc::Sender<ServerHandle>,
) -> io::Result<()> {
    let workers = thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 16));
    let mut server = HttpServer::new(move || {
        let small = web::scope(assets::PREFIX)
            .wrap(Compress::default())
            .default_service(web::to(mount::asset));
        App::new()
            .app_data(edge.clone())
            .service(small)
            .default_service(web::to(mount::serve))
    })
    .workers(workers)
    .worker_max_blocking_threads(HANDLERS.div_ceil(workers))
    .max_connections(MOST_CONNECTIONS.div_ceil(workers))
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(STOP_SECONDS)
    .on_connect(note_local)
    .disable_signals();
    for listener in listeners {
        server = server.listen(listener)?;
    }
    let server = server.run();
    let _ = tell.send(server.handle());
    server.await
}

/// Which of this PC's addresses the connection came in on: decides "at the server PC" and the Host.
fn note_local(connection: &dyn Any, kept: &mut Extensions) {
    let stream = connection.downcast_ref::<TcpStream>();
    if let Some(address) = stream.and_then(|s| s.local_addr().ok()) {
        kept.insert(Local(address.ip()));
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
