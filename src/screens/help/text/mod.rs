//! The words of the manual, by post: one file a desk. Steps are sentences to follow; what stands in “…” stands
//! so on a page of the product, which `tests/it/help.rs` looks up. Not for how things work inside, and not for
//! what cannot be done yet.

mod administrators;
mod cards;
mod clerk;
mod departments;
mod emergency;
mod everybody;
mod leaders;
mod numbers;
mod records;
mod shapers;

pub(super) use cards::{CARDS, Card};
pub(super) use emergency::CARD as EMERGENCY;
pub(super) use numbers::{KINDS, NUMBER};

/// Whose daily work a chapter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Everybody,
    Clerk,
    Director,
    Leader,
    Department,
    Archivist,
    SealKeeper,
    Designer,
    Keeper,
    System,
    Security,
    Audit,
}

/// What somebody wants to do, and the steps.
pub(super) type Question = (&'static str, &'static [&'static str]);

/// One post's page of the manual.
pub(super) struct Chapter {
    pub id: &'static str,
    pub title: &'static str,
    pub reader: Reader,
    pub questions: &'static [Question],
}

/// Words of the office as they are used here.
pub(super) const WORDS: [(&str, &str); 9] = [
    ("办件", "要办、要报结果的文件。"),
    ("阅件", "看过就行的文件，点“已阅”。"),
    ("主办、协办", "主办负责报结果，协办只交自己那部分。"),
    ("传阅", "看完点“已阅”，不挡着办理。"),
    ("关注", "不归自己办，也想知道进展的件；有进展会提醒。"),
    ("督办", "领导要求盯到底的事，交了办结材料才能销号。"),
    ("归档", "办完以后收进本年的卷盒，以后只能看。"),
    (
        "柜、库房",
        "一个柜是服务器上的一个文件，装着一个或几个部门的案卷；库房看得到所有的柜。",
    ),
    ("恢复码", "印在纸上的 8 组字。没有它，谁也打不开备份。"),
];

/// All chapters, in the order of the office.
pub(super) const ALL: &[&Chapter] = &[
    &everybody::DAILY,
    &everybody::MORE,
    &everybody::TROUBLE,
    &clerk::INCOMING,
    &clerk::OUTGOING,
    &clerk::EXCHANGE,
    &leaders::DIRECTOR,
    &leaders::LEADER,
    &departments::DEPARTMENT,
    &departments::APPLYING,
    &records::ARCHIVE,
    &records::SEALS,
    &shapers::DESIGNING,
    &shapers::KEEPING,
    &administrators::PEOPLE,
    &administrators::SERVER,
    &administrators::SECURITY,
    &administrators::AUDIT,
];
