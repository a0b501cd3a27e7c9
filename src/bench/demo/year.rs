//! The year behind the papers written down by hand: what came from `matters`, spread over thirteen months of
//! office hours, most of it long filed, some of it late, a little of it forgotten by whoever has it.
//! Invariant: the same now gives the same papers; no issuer uses a number twice.

use super::deed::Letter;
use super::detour::{LEFT_OUT, Twist};
use super::hours::{DAY, Hours};
use super::matters::{MATTERS, Matter};
use super::news::NEWS;
use super::reading::{self, Round};
use super::road::{self, End, Story};
use super::script::{SEED, Tale};
use super::{papers, reading::End as Filed};
use crate::bench::words::Dice;
use crate::engine::offer::Turns;
use crate::kit::Day;
use std::collections::{BTreeMap, BTreeSet};

/// With those written down by hand the year has three hundred.
const PAPERS: i64 = 300;
/// Working days from the first paper to now: about thirteen months.
const DAYS: i64 = 268;
/// Working days the papers written down by hand tell of closely; the year leaves them room.
const LATELY: i64 = 8;
/// Of five papers two are only read.
const READ_OF_FIVE: i64 = 2;
/// Which of those to be handled somebody still sits on, the oldest first.
const STUCK: [(usize, End); 6] = [
    (71, End::HandedOut),
    (98, End::Reviewed),
    (118, End::HandedOut),
    (129, End::OneReported),
    (142, End::HandedOut),
    (148, End::Accepted),
];
/// The newest of the year's papers are not filed yet.
const UNFILED: i64 = 9;

/// What happens once or twice a year: to the first paper from this one on that it suits.
const TWISTS: [(usize, Twist); 17] = [
    (5, Twist::Mistyped),
    (14, Twist::Urged),
    (21, Twist::OnPaper("")),
    (30, Twist::Voided),
    (38, Twist::Recalled),
    (47, Twist::Refused),
    (55, Twist::OnPaper("")),
    (63, Twist::Urged),
    (71, Twist::Urged),
    (80, Twist::RoundEnded),
    (92, Twist::Mistyped),
    (
        101,
        Twist::Elsewhere {
            principal: "WGZ",
            assisting: "DQZ",
        },
    ),
    (118, Twist::Urged),
    (124, Twist::Voided),
    (
        133,
        Twist::OnPaper("我写的是“同意，月底前报我”，录漏了后半句。"),
    ),
    (139, Twist::Mistyped),
    (142, Twist::Urged),
];

const CHEERS: &[&str] = &[
    "同意。",
    "同意拟办意见，请抓紧落实。",
    "请按要求办理，结果报我。",
    "请认真组织，注意时限。",
    "请会同有关村办理，数字要实。",
    "同意，请留好记录备查。",
    "请先摸清底数，再提出意见。",
    "已阅，请承办部门按期反馈。",
];
const REMARKS: &[&str] = &[
    "已阅。",
    "请相关办所对照学习。",
    "已阅，请办公室存档。",
    "请在例会上传达。",
];

/// All of the year's papers.
pub(super) fn tales(hours: &Hours<'_>) -> Vec<Tale> {
    let by_hand = i64::try_from(papers::ALL.len() + reading::ALL.len()).unwrap_or(0);
    let count = PAPERS - by_hand;
    let mut year = Year::new(hours);
    (0..count).filter_map(|n| year.paper(n, count)).collect()
}

struct Year<'a> {
    hours: &'a Hours<'a>,
    dice: Dice,
    /// Last number of an issuer's year.
    numbers: BTreeMap<(&'static str, i16), i64>,
    /// Numbers the papers written down by hand have.
    taken: BTreeSet<String>,
    handled: usize,
    read: usize,
    /// How many of the rare things have happened.
    rare: usize,
}

impl<'a> Year<'a> {
    fn new(hours: &'a Hours<'a>) -> Self {
        let by_hand = papers::ALL.iter().map(|p| p.head.number);
        Self {
            hours,
            dice: Dice::new(SEED),
            numbers: BTreeMap::new(),
            taken: by_hand.map(str::to_owned).collect(),
            handled: 0,
            read: 0,
            rare: 0,
        }
    }

    /// The `n`-th of `count`, the oldest first.
    fn paper(&mut self, n: i64, count: i64) -> Option<Tale> {
        let span = (DAYS - LATELY) * DAY;
        let wobble = self.throw(span / count);
        let ago = DAYS * DAY - n * span / count - wobble;
        let age = count - n;
        if n % 5 < READ_OF_FIVE {
            self.round(ago, age).map(reading::of)
        } else {
            self.story(ago, age).map(road::of)
        }
    }

    fn throw(&mut self, below: i64) -> i64 {
        i64::try_from(self.dice.below(usize::try_from(below).unwrap_or(1))).unwrap_or(0)
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.throw(n) == 0
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from.get(self.dice.below(from.len())).copied().unwrap_or("")
    }

    fn story(&mut self, ago: i64, age: i64) -> Option<Story> {
        let matter = nth(MATTERS, self.handled)?;
        let title = nth(matter.titles, self.handled / MATTERS.len())?;
        self.handled += 1;
        let stuck = STUCK.iter().find(|(at, _)| *at == self.handled);
        let end = match stuck {
            Some((_, end)) => *end,
            None if age < UNFILED => End::Closed,
            None => End::Archived,
        };
        let urgency = match self.throw(24) {
            0 => "特急",
            1..=3 => "急",
            _ => "普通",
        };
        let usual = self.twist(matter);
        let twist = self.rare(matter, title).unwrap_or(usual);
        let late = self.one_in(9);
        Some(Story {
            letter: self.letter(
                ("incoming-handle", urgency),
                (matter.from, matter.code, matter.yearly),
                (title, ago),
            ),
            ago,
            proposal: proposal(matter, self.throw(3)),
            leaders: self.leaders(matter),
            parts: matter.parts.to_vec(),
            reports: self.reports(matter),
            readers: self.readers(matter, twist),
            twist,
            // handling has seven working days
            slow: if late {
                9 * DAY + 60
            } else {
                600 + self.throw(1500)
            },
            end,
        })
    }

    fn leaders(&mut self, matter: &Matter) -> Vec<(&'static str, String)> {
        let mut leaders = Vec::with_capacity(2);
        // what matters most goes past the head of government first
        if matter.leader != "江若川" && self.one_in(7) {
            let name = called(matter.leader);
            leaders.push(("江若川", format!("请{name}牵头办理。")));
        }
        leaders.push((matter.leader, self.pick(CHEERS).to_owned()));
        leaders
    }

    fn reports(&mut self, matter: &Matter) -> Vec<String> {
        let main = self.pick(matter.done);
        let rest = matter.parts.iter().skip(1);
        let assist = rest.map(|_| "已配合主办部门办理，无其他意见。".to_owned());
        std::iter::once(main.to_owned()).chain(assist).collect()
    }

    /// The next of the rare things, where its time has come and it suits.
    fn rare(&mut self, matter: &Matter, title: &str) -> Option<Twist> {
        let (from, twist) = TWISTS.get(self.rare).copied()?;
        let suits = match twist {
            Twist::Elsewhere { .. } => matter.parts.len() > 1,
            Twist::Mistyped => title.starts_with(LEFT_OUT),
            _ => true,
        };
        if self.handled < from || !suits {
            return None;
        }
        self.rare += 1;
        Some(twist)
    }

    fn readers(&mut self, matter: &Matter, twist: Twist) -> (Vec<&'static str>, usize, Turns) {
        let cut = matches!(twist, Twist::Recalled | Twist::RoundEnded);
        if !self.one_in(5) && !cut {
            return (Vec::new(), 0, Turns::AtOnce);
        }
        let all = ["程秉笔", "江若川", "方聚贤", "陆平章"];
        let readers: Vec<_> = all.into_iter().filter(|r| *r != matter.leader).collect();
        let turns = if self.one_in(2) {
            Turns::InOrder
        } else {
            Turns::AtOnce
        };
        let read = readers.len() - usize::from(cut);
        (readers, read, turns)
    }

    fn twist(&mut self, matter: &Matter) -> Twist {
        let colleague = match matter.parts.first() {
            Some(&"YJB") => "安守",
            Some(&"NYZ") => "林茂春",
            Some(&"GHB") => "白若溪",
            Some(&"SHB") => "岳清和",
            Some(&"PFB") => "封平川",
            Some(&"JFB") => "舒统明",
            _ => return Twist::None,
        };
        match self.throw(12) {
            0 | 1 => Twist::Assigned(colleague),
            2 => Twist::Transferred(colleague),
            3 => Twist::ReturnedOnce,
            _ => Twist::None,
        }
    }

    fn round(&mut self, ago: i64, age: i64) -> Option<Round> {
        let news = nth(NEWS, self.read)?;
        let title = nth(news.titles, self.read / NEWS.len())?;
        self.read += 1;
        let readers = news.readers.to_vec();
        let open = age == 3 || age == 7;
        let read = readers.len() - usize::from(open);
        let end = match self.throw(4) {
            _ if open => Filed::Reading,
            0 => Filed::LeftOut,
            _ => Filed::Archived,
        };
        let said = (0..read)
            .map(|_| {
                if self.one_in(3) {
                    self.pick(REMARKS)
                } else {
                    ""
                }
            })
            .collect();
        Some(Round {
            said,
            letter: self.letter(
                ("incoming-read", "普通"),
                (news.from, news.code, news.yearly),
                (title, ago),
            ),
            ago,
            readers,
            read,
            pace: 90 + self.throw(200),
            end,
        })
    }

    fn letter(
        &mut self,
        (procedure, urgency): (&'static str, &'static str),
        (from, code, yearly): (&'static str, &'static str, i64),
        (title, ago): (&'static str, i64),
    ) -> Letter {
        let at = self.hours.ago(ago);
        let day = self.hours.zone.day(at);
        let quarter = match day.month() {
            1..=3 => "一季度",
            4..=6 => "二季度",
            7..=9 => "三季度",
            _ => "四季度",
        };
        let title = title
            .replace("{m}", &day.month().to_string())
            .replace("{q}", quarter);
        let file = self
            .one_in(4)
            .then(|| (format!("{title}.txt"), body(from, &title)));
        Letter {
            procedure,
            from,
            number: self.number((code, yearly), (&title, day)),
            title,
            urgency,
            due: if urgency == "普通" { 0 } else { 6 },
            file,
        }
    }

    /// The issuer's next number, about where its year stands by then.
    fn number(&mut self, (code, yearly): (&'static str, i64), (title, day): (&str, Day)) -> String {
        if code.is_empty() {
            return String::new();
        }
        let year = day.year();
        let last = self.numbers.get(&(code, year)).copied().unwrap_or(0);
        let gone = Day::new(year, 1, 1).map_or(0, |first| first.days_until(day));
        let mut n = (yearly * gone / 366).max(last) + 1;
        let kind = if code.ends_with('发') || code.ends_with('报') || code.ends_with('通') {
            ""
        } else if title.ends_with('函') {
            "函"
        } else {
            "发"
        };
        let written = |n: i64| format!("{code}{kind}〔{{y}}〕{n}号");
        while self.taken.contains(&written(n)) {
            n += 1;
        }
        self.numbers.insert((code, year), n);
        written(n)
    }
}

/// Round and round.
fn nth<T>(all: &[T], n: usize) -> Option<&T> {
    all.get(n % all.len().max(1))
}

/// What people call a leader.
fn called(leader: &str) -> &'static str {
    match leader {
        "江若川" => "江镇长",
        "陆平章" => "陆镇长",
        "沈若谷" => "沈镇长",
        "骆远山" => "骆镇长",
        "石定安" => "石委员",
        "方聚贤" => "方委员",
        "乔木森" => "乔主席",
        _ => "分管领导",
    }
}

fn proposal(matter: &Matter, way: i64) -> String {
    let leader = called(matter.leader);
    let among = if matter.parts.len() > 1 {
        "主办部门牵头，协办部门配合"
    } else {
        "有关部门承办"
    };
    match way {
        0 => format!("拟请{leader}批示，{among}，按时反馈。"),
        1 => format!("拟请{leader}阅示，转{among}。"),
        _ => format!("此件有时限要求，拟请{leader}批示后即转{among}。"),
    }
}

fn body(from: &str, title: &str) -> String {
    format!(
        "{title}\n\n各乡镇人民政府：\n　　现将有关事项通知如下：\n　　一、请指定专人负责，按本通知要求办理。\n　　二、办理情况请书面反馈，报送前由分管负责同志审定。\n　　三、工作中遇到的问题，请及时与我单位联系。\n\n{from}\n　　（演示文件，内容为虚构）\n"
    )
}
