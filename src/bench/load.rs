//! The load generator: a process of its own (`inkstone load PLAN`), blocking sockets, one thread a
//! connection, the next request when the last one is answered. Nothing but `std`, so that it stays
//! far cheaper than what it measures. Every answer is checked against its own request.

use super::plan::{Lane, Loaded, Plan, Row, Shape, TOKEN, TOKEN_LEN};
use super::process;
use super::wire::Wire;
use crate::kit::{Error, Result};
use std::io::Read as _;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

/// Requests built before the clock starts, a lane; longer lists are built as they come.
const PREBUILT: usize = 4096;

/// Reads a plan (`-` is standard input), plays it and prints what was found as JSON.
pub fn run(plan: &str) -> Result<()> {
    let mut text = String::new();
    if plan == "-" {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(plan)?;
    }
    let plan: Plan = serde_json::from_str(&text)?;
    plan.check()?;
    let mut found = play(&Arc::new(plan))?;
    found.cpu_s = process::own_cpu();
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &found)?;
    Ok(())
}

/// One request as bytes, with the places where its token stands.
struct Built {
    bytes: Vec<u8>,
    slots: Vec<Range<usize>>,
    status: u16,
    expect: Vec<u8>,
    expect_slots: Vec<Range<usize>>,
    also: Vec<u8>,
}

impl Built {
    fn of(shape: &Shape, row: &Row, host: &str) -> Self {
        let fill = |text: &str| {
            let mut text = text.to_owned();
            for (i, value) in row.values.iter().enumerate() {
                text = text.replace(&format!("@{i}@"), value);
            }
            text.replace(TOKEN, &"#".repeat(TOKEN_LEN))
        };
        let body = fill(&shape.body);
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {host}\r\n",
            shape.method,
            fill(&shape.path)
        );
        for line in &shape.headers {
            head.push_str(&fill(line));
            head.push_str("\r\n");
        }
        if shape.method != "GET" {
            head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let bytes = (head + &body).into_bytes();
        let expect = fill(&shape.expect).into_bytes();
        Self {
            slots: slots(&bytes),
            expect_slots: slots(&expect),
            status: shape.status,
            bytes,
            expect,
            also: fill(&shape.also).into_bytes(),
        }
    }

    fn stamp(&mut self, token: &str) {
        put(&mut self.bytes, &self.slots, token);
        put(&mut self.expect, &self.expect_slots, token);
    }
}

fn slots(bytes: &[u8]) -> Vec<Range<usize>> {
    let blank = [b'#'; TOKEN_LEN];
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, &blank)) {
        found.push(from + at..from + at + TOKEN_LEN);
        from += at + TOKEN_LEN;
    }
    found
}

fn put(bytes: &mut [u8], slots: &[Range<usize>], token: &str) {
    for slot in slots {
        if let Some(place) = bytes.get_mut(slot.clone()) {
            place.copy_from_slice(token.as_bytes());
        }
    }
}

/// Where `needle` begins.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|w| w == needle)
}

/// One answer: when it came and how long it took, in microseconds since the start.
#[derive(Clone, Copy)]
struct Mark {
    at: u64,
    took: u64,
}

#[derive(Default)]
struct LaneFound {
    marks: Vec<Mark>,
    wrong: u64,
    first_wrong: Option<String>,
    sent: u64,
}

/// What the lanes share.
struct Race {
    plan: Arc<Plan>,
    ready: Barrier,
    /// Microseconds since `began` after which nobody sends; moved forward by a lane that ran out.
    until: AtomicU64,
}

pub(super) fn play(plan: &Arc<Plan>) -> Result<Loaded> {
    let total = Duration::from_secs_f64(plan.warm_s + plan.seconds);
    let race = Arc::new(Race {
        plan: plan.clone(),
        ready: Barrier::new(plan.lanes.len()),
        until: AtomicU64::new(micros(total)),
    });
    let threads: Vec<_> = (0..plan.lanes.len())
        .map(|lane| {
            let race = race.clone();
            std::thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(move || Runner::new(&race, lane).map_or_else(broken, |r| r.run(&race)))
        })
        .collect::<std::io::Result<_>>()?;
    let lanes: Vec<LaneFound> = threads
        .into_iter()
        .map(|t| {
            t.join()
                .map_err(|_| Error::fault("a lane of the load panicked"))
        })
        .collect::<Result<_>>()?;
    Ok(sum(plan, lanes, race.until.load(Ordering::Relaxed)))
}

fn broken(why: String) -> LaneFound {
    LaneFound {
        wrong: 1,
        first_wrong: Some(why),
        ..LaneFound::default()
    }
}

/// One connection at work.
struct Runner {
    lane: usize,
    wire: Wire,
    built: Vec<Built>,
    /// Where the expected text stood in the last answer: it stands there again most times.
    hint: usize,
    found: LaneFound,
}

impl Runner {
    /// Connects and builds, then waits for the others, also where it failed: they wait for it.
    fn new(race: &Race, lane: usize) -> Result<Self, String> {
        let wire = Wire::connect(&race.plan.address).map_err(|e| e.to_string());
        let rows = race.plan.lanes.get(lane).map_or(&[][..], |l| &l.rows);
        let built = rows
            .iter()
            .take(PREBUILT)
            .filter_map(|row| build(&race.plan, row))
            .collect();
        race.ready.wait();
        Ok(Self {
            lane,
            wire: wire?,
            built,
            hint: 0,
            found: LaneFound::default(),
        })
    }

    fn run(mut self, race: &Race) -> LaneFound {
        let began = Instant::now();
        let Some(lane) = race.plan.lanes.get(self.lane) else {
            return self.found;
        };
        while micros(began.elapsed()) < race.until.load(Ordering::Relaxed) {
            let n = usize::try_from(self.found.sent).unwrap_or(usize::MAX);
            if lane.once && n >= lane.rows.len() {
                race.until
                    .fetch_min(micros(began.elapsed()), Ordering::Relaxed);
                break;
            }
            let at = n % lane.rows.len();
            let start = match self.due(race, lane, n) {
                Some(due) => {
                    std::thread::sleep(due.saturating_sub(began.elapsed()));
                    began + due
                }
                None => Instant::now(),
            };
            let good = self.ask(&race.plan, at, (began, start));
            if !good && self.reconnect(&race.plan).is_err() {
                break;
            }
        }
        self.found
    }

    /// When the n-th request is due: lanes of a plan at a rate begin one after the other; none where there is no rate.
    fn due(&self, race: &Race, lane: &Lane, n: usize) -> Option<Duration> {
        let turn = self.lane as f64 / race.plan.lanes.len() as f64;
        let due = Duration::from_secs_f64((n as f64 + turn) * lane.every_ms / 1_000.0);
        (lane.every_ms > 0.0).then_some(due)
    }

    /// Sends one request and checks its answer; false where the connection is of no more use.
    fn ask(&mut self, plan: &Plan, at: usize, (began, start): (Instant, Instant)) -> bool {
        let token = plan.token(self.lane, self.found.sent);
        self.found.sent += 1;
        let mut late;
        let request = match self.built.get_mut(at) {
            Some(built) => Some(built),
            None => {
                let row = plan.lanes.get(self.lane).and_then(|l| l.rows.get(at));
                late = row.and_then(|row| build(plan, row));
                late.as_mut()
            }
        };
        let Some(request) = request else {
            self.wrong("a row without a shape".into());
            return true;
        };
        request.stamp(&token);
        let said = self.wire.ask(&request.bytes).map_err(|e| e.to_string());
        let mark = Mark {
            at: micros(began.elapsed()),
            took: micros(start.elapsed()),
        };
        let alive = said.is_ok() && !self.wire.closed();
        match said.and_then(|status| judge(&self.wire, status, request, &mut self.hint)) {
            Ok(()) => self.found.marks.push(mark),
            Err(what) => self.wrong(what),
        }
        alive
    }

    fn wrong(&mut self, what: String) {
        self.found.wrong += 1;
        self.found.first_wrong.get_or_insert(what);
    }

    fn reconnect(&mut self, plan: &Plan) -> std::io::Result<()> {
        self.wire = Wire::connect(&plan.address)?;
        Ok(())
    }
}

/// Whether the answer is the one to this request.
fn judge(wire: &Wire, status: u16, request: &Built, hint: &mut usize) -> Result<(), String> {
    let also = request.also.is_empty() || wire.holds(&request.also, &mut 0);
    if status == request.status && wire.holds(&request.expect, hint) && also {
        return Ok(());
    }
    let wanted = lossy(&request.expect) + &lossy(&request.also);
    Err(format!(
        "{status}, expected {} {wanted}: {}",
        request.status,
        wire.beginning()
    ))
}

fn build(plan: &Plan, row: &Row) -> Option<Built> {
    plan.shapes
        .get(row.shape)
        .map(|shape| Built::of(shape, row, &plan.address))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn micros(d: Duration) -> u64 {
    u64::try_from(d.as_micros()).unwrap_or(u64::MAX)
}

fn sum(plan: &Plan, lanes: Vec<LaneFound>, until: u64) -> Loaded {
    let warm = micros(Duration::from_secs_f64(plan.warm_s)).min(until);
    let mut took: Vec<u64> = lanes
        .iter()
        .flat_map(|l| &l.marks)
        .filter(|m| m.at >= warm && m.at <= until)
        .map(|m| m.took)
        .collect();
    took.sort_unstable();
    let seconds = Duration::from_micros(until - warm).as_secs_f64();
    let n = took.len() as u64;
    Loaded {
        n,
        rate: if seconds > 0.0 {
            n as f64 / seconds
        } else {
            0.0
        },
        p50_ms: percentile(&took, 50.0),
        p95_ms: percentile(&took, 95.0),
        p99_ms: percentile(&took, 99.0),
        max_ms: percentile(&took, 100.0),
        wrong: lanes.iter().map(|l| l.wrong).sum(),
        first_wrong: lanes.iter().find_map(|l| l.first_wrong.clone()),
        seconds,
        cpu_s: None,
        sent: lanes.iter().map(|l| l.sent).collect(),
    }
}

/// The time within which `percent` of the sorted times lie (nearest rank), in milliseconds.
pub(super) fn percentile(sorted_us: &[u64], percent: f64) -> f64 {
    let rank = (percent / 100.0 * sorted_us.len() as f64).ceil().max(1.0) as usize;
    sorted_us
        .get(rank - 1)
        .or(sorted_us.last())
        .map_or(0.0, |us| *us as f64 / 1000.0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn percentiles_by_nearest_rank() {
        let times: Vec<u64> = (1..=200).map(|n| n * 1000).collect();
        assert_eq!(percentile(&times, 50.0), 100.0);
        assert_eq!(percentile(&times, 99.0), 198.0);
        assert_eq!(percentile(&times, 100.0), 200.0);
        assert_eq!(percentile(&[7000], 99.0), 7.0);
        assert_eq!(percentile(&[], 99.0), 0.0);
    }

    /// Answers each request with its path; in chunks where `chunked`; every `lie`-th with nonsense.
    fn echo(stream: TcpStream, chunked: bool, lie: u64) {
        let mut n = 0;
        let mut input = BufReader::new(stream.try_clone().unwrap());
        let mut output = stream;
        loop {
            let mut lines = Vec::new();
            loop {
                let mut line = String::new();
                if input.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                if line == "\r\n" {
                    break;
                }
                lines.push(line);
            }
            n += 1;
            let path = lines.first().unwrap().split(' ').nth(1).unwrap().to_owned();
            let text = if n % lie == 0 {
                "nonsense".to_owned()
            } else {
                path
            };
            let answer = if chunked {
                let (a, b) = text.split_at(3);
                format!(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{a}\r\n{:x}\r\n{b}\r\n0\r\n\r\n",
                    a.len(),
                    b.len()
                )
            } else {
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{text}",
                    text.len()
                )
            };
            if output.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }

    fn serve(chunked: bool, lie: u64) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || echo(stream, chunked, lie));
            }
        });
        address
    }

    fn plan(address: &str) -> Plan {
        let rows: Vec<Row> = ["x", "y"]
            .map(|v| Row {
                shape: 0,
                values: vec![v.into()],
            })
            .into();
        let shape = Shape::get("/@0@/@T@", "/@0@/@T@");
        Plan {
            warm_s: 0.05,
            seconds: 0.2,
            ..Plan::round(address, "t001", 3, vec![shape], &rows)
        }
    }

    #[test]
    fn every_answer_is_its_own() {
        for chunked in [false, true] {
            let found = play(&Arc::new(plan(&serve(chunked, u64::MAX)))).unwrap();
            assert_eq!(found.wrong, 0, "{:?}", found.first_wrong);
            assert!(found.n > 0 && found.rate > 0.0 && found.p50_ms > 0.0);
            assert!(found.p50_ms <= found.p99_ms && found.p99_ms <= found.max_ms);
            assert_eq!(found.sent.len(), 3);
            assert!(found.sent.iter().sum::<u64>() >= found.n);
        }
    }

    #[test]
    fn a_lie_is_counted() {
        let found = play(&Arc::new(plan(&serve(false, 5)))).unwrap();
        assert!(found.wrong > 0);
        assert!(found.first_wrong.unwrap().contains("nonsense"));
    }

    #[test]
    fn a_list_walked_once_ends_the_run() {
        let mut plan = plan(&serve(false, u64::MAX));
        plan.seconds = 30.0;
        plan.warm_s = 0.0;
        for lane in &mut plan.lanes {
            lane.once = true;
        }
        let began = Instant::now();
        let found = play(&Arc::new(plan)).unwrap();
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(found.sent.iter().all(|n| *n <= 2));
        assert_eq!(found.wrong, 0);
    }

    #[test]
    fn a_rate_is_kept_and_lateness_counts() {
        let plan = Plan {
            warm_s: 0.0,
            seconds: 1.0,
            ..plan(&serve(false, u64::MAX)).at_rate(30.0)
        };
        let found = play(&Arc::new(plan)).unwrap();
        // never faster than asked; slower only on a machine that has no time
        assert!((1..=31).contains(&found.n), "{}", found.n);
        assert_eq!(found.wrong, 0);
    }

    #[test]
    fn nobody_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let found = play(&Arc::new(plan(&address))).unwrap();
        assert_eq!((found.n, found.wrong), (0, 3));
    }
}
