//! One query: candidates by pairs and principals, newest first over all volumes, each verified against its
//! texts and the grants of the moment; stops when the page is full.
//! Invariant: a hit shows nothing of a part its reader does not see, and stands there only if each word
//! stands in a part the reader does see.

use super::Search;
use super::document::{Line, Part, Where};
use super::excerpt::{Excerpt, Run, around, marked};
use super::keeper::first_of_year;
use super::packed::{unpack_text, unpack_value};
use super::side_store::{Candidate, find_content, find_why_not, list_candidates, newest};
use super::tokens::{dept, procedure, state, who};
use super::words::{LookUp, asked, folded, look_up};
use crate::kit::{Error, Id, Result};
use crate::store::{Read, Routes, Side};
use std::collections::VecDeque;
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

/// Candidates looked at for one page; beyond it the reader asks on.
const MOST_EXAMINED: usize = 3000;
/// Candidates fetched at once, at first and at most.
const FEW: i64 = 24;
const MANY: i64 = 400;
/// Excerpts of one hit.
const EXCERPTS: usize = 3;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// As typed.
    pub words: String,
    pub year: Option<i16>,
    /// Id of a procedure; empty: any.
    pub procedure: String,
    pub dept: Option<i64>,
    /// `open`, `closed` …; empty: any.
    pub state: String,
    /// Only words that stand there; attachments are one with their names.
    pub place: Option<Where>,
    /// Where the page before ended.
    pub before: Option<Cursor>,
    /// Hits on a page.
    pub most: usize,
}

/// The end of a page: what comes next is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    place: i64,
    volume: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.place, self.volume)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        let (place, volume) = s.split_once('-').ok_or(())?;
        Ok(Self {
            place: place.parse().map_err(|_| ())?,
            volume: volume.parse().map_err(|_| ())?,
        })
    }
}

/// A case that holds all the words.
#[derive(Debug, Clone)]
pub struct Hit {
    pub case: Id,
    pub title: Vec<Run>,
    pub excerpts: Vec<Excerpt>,
    /// What stands beside it; missing for a moment while the lists are behind.
    pub line: Option<Line>,
}

/// A page of hits, newest first.
#[derive(Debug, Default)]
pub struct Results {
    /// The words as they were understood; none: nothing was asked.
    pub words: Vec<String>,
    pub hits: Vec<Hit>,
    /// Where to go on, where there may be more.
    pub more: Option<Cursor>,
    /// Something may be missing: a search file is being made anew.
    pub rebuilding: bool,
}

/// The candidates of one volume, fetched as they are wanted.
struct Stream {
    side: Arc<Side>,
    read: Read,
    /// Nothing above is left.
    below: i64,
    fetched: VecDeque<(Candidate, Vec<String>)>,
    batch: i64,
    over: bool,
}

/// What every candidate is measured by.
struct Measure<'a> {
    asked: &'a Asked,
    words: Vec<String>,
    tokens: String,
    who: &'a str,
    /// The lowest place of the year asked for.
    above: i64,
}

impl Search {
    /// The newest cases that hold all words, among those granted to these principals (a JSON array of numbers).
    pub fn find(&self, asked_for: &Asked, who: &str) -> Result<Results> {
        let words = asked(&asked_for.words);
        let mut results = Results {
            rebuilding: self.rebuilding(),
            ..Results::default()
        };
        let Some(tokens) = expression(&words, asked_for, who)? else {
            return Ok(results);
        };
        let single = words
            .iter()
            .any(|w| matches!(look_up(w), LookUp::Prefix(_)));
        let alone = single.then(|| self.single.lock().unwrap_or_else(PoisonError::into_inner));
        let measure = Measure {
            above: asked_for.year.map_or(0, first_of_year),
            words: words.clone(),
            asked: asked_for,
            tokens,
            who,
        };
        results.words = words;
        let found = self.pages(&measure, &mut results);
        drop(alone);
        found?;
        let cases: Vec<i64> = results.hits.iter().map(|h| h.case.raw()).collect();
        if !cases.is_empty() {
            let index = self.store.index()?;
            let mut lines = self.source.lines(&index, &serde_json::to_string(&cases)?)?;
            drop(index);
            for hit in &mut results.hits {
                hit.line = lines.remove(&hit.case);
                if hit.line.as_ref().is_some_and(|l| l.title.is_empty()) {
                    let volume = self.store.shelf(hit.case.shelf())?;
                    hit.line = Some(self.source.line(&volume, hit.case)?);
                }
            }
        }
        Ok(results)
    }

    fn pages(&self, measure: &Measure<'_>, results: &mut Results) -> Result<()> {
        let mut streams = Vec::new();
        let routes = self.store.routes();
        for side in self.store.sides()? {
            match Stream::open(&side, measure) {
                Ok(stream) => streams.extend(stream),
                Err(e) => self.passed_over(&side, e, results)?,
            }
        }
        let mut examined = 0;
        // up to here all is settled: shown, or no hit
        let mut settled = None;
        while let Some(best) = streams
            .iter_mut()
            .filter(|s| !s.over)
            .max_by_key(|s| s.next())
        {
            let at = best.next();
            if best.fetched.is_empty() {
                if let Err(e) = self.fetch(best, measure, &routes) {
                    best.over = true;
                    let side = best.side.clone();
                    self.passed_over(&side, e, results)?;
                }
                continue;
            }
            let Some((candidate, came_at)) = best.fetched.pop_front() else {
                continue;
            };
            if results.hits.iter().any(|h| h.case == candidate.case) {
                continue;
            }
            examined += 1;
            let hit = match verify(&best.read, &candidate, &came_at, measure) {
                Ok(hit) => hit,
                Err(e) => {
                    best.over = true;
                    let side = best.side.clone();
                    self.passed_over(&side, e, results)?;
                    continue;
                }
            };
            let full = results.hits.len() >= measure.asked.most;
            if (full && hit.is_some()) || examined > MOST_EXAMINED {
                results.more = settled;
                return Ok(());
            }
            results.hits.extend(hit);
            settled = Some(at);
        }
        Ok(())
    }

    fn fetch(&self, stream: &mut Stream, measure: &Measure<'_>, routes: &Routes) -> Result<()> {
        let bounds = (stream.below, measure.above);
        let mut found = list_candidates(&stream.read, &measure.tokens, bounds, stream.batch)?;
        match found.last() {
            Some(last) if i64::try_from(found.len()).is_ok_and(|n| n == stream.batch) => {
                stream.below = last.place - 1;
            }
            _ => stream.below = i64::MIN,
        }
        stream.batch = (stream.batch * 4).min(MANY);
        if found.is_empty() {
            stream.over = true;
            return Ok(());
        }
        // a shelf that has just moved is found in either file until the new one has taken all of it in
        let here = Some(stream.side.no());
        found.retain(|c| {
            let shelf = c.case.shelf();
            routes.volume(shelf) == here || routes.former(shelf) == here
        });
        let cases: Vec<i64> = found.iter().map(|c| c.case.raw()).collect();
        let cases = serde_json::to_string(&cases)?;
        let mut rights = self
            .source
            .rights(&stream.side.volume()?, &cases, measure.who)?;
        let seen = found
            .into_iter()
            .filter_map(|c| Some((rights.remove(&c.case)?, c)));
        stream.fetched = seen.map(|(came_at, c)| (c, came_at)).collect();
        Ok(())
    }

    /// A search file that gives nonsense is made anew; the page says that something may be missing.
    fn passed_over(&self, side: &Side, e: Error, results: &mut Results) -> Result<()> {
        match e {
            Error::Fault(cause) => {
                tracing::warn!(cause, volume = side.no(), "a search file cannot be read");
                self.keeper.suspect(side.no());
                results.rebuilding = true;
                Ok(())
            }
            e => Err(e),
        }
    }
}

impl Stream {
    /// `None` where the volume has nothing in the range.
    fn open(side: &Arc<Side>, measure: &Measure<'_>) -> Result<Option<Self>> {
        let read = side.read()?;
        let Some(mut below) = newest(&read)? else {
            return Ok(None);
        };
        if let Some(year) = measure.asked.year {
            below = below.min(first_of_year(year.saturating_add(1)) - 1);
        }
        if let Some(before) = measure.asked.before {
            let same = i64::from(side.no() >= before.volume);
            below = below.min(before.place - same);
        }
        Ok((below >= measure.above).then(|| Self {
            side: side.clone(),
            read,
            below,
            fetched: VecDeque::new(),
            batch: FEW.max(i64::try_from(measure.asked.most).unwrap_or(FEW) + 1),
            over: false,
        }))
    }

    /// Where the next candidate stands at most.
    fn next(&self) -> Cursor {
        let place = self.fetched.front().map_or(self.below, |(c, _)| c.place);
        Cursor {
            place,
            volume: self.side.no(),
        }
    }
}

/// The expression of candidates; `None` where nothing is asked or nobody asks.
fn expression(words: &[String], asked: &Asked, by: &str) -> Result<Option<String>> {
    let principals: Vec<i64> = serde_json::from_str(by)?;
    if words.is_empty() || principals.is_empty() {
        return Ok(None);
    }
    let mut all: Vec<String> = Vec::new();
    for word in words {
        match look_up(word) {
            LookUp::Pairs(pairs) => all.extend(pairs.iter().map(|p| format!("\"{p}\""))),
            LookUp::Prefix(c) => all.push(format!("\"{c}\" *")),
        }
    }
    if let Some(d) = asked.dept {
        all.push(dept(d));
    }
    if !asked.procedure.is_empty() {
        all.push(procedure(&asked.procedure));
    }
    if !asked.state.is_empty() {
        all.push(state(&asked.state));
    }
    let may: Vec<String> = principals.iter().map(|p| who(*p)).collect();
    all.push(format!("({})", may.join(" OR ")));
    Ok(Some(all.join(" AND ")))
}

/// The hit, where every word stands in a part this reader sees.
fn verify(
    side: &Read,
    candidate: &Candidate,
    came_at: &[String],
    measure: &Measure<'_>,
) -> Result<Option<Hit>> {
    let parts: Vec<Part> = unpack_value(&candidate.parts)?;
    let wanted = |place: Where| match measure.asked.place {
        None => true,
        Some(Where::File | Where::FileName) => matches!(place, Where::File | Where::FileName),
        Some(only) => only == place,
    };
    let shown: Vec<&Part> = parts.iter().filter(|p| p.shown_to(came_at)).collect();
    let mut missing: Vec<String> = measure.words.clone();
    let mut excerpts = Vec::new();
    for part in shown.iter().filter(|p| wanted(p.place)) {
        if missing.is_empty() {
            break;
        }
        let text = folded(&part.text);
        let here = take_found(&mut missing, &text);
        if !here.is_empty() && (part.place != Where::Title || !part.label.is_empty()) {
            let mut runs = around(&part.text, &measure.words, &here);
            if let Some(digest) = part.contents()
                && let Some(why) = find_why_not(side, digest)?
            {
                let text = format!("（{}）", unpack_text(&why)?);
                runs.push(Run {
                    text,
                    marked: false,
                });
            }
            excerpts.push(excerpt(part, part.place, runs));
        }
    }
    for part in shown.iter().filter(|_| wanted(Where::File)) {
        let Some(digest) = part.contents().filter(|_| !missing.is_empty()) else {
            continue;
        };
        let Some(body) = find_content(side, digest)? else {
            continue;
        };
        let contents = unpack_text(&body)?;
        let text = folded(&contents);
        let here = take_found(&mut missing, &text);
        if !here.is_empty() {
            let runs = around(&contents, &measure.words, &here);
            let mut found = excerpt(part, Where::File, runs);
            found.label.clone_from(&part.text);
            excerpts.push(found);
        }
    }
    if !missing.is_empty() {
        return Ok(None);
    }
    excerpts.truncate(EXCERPTS);
    let title = shown
        .iter()
        .find(|p| p.place == Where::Title && p.label.is_empty());
    Ok(Some(Hit {
        case: candidate.case,
        title: marked(title.map_or("", |p| p.text.as_str()), &measure.words),
        excerpts,
        line: None,
    }))
}

/// Takes out those of the words that stand in the folded text.
fn take_found(missing: &mut Vec<String>, text: &str) -> Vec<String> {
    let (here, rest) = missing.drain(..).partition(|w| text.contains(w.as_str()));
    *missing = rest;
    here
}

fn excerpt(part: &Part, place: Where, runs: Vec<Run>) -> Excerpt {
    Excerpt {
        place,
        label: part.label.clone(),
        file: part.file,
        runs,
    }
}
