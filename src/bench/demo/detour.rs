//! What happens to a paper beside its straight road: mended, voided, refused, urged, written on paper, its
//! round of readers called back or ended, a department's share gone elsewhere. Not here: the road (`road`).
//! Invariant: a detour ends where the road goes on, or the paper's story ends with it.

use super::deed::Wish;
use super::road::{CLERK, Road, Story, receiver};
use crate::engine::definition::MoveId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    None,
    /// The director wants it better before it goes up.
    ReturnedOnce,
    /// The department's receiver passes it to a colleague.
    Transferred(&'static str),
    /// The department's receiver has a colleague do it.
    Assigned(&'static str),
    /// The clerk left the first words of the title out and mends it.
    Mistyped,
    /// The number is not used after all.
    Voided,
    /// Back to whoever sent it.
    Refused,
    /// The department is urged.
    Urged,
    /// The leaders write on paper; the last of them says it was entered wrongly, where there are words.
    OnPaper(&'static str),
    /// The last reader is not asked any more.
    Recalled,
    /// The round ends without its last reader.
    RoundEnded,
    /// The assisting department says it is not its own, the principal one passes its share on: to whom.
    Elsewhere {
        principal: &'static str,
        assisting: &'static str,
    },
}

/// What a title begins with that was left out.
pub(super) const LEFT_OUT: &str = "关于";

/// The round of readers, where it does not end by itself.
pub(super) fn round(story: &Story, road: &mut Road) {
    let last = story.readers.0.last().copied().unwrap_or(CLERK);
    match story.twist {
        Twist::Recalled => {
            let recall = Wish {
                choice: "some",
                people: vec![last],
                note: "此件已在会上传达，不用再阅。",
                ..Wish::of(MoveId::Recall)
            };
            road.push(200, CLERK, recall);
        }
        Twist::RoundEnded => {
            let end = Wish {
                choice: "end",
                note: "正在外出学习，回来后再补阅。",
                ..Wish::of(MoveId::EndCirculation)
            };
            road.push(300, CLERK, end);
        }
        _ => {}
    }
}

/// What the clerk does before anything else; whether the story ends with it.
pub(super) fn at_the_desk(story: &Story, road: &mut Road) -> bool {
    match story.twist {
        Twist::Mistyped => {
            let mend = Wish {
                choice: "mend",
                note: "登记时标题漏了“关于”二字。",
                values: vec![("title", story.letter.title.clone())],
                ..Wish::of(MoveId::Correct)
            };
            road.push(18, CLERK, mend);
            false
        }
        Twist::Voided => {
            let void = Wish {
                choice: "void",
                note: "来文机关来电收回此件，另行印发。",
                ..Wish::of(MoveId::Void)
            };
            road.push(160, CLERK, void);
            road.looked = Vec::new();
            true
        }
        Twist::Refused => {
            let refuse = Wish {
                choice: "refuse",
                note: "来文缺附件，也没有盖章，请补齐后重新报送。",
                ..Wish::of(MoveId::Refuse)
            };
            road.push(60, CLERK, refuse);
            road.looked = Vec::new();
            true
        }
        _ => false,
    }
}

/// What a leader writes, on the screen or on paper.
pub(super) fn instructed(story: &Story, road: &mut Road, (leader, said): (&'static str, &str)) {
    let instruct = Wish {
        opinion: said.to_owned(),
        ..Wish::of(MoveId::Submit)
    };
    let Twist::OnPaper(contest) = story.twist else {
        return road.push(240, leader, instruct);
    };
    let entered = Wish {
        writer: leader,
        note: "原件已随文退回",
        ..instruct
    };
    road.push(240, CLERK, entered);
    let is_last = story
        .leaders
        .last()
        .is_some_and(|(name, _)| *name == leader);
    if is_last && !contest.is_empty() {
        let answer = Wish {
            answer: contest,
            ..Wish::of(MoveId::Submit)
        };
        road.push(35, leader, answer);
    }
}

pub(super) fn urged(story: &Story, road: &mut Road) {
    let principal = story.parts.first().map(|code| receiver(code));
    if let (Twist::Urged, Some(whom)) = (story.twist, principal) {
        let urge = Wish {
            choice: "work",
            people: vec![whom],
            note: "期限快到了，请抓紧反馈。",
            ..Wish::of(MoveId::Urge)
        };
        road.push(1300, CLERK, urge);
    }
}

/// Shares that go to other departments; who has them in the end.
pub(super) fn shares(story: &Story, road: &mut Road) -> Vec<&'static str> {
    let mut parts = story.parts.clone();
    let (
        Twist::Elsewhere {
            principal,
            assisting,
        },
        [first, second, ..],
    ) = (story.twist, parts.as_mut_slice())
    else {
        return parts;
    };
    let back = Wish {
        choice: "@reviewer",
        note: "这项工作今年不归我们，请改交其他部门。",
        ..Wish::of(MoveId::Return)
    };
    road.push(70, receiver(second), back);
    let settle = Wish {
        choice: "elsewhere",
        dept: assisting,
        ..Wish::of(MoveId::Review)
    };
    road.push(50, CLERK, settle);
    let pass = Wish {
        choice: "elsewhere",
        dept: principal,
        note: "对方已在办同一件事，商定由他们一并办。",
        ..Wish::of(MoveId::Transfer)
    };
    road.push(90, receiver(first), pass);
    (*first, *second) = (principal, assisting);
    parts
}
