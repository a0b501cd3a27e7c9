//! The road of a paper that is handled: which acts it takes to be where its story leaves it. A new kind of
//! act is one `push` at its place here, or a [`Twist`] of `detour` where only some papers take it.

use super::deed::{Head, Letter, Wish};
use super::detour::{self, Twist};
use super::script::Tale;
use crate::engine::definition::MoveId;
use crate::engine::offer::Turns;

/// A paper that is handled, as it is written down.
pub(super) struct Paper {
    /// Working hours since it came; a day has seven.
    pub hours: i64,
    pub head: Head,
    pub proposal: &'static str,
    /// Who instructs, and what.
    pub leader: (&'static str, &'static str),
    /// Codes of departments, the principal one first.
    pub parts: &'static [&'static str],
    /// What each of them reports.
    pub reports: &'static [&'static str],
    /// Who gets it to read meanwhile, and how many have.
    pub readers: (&'static [&'static str], usize),
    pub end: End,
}

/// The same, however it was made up.
pub(super) struct Story {
    pub letter: Letter,
    /// Working minutes since it came.
    pub ago: i64,
    pub proposal: String,
    /// Who instruct, one after the other, and what.
    pub leaders: Vec<(&'static str, String)>,
    pub parts: Vec<&'static str>,
    pub reports: Vec<String>,
    /// Who gets it to read meanwhile, how many have, whether one after another.
    pub readers: (Vec<&'static str>, usize, Turns),
    pub twist: Twist,
    /// Working minutes until the first report.
    pub slow: i64,
    pub end: End,
}

impl From<&'static Paper> for Story {
    fn from(paper: &'static Paper) -> Self {
        let (leader, said) = paper.leader;
        let (readers, read) = paper.readers;
        Self {
            letter: (&paper.head).into(),
            ago: paper.hours * 60 + 11,
            proposal: paper.proposal.to_owned(),
            leaders: vec![(leader, said.to_owned())],
            parts: paper.parts.to_vec(),
            reports: paper.reports.iter().map(|r| (*r).to_owned()).collect(),
            readers: (readers.to_vec(), read, Turns::AtOnce),
            twist: Twist::None,
            slow: 900,
            end: paper.end,
        }
    }
}

/// Where a story leaves its paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Registered,
    Proposed,
    Returned,
    Reviewed,
    Instructed,
    HandedOut,
    Declined,
    Assigned,
    OneReported,
    SentBack,
    Reported,
    Accepted,
    Closed,
    Archived,
}

pub(super) const CLERK: &str = "宋小笺";
const DIRECTOR: &str = "纪文澜";
const ARCHIVIST: &str = "苏简";

/// Who takes what is sent to a department.
pub(super) const fn receiver(code: &str) -> &'static str {
    match code.as_bytes() {
        b"YJB" => "霍先知",
        b"NYZ" => "禾苗青",
        b"GHB" => "匡正方",
        b"SHB" => "童乐康",
        b"CZS" => "钱细清",
        b"DJB" => "秦向红",
        b"PFB" => "和为贵",
        b"JFB" => "贾兴业",
        b"RDB" => "言为政",
        b"DQZ" => "傅知行",
        b"WHZ" => "晏书香",
        b"TYZ" => "戎光辉",
        b"ZFD" => "卫知礼",
        b"WGZ" => "时雨晴",
        _ => CLERK,
    }
}

/// Acts with the minutes since the one before, and who has looked at what lies with them in the end.
pub(super) struct Road {
    acts: Vec<(i64, &'static str, Wish)>,
    pub looked: Vec<&'static str>,
}

impl Road {
    pub fn push(&mut self, gap: i64, by: &'static str, wish: Wish) {
        self.acts.push((gap, by, wish));
    }
}

pub(super) fn of(story: Story) -> Tale {
    let mut road = Road {
        acts: Vec::new(),
        looked: vec![CLERK],
    };
    let over = detour::at_the_desk(&story, &mut road);
    if !over {
        circulate(&story, &mut road);
    }
    if !over && story.end >= End::Proposed {
        up_to_hand_out(&story, &mut road);
    }
    if !over && story.end >= End::HandedOut {
        departments(&story, &mut road);
    }
    if !over && story.end >= End::Accepted {
        ending(&story, &mut road);
    }
    Tale {
        by: CLERK,
        head: as_typed(story.letter, story.twist),
        ago: story.ago,
        first: Wish {
            choice: "propose",
            ..Wish::of(MoveId::Submit)
        },
        acts: road.acts,
        looked: road.looked,
    }
}

/// As the clerk typed it at first.
fn as_typed(letter: Letter, twist: Twist) -> Letter {
    let title = letter.title.strip_prefix(detour::LEFT_OUT);
    match (twist, title) {
        (Twist::Mistyped, Some(title)) => Letter {
            title: title.to_owned(),
            ..letter
        },
        _ => letter,
    }
}

fn circulate(story: &Story, road: &mut Road) {
    let (readers, read, turns) = &story.readers;
    if readers.is_empty() {
        return;
    }
    let ask = Wish {
        people: readers.clone(),
        turns: *turns,
        note: "请先阅，主线正在拟办。",
        ..Wish::of(MoveId::Circulate)
    };
    road.push(20, CLERK, ask);
    for reader in readers.iter().take(*read) {
        road.push(55, reader, Wish::of(MoveId::Read));
    }
    detour::round(story, road);
}

fn up_to_hand_out(story: &Story, road: &mut Road) {
    let propose = || Wish {
        opinion: story.proposal.clone(),
        ..Wish::of(MoveId::Submit)
    };
    road.push(45, CLERK, propose());
    road.looked = vec![DIRECTOR];
    if story.end == End::Returned || story.twist == Twist::ReturnedOnce {
        let back = Wish {
            choice: "propose",
            note: "请补上去年同类文件的办理情况，再送。",
            ..Wish::of(MoveId::Return)
        };
        road.push(90, DIRECTOR, back);
        road.looked = Vec::new();
    }
    if story.end < End::Reviewed {
        return;
    }
    if story.twist == Twist::ReturnedOnce {
        let again = Wish {
            choice: "review",
            opinion: format!("{}去年已按期办结，今年照此办理。", story.proposal),
            ..Wish::of(MoveId::Submit)
        };
        road.push(60, CLERK, again);
    }
    let review = Wish {
        choice: "instruct",
        people: story.leaders.iter().map(|(name, _)| *name).collect(),
        ..Wish::of(MoveId::Submit)
    };
    road.push(120, DIRECTOR, review);
    road.looked = story
        .leaders
        .iter()
        .take(1)
        .map(|(name, _)| *name)
        .collect();
    if story.end >= End::Instructed {
        for (leader, said) in &story.leaders {
            detour::instructed(story, road, (*leader, said));
        }
        road.looked = vec![CLERK];
    }
}

fn departments(story: &Story, road: &mut Road) {
    let out = Wish {
        parts: story.parts.clone(),
        ..Wish::of(MoveId::HandOut)
    };
    road.push(50, CLERK, out);
    road.looked = story.parts.iter().map(|code| receiver(code)).collect();
    let first = story.parts.first().map_or(CLERK, |code| receiver(code));
    match story.end {
        End::Declined => {
            let back = Wish {
                choice: "@reviewer",
                note: "此事项去年起已由社会事务办公室承担，请重新分办。",
                ..Wish::of(MoveId::Return)
            };
            road.push(150, first, back);
            road.looked = vec![CLERK];
        }
        End::Assigned => assign(road, first, "安守"),
        End::HandedOut => detour::urged(story, road),
        _ => {
            let parts = detour::shares(story, road);
            detour::urged(story, road);
            reports(story, road, &parts);
        }
    }
}

fn assign(road: &mut Road, by: &'static str, to: &'static str) {
    let down = Wish {
        people: vec![to],
        note: "请到现场核实后填表，周内报我。",
        ..Wish::of(MoveId::Assign)
    };
    road.push(100, by, down);
    road.looked = vec![to];
}

/// Assisting departments are the quicker ones.
fn reports(story: &Story, road: &mut Road, parts: &[&'static str]) {
    let most = match story.end {
        End::OneReported | End::SentBack => 1,
        _ => parts.len(),
    };
    let said = parts.iter().zip(&story.reports).enumerate().rev();
    for (n, (place, (code, report))) in said.take(most).enumerate() {
        let gap = if n == 0 { story.slow } else { 400 };
        let feed = Wish {
            opinion: report.clone(),
            ..Wish::of(MoveId::FeedBack)
        };
        let by = if place == 0 {
            hand_on(story, road, receiver(code))
        } else {
            receiver(code)
        };
        road.push(gap, by, feed);
        if by != receiver(code) && matches!(story.twist, Twist::Assigned(_)) {
            let up = Wish {
                opinion: "情况属实，同意上报。".to_owned(),
                ..Wish::of(MoveId::FeedBack)
            };
            road.push(70, receiver(code), up);
        }
    }
    if most > 0 {
        road.looked.push(CLERK);
    }
    if story.end == End::SentBack {
        let again = Wish {
            choice: "send_back",
            note: "缺附表，数字与上月报表不一致，请核对后重报。",
            ..Wish::of(MoveId::Review)
        };
        road.push(130, CLERK, again);
        road.looked = Vec::new();
    }
    if story.end >= End::Accepted {
        let accept = Wish {
            choice: "accept",
            ..Wish::of(MoveId::Review)
        };
        for _ in parts {
            road.push(80, CLERK, accept.clone());
        }
    }
}

/// Who of the principal department writes the report.
fn hand_on(story: &Story, road: &mut Road, receiver: &'static str) -> &'static str {
    match story.twist {
        Twist::Transferred(to) => {
            let pass = Wish {
                choice: "to",
                people: vec![to],
                note: "我下村驻点一周，请你接着办。",
                ..Wish::of(MoveId::Transfer)
            };
            road.push(130, receiver, pass);
            to
        }
        Twist::Assigned(to) => {
            assign(road, receiver, to);
            to
        }
        _ => receiver,
    }
}

fn ending(story: &Story, road: &mut Road) {
    road.looked = vec![CLERK];
    if story.end >= End::Closed {
        road.push(110, CLERK, Wish::of(MoveId::Close));
        road.looked = vec![ARCHIVIST];
    }
    if story.end >= End::Archived {
        road.push(800, ARCHIVIST, Wish::of(MoveId::Archive));
        road.looked = Vec::new();
    }
}
