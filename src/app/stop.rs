//! How a running office is stopped: by an operator, by the system, by what is to come after it.
//! Not here: what is done then (`serve`). Invariant: requests under way may finish.

use crate::kit::Result;
use crate::web::Running;
use actix_web::rt::{System, signal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

/// From its return on, an operator or the system who says stop is heard; requests under way may finish.
pub fn hear_stops(running: &Running) -> Result<()> {
    hear(running.stopper())
}

/// The same for anything that is to be stopped.
pub fn hear(stop: impl Fn() + Send + 'static) -> Result<()> {
    let (ready, is_ready) = mpsc::channel();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            System::new().block_on(told_to_stop(ready));
            stop();
        })?;
    // an error: the thread ended, and so does the server
    let _ = is_ready.recv();
    Ok(())
}

/// Serves until somebody says stop, or one of these is set: another office, another program is to go on.
pub fn until_stopped(
    running: Running,
    next: Vec<Arc<AtomicBool>>,
    told: &Arc<AtomicBool>,
) -> Result<()> {
    let (begin_anew, ended) = (running.stopper(), Arc::new(AtomicBool::new(false)));
    let (over, told) = (ended.clone(), told.clone());
    let watch = thread::Builder::new()
        .name("restart".into())
        .spawn(move || {
            while !over.load(Ordering::Relaxed) {
                if told.load(Ordering::Relaxed) {
                    begin_anew();
                    return;
                }
                if next.iter().any(|n| n.load(Ordering::Relaxed)) {
                    // the page that says so is on its way
                    thread::sleep(Duration::from_secs(1));
                    begin_anew();
                    return;
                }
                thread::sleep(Duration::from_millis(200));
            }
        })?;
    let waited = running.wait();
    ended.store(true, Ordering::Relaxed);
    let _ = watch.join();
    waited
}

#[cfg(unix)]
async fn told_to_stop(ready: Sender<()>) {
    use futures_util::future;
    use signal::unix::{SignalKind, signal};
    let both = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    drop(ready);
    let (Ok(mut term), Ok(mut pressed)) = both else {
        let _ = signal::ctrl_c().await;
        return;
    };
    let (pressed, ended) = (Box::pin(pressed.recv()), Box::pin(term.recv()));
    future::select(pressed, ended).await;
}

#[cfg(not(unix))]
async fn told_to_stop(ready: Sender<()>) {
    let pressed = signal::ctrl_c();
    drop(ready);
    let _ = pressed.await;
}
