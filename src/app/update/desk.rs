//! What the page asks of updates: taking a package in, looking for one on sticks, preparing. Preparing is done while people work:
//! the new program is taken out and asked its version, a backup is made and opened again, the new program tries itself on that.
//! Not here: closing and handing over (`hand`), which begin when [`Desk::ready`] is set.
//! Invariant: nothing of the office is touched; where it ends early, nothing but the package is left.

use super::hand::Before;
use super::note::{Note, Step};
use super::package::{self, Header, Publishers};
use super::recover::{package_of, stopped};
use super::{child, stage};
use crate::kit::{Error, Result, version};
use crate::store::backup::{self, Made};
use crate::store::data_dir::put_in_place;
use crate::store::freeze::drives;
use crate::store::{DataDir, Store, copies, room_of};
use crate::web::State;
use crate::web::update::{Ended, Found, JOB, Offer, Standing, Updates};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A program says its version at once.
const VERSION_WITHIN: Duration = Duration::from_secs(30);
/// Nobody waits for it; who does not want to can stop it.
const REHEARSED_WITHIN: Duration = Duration::from_secs(2 * 3600);
/// Room for logs and the like beside what is counted.
const SPARE: u64 = 200 << 20;
/// Packages of one stick.
const MOST_FOUND: usize = 10;
/// The steps of preparing.
const STEPS: u64 = 4;

/// Updates of one running office.
pub struct Desk {
    dir: DataDir,
    publishers: Publishers,
    /// This program's own file.
    program: Mutex<Result<PathBuf>>,
    /// Everything is prepared: the server is to stop and hand over.
    ready: Arc<AtomicBool>,
}

/// Copies what is read.
struct Tee<'a> {
    from: &'a mut dyn Read,
    to: &'a mut File,
}

impl Read for Tee<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(room)?;
        self.to.write_all(room.get(..n).unwrap_or_default())?;
        Ok(n)
    }
}

fn offer(header: Header) -> Offer {
    Offer {
        version: header.version,
        day: header.day,
        news: header.news,
        size: header.size,
    }
}

impl Desk {
    /// Over this folder; `program` is the file that is to be replaced.
    #[must_use]
    pub fn new(dir: &DataDir, publishers: Publishers, program: Result<PathBuf>) -> Self {
        Self {
            dir: dir.clone(),
            publishers,
            program: Mutex::new(program),
            ready: Arc::default(),
        }
    }

    /// Set once the server is to hand over.
    #[must_use]
    pub fn ready(&self) -> Arc<AtomicBool> {
        self.ready.clone()
    }

    /// This program lies here.
    pub fn is_at(&self, program: PathBuf) {
        *self.program.lock().unwrap_or_else(PoisonError::into_inner) = Ok(program);
    }

    /// The header of a package, where it is for here.
    fn read(&self, from: &mut dyn Read) -> Result<Header> {
        let header = package::open(from, &self.publishers)?;
        package::fits(&header, &Note::read(&self.dir)?.highest())?;
        Ok(header)
    }

    fn waiting(&self) -> Option<Header> {
        let file = File::open(package_of(&self.dir)).ok()?;
        self.read(&mut BufReader::new(file)).ok()
    }

    fn idle(&self) -> Result<Note> {
        let note = Note::read(&self.dir)?;
        if note.step == Step::None && !self.ready.load(Ordering::Acquire) {
            return Ok(note);
        }
        Err(Error::Conflict("正在升级。请等它做完，或者先取消".into()))
    }

    fn room_for(&self, bytes: u64) -> Result<()> {
        let (free, need) = (room_of(self.dir.root())?, bytes + SPARE);
        if free >= need {
            return Ok(());
        }
        Err(Error::invalid(
            "file",
            format!(
                "磁盘还空 {} MB，升级要 {} MB（升级包、副本、演练），放不下。请先腾出空间再来",
                free >> 20,
                (need >> 20) + 1
            ),
        ))
    }

    fn take_in(&self, from: &mut dyn Read, part: &Path) -> Result<Offer> {
        let mut to = File::create(part)?;
        let mut from = Tee { from, to: &mut to };
        let header = self.read(&mut from)?;
        self.room_for(header.size * 2)?;
        package::read_program(&mut from, &header, &mut io::sink(), &mut |_| Ok(()))?;
        drop(to);
        put_in_place(part, &package_of(&self.dir))?;
        Ok(offer(header))
    }
}

impl Updates for Desk {
    fn standing(&self) -> Result<Standing> {
        Ok(Standing {
            publisher: !self.publishers.is_empty(),
            offer: self.waiting().map(offer),
            past: Note::read(&self.dir)?.past,
            handing: self.ready.load(Ordering::Acquire),
        })
    }

    fn take(&self, from: &mut dyn Read) -> Result<Offer> {
        self.idle()?;
        fs::create_dir_all(self.dir.update())?;
        let part = self.dir.update().join("package.part");
        let taken = self.take_in(from, &part);
        if taken.is_err() {
            let _ = fs::remove_file(part);
        }
        taken
    }

    fn sticks(&self) -> Vec<Found> {
        let drives = drives::list().into_iter().map(|d| d.path);
        let all = drives.flat_map(|drive| stage::packages_in(&drive));
        let found = all.take(MOST_FOUND).map(|path| {
            let read = File::open(&path).map_err(Error::from);
            let read = read.and_then(|file| {
                let size = file.metadata()?.len();
                let header = self.read(&mut BufReader::new(file))?;
                // all of it is read when it is taken
                if size < header.size {
                    return Err(package::incomplete());
                }
                Ok(header)
            });
            Found {
                offer: read.map(offer).map_err(|e| e.to_string()),
                path,
            }
        });
        found.collect()
    }

    fn forget(&self) -> Result<()> {
        self.idle()?;
        match fs::remove_file(package_of(&self.dir)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    fn seen(&self) -> Result<()> {
        let mut note = self.idle()?;
        note.past.iter_mut().for_each(|p| p.seen = true);
        note.write(&self.dir)
    }

    fn begin(&self, state: &Arc<State>, by: &str) -> Result<()> {
        let mut note = self.idle()?;
        let header = self.waiting().ok_or_else(|| {
            Error::Conflict("还没有升级包，或者它已经用不上了。请先选一个".into())
        })?;
        let program = self.program.lock();
        let program = program.unwrap_or_else(PoisonError::into_inner).clone()?;
        let store = state.store.clone();
        if backup::keys(&store)?.is_empty() || backup::places(&store)?.is_empty() {
            return Err(Error::Conflict(
                "升级以前要先做一次核对过的备份，可是还没有印恢复码，或者没有备份位置。请先到“备份”里办好，再来升级".into(),
            ));
        }
        let sizes = copies::size_of_copies(&self.dir)?;
        // the rehearsal restores all of the office; afterwards the copies, and those a migration makes
        let whole: u64 = state.store.volumes()?.iter().map(|v| v.bytes).sum();
        self.room_for(header.size * 2 + (whole + sizes).max(sizes * 3))?;
        note.from = version().to_owned();
        note.to.clone_from(&header.version);
        note.by = by.to_owned();
        note.at = state.clock.now().0;
        note.staged = stage::beside(&program, &format!("{}.new", note.to));
        note.aside = stage::beside(&program, &note.from);
        note.program = program;
        let (dir, ready) = (self.dir.clone(), self.ready.clone());
        let publishers = self.publishers.clone();
        state.jobs.begin(&state.chores, JOB, move |job| {
            let told = |words: &str, n: u64| job.tell(words, n, STEPS);
            match prepare((&dir, &store, &publishers), &mut note, &told) {
                Ok(()) => {
                    ready.store(true, Ordering::Release);
                    Ok("准备好了，马上换上新程序。大约半分钟以后本页会自己打开。".to_owned())
                }
                Err(e) => {
                    let (ended, why) = match told("", 0) {
                        Ok(()) => (Ended::Stopped, e.to_string()),
                        Err(_) => (Ended::Cancelled, String::new()),
                    };
                    stopped(&dir, &mut note, (ended, &why))?;
                    Err(e)
                }
            }
        })
    }
}

/// What is told between steps; an error where somebody wants it stopped.
type Tell<'a> = dyn Fn(&str, u64) -> Result<()> + 'a;

fn prepare(
    (dir, store, publishers): (&DataDir, &Store, &Publishers),
    note: &mut Note,
    tell: &Tell<'_>,
) -> Result<()> {
    let words = "正在取出新程序，再核对一遍";
    tell(words, 0)?;
    // before the file is there: a cut leaves nothing that nobody knows of
    note.go(dir, Step::Staged)?;
    stage::stage(&package_of(dir), publishers, &note.staged, &mut |_| {
        tell(words, 0)
    })?;

    let words = "正在试着启动新程序";
    tell(words, 1)?;
    note.go(dir, Step::Preflight)?;
    let asked = [OsStr::new("version")];
    let (well, said) = child::run(&note.staged, &asked, VERSION_WITHIN, &|| tell(words, 1))?;
    if !well || said.trim() != format!("inkstone {}", note.to) {
        return Err(Error::Busy(format!(
            "新程序在这台电脑上没有正常启动，或者不是升级包上写的 {}",
            note.to
        )));
    }

    let words = "正在备份，备好以后打开核对";
    tell(words, 2)?;
    note.go(dir, Step::Backup)?;
    free(store, &|| tell(words, 2))?;
    back_up(store)?;

    let words = "正在演练：把备份恢复到临时文件夹，让新程序在上面走一遍";
    tell(words, 3)?;
    note.go(dir, Step::Rehearsal)?;
    free(store, &|| tell(words, 3))?;
    let began = Instant::now();
    rehearse(store, &note.staged, &|| tell(words, 3))?;
    note.rehearsed = began.elapsed().as_secs();
    note.write(dir)?;
    tell("准备好了", STEPS)
}

/// Waits for a backup that goes on by itself.
fn free(store: &Store, go_on: &dyn Fn() -> Result<()>) -> Result<()> {
    while store.backups().going().is_some() {
        go_on()?;
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn back_up(store: &Store) -> Result<()> {
    let made = backup::run(store)?;
    if made.iter().any(|m| m.outcome.is_ok()) {
        return Ok(());
    }
    let why = |m: &Made| m.outcome.clone().err().unwrap_or_default();
    let why: Vec<String> = made.iter().map(why).collect();
    Err(Error::Busy(format!(
        "升级前的备份没有做成，所以没有升级。{}",
        why.join("；")
    )))
}

fn rehearse(store: &Store, staged: &Path, go_on: &dyn Fn() -> Result<()>) -> Result<()> {
    let tried = |copy: &DataDir| {
        let words = ["rehearse", "--data"].map(OsStr::new);
        let words = [words.as_slice(), &[copy.root().as_os_str()]].concat();
        let (well, said) = child::run(staged, &words, REHEARSED_WITHIN, go_on)?;
        let said: Vec<String> = said.lines().map(str::to_owned).collect();
        Ok(match (well, said.is_empty()) {
            (true, _) => Vec::new(),
            (false, false) => said,
            (false, true) => vec!["它自己停了，没有说为什么".to_owned()],
        })
    };
    backup::rehearse(store, &tried).map_err(|e| match e {
        Error::Busy(why) => Error::Busy(format!("新程序在数据的副本上没有走通：{why}")),
        other => other,
    })
}

/// How the office is, to compare the new program's answer with.
pub fn before(state: &State) -> Result<Before> {
    Ok(Before {
        volumes: state.store.volumes()?.len(),
        people: state.org.current().people().count(),
        lost: state.store.lost().len(),
    })
}
