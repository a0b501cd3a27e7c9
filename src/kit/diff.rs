//! What changed between texts, character by character: Myers' algorithm in linear space, and the history of several
//! versions as one text in which each piece knows who wrote it and who took it out.
//! Invariant: bounded in time: a piece that would cost too much counts as replaced whole.

/// What became of a run of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It stands in both.
    Same,
    /// It stood in the old one.
    Gone,
    /// It stands in the new one.
    New,
}

/// Comparisons one pair of texts may cost: about a tenth of a second.
const MOST: usize = 4_000_000;

/// The way from one text to another: turns with how many characters each takes.
#[must_use]
pub fn turns(old: &[char], new: &[char]) -> Vec<(Turn, usize)> {
    let mut way = Way {
        turns: Vec::new(),
        left: MOST,
    };
    way.walk(old, new);
    whole_words(way.turns)
}

struct Way {
    turns: Vec<(Turn, usize)>,
    left: usize,
}

impl Way {
    fn push(&mut self, turn: Turn, n: usize) {
        match self.turns.last_mut() {
            _ if n == 0 => {}
            Some((last, count)) if *last == turn => *count += n,
            _ => self.turns.push((turn, n)),
        }
    }

    fn walk(&mut self, old: &[char], new: &[char]) {
        let head = common(old.iter(), new.iter());
        let (old, new) = (from(old, head), from(new, head));
        let tail = common(old.iter().rev(), new.iter().rev());
        let (old, new) = (upto(old, old.len() - tail), upto(new, new.len() - tail));
        self.push(Turn::Same, head);
        let split = match old.is_empty() || new.is_empty() {
            true => None,
            false => self.middle(old, new),
        };
        match split {
            // a split that takes nothing off would go on for ever
            Some((x, y)) if (x, y) != (0, 0) && (x, y) != (old.len(), new.len()) => {
                self.walk(upto(old, x), upto(new, y));
                self.walk(from(old, x), from(new, y));
            }
            _ => {
                self.push(Turn::Gone, old.len());
                self.push(Turn::New, new.len());
            }
        }
        self.push(Turn::Same, tail);
    }

    /// A point on a shortest way, found from both ends at once; none where it costs too much.
    fn middle(&mut self, old: &[char], new: &[char]) -> Option<(usize, usize)> {
        let (n, m) = (old.len() as isize, new.len() as isize);
        let delta = n - m;
        let most = (n + m + 1) / 2 + 1;
        let (mut ahead, mut behind) = (Reach::new(most), Reach::new(most));
        for d in 0..most {
            self.left = self.left.checked_sub(2 * (d as usize + 1))?;
            for k in (-d..=d).rev().step_by(2) {
                let x = ahead.best(k, d);
                let y = x - k;
                let run = match inside(x, n) && inside(y, m) {
                    true => common(from(old, x as usize).iter(), from(new, y as usize).iter()),
                    false => 0,
                };
                self.left = self.left.checked_sub(run)?;
                ahead.set(k, x + run as isize);
                let met = delta % 2 != 0 && (k - delta).abs() < d;
                if met && ahead.get(k) + behind.get(delta - k) >= n {
                    return point((x, y), (n, m));
                }
            }
            for k in (-d..=d).rev().step_by(2) {
                let x = behind.best(k, d);
                let y = x - k;
                let run = match inside(x, n) && inside(y, m) {
                    true => common(
                        upto(old, (n - x) as usize).iter().rev(),
                        upto(new, (m - y) as usize).iter().rev(),
                    ),
                    false => 0,
                };
                self.left = self.left.checked_sub(run)?;
                let (x, y) = (x + run as isize, y + run as isize);
                behind.set(k, x);
                let met = delta % 2 == 0 && (k - delta).abs() <= d;
                if met && behind.get(k) + ahead.get(delta - k) >= n {
                    return point((n - x, m - y), (n, m));
                }
            }
        }
        None
    }
}

fn inside(at: isize, end: isize) -> bool {
    (0..end).contains(&at)
}

fn point((x, y): (isize, isize), (n, m): (isize, isize)) -> Option<(usize, usize)> {
    let good = (0..=n).contains(&x) && (0..=m).contains(&y);
    good.then_some((x as usize, y as usize))
}

/// How far along the old text each diagonal has come.
struct Reach {
    at: Vec<isize>,
    zero: isize,
}

impl Reach {
    fn new(most: isize) -> Self {
        let zero = most + 1;
        Self {
            at: vec![0; (2 * zero + 1) as usize],
            zero,
        }
    }

    fn get(&self, k: isize) -> isize {
        let at = usize::try_from(k + self.zero).ok();
        at.and_then(|i| self.at.get(i)).copied().unwrap_or(0)
    }

    fn set(&mut self, k: isize, x: isize) {
        let at = usize::try_from(k + self.zero).ok();
        if let Some(place) = at.and_then(|i| self.at.get_mut(i)) {
            *place = x;
        }
    }

    /// The farther of the two ways onto a diagonal.
    fn best(&self, k: isize, d: isize) -> isize {
        if d == 0 {
            return 0;
        }
        if k == -d || (k != d && self.get(k - 1) < self.get(k + 1)) {
            self.get(k + 1)
        } else {
            self.get(k - 1) + 1
        }
    }
}

fn common<'a>(a: impl Iterator<Item = &'a char>, b: impl Iterator<Item = &'a char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

fn from(all: &[char], at: usize) -> &[char] {
    all.get(at..).unwrap_or_default()
}

fn upto(all: &[char], at: usize) -> &[char] {
    all.get(..at).unwrap_or_default()
}

/// A single character that happens to be the same between two changes is read as changed with them; what is gone
/// stands before what is new.
fn whole_words(turns: Vec<(Turn, usize)>) -> Vec<(Turn, usize)> {
    let mut all = Vec::with_capacity(turns.len());
    let (mut gone, mut new) = (0, 0);
    let count = turns.len();
    for (i, (turn, n)) in turns.into_iter().enumerate() {
        let changed = gone + new > 0;
        match turn {
            Turn::Gone => gone += n,
            Turn::New => new += n,
            Turn::Same if n == 1 && changed && i + 1 < count => {
                gone += 1;
                new += 1;
            }
            Turn::Same => {
                flush(&mut all, (&mut gone, &mut new));
                all.push((Turn::Same, n));
            }
        }
    }
    flush(&mut all, (&mut gone, &mut new));
    all
}

fn flush(all: &mut Vec<(Turn, usize)>, (gone, new): (&mut usize, &mut usize)) {
    for (turn, n) in [(Turn::Gone, gone), (Turn::New, new)] {
        if *n > 0 {
            all.push((turn, *n));
            *n = 0;
        }
    }
}

/// A piece of several versions written into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// The version that brought it; 0 is the first.
    pub by: usize,
    /// The version that took it out.
    pub gone: Option<usize>,
}

/// All versions as one text, in order: what stands, and what stood there before.
#[must_use]
pub fn history(versions: &[&str]) -> Vec<Piece> {
    let mut all: Vec<(char, usize, Option<usize>)> = versions
        .first()
        .map(|t| t.chars().map(|c| (c, 0, None)).collect())
        .unwrap_or_default();
    for (v, text) in versions.iter().enumerate().skip(1) {
        let new: Vec<char> = text.chars().collect();
        let old: Vec<char> = all
            .iter()
            .filter(|(.., gone)| gone.is_none())
            .map(|(c, ..)| *c)
            .collect();
        all = carried(all, (&turns(&old, &new), &new), v);
    }
    pieces(&all)
}

type Written = (char, usize, Option<usize>);

fn carried(all: Vec<Written>, (turns, new): (&[(Turn, usize)], &[char]), v: usize) -> Vec<Written> {
    let mut out = Vec::with_capacity(all.len() + new.len());
    let (mut old, mut at) = (all.into_iter().peekable(), 0);
    for (turn, n) in turns {
        if *turn == Turn::New {
            out.extend(from(new, at).iter().take(*n).map(|c| (*c, v, None)));
            at += n;
            continue;
        }
        let mut left = *n;
        while left > 0 {
            let Some((c, by, gone)) = old.next() else {
                break;
            };
            if gone.is_some() {
                out.push((c, by, gone));
                continue;
            }
            left -= 1;
            let gone = (*turn == Turn::Gone).then_some(v);
            out.push((c, by, gone));
        }
        // what was taken out before stays beside what it stood behind
        while let Some(w) = old.next_if(|(.., gone)| gone.is_some()) {
            out.push(w);
        }
        if *turn == Turn::Same {
            at += n;
        }
    }
    out.extend(old);
    out
}

fn pieces(all: &[Written]) -> Vec<Piece> {
    let same = |a: &Written, b: &Written| (a.1, a.2) == (b.1, b.2);
    let runs = all.chunk_by(same);
    runs.filter_map(|run| {
        let (_, by, gone) = run.first()?;
        Some(Piece {
            text: run.iter().map(|(c, ..)| *c).collect(),
            by: *by,
            gone: *gone,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The old and the new text, from the way between them.
    fn ends(old: &str, new: &str) -> (String, String) {
        let (a, b) = (chars(old), chars(new));
        let (mut i, mut j) = (0, 0);
        let (mut was, mut is) = (String::new(), String::new());
        for (turn, n) in turns(&a, &b) {
            if turn != Turn::New {
                was.extend(from(&a, i).iter().take(n));
                i += n;
            }
            if turn != Turn::Gone {
                is.extend(from(&b, j).iter().take(n));
                j += n;
            }
        }
        (was, is)
    }

    #[test]
    fn both_texts_come_out_of_the_way_between_them() {
        let mut seed = 7u64;
        let mut next = |n: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        for _ in 0..400 {
            let word = |next: &mut dyn FnMut(u64) -> u64| {
                let n = next(40);
                (0..n)
                    .map(|_| if next(3) == 0 { '甲' } else { '乙' })
                    .collect::<String>()
            };
            let (old, new) = (word(&mut next), word(&mut next));
            assert_eq!(ends(&old, &new), (old.clone(), new.clone()));
        }
    }

    #[test]
    fn the_way_is_a_short_one() {
        let way = turns(
            &chars("做好森林防火工作，有关事项通知如下"),
            &chars("做好春季森林防火工作，将有关事项通知如下"),
        );
        let changed: usize = way
            .iter()
            .filter(|(t, _)| *t != Turn::Same)
            .map(|(_, n)| n)
            .sum();
        assert_eq!(changed, 3, "{way:?}");
    }

    #[test]
    fn a_long_text_written_anew_is_bounded() {
        let old: String = (0..60_000u32)
            .filter_map(|i| char::from_u32(0x4e00 + i % 2000))
            .collect();
        let new: String = (0..60_000u32)
            .filter_map(|i| char::from_u32(0x4e00 + (i * 7 + i / 31) % 1999))
            .collect();
        assert_eq!(ends(&old, &new), (old.clone(), new.clone()));
    }

    #[test]
    fn a_history_knows_who_wrote_and_who_took_out() {
        let all = history(&[
            "各村抓好落实。",
            "各村、各部门抓好落实。",
            "各村、各部门要抓落实。",
        ]);
        let said: Vec<_> = all
            .iter()
            .map(|p| (p.text.as_str(), p.by, p.gone))
            .collect();
        assert_eq!(
            said,
            [
                ("各村", 0, None),
                ("、各部门", 1, None),
                ("抓好", 0, Some(2)),
                ("要抓", 2, None),
                ("落实。", 0, None),
            ]
        );
        let stands: String = all
            .iter()
            .filter(|p| p.gone.is_none())
            .map(|p| p.text.as_str())
            .collect();
        assert_eq!(stands, "各村、各部门要抓落实。");
        assert!(history(&[]).is_empty());
    }
}
