//! Invented papers to be read, the newest first, and the road they take: to their readers, then filed or
//! not. Issuers, numbers and titles are made up.

use super::deed::{Head, Letter, Wish};
use super::script::Tale;
use crate::engine::definition::MoveId;

/// A paper that is read, as it is written down.
pub(super) struct Item {
    /// Working hours since it came; a day has seven.
    pub hours: i64,
    pub head: Head,
    pub readers: &'static [&'static str],
    /// How many have read it.
    pub read: usize,
    /// What the first readers wrote.
    pub said: &'static [&'static str],
    pub end: End,
}

/// The same, however it was made up.
pub(super) struct Round {
    pub letter: Letter,
    /// Working minutes since it came.
    pub ago: i64,
    pub readers: Vec<&'static str>,
    pub read: usize,
    pub said: Vec<&'static str>,
    /// Working minutes between two readers.
    pub pace: i64,
    pub end: End,
}

impl From<&'static Item> for Round {
    fn from(item: &'static Item) -> Self {
        Self {
            letter: (&item.head).into(),
            ago: item.hours * 60 + 23,
            readers: item.readers.to_vec(),
            read: item.read,
            said: item.said.to_vec(),
            pace: 140,
            end: item.end,
        }
    }
}

/// Where a story leaves its paper: with its readers or, once all have read, where the clerk put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Reading,
    LeftOut,
    Archived,
}

const CLERK: &str = "宋小笺";

pub(super) fn of(item: Round) -> Tale {
    let said = item.said.iter().copied().chain(std::iter::repeat(""));
    let readers = item.readers.iter().zip(said).take(item.read);
    let mut acts: Vec<(i64, &'static str, Wish)> = readers
        .map(|(reader, opinion)| {
            let read = Wish {
                opinion: opinion.to_owned(),
                ..Wish::of(MoveId::Read)
            };
            (item.pace, *reader, read)
        })
        .collect();
    match item.end {
        End::Reading => {}
        End::LeftOut => acts.push((180, CLERK, Wish::of(MoveId::LeaveOut))),
        End::Archived => acts.push((180, CLERK, Wish::of(MoveId::Archive))),
    }
    let waiting: Vec<&str> = item
        .readers
        .iter()
        .skip(item.read)
        .take(1)
        .copied()
        .collect();
    Tale {
        by: CLERK,
        head: item.letter,
        ago: item.ago,
        first: Wish {
            choice: "circulate",
            people: item.readers,
            ..Wish::of(MoveId::Submit)
        },
        acts,
        looked: waiting,
    }
}

pub(super) const ALL: &[Item] = &[
    Item {
        hours: 3,
        head: Head {
            procedure: "incoming-read",
            from: "中共墨川县委宣传部",
            number: "墨宣发〔{y}〕21号",
            title: "关于印发冬季文明实践活动安排的通知",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["程秉笔", "方聚贤", "秦向红", "雷有备", "温惠民", "田丰收"],
        read: 0,
        said: &[],
        end: End::Reading,
    },
    Item {
        hours: 17,
        head: Head {
            procedure: "incoming-read",
            from: "墨川县人民政府办公室",
            number: "墨政办发〔{y}〕63号",
            title: "关于公布第三季度政务公开测评结果的通报",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["程秉笔", "江若川", "蓝守规", "陆平章", "纪文澜", "严明镜"],
        read: 3,
        said: &["已阅。", "请党政办对照整改失分项。"],
        end: End::Reading,
    },
    Item {
        hours: 33,
        head: Head {
            procedure: "incoming-read",
            from: "墨川县统计局",
            number: "墨统发〔{y}〕35号",
            title: "关于前三季度主要指标完成情况的通报",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["江若川", "陆平章", "沈若谷", "贾兴业", "钱细清"],
        read: 4,
        said: &["已阅。"],
        end: End::Reading,
    },
    Item {
        hours: 58,
        head: Head {
            procedure: "incoming-read",
            from: "中共墨川县纪律检查委员会",
            number: "墨纪发〔{y}〕17号",
            title: "关于两起作风问题的通报",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["程秉笔", "江若川", "蓝守规", "方聚贤", "严明镜"],
        read: 5,
        said: &["请各支部组织学习。", "已阅。", "已在例会上通报。"],
        end: End::Reading,
    },
    Item {
        hours: 140,
        head: Head {
            procedure: "incoming-read",
            from: "墨川县气象局",
            number: "",
            title: "关于近期天气趋势的专报",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["陆平章", "雷有备", "田丰收"],
        read: 3,
        said: &[],
        end: End::LeftOut,
    },
    Item {
        hours: 230,
        head: Head {
            procedure: "incoming-read",
            from: "墨川县人民政府",
            number: "墨政发〔{y}〕24号",
            title: "关于表扬秋季造林先进单位的通报",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["程秉笔", "江若川", "沈若谷", "田丰收"],
        read: 4,
        said: &["已阅，继续努力。"],
        end: End::Archived,
    },
    Item {
        hours: 310,
        head: Head {
            procedure: "incoming-read",
            from: "墨川县档案馆",
            number: "墨档函〔{y}〕9号",
            title: "关于举办基层档案业务交流活动的函",
            urgency: "普通",
            due: 0,
            file: None,
        },
        readers: &["纪文澜", "方聚贤"],
        read: 2,
        said: &["请苏简参加。"],
        end: End::LeftOut,
    },
];
