//! The road of a paper that is handled: which acts it takes to be where its story leaves it.

use super::deed::{Head, Wish};
use super::script::Tale;
use crate::engine::definition::MoveId;

/// A paper that is handled.
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

const CLERK: &str = "宋小笺";
const DIRECTOR: &str = "纪文澜";
const ARCHIVIST: &str = "苏简";

/// Who takes what is sent to a department.
const fn receiver(code: &str) -> &'static str {
    match code.as_bytes() {
        b"YJB" => "霍先知",
        b"NYZ" => "禾苗青",
        b"GHB" => "匡正方",
        b"SHB" => "童乐康",
        b"CZS" => "钱细清",
        b"DJB" => "秦向红",
        b"PFB" => "和为贵",
        b"JFB" => "贾兴业",
        _ => CLERK,
    }
}

type Acts = Vec<(i64, &'static str, Wish)>;

pub(super) fn of(paper: &'static Paper) -> Tale {
    let (mut acts, mut looked) = (Acts::new(), vec![CLERK]);
    circulate(paper, &mut acts);
    if paper.end >= End::Proposed {
        up_to_hand_out(paper, &mut acts, &mut looked);
    }
    if paper.end >= End::HandedOut {
        departments(paper, &mut acts, &mut looked);
    }
    if paper.end >= End::Accepted {
        ending(paper, &mut acts, &mut looked);
    }
    Tale {
        head: &paper.head,
        ago: paper.hours * 60 + 11,
        first: Wish {
            choice: "propose",
            ..Wish::of(MoveId::Submit)
        },
        acts,
        looked,
    }
}

fn circulate(paper: &'static Paper, acts: &mut Acts) {
    let (readers, read) = paper.readers;
    if readers.is_empty() {
        return;
    }
    let ask = Wish {
        people: readers.to_vec(),
        note: "请先阅，主线正在拟办。",
        ..Wish::of(MoveId::Circulate)
    };
    acts.push((20, CLERK, ask));
    for reader in readers.iter().take(read) {
        acts.push((55, reader, Wish::of(MoveId::Read)));
    }
}

fn up_to_hand_out(paper: &'static Paper, acts: &mut Acts, looked: &mut Vec<&'static str>) {
    let (leader, said) = paper.leader;
    let propose = Wish {
        opinion: paper.proposal,
        ..Wish::of(MoveId::Submit)
    };
    acts.push((45, CLERK, propose));
    *looked = vec![DIRECTOR];
    if paper.end == End::Returned {
        let back = Wish {
            choice: "propose",
            note: "请补上去年同类文件的办理情况，再送。",
            ..Wish::of(MoveId::Return)
        };
        acts.push((90, DIRECTOR, back));
        *looked = Vec::new();
    }
    if paper.end < End::Reviewed {
        return;
    }
    let review = Wish {
        choice: "instruct",
        people: vec![leader],
        ..Wish::of(MoveId::Submit)
    };
    acts.push((120, DIRECTOR, review));
    *looked = vec![leader];
    if paper.end >= End::Instructed {
        let instruct = Wish {
            opinion: said,
            ..Wish::of(MoveId::Submit)
        };
        acts.push((240, leader, instruct));
        *looked = vec![CLERK];
    }
}

fn departments(paper: &'static Paper, acts: &mut Acts, looked: &mut Vec<&'static str>) {
    let out = Wish {
        parts: paper.parts,
        ..Wish::of(MoveId::HandOut)
    };
    acts.push((50, CLERK, out));
    *looked = paper.parts.iter().map(|code| receiver(code)).collect();
    let first = paper.parts.first().map_or(CLERK, |code| receiver(code));
    match paper.end {
        End::Declined => {
            let back = Wish {
                choice: "@reviewer",
                note: "此事项去年起已由社会事务办公室承担，请重新分办。",
                ..Wish::of(MoveId::Return)
            };
            acts.push((150, first, back));
            *looked = vec![CLERK];
        }
        End::Assigned => {
            let down = Wish {
                people: vec!["安守"],
                note: "请到现场核实后填表，周内报我。",
                ..Wish::of(MoveId::Assign)
            };
            acts.push((100, first, down));
            *looked = vec!["安守"];
        }
        _ => reports(paper, acts, looked),
    }
}

/// Assisting departments are the quicker ones.
fn reports(paper: &'static Paper, acts: &mut Acts, looked: &mut Vec<&'static str>) {
    let said = paper.parts.iter().zip(paper.reports).rev();
    let most = match paper.end {
        End::HandedOut => 0,
        End::OneReported | End::SentBack => 1,
        _ => paper.parts.len(),
    };
    for (n, (code, report)) in said.take(most).enumerate() {
        let gap = if n == 0 { 900 } else { 400 };
        let feed = Wish {
            opinion: report,
            ..Wish::of(MoveId::FeedBack)
        };
        acts.push((gap, receiver(code), feed));
    }
    if most > 0 {
        looked.push(CLERK);
    }
    if paper.end == End::SentBack {
        let again = Wish {
            choice: "send_back",
            note: "缺附表，数字与上月报表不一致，请核对后重报。",
            ..Wish::of(MoveId::Review)
        };
        acts.push((130, CLERK, again));
        *looked = Vec::new();
    }
    if paper.end >= End::Accepted {
        let accept = Wish {
            choice: "accept",
            ..Wish::of(MoveId::Review)
        };
        acts.extend(paper.parts.iter().map(|_| (80, CLERK, accept.clone())));
    }
}

fn ending(paper: &'static Paper, acts: &mut Acts, looked: &mut Vec<&'static str>) {
    *looked = vec![CLERK];
    if paper.end >= End::Closed {
        acts.push((110, CLERK, Wish::of(MoveId::Close)));
        *looked = vec![ARCHIVIST];
    }
    if paper.end >= End::Archived {
        acts.push((800, ARCHIVIST, Wish::of(MoveId::Archive)));
        *looked = Vec::new();
    }
}
