//! Start-up in its order: folder, lock, log, files, port, listener, words, browser; then serving until
//! somebody stops it. Nothing is served before the files are right, nothing is written by a second
//! start: it only opens the browser.

use super::arguments::Serve;
use super::console::{self, Welcome};
use super::jobs::{self, Jobs};
use super::scanner::Scanner;
use super::{address, alerts, browser, clearing, log, port};
use crate::access::demo::Phase;
use crate::access::{Access, Setup};
use crate::engine::index_store::Lists;
use crate::engine::run::Engine;
use crate::kit::{Clock, Error, Result};
use crate::org::DirectoryHandle;
use crate::screens;
use crate::store::{self, DataDir, Projection, Store};
use crate::web::{self, Filler, Running, State};
use actix_web::rt::{System, signal};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long a second start waits for the first one to have chosen its port.
const PORT_WITHIN: u32 = 50;

/// Runs the office until it is stopped, or opens the browser where it runs already.
pub fn serve(options: &Serve, demo: Option<Filler>) -> Result<()> {
    let root = options.data.clone().unwrap_or_else(DataDir::default_root);
    let dir = DataDir::make(root)?;
    let lock = match dir.lock() {
        Ok(lock) => lock,
        Err(Error::Busy(_)) => return already_running(&dir, options),
        Err(e) => return Err(e),
    };
    log::start(&dir)?;
    if let Some(aside) = clearing::clear_where_asked(&dir)? {
        console::say(&clearing::words(&aside));
    }
    if dir.hub_is_lost() {
        return Err(Error::Busy(format!(
            "数据文件夹 {} 里有业务数据，但是总库 hub.db 不见了。请把它放回原处，或者从备份恢复；砚台没有改动任何文件",
            dir.root().display()
        )));
    }
    let state = open_with(&dir, Clock::System, demo)?;
    let listener = port::listen(&dir, options.port)?;
    let result = run(&dir, state, listener, options);
    drop(lock);
    result
}

fn already_running(dir: &DataDir, options: &Serve) -> Result<()> {
    let mut tries = 0..PORT_WITHIN;
    let port = loop {
        match (dir.kept_port(), tries.next()) {
            (Some(port), _) => break Some(port),
            (None, None) => break None,
            (None, Some(_)) => thread::sleep(Duration::from_millis(100)),
        }
    };
    match port {
        Some(port) => {
            let url = here(port);
            console::say(&format!(
                "\n　　砚台已经在运行，不用再启动。请打开 {url}\n\n"
            ));
            if !options.no_browser {
                browser::open(&url);
            }
        }
        None => console::say("\n　　砚台正在启动，请稍等片刻再打开。\n\n"),
    }
    Ok(())
}

/// The address for this PC.
fn here(port: u16) -> String {
    address::url(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// Puts the rooms together over the files of a folder.
pub fn open(dir: &DataDir, clock: Clock) -> Result<Arc<State>> {
    open_with(dir, clock, None)
}

/// The same, offering a demonstration office at the first run.
pub fn open_with(dir: &DataDir, clock: Clock, demo: Option<Filler>) -> Result<Arc<State>> {
    let zone = store::kept_zone(dir)?;
    let engine = Arc::new(Engine::shipped(zone)?);
    let lists: Box<dyn Projection> = Box::new(Lists::new(engine.clone()));
    let store = Store::open(dir, clock, vec![lists])?;
    let org = DirectoryHandle::open(&store, zone)?;
    let access = Access::open(&store, Setup::office(zone))?;
    let state = State::new(dir, store, org, access)?
        .with_engine(engine)?
        .with_counting(screens::todo::count)
        .with_demo(demo);
    state.name_office(zone);
    Ok(Arc::new(state))
}

fn run(dir: &DataDir, state: Arc<State>, listener: TcpListener, options: &Serve) -> Result<()> {
    let port = listener.local_addr()?.port();
    let lan = address::lan();
    jobs::show(&state, &lan, port);
    state.access.announce_codes(Box::new(|code| {
        let words = console::code_words(code);
        console::say(&format!("\n　　有人连续输错安装码，已换新码。\n{words}"));
    }));
    let running = web::serve(state.clone(), screens::ALL, vec![listener])?;
    let code = state.access.setup_code()?;
    console::say(&console::welcome(&Welcome {
        office: &state.office().site.office,
        port,
        lan: &lan,
        code: code.as_deref(),
        folder: &dir.root().display().to_string(),
    }));
    if let Some(demo) = state.access.demo()?.filter(|d| d.phase == Phase::Ready) {
        console::say(&console::demo_words(&demo.words));
    }
    tracing::info!(port, version = env!("CARGO_PKG_VERSION"), "serving");
    if !options.no_browser {
        browser::open(&here(port));
    }
    let told = alerts::start(&state, here(port).trim_end_matches('/').to_owned())?;
    let jobs = Jobs::start(state.clone(), port, move |now| moved(now, port))?;
    let scanner = Scanner::start(state.clone())?;
    let mover = state.store.start_mover()?;
    until_stopped(running)?;
    drop((jobs, told, scanner, mover));
    state.access.flush()?;
    state.store.checkpoint();
    tracing::info!("stopped");
    console::say("\n　　砚台已停止，数据都已存好。\n\n");
    Ok(())
}

fn moved(lan: &[IpAddr], port: u16) {
    let words = match lan.first() {
        Some(ip) => format!("局域网地址变了，现在是 {}", address::url(*ip, port)),
        None => "网络断开了，现在只有这台电脑能打开。".to_owned(),
    };
    console::say(&format!("\n　　{words}\n"));
}

/// Serves until the operator or the system says stop; requests under way may finish.
fn until_stopped(running: Running) -> Result<()> {
    let stop = running.stopper();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            System::new().block_on(told_to_stop());
            stop();
        })?;
    running.wait()
}

#[cfg(unix)]
async fn told_to_stop() {
    use futures_util::future;
    use signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        let _ = signal::ctrl_c().await;
        return;
    };
    let pressed = Box::pin(signal::ctrl_c());
    let ended = Box::pin(term.recv());
    future::select(pressed, ended).await;
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = signal::ctrl_c().await;
}
