//! A demonstration office: a small township whose people handled a year's papers, up to now. Everything
//! goes through the doors an office uses: the template, the directory's edits, the engine's moves.
//! Invariant: each act has a repeat key of its own and the same time at every try, so a fill that was cut
//! short is gone on with by filling again; only the last write claims the server.

mod deed;
mod detour;
mod enclosed;
mod everyday;
mod hours;
mod matters;
mod news;
mod outgoing;
mod papers;
mod reading;
mod road;
mod script;
mod sealed;
mod town;
mod year;

use crate::access::demo::Filling;
use crate::access::{Peer, Token};
use crate::app::{alerts, console, serve};
use crate::kit::{Clock, Error, Result, Zone};
use crate::store::DataDir;
use crate::web::{Filler, State, Told};
use deed::{Deed, Teller, What};
use hours::Hours;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

/// When a day of the township begins.
const ZONE: Zone = Zone::BEIJING;
/// How long the lists may take to show the last act.
const LISTED_WITHIN: Duration = Duration::from_secs(20);

/// For the first run's page: the story on a thread of its own, the claim at somebody's press.
pub const FILLER: Filler = Filler { tell, finish };

/// Fills an empty server and claims it. `Conflict` where it is claimed already.
pub fn fill(state: &State, peer: Option<&Peer>, request: &str) -> Result<Option<Token>> {
    tell(state, &Told::default(), request)?;
    finish(state, peer, request)
}

fn tell(state: &State, told: &Told, request: &str) -> Result<()> {
    let filling = begin(state, request)?;
    // who follows from the first act on tells of all of them, as in an office whose server never stood
    state.alerts.deliver(&state.store)?;
    tell_all(state, &filling, (told, usize::MAX))?;
    state.alerts.deliver(&state.store)?;
    alerts::remind(state)?;
    if !state.store.drain(LISTED_WITHIN) {
        tracing::warn!("the lists of the demo were not ready in time");
    }
    Ok(())
}

fn finish(state: &State, peer: Option<&Peer>, request: &str) -> Result<Option<Token>> {
    let filling = begin(state, request)?;
    let people = town::accounts(&state.org.current())?;
    let token = state.access.finish_demo(filling, people, (peer, request))?;
    state.name_office(ZONE);
    if let (Some(_), Some(demo)) = (peer, state.access.demo()?) {
        console::say(&console::demo_words(&demo.words));
    }
    Ok(token)
}

/// Organ and people, or those of a fill that was cut short.
pub fn begin(state: &State, request: &str) -> Result<Filling> {
    let first_day = ZONE.day(state.clock.now()).plus_days(-400);
    let filling = state
        .access
        .begin_demo(request, move |w| town::settle(w, first_day))?;
    state.org.use_zone(ZONE);
    state.org.reload(&state.store)?;
    state.name_office(ZONE);
    Ok(filling)
}

/// The first acts of the story, `most` of them; what was told before is not told again.
pub fn tell_all(state: &State, filling: &Filling, (told, most): (&Told, usize)) -> Result<()> {
    let directory = state.org.current();
    let hours = Hours {
        calendar: directory.calendar(),
        zone: ZONE,
        now: filling.at(),
    };
    let deeds = script::all(&hours);
    let papers = |d: &&Deed| matches!(d.what, What::Register(..) | What::Begin(_));
    told.begin(deeds.iter().filter(papers).count());
    let mut teller = Teller::new(state, filling);
    for deed in deeds.iter().take(most) {
        teller.tell(deed)?;
        if papers(&deed) {
            told.one();
        }
    }
    if most >= deeds.len() {
        teller.leave_drafts(&hours)?;
    }
    Ok(())
}

/// `inkstone demo`: fills a folder that no server is running on, and says how to log in.
pub fn command(data: PathBuf) -> Result<()> {
    let dir = DataDir::make(data)?;
    let _lock = dir.lock().map_err(|e| match e {
        Error::Busy(_) => Error::Busy(format!(
            "砚台正在使用 {}。请先停止砚台，或者换一个空文件夹",
            dir.root().display()
        )),
        other => other,
    })?;
    if dir.hub_is_lost() {
        let why = "这个文件夹里有别的业务数据，请换一个空文件夹装演示数据";
        return Err(Error::Busy(why.into()));
    }
    let state = serve::open(&dir, Clock::System)?;
    fill(&state, None, "demo")?;
    console::say(&welcome(&state, &dir)?);
    state.store.checkpoint();
    Ok(())
}

fn welcome(state: &State, dir: &DataDir) -> Result<String> {
    let demo = state.access.demo()?;
    let words = demo.map(|d| d.words).unwrap_or_default();
    let mut out = format!(
        "\n　　演示数据已装到 {}\n　　人和文件都是编的。大家的密码都是　{words}\n\n",
        dir.root().display()
    );
    let directory = state.org.current();
    for person in directory.people() {
        let post = directory.main_post(person.id);
        let title = post.map(|p| directory.post_title(p.id)).unwrap_or_default();
        let _ = writeln!(out, "　　{}　{title}", person.name);
    }
    let _ = writeln!(
        out,
        "\n　　启动：inkstone serve --data {}\n",
        dir.root().display()
    );
    Ok(out)
}
