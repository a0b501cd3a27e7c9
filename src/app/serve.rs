//! Start-up in its order: folder, lock, log, files, port, listener, words, browser; then serving until
//! somebody stops it. Nothing is served before the files are right, nothing is written by a second
//! start: it only opens the browser.

use super::arguments::Serve;
use super::autostart::MACHINE;
use super::backup::Backups;
use super::console;
use super::jobs::{self, Jobs};
use super::os::{self, Tray};
use super::rescue::Rescue;
use super::scanner::Scanner;
use super::stop::{hear, hear_stops, until_stopped};
use super::update::desk::{Desk, before};
use super::update::hand::{Before, Handed, hand_over};
use super::update::package::Publishers;
use super::update::trial::Trial;
use super::update::{curtain::Curtain, note::Note, recover};
use super::watch::Watch;
use super::{
    alerts, autostart, bell, browser, clearing, folder, fonts, greeting, https, log, port,
};
use crate::access::{Access, Setup};
use crate::engine::index_store::Lists;
use crate::engine::run::Engine;
use crate::kit::{Clock, Error, Result, ShelfNo, version};
use crate::org::DirectoryHandle;
use crate::screens;
use crate::store::{self, DataDir, DirLock, Projection, Stamp, Store, Ways};
use crate::web::machine::Machine;
use crate::web::update::Updates;
use crate::web::{self, Filler, State, lan, tls};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

/// How long a second start waits for the first one to have chosen its port.
const PORT_WITHIN: u32 = 12;
/// The watch of a running server signs more often than this.
const SIGNS_WITHIN: Duration = Duration::from_secs(10);

/// What comes to a running office from outside the web: who asks it to stop.
struct Outside<'a> {
    options: &'a Serve,
    /// For whoever may ask.
    tell: Sender<()>,
    /// Somebody asked.
    told: Arc<AtomicBool>,
    /// This program was started by its predecessor, and is watched.
    trial: Option<Trial>,
    desk: Arc<Desk>,
}

/// Why serving ended.
enum Next {
    /// Somebody asked.
    End,
    /// It is to begin anew, with other files.
    Anew,
    /// Another program is to go on.
    HandOver(Before),
}

/// Runs the office until it is stopped, or opens the browser where it runs already.
pub fn serve(options: &Serve, demo: Option<Filler>) -> Result<()> {
    let (tell, stop) = mpsc::channel();
    begin(options, demo, tell, stop)
}

/// The same, until something comes.
pub fn serve_until(options: &Serve, demo: Option<Filler>, stop: Receiver<()>) -> Result<()> {
    let (tell, _) = mpsc::channel();
    begin(options, demo, tell, stop)
}

fn begin(
    options: &Serve,
    demo: Option<Filler>,
    tell: Sender<()>,
    stop: Receiver<()>,
) -> Result<()> {
    let root = options.data.clone().unwrap_or_else(DataDir::default_root);
    let dir = folder::make(root)?;
    let mut lock = match dir.lock() {
        Ok(lock) => lock,
        Err(Error::Busy(_)) => return already_running(&dir, options),
        Err(e) => return Err(e),
    };
    alone_on_a_share(&dir)?;
    dir.sign()?;
    log::start(&dir)?;
    let trial = match options.trial {
        true => Some(Trial::begin(tell.clone())?),
        false => None,
    };
    let program = autostart::program();
    // on trial, what is there is its predecessor's matter
    if trial.is_none() {
        recover::recover(&dir, &program)?;
        store::backup::adopt_where_ready(&dir)?;
        if let Some(aside) = clearing::clear_where_asked(&dir)? {
            console::say(&clearing::words(&aside));
        }
    }
    let outside = Outside {
        options,
        tell,
        told: Arc::default(),
        trial,
        desk: Arc::new(Desk::new(&dir, Publishers::built_in(), program)),
    };
    bell::listen(&dir, stop, &outside.told)?;
    let (mut browse, mut port, mut kept) = (!options.no_browser, options.port, None);
    loop {
        let (opened, door) = match outside.judged() {
            Some(_) => behind_a_curtain(&dir, port, demo)?,
            None => {
                let opened = office(&dir, Clock::System, demo, MACHINE);
                let opened = match opened {
                    Err(e) if !is_mendable(&e, &dir) => return Err(e),
                    opened => opened,
                };
                // kept over a restore: a page that asks again meanwhile waits instead of finding nobody there
                let door = match kept.take() {
                    Some(door) => door,
                    None => port::listen(&dir, port)?,
                };
                (opened, door)
            }
        };
        let here = door.local_addr()?.port();
        port = Some(here);
        let listener = door.try_clone()?;
        let next = match opened {
            Ok(state) => run(&dir, state, listener, browse, &outside),
            Err(e) => mend(&dir, &unsound(&dir, e), listener, browse, &outside),
        };
        match next {
            // the restored office takes the empty one's place, at the same address
            Ok(Next::Anew) => {
                store::backup::adopt_where_ready(&dir)?;
                kept = Some(door);
            }
            Ok(Next::HandOver(before)) => {
                drop(door);
                match guard(&dir, lock, (here, before), &outside)? {
                    Handed::Over(ended) => return ended,
                    Handed::Back(again) => lock = again,
                }
            }
            Ok(Next::End) => {
                dir.unsign();
                drop(lock);
                return Ok(());
            }
            Err(e) => {
                dir.unsign();
                drop(lock);
                return Err(e);
            }
        }
        browse = false;
    }
}

/// On trial the notice stands there while the files are brought up, which may take its time.
fn behind_a_curtain(
    dir: &DataDir,
    port: Option<u16>,
    demo: Option<Filler>,
) -> Result<(Result<Arc<State>>, TcpListener)> {
    let listener = port::listen(dir, port)?;
    let curtain = Curtain::before(&listener)?;
    let careful = Ways {
        keeps_contents: true,
        ..Ways::default()
    };
    let state = office_as(careful, dir, Clock::System, demo, MACHINE)?;
    drop(curtain);
    Ok((Ok(state), listener))
}

/// The other program goes on, this one watches over it. The icon beside the clock stays ours.
fn guard(
    dir: &DataDir,
    lock: DirLock,
    (port, before): (u16, Before),
    outside: &Outside<'_>,
) -> Result<Handed> {
    dir.unsign();
    let told = outside.told.clone();
    hear(move || told.store(true, Ordering::Relaxed))?;
    let _tray = icon(outside, &here(port));
    let handed = hand_over(dir, lock, (port, before), &|| {
        outside.told.load(Ordering::Relaxed)
    })?;
    if matches!(handed, Handed::Back(_)) {
        outside.desk.ready().store(false, Ordering::Release);
        dir.sign()?;
    }
    Ok(handed)
}

impl Outside<'_> {
    /// The trial that is still to be judged.
    fn judged(&self) -> Option<&Trial> {
        self.trial.as_ref().filter(|t| !t.is_open())
    }
}

/// Locks of a shared folder may not hold between two computers. Where another one signed, it is given the
/// time to sign again: a computer that was cut off does not.
fn alone_on_a_share(dir: &DataDir) -> Result<()> {
    let Some((host, before)) = dir.signed_elsewhere() else {
        return Ok(());
    };
    console::say(&format!(
        "\n　　上次是另一台电脑（{host}）在用这个数据文件夹，正在看它还在不在用，请等几秒。\n"
    ));
    thread::sleep(SIGNS_WITHIN);
    match dir.signed_elsewhere() {
        Some((_, again)) if again != before => Err(Error::Busy(format!(
            "数据文件夹 {} 正由另一台电脑（{host}）上的砚台使用，两台一起写会损坏数据，所以没有启动。请用浏览器打开那台电脑的地址；要换到这台电脑，请先把那台上的砚台停掉",
            dir.root().display()
        ))),
        _ => Ok(()),
    }
}

/// Files that are gone or damaged come back from a backup; a newer version's, or a full disk, do not.
fn is_mendable(e: &Error, dir: &DataDir) -> bool {
    matches!(e, Error::Fault(_)) || store::wants_hub(e, dir)
}

/// What a start says that could not make sense of the files: no code, since nobody is there to read a log.
fn unsound(dir: &DataDir, e: Error) -> Error {
    let Error::Fault(cause) = e else { return e };
    tracing::error!(cause, "the files cannot be opened");
    Error::Busy(format!(
        "数据文件夹 {} 里有读不出来的地方（{cause}），没有启动。请先把整个文件夹另存一份，再从备份恢复它",
        dir.root().display()
    ))
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
                browser::open(&page(&url, options));
            }
        }
        None => {
            let words =
                "砚台正在启动，或者数据文件夹正在核对、安装演示数据。请等它做完，再打开一次。";
            console::say(&format!("\n　　{words}\n\n"));
            if options.desktop {
                os::show(words);
            }
        }
    }
    Ok(())
}

/// The files cannot be served: a page says why and fetches them from a backup. True where they are mended.
fn mend(
    dir: &DataDir,
    why: &Error,
    listener: TcpListener,
    browse: bool,
    outside: &Outside<'_>,
) -> Result<Next> {
    let url = here(listener.local_addr()?.port());
    let mending = Rescue::begin(dir, why, listener)?;
    hear_stops(mending.running())?;
    console::complain(&format!("\n　　{why}\n"));
    console::say(&format!(
        "\n　　请在这台电脑上打开 {url} ，按页面上的话做。\n　　要停止，请按 Ctrl+C。\n\n"
    ));
    if browse {
        browser::open(&url);
    }
    let _tray = icon(outside, &url);
    Ok(match mending.wait(&outside.told)? {
        true => Next::Anew,
        false => Next::End,
    })
}

/// Beside the clock, where somebody sits there.
fn icon(outside: &Outside<'_>, url: &str) -> Option<Tray> {
    let shown = outside.options.desktop;
    let base = url.trim_end_matches('/');
    shown.then(|| Tray::start(base, &outside.tell)).flatten()
}

/// The address for this PC.
fn here(port: u16) -> String {
    lan::url(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// The page that was asked for.
fn page(here: &str, options: &Serve) -> String {
    match options.page.as_str() {
        "" => here.to_owned(),
        page => format!("{}{page}", here.trim_end_matches('/')),
    }
}

/// Puts the rooms together over the files of a folder.
pub fn open(dir: &DataDir, clock: Clock) -> Result<Arc<State>> {
    open_with(dir, clock, None)
}

/// The same, offering a demonstration office at the first run.
pub fn open_with(dir: &DataDir, clock: Clock, demo: Option<Filler>) -> Result<Arc<State>> {
    office(dir, clock, demo, Machine::default())
}

/// The same on a PC that can be asked.
pub fn office(
    dir: &DataDir,
    clock: Clock,
    demo: Option<Filler>,
    machine: Machine,
) -> Result<Arc<State>> {
    office_as(Ways::default(), dir, clock, demo, machine)
}

fn office_as(
    ways: Ways,
    dir: &DataDir,
    clock: Clock,
    demo: Option<Filler>,
    machine: Machine,
) -> Result<Arc<State>> {
    let zone = store::kept_zone(dir)?;
    let engine = Arc::new(Engine::of_office(dir, zone)?);
    let lists: Box<dyn Projection> = Box::new(Lists::new(engine.clone()));
    let store = Store::open_as(ways, dir, clock, vec![lists])?;
    let org = DirectoryHandle::open(&store, zone)?;
    let access = Access::open(&store, Setup::office(zone))?;
    let state = State::new(dir, store, org, access)?
        .with_engine(engine)?
        .with_counting(screens::todo::count)
        .with_fonts(fonts::of_this_pc)
        .with_machine(machine)
        .with_demo(demo);
    state.name_office(zone);
    Ok(Arc::new(state))
}

/// Serves; why it ended.
fn run(
    dir: &DataDir,
    state: Arc<State>,
    listener: TcpListener,
    browse: bool,
    outside: &Outside<'_>,
) -> Result<Next> {
    let port = listener.local_addr()?.port();
    let desk: Arc<dyn Updates> = outside.desk.clone();
    let _ = state.updates.set(desk);
    if let Some(trial) = outside.judged() {
        state.gate.close(trial.word());
    }
    let lan = lan::addresses();
    jobs::show(&state, &lan, port);
    let sealed = https::open(&state, dir).inspect_err(|e| {
        tracing::error!(cause = %e, "there is no encrypted address");
    });
    let unsealed = sealed.as_ref().err().map(ToString::to_string);
    state.access.announce_codes(Box::new(|code| {
        let words = console::code_words(code);
        console::say(&format!("\n　　有人连续输错安装码，已换新码。\n{words}"));
    }));
    if let Err(e) = state.store.watch_disk(None) {
        tracing::error!(cause = %e, "the disk is not watched");
    }
    let every = crate::modules::every();
    let running = web::serve_both(state.clone(), &every, vec![listener], sealed.ok())?;
    if outside.judged().is_some_and(|trial| !trial.opened()) {
        // it is started again, from the place
        state.store.checkpoint();
        state.store.mark_clean()?;
        return Ok(Next::End);
    }
    if let Some(place) = outside.trial.as_ref().and_then(Trial::place) {
        outside.desk.is_at(place);
        // not let in where it cannot be settled: the next start does it, before anybody writes
        recover::confirmed(dir)?;
        state.store.sweep();
    }
    // the next start finds the note as it is
    if let Err(e) = remember(&state, dir) {
        tracing::error!(cause = %e, "how an update ended was not recorded");
    }
    state.gate.open();
    // before the words that tell how to stop it
    hear_stops(&running)?;
    greeting::say(&state, dir, (port, &lan), unsealed.as_deref())?;
    tracing::info!(port, version = version(), "serving");
    if browse {
        browser::open(&page(&here(port), outside.options));
    }
    if outside.options.desktop {
        autostart::show_in_menu(dir.root());
    }
    let told = alerts::start(&state, here(port).trim_end_matches('/').to_owned())?;
    let jobs = Jobs::start(state.clone(), port, move |now| moved(now, port))?;
    let scanner = Scanner::start(state.clone())?;
    screens::volume::take_up(&state, |by, at| Stamp::new(by, "volume.continue", at))?;
    let mover = state.store.start_mover()?;
    let backups = Backups::start(state.clone())?;
    let watch = Watch::start(state.clone(), dir.clone())?;
    let _tray = icon(outside, &here(port));
    let (restart, handing) = (state.store.backups().restart(), outside.desk.ready());
    until_stopped(
        running,
        vec![restart.clone(), handing.clone()],
        &outside.told,
    )?;
    let before = before(&state);
    drop((watch, jobs, told, scanner, backups, mover));
    state.access.flush()?;
    state.tls().map_or(Ok(()), tls::Tls::flush)?;
    state.store.checkpoint();
    state.store.mark_clean()?;
    if restart.load(Ordering::Relaxed) {
        console::say("\n　　备份已经恢复，正在用恢复的数据重新打开。\n\n");
        return Ok(Next::Anew);
    }
    if handing.load(Ordering::Relaxed) && !outside.told.load(Ordering::Relaxed) {
        console::say("\n　　正在换上新程序，请不要关掉这个窗口。\n\n");
        return Ok(Next::HandOver(before?));
    }
    tracing::info!("stopped");
    console::say("\n　　砚台已停止，数据都已存好。\n\n");
    Ok(Next::End)
}

/// What an update came to, in the office's own record; once, by whoever serves after it.
fn remember(state: &State, dir: &DataDir) -> Result<()> {
    let mut note = Note::read(dir)?;
    let Some(words) = note.to_record() else {
        return Ok(());
    };
    let stamp = Stamp::new("system:update", "update.end", state.clock.now());
    state.store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("程序升级的结果");
        w.note(words);
        Ok(())
    })?;
    note.write(dir)
}

fn moved(all: &[IpAddr], port: u16) {
    let words = match all.first() {
        Some(ip) => format!("局域网地址变了，现在是 {}", lan::url(*ip, port)),
        None => "网络断开了，现在只有这台电脑能打开。".to_owned(),
    };
    console::say(&format!("\n　　{words}\n"));
}
