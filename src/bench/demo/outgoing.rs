//! Documents that go out: a dozen at as many steps of their road, one of them returned, one signed, two issued. Titles and
//! texts are made up. Not here: acts as they are done (`deed`). Invariant: none is sealed: that is done by whoever keeps
//! the seal of an office, and an invented office has none.

use super::deed::{Letter, Wish};
use super::script::Tale;
use crate::engine::definition::MoveId;

const CLERK: &str = "宋小笺";
const DIRECTOR: &str = "纪文澜";
const HEAD_OF_TOWN: &str = "江若川";
const ARCHIVIST: &str = "苏简";

/// How far it has come: what was done last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Done {
    Drafted,
    ReviewedAtHome,
    /// The office wants it better.
    Returned,
    Checked,
    /// One of the departments has countersigned.
    HalfCountersigned,
    Countersigned,
    Merged,
    Examined,
    Approved,
    Signed,
    Rechecked,
    Numbered,
    Issued,
    SignedFor,
    Archived,
}

/// One document.
struct Paper {
    /// Drafter, head of his department, leader in charge of it.
    people: [&'static str; 3],
    code: &'static str,
    kind: &'static str,
    title: &'static str,
    to: &'static str,
    urgency: &'static str,
    /// What it is about, in the sentence it begins with.
    about: &'static str,
    points: &'static [&'static str],
    /// Code of a department, who countersigns for it and what he writes.
    beside: &'static [(&'static str, &'static str, &'static str)],
    done: Done,
    /// Working minutes since it was begun.
    ago: i64,
}

const VILLAGES: &str = "各村（居）民委员会，镇直各部门";
const SAFETY: [&str; 3] = ["安守", "雷有备", "陆平章"];
const FARMING: [&str; 3] = ["林茂春", "田丰收", "沈若谷"];
const WELFARE: [&str; 3] = ["岳清和", "温惠民", "沈若谷"];
const PEACE: [&str; 3] = ["封平川", "和为贵", "石定安"];
const PLANNING: [&str; 3] = ["白若溪", "梁栋材", "陆平章"];

const fn paper(
    people: [&'static str; 3],
    (title, about): (&'static str, &'static str),
    points: &'static [&'static str],
    (done, ago): (Done, i64),
) -> Paper {
    Paper {
        people,
        code: "砚政发",
        kind: "通知",
        title,
        to: VILLAGES,
        urgency: "平件",
        about,
        points,
        beside: &[],
        done,
        ago,
    }
}

const ALL: &[Paper] = &[
    Paper {
        code: "砚政纪",
        kind: "纪要",
        to: "",
        ..paper(
            SAFETY,
            (
                "砚田镇人民政府安全生产专题会议纪要",
                "会议研究了安全生产工作。",
            ),
            &[
                "压实责任。各部门按职责抓好落实。",
                "抓好排查。排查情况每月汇总一次。",
            ],
            (Done::Archived, 9_800),
        )
    },
    Paper {
        code: "砚政纪",
        kind: "纪要",
        to: "",
        ..paper(
            FARMING,
            (
                "砚田镇人民政府秋冬农田水利建设专题会议纪要",
                "会议研究了秋冬农田水利建设工作。",
            ),
            &[
                "先修干渠。以三条干渠为重点。",
                "管好资金。专款专用，按进度拨付。",
            ],
            (Done::Issued, 3_300),
        )
    },
    paper(
        PLANNING,
        (
            "砚田镇人民政府关于开展农村自建房安全隐患排查的通知",
            "为做好农村自建房安全工作，现将有关事项通知如下。",
        ),
        &[
            "逐户排查。各村对三层以上和用于经营的自建房逐户登记。",
            "分类处置。有险情的先撤人，再鉴定。",
        ],
        (Done::Numbered, 4_100),
    ),
    paper(
        WELFARE,
        (
            "砚田镇人民政府关于做好城乡居民基本医疗保险参保缴费工作的通知",
            "为做好城乡居民基本医疗保险参保缴费工作，现将有关事项通知如下。",
        ),
        &[
            "缴费时间。按县里公布的集中缴费期办理。",
            "重点人群。对困难群众逐户告知，不漏一户。",
        ],
        (Done::Rechecked, 3_000),
    ),
    Paper {
        kind: "请示",
        to: "墨川县人民政府",
        ..paper(
            FARMING,
            (
                "砚田镇人民政府关于修复砚田河堤防水毁工程的请示",
                "因今年汛期雨量偏大，砚田河两段堤防损毁，现请示如下。",
            ),
            &[
                "拟修复堤防 860 米，分两段实施。",
                "所需资金拟从水利救灾资金中列支。",
            ],
            (Done::Signed, 2_600),
        )
    },
    paper(
        PEACE,
        (
            "砚田镇人民政府关于加强冬季矛盾纠纷排查化解的通知",
            "为做好冬季矛盾纠纷排查化解工作，现将有关事项通知如下。",
        ),
        &[
            "每周排查。各村每周开展一次排查，当天能化解的当天化解。",
            "按时报告。重大纠纷当日报告。",
        ],
        (Done::Approved, 2_100),
    ),
    Paper {
        beside: &[
            ("CZS", "钱细清", "同意，所需资金在预算内安排。"),
            ("YJB", "雷有备", "同意。"),
        ],
        ..paper(
            FARMING,
            (
                "砚田镇人民政府关于做好森林防火期野外用火管控的通知",
                "为做好森林防火期野外用火管控工作，现将有关事项通知如下。",
            ),
            &[
                "设卡值守。主要进山路口设检查点。",
                "备足物资。灭火工具清点补齐。",
            ],
            (Done::Examined, 2_300),
        )
    },
    Paper {
        beside: &[
            ("CZS", "钱细清", "建议写明补助标准。"),
            ("NYZ", "田丰收", "无不同意见。"),
        ],
        ..paper(
            WELFARE,
            (
                "砚田镇人民政府关于开展困难群众冬季救助的通知",
                "为保障困难群众温暖过冬，现将有关事项通知如下。",
            ),
            &[
                "摸清底数。各村于本月底前报送名单。",
                "及时发放。救助物资直接送到户。",
            ],
            (Done::Countersigned, 1_900),
        )
    },
    Paper {
        urgency: "加急",
        beside: &[("NYZ", "田丰收", "同意。"), ("SHB", "温惠民", "")],
        ..paper(
            SAFETY,
            (
                "砚田镇人民政府关于做好低温雨雪天气防范应对的通知",
                "据气象部门预报，近期有低温雨雪天气，现将有关事项通知如下。",
            ),
            &[
                "加强值守。领导带班，二十四小时有人在岗。",
                "保障出行。桥面、坡道提前备好防滑物资。",
            ],
            (Done::HalfCountersigned, 900),
        )
    },
    paper(
        PLANNING,
        (
            "砚田镇人民政府关于规范村庄建设规划许可办理的通知",
            "为规范村庄建设规划许可办理，现将有关事项通知如下。",
        ),
        &[
            "先批后建。没有取得许可的不得动工。",
            "公开流程。办理条件和时限在村务公开栏公布。",
        ],
        (Done::Returned, 1_200),
    ),
    paper(
        PEACE,
        (
            "砚田镇人民政府关于开展平安建设宣传月活动的通知",
            "为营造平安建设氛围，现将有关事项通知如下。",
        ),
        &[
            "集中宣传。结合赶集日开展集中宣传。",
            "走访入户。网格员走访时一并宣讲。",
        ],
        (Done::ReviewedAtHome, 520),
    ),
    Paper {
        code: "砚政函",
        kind: "函",
        to: "墨川县交通运输局",
        ..paper(
            SAFETY,
            (
                "砚田镇人民政府关于商请增设急弯路段警示标志的函",
                "我镇县道三处急弯路段近期接连发生险情，现商请贵局予以支持。",
            ),
            &[
                "在三处急弯路段增设警示标志和减速带。",
                "会同我镇开展一次联合踏勘。",
            ],
            (Done::Drafted, 150),
        )
    },
];

pub(super) fn tales() -> impl Iterator<Item = Tale> {
    ALL.iter().map(|p| Tale {
        by: p.people[0],
        head: Letter {
            procedure: "outgoing",
            from: "",
            number: String::new(),
            title: p.title.to_owned(),
            urgency: p.urgency,
            due: 0,
            file: None,
        },
        ago: p.ago,
        first: drafted(p),
        acts: acts(p),
        looked: Vec::new(),
    })
}

fn body(p: &Paper) -> String {
    let numbers = ["一、", "二、", "三、"];
    let points = numbers.iter().zip(p.points);
    let points: Vec<String> = points.map(|(n, said)| format!("{n}{said}")).collect();
    let end = match p.kind {
        "请示" => "\n妥否，请批示。",
        "函" => "\n特此函商，请予支持。",
        "纪要" => "",
        _ => "\n特此通知。",
    };
    format!("{}\n{}{end}", p.about, points.join("\n"))
}

fn drafted(p: &Paper) -> Wish {
    let remark = if p.kind == "请示" {
        "（联系人：林茂春，电话：5550126）"
    } else {
        ""
    };
    let values = [
        ("issued_as", p.code),
        ("kind", p.kind),
        ("addressee", p.to),
        ("copies", "30"),
        ("openness", "主动公开"),
        ("remark", remark),
    ];
    let filled = values.into_iter().filter(|(_, v)| !v.is_empty());
    let mut values: Vec<(&str, String)> = filled.map(|(id, v)| (id, v.to_owned())).collect();
    values.push(("body", body(p)));
    Wish {
        choice: "own_dept",
        people: vec![p.people[1]],
        signers: p.beside.iter().map(|(code, ..)| *code).collect(),
        values,
        ..Wish::of(MoveId::Submit)
    }
}

fn goes(choice: &'static str, opinion: &str) -> Wish {
    Wish {
        choice,
        opinion: opinion.to_owned(),
        ..Wish::of(MoveId::Submit)
    }
}

/// What was done after the draft was sent, as far as it has come.
fn acts(p: &Paper) -> Vec<(i64, &'static str, Wish)> {
    let [drafter, head, leader] = p.people;
    let mut all = vec![(
        Done::ReviewedAtHome,
        60,
        head,
        goes("check", "同意，请党政办核稿。"),
    )];
    if p.done == Done::Returned {
        let back = Wish {
            choice: "draft",
            note: "办理时限没有写，请补上再送。",
            ..Wish::of(MoveId::Return)
        };
        all.push((Done::Returned, 180, DIRECTOR, back));
        return up_to(p.done, all);
    }
    let to = if p.beside.is_empty() {
        "examine"
    } else {
        "countersign"
    };
    all.push((
        Done::Checked,
        150,
        DIRECTOR,
        goes(to, "文种、格式、行文规则已核。"),
    ));
    all.extend(beside(p));
    if !p.beside.is_empty() {
        all.push((
            Done::Merged,
            120,
            drafter,
            goes("examine", "会签意见已采纳。"),
        ));
    }
    all.push((Done::Examined, 140, DIRECTOR, examined()));
    let approved = Wish {
        people: vec![HEAD_OF_TOWN],
        ..goes("sign", "同意，请签发。")
    };
    all.push((Done::Approved, 200, leader, approved));
    all.push((
        Done::Signed,
        240,
        HEAD_OF_TOWN,
        goes("recheck", "同意印发。"),
    ));
    let rechecked = goes("number", "审批手续、内容、文种、格式已复核。");
    all.push((Done::Rechecked, 90, CLERK, rechecked));
    let to = if p.kind == "纪要" { "issue" } else { "print" };
    all.push((Done::Numbered, 30, CLERK, goes(to, "")));
    all.extend(issued());
    up_to(p.done, all)
}

fn up_to(done: Done, all: Vec<(Done, i64, &'static str, Wish)>) -> Vec<(i64, &'static str, Wish)> {
    let told = all.into_iter().take_while(|(at, ..)| *at <= done);
    told.map(|(_, gap, by, wish)| (gap, by, wish)).collect()
}

/// Departments countersign one by one; a half-done round stops after the first.
fn beside(p: &Paper) -> impl Iterator<Item = (Done, i64, &'static str, Wish)> + '_ {
    let last = p.beside.len().saturating_sub(1);
    p.beside.iter().enumerate().map(move |(n, (_, who, said))| {
        let feed = Wish {
            opinion: (*said).to_owned(),
            ..Wish::of(MoveId::FeedBack)
        };
        let at = if n == last {
            Done::Countersigned
        } else {
            Done::HalfCountersigned
        };
        (at, 110, *who, feed)
    })
}

fn examined() -> Wish {
    let ticks = [
        ("open_checked", "属实"),
        ("secret_checked", "不涉密，可以在本平台办理"),
        ("law_checked", "不属于审核范围"),
        ("fair_checked", "不涉及经营者"),
    ];
    Wish {
        values: ticks.map(|(id, v)| (id, v.to_owned())).into(),
        ..goes("in_charge", "公开属性、保密、合法性、公平竞争已审核。")
    }
}

/// Sent out, signed for, filed.
fn issued() -> Vec<(Done, i64, &'static str, Wish)> {
    let send = Wish {
        people: vec!["雷有备", "田丰收"],
        ..Wish::of(MoveId::Issue)
    };
    vec![
        (Done::Issued, 60, CLERK, send),
        (Done::SignedFor, 70, "雷有备", Wish::of(MoveId::Read)),
        (Done::SignedFor, 40, "田丰收", Wish::of(MoveId::Read)),
        (Done::Archived, 90, CLERK, Wish::of(MoveId::Close)),
        (Done::Archived, 400, ARCHIVIST, Wish::of(MoveId::Archive)),
    ]
}
