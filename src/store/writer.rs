//! Group commit. One thread a file owns the only writing connection; whatever queued up during the
//! last flush becomes the next transaction, each request in a savepoint of its own (storage.md §2).
//! Invariant: a reply is sent only after its commit returned, and an error or a panic in one request
//! undoes that request alone.

use super::checkpoint::Pause;
use super::connect::{Kit, sql};
use super::{Counters, Ways};
use crate::kit::{Error, Result};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Requests that may wait for one file before the next is told to come back.
const QUEUE: usize = 1024;
/// A batch ends here so that the first of it does not wait for the last.
const BATCH_REQUESTS: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(20);

trait Job: Send {
    /// Runs inside the savepoint; false asks for its rollback.
    fn run(&mut self, conn: &Connection) -> bool;
    /// Why it failed, for those who share its transaction.
    fn cause(&self) -> Option<&Error>;
    /// Answers the caller.
    fn answer(self: Box<Self>, commit: Result<()>);
}

struct Pending<T, F> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    reply: SyncSender<Result<T>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T> + Send> Job for Pending<T, F> {
    fn run(&mut self, conn: &Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|panic| Err(Error::Fault(format!("panic: {}", words(&*panic)))));
        let good = outcome.is_ok();
        self.outcome = Some(outcome);
        good
    }

    fn cause(&self) -> Option<&Error> {
        self.outcome.as_ref()?.as_ref().err()
    }

    fn answer(self: Box<Self>, commit: Result<()>) {
        let outcome = match (self.outcome, commit) {
            (Some(Err(e)), _) => Err(e),
            (Some(done), Ok(())) => done,
            (_, Err(e)) => Err(e),
            (None, Ok(())) => Err(Error::fault("a request was never run")),
        };
        // The caller may have given up waiting; what was committed stays committed.
        let _ = self.reply.send(outcome);
    }
}

/// What a panic said.
pub(super) fn words(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}

/// What waits for the file's thread.
enum Turn {
    /// Shares a transaction with whoever waits behind it.
    Shared(Box<dyn Job>),
    /// Has the connection to itself, outside any transaction: what commits in slices of its own, or
    /// sets pragmas a transaction forbids.
    Alone(Box<dyn FnOnce(&Connection) + Send>),
}

/// The writing end of one file.
pub(super) struct Writer {
    queue: Option<SyncSender<Turn>>,
    thread: Option<JoinHandle<()>>,
    /// Milliseconds since `started` of the last commit, for the checkpointer.
    last: Arc<AtomicU64>,
    started: Instant,
    pause: Arc<Pause>,
}

impl Writer {
    pub(super) fn start(name: &str, conn: Connection, kit: &Kit) -> Result<Self> {
        let (queue, turns) = sync_channel(QUEUE);
        let last = Arc::new(AtomicU64::new(0));
        let started = Instant::now();
        let seen = last.clone();
        let (counters, ways) = (kit.counters.clone(), kit.ways);
        let pause = Arc::<Pause>::default();
        let asked = pause.clone();
        let thread = std::thread::Builder::new()
            .name(format!("write-{name}"))
            .spawn(move || {
                work(&conn, &turns, (ways, &asked), &counters, || {
                    let now = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                    seen.store(now, Ordering::Relaxed);
                });
            })?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
            last,
            started,
            pause,
        })
    }

    /// Runs `f` in the next batch and waits for the commit.
    pub(super) fn call<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let job = Box::new(Pending {
            work: Some(f),
            outcome: None,
            reply,
        });
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        match queue.try_send(Turn::Shared(job)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return Err(Error::Busy(
                    "现在提交的人太多，未保存。请过几秒再提交一次".into(),
                ));
            }
            Err(TrySendError::Disconnected(_)) => return Err(stopped()),
        }
        answer.recv().map_err(|_| stopped())?
    }

    /// Runs `f` between two batches with the connection to itself and waits for it. Nothing else is
    /// written to the file meanwhile, so it must be short; what it leaves open is rolled back.
    pub(super) fn alone<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let turn = Turn::Alone(Box::new(move |conn| {
            let outcome = catch_unwind(AssertUnwindSafe(|| f(conn)))
                .unwrap_or_else(|panic| Err(Error::Fault(format!("panic: {}", words(&*panic)))));
            if !conn.is_autocommit() {
                let _ = run(conn, "ROLLBACK");
            }
            let _ = reply.send(outcome);
        }));
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(turn).map_err(|_| stopped())?;
        answer.recv().map_err(|_| stopped())?
    }

    /// Where a checkpoint asks it to wait.
    pub(super) fn pause(&self) -> &Pause {
        &self.pause
    }

    /// How long nothing was written.
    pub(super) fn idle(&self) -> Duration {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(last)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> Error {
    Error::Busy("系统正在停止，未保存。请等它重新启动后再提交".into())
}

fn work(
    conn: &Connection,
    turns: &Receiver<Turn>,
    (ways, pause): (Ways, &Pause),
    counters: &Counters,
    committed_now: impl Fn(),
) {
    let mut kept = None;
    while let Some(turn) = kept.take().or_else(|| turns.recv().ok()) {
        pause.pass();
        let first = match turn {
            Turn::Shared(job) => job,
            Turn::Alone(f) => {
                f(conn);
                committed_now();
                continue;
            }
        };
        let mut batch = Vec::new();
        let committed = commit(conn, first, (turns, &mut kept), ways, &mut batch);
        counters.batches.fetch_add(1, Ordering::Relaxed);
        counters
            .requests
            .fetch_add(batch.len() as u64, Ordering::Relaxed);
        committed_now();
        for job in batch {
            job.answer(committed.clone());
        }
    }
}

/// One transaction of `first` and whoever waits behind it. Every job taken ends up in `batch`; whoever
/// wants to be alone is kept for afterwards.
fn commit(
    conn: &Connection,
    first: Box<dyn Job>,
    (turns, kept): (&Receiver<Turn>, &mut Option<Turn>),
    ways: Ways,
    batch: &mut Vec<Box<dyn Job>>,
) -> Result<()> {
    let began = Instant::now();
    if let Err(e) = run(conn, "BEGIN IMMEDIATE") {
        batch.push(first);
        return Err(e);
    }
    let mut next = Some(first);
    let mut broken = None;
    while let Some(mut job) = next.take() {
        if let Err(e) = in_savepoint(conn, job.as_mut()) {
            broken = Some(e);
        }
        batch.push(job);
        if broken.is_none() && batch.len() < BATCH_REQUESTS && began.elapsed() < BATCH_TIME {
            match turns.try_recv() {
                Ok(Turn::Shared(job)) => next = Some(job),
                alone => *kept = alone.ok(),
            }
        }
    }
    ways.flush();
    let done = broken.map_or_else(|| run(conn, "COMMIT"), Err);
    if done.is_err() && !conn.is_autocommit() {
        // A failed commit (disk full) leaves the transaction open; nothing of it may stay.
        let _ = run(conn, "ROLLBACK");
    }
    done
}

fn in_savepoint(conn: &Connection, job: &mut dyn Job) -> Result<()> {
    run(conn, "SAVEPOINT request")?;
    let good = job.run(conn);
    if conn.is_autocommit() {
        // A full disk makes SQLite roll the whole transaction back; everybody in it hears why.
        return Err(match job.cause() {
            Some(Error::Busy(why)) => Error::Busy(why.clone()),
            _ => Error::Busy("写磁盘时出错，未保存。请管理员检查磁盘后再提交".into()),
        });
    }
    if !good {
        run(conn, "ROLLBACK TO request")?;
    }
    run(conn, "RELEASE request")
}

fn run(conn: &Connection, statement: &str) -> Result<()> {
    conn.prepare_cached(statement)
        .and_then(|mut s| s.execute([]))
        .map(|_| ())
        .map_err(sql)
}
