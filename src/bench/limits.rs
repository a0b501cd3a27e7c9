//! The ceilings of this machine, now: one flush, SQLite alone, the bare durable path, a drawn page,
//! a point read and a page. Other benchmarks measure the ceilings they need with [`Ceiling`], in
//! their own run, because a disk is not the same a minute later.

use super::bare::BareServer;
use super::folder::Folder;
use super::load::percentile;
use super::plan::{Loaded, Plan, Row, Shape, TOKEN};
use super::report::{Figure, Report};
use super::words::Dice;
use crate::kit::{Error, Result};
use crate::store::bare::{Bare, Document, Plain};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Connections of the three sizes: one person, a busy office, everybody at once.
pub const SIZES: [usize; 3] = [1, 16, 64];
/// Bytes of text in a document (contract).
pub const BODY: usize = 1536;
/// Different texts in one load: enough that none stays in a processor's cache.
const TEXTS: u64 = 64;
/// Documents a point read chooses from.
const STORED: usize = 10_000;
const FLUSHES: Duration = Duration::from_millis(1500);
const COMMITS: Duration = Duration::from_secs(2);
const READ_S: f64 = 2.0;
const WRITE_S: f64 = 3.0;

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("limits")?;
    flush(&folder, report)?;
    for together in [1, 64] {
        commits(&folder, together, report)?;
    }
    let ceiling = Ceiling::start(&folder)?;
    for connections in SIZES {
        ceiling.create(connections, report)?;
    }
    ceiling.hello(16, report)?;
    for connections in SIZES {
        ceiling.page(connections, report)?;
    }
    for connections in SIZES {
        ceiling.read_page(connections, report)?;
    }
    Ok(())
}

fn flush(folder: &Folder, report: &mut Report<'_>) -> Result<()> {
    let took = folder.flushes(FLUSHES)?;
    report.add(timed("fsync", &took, took.len()).is_ceiling())
}

fn commits(folder: &Folder, together: usize, report: &mut Report<'_>) -> Result<()> {
    let name = format!("sqlite_full_{together}");
    let mut file = Plain::make(&folder.file(&name))?;
    let documents: Vec<Document> = texts()
        .take(together)
        .map(|body| (body.chars().take(20).collect(), body))
        .collect();
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < COMMITS {
        let start = Instant::now();
        file.commit(&documents)?;
        took.push(start.elapsed());
    }
    let n = took.len() * together;
    if file.count()? != n as u64 {
        report.unsound(format!("{name}：存下的和写入的不一样多"))?;
    }
    report.add(timed(name, &took, n).is_ceiling())
}

/// `n` things done in `took`.
fn timed(name: impl Into<String>, took: &[Duration], n: usize) -> Figure {
    let (p50, p99) = percentiles(took);
    let seconds: f64 = took.iter().map(Duration::as_secs_f64).sum();
    let mut figure =
        Figure::new(name, n as f64 / seconds.max(f64::EPSILON), "/s").counted(n as u64);
    (figure.p50_ms, figure.p99_ms) = (Some(p50), Some(p99));
    figure
}

/// Half of them and 99 of 100 took no longer, in milliseconds.
pub(super) fn percentiles(took: &[Duration]) -> (f64, f64) {
    let mut us: Vec<u64> = took
        .iter()
        .map(|t| u64::try_from(t.as_micros()).unwrap_or(u64::MAX))
        .collect();
    us.sort_unstable();
    (percentile(&us, 50.0), percentile(&us, 99.0))
}

/// Texts of the contract's size, the same in every run.
pub(super) fn texts() -> impl Iterator<Item = String> {
    (0..TEXTS).map(|seed| Dice::new(seed).text(BODY))
}

/// The bare server with documents to read, ready to be measured beside the real one.
pub(super) struct Ceiling {
    file: std::path::PathBuf,
    server: BareServer,
    titles: Vec<String>,
    plays: AtomicU32,
}

impl Ceiling {
    /// Fills the file and starts the server.
    pub(super) fn start(folder: &Folder) -> Result<Self> {
        let path = folder.file("bare");
        let file = Bare::make(&path)?;
        let mut dice = Dice::new(9);
        let titles: Vec<String> = (0..STORED)
            .map(|n| format!("{}第{n}号", dice.title(6)))
            .collect();
        let texts: Vec<String> = texts().collect();
        let documents: Vec<Document> = titles
            .iter()
            .cloned()
            .zip(texts.iter().cloned().cycle())
            .collect();
        for some in documents.chunks(500) {
            file.insert_all(some.to_vec())?;
        }
        file.settle()?;
        Ok(Self {
            file: path,
            server: BareServer::start(file)?,
            titles,
            plays: AtomicU32::new(0),
        })
    }

    /// `bare_create_N`: form in, one row in a shared commit, flushed, answered.
    pub(super) fn create(&self, connections: usize, report: &mut Report<'_>) -> Result<Loaded> {
        let shapes: Vec<Shape> = texts()
            .map(|body| Shape::post("/document", &[("title", TOKEN), ("body", &body)], TOKEN))
            .collect();
        let rows: Vec<Row> = (0..shapes.len())
            .map(|shape| Row {
                shape,
                values: Vec::new(),
            })
            .collect();
        let mut plan = self.plan(connections, shapes, &rows);
        plan.seconds = WRITE_S;
        let loaded = self.play(&format!("bare_create_{connections}"), &plan, report)?;
        self.all_there(&plan, &loaded, report)?;
        Ok(loaded)
    }

    /// `hello_N`: actix and nothing.
    pub(super) fn hello(&self, connections: usize, report: &mut Report<'_>) -> Result<Loaded> {
        let plan = self.plan(
            connections,
            vec![Shape::get("/hello/@T@", TOKEN)],
            &one_row(),
        );
        self.play(&format!("hello_{connections}"), &plan, report)
    }

    /// `page_N`: a 21 KB page drawn.
    pub(super) fn page(&self, connections: usize, report: &mut Report<'_>) -> Result<Loaded> {
        let plan = self.plan(
            connections,
            vec![Shape::get("/list/@T@", TOKEN)],
            &one_row(),
        );
        self.play(&format!("page_{connections}"), &plan, report)
    }

    /// `read_page_N`: a point read and a 9.5 KB page.
    pub(super) fn read_page(&self, connections: usize, report: &mut Report<'_>) -> Result<Loaded> {
        let mut dice = Dice::new(5);
        let rows: Vec<Row> = (0..2000)
            .filter_map(|_| {
                let n = dice.below(self.titles.len());
                let title = self.titles.get(n)?.clone();
                Some(Row {
                    shape: 0,
                    values: vec![(n + 1).to_string(), title],
                })
            })
            .collect();
        let plan = self.plan(connections, vec![Shape::get("/document/@0@", "@1@")], &rows);
        self.play(&format!("read_page_{connections}"), &plan, report)
    }

    fn plan(&self, connections: usize, shapes: Vec<Shape>, rows: &[Row]) -> Plan {
        let run = format!("b{:03}", self.plays.fetch_add(1, Ordering::Relaxed) % 1000);
        let mut plan = Plan::round(&self.server.address(), &run, connections, shapes, rows);
        plan.seconds = READ_S;
        plan
    }

    fn play(&self, name: &str, plan: &Plan, report: &mut Report<'_>) -> Result<Loaded> {
        let loaded = plan.play()?;
        report.add(Figure::rate(name, &loaded).is_ceiling())?;
        say(&loaded, report)?;
        Ok(loaded)
    }

    /// Every token that was answered must be stored, and none twice.
    fn all_there(&self, plan: &Plan, loaded: &Loaded, report: &mut Report<'_>) -> Result<()> {
        let file = Bare::open(&self.file)?;
        let stored = file.titles(&plan.run)?;
        let sent: u64 = loaded.sent.iter().sum();
        let mut whole = stored.clone();
        whole.dedup();
        if whole.len() != stored.len() || (whole.len() as u64) < sent.saturating_sub(loaded.wrong) {
            report.unsound(format!("答复了 {sent} 件，存下 {} 件", whole.len()))?;
        }
        if !file.sound()? {
            report.unsound("文件不完好")?;
        }
        file.settle()
    }
}

fn one_row() -> Vec<Row> {
    vec![Row {
        shape: 0,
        values: Vec::new(),
    }]
}

/// What the generator cost and what its first wrong answer said.
pub(super) fn say(loaded: &Loaded, report: &mut Report<'_>) -> Result<()> {
    if let Some(cpu) = loaded.cpu_s {
        report.remark(&format!(
            "发压程序用处理器 {cpu:.1} 秒，最慢一次 {:.1} 毫秒",
            loaded.max_ms
        ))?;
    }
    match &loaded.first_wrong {
        Some(first) => report.unsound(format!("有 {} 次答复不对，第一次：{first}", loaded.wrong)),
        None if loaded.n == 0 => Err(Error::fault("nothing was answered")),
        None => Ok(()),
    }
}
