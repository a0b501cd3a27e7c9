//! Everyday forms of the township, each left at another step: leave, trips, cars, contact sheets, supplies, letters.
//! Names, places and sums are made up. Not here: papers that came in (`papers`, `year`) or go out.
//! Invariant: each act is one its person is offered at that moment, by the shipped procedure's own ladder.

use super::deed::{Deed, Form, Said, What, Wish};
use super::hours::{DAY, Hours};
use crate::engine::definition::MoveId;
use Said::{Day, Dept, Depts, Figure, Person, Rows, Span, Words};

/// Papers of other tales have smaller numbers.
const FIRST: usize = 100_000;

/// A form, how many working minutes ago it was filled in and by whom, and what was done since.
struct Everyday {
    form: Form,
    by: &'static str,
    ago: i64,
    acts: Vec<(i64, &'static str, Wish)>,
}

const TELEPHONE: Said = Words("0518-85550123");

fn form(
    (procedure, choice): (&'static str, &'static str),
    (by, ago): (&'static str, i64),
    values: &'static [(&'static str, Said)],
    acts: Vec<(i64, &'static str, Wish)>,
) -> Everyday {
    let form = Form {
        procedure,
        choice,
        values,
    };
    Everyday {
        form,
        by,
        ago,
        acts,
    }
}

fn agree(to: &'static str, words: &str) -> Wish {
    Wish {
        choice: to,
        opinion: words.to_owned(),
        ..Wish::of(MoveId::Submit)
    }
}

fn agree_to(to: &'static str, person: &'static str, words: &str) -> Wish {
    Wish {
        people: vec![person],
        ..agree(to, words)
    }
}

fn away() -> Vec<Everyday> {
    vec![
        form(
            ("leave-request", "own_dept"),
            ("安守", 5 * DAY),
            &[
                ("kind", Words("事假")),
                ("dates", Span(4, 8)),
                ("cause", Words("送孩子到外地上学")),
                ("telephone", TELEPHONE),
                ("deputy", Person("霍先知")),
            ],
            vec![
                (
                    4 * DAY,
                    "雷有备",
                    agree("in_charge", "同意，工作交霍先知。"),
                ),
                (
                    2 * DAY,
                    "陆平章",
                    agree_to("top_leader", "江若川", "同意。"),
                ),
            ],
        ),
        form(
            ("leave-request", "own_dept"),
            ("岳清和", 90),
            &[
                ("kind", Words("病假")),
                ("dates", Span(1, 1)),
                ("cause", Words("到县医院复查")),
                ("telephone", TELEPHONE),
                ("deputy", Person("童乐康")),
            ],
            Vec::new(),
        ),
        form(
            ("trip-report", "own_dept"),
            ("水长流", 3 * DAY),
            &[
                ("area", Words("县外市内")),
                ("cause", Words("参加水稻机插秧现场会")),
                ("place", Words("市农科所")),
                ("dates", Span(3, 3)),
                ("telephone", TELEPHONE),
                ("deputy", Person("林茂春")),
            ],
            vec![(2 * DAY, "田丰收", agree("in_charge", "同意。"))],
        ),
        form(
            ("vehicle-use", "own_dept"),
            ("匡正方", 7 * 60),
            &[
                ("rider", Words("匡正方等三人")),
                ("head_count", Figure(3)),
                ("telephone", TELEPHONE),
                ("cause", Words("到南塘社区核查自建房")),
                ("place", Words("南塘社区")),
                ("dates", Span(1, 1)),
            ],
            vec![(5 * 60, "梁栋材", agree("dispatch", "同意。"))],
        ),
    ]
}

fn between_departments() -> Vec<Everyday> {
    vec![
        form(
            ("contact-sheet", "check"),
            ("霍先知", 6 * DAY),
            &[
                ("title", Words("请协助核对避灾安置点名单")),
                (
                    "content",
                    Words("请逐村核对安置点容纳人数、联系人和物资存放处，有变化的写明。"),
                ),
                ("to_depts", Depts(&["NYZ", "SHB"])),
                ("due_on", Day(5)),
            ],
            vec![
                (
                    5 * DAY,
                    "雷有备",
                    agree("reply", "同意，请农业、社事两家协助。"),
                ),
                (
                    2 * DAY,
                    "禾苗青",
                    Wish {
                        opinion: "已核对，青桐、松烟两村容纳人数有变化，清单已送应急办。"
                            .to_owned(),
                        ..Wish::of(MoveId::FeedBack)
                    },
                ),
            ],
        ),
        form(
            ("report-approval", "own_dept"),
            ("白若溪", 4 * DAY),
            &[
                ("title", Words("关于修缮集镇公厕的请示")),
                ("basis", Words("村民代表会多次提出，今年列入民生实事。")),
                (
                    "proposal",
                    Words("拟修缮集镇公厕两座，预算四万八千元，请求从项目经费列支。"),
                ),
            ],
            vec![
                (
                    3 * DAY,
                    "梁栋材",
                    agree("office_check", "情况属实，同意上报。"),
                ),
                (
                    2 * DAY,
                    "纪文澜",
                    agree("in_charge", "材料齐全，请陆镇长阅示。"),
                ),
            ],
        ),
        form(
            ("supervision", "carry"),
            ("纪文澜", 12 * DAY),
            &[
                ("source", Words("会议议定")),
                ("source_note", Words("镇长办公会")),
                ("title", Words("山塘水库安全隐患整改")),
                (
                    "target",
                    Words("九座山塘逐座整改，汛前完成，附整改前后照片。"),
                ),
                ("lead_dept", Dept("NYZ")),
                ("assist_depts", Depts(&["YJB"])),
                ("due_on", Day(20)),
            ],
            vec![(
                3 * DAY,
                "禾苗青",
                Wish {
                    note: "已完成六座，其余三座等水位降下来再做。",
                    ..Wish::of(MoveId::Report)
                },
            )],
        ),
        form(
            ("hotline", "carry"),
            ("宋小笺", 2 * DAY),
            &[
                ("order_number", Words("MC-0318")),
                ("kind", Words("求助")),
                ("caller", Words("热心村民")),
                ("place", Words("东溪村口")),
                ("claim_text", Words("村口路灯坏了三盏")),
                ("content", Words("晚上放学的孩子看不清路，希望尽快修好。")),
                ("due_on", Day(5)),
                ("lead_dept", Dept("GHB")),
            ],
            Vec::new(),
        ),
        form(
            ("mediation", "take_on"),
            ("封平川", 3 * DAY),
            &[
                ("side_a", Words("东溪村村民甲")),
                ("side_b", Words("东溪村村民乙")),
                ("place", Words("东溪村三组")),
                ("subject", Words("两家排水沟走向")),
                ("story", Words("下雨时积水倒灌院子，希望一起改沟。")),
                ("own_dept", Dept("PFB")),
            ],
            Vec::new(),
        ),
    ]
}

fn things() -> Vec<Everyday> {
    vec![
        form(
            ("supply-use", "own_dept"),
            ("舒统明", 3 * DAY),
            &[(
                "items",
                Rows(&[
                    &[("name", "打印纸"), ("model", "A4 70克"), ("count", "4")],
                    &[("name", "档案盒"), ("model", "5厘米"), ("count", "12")],
                ]),
            )],
            vec![(2 * DAY, "贾兴业", agree("give", "同意。"))],
        ),
        form(
            ("purchase", "own_dept"),
            ("霍先知", 8 * DAY),
            &[
                ("title", Words("补充防汛编织袋和救生衣")),
                (
                    "items",
                    Rows(&[
                        &[
                            ("name", "编织袋"),
                            ("model", "60×100"),
                            ("count", "500"),
                            ("price", "1.20"),
                            ("cost", "600.00"),
                        ],
                        &[
                            ("name", "救生衣"),
                            ("model", "成人"),
                            ("count", "20"),
                            ("price", "65.00"),
                            ("cost", "1300.00"),
                        ],
                    ]),
                ),
                ("finance", Dept("CZS")),
            ],
            vec![
                (7 * DAY, "雷有备", agree("finance", "汛前要到位，同意。")),
                (
                    5 * DAY,
                    "钱细清",
                    agree("in_charge", "预算内，可列公用经费。"),
                ),
                (3 * DAY, "陆平章", agree("buy", "同意采购。")),
            ],
        ),
        form(
            ("letter-issue", "own_dept"),
            ("童乐康", 2 * DAY),
            &[
                ("addressee", Words("墨川县民政局")),
                ("bearer", Words("童乐康")),
                ("subject", Words("领取临时救助审批材料")),
            ],
            vec![(DAY, "温惠民", agree("issue", "同意开具。"))],
        ),
    ]
}

/// All of them, act by act.
pub(super) fn deeds(hours: &Hours<'_>) -> Vec<Deed> {
    let all = away()
        .into_iter()
        .chain(between_departments())
        .chain(things());
    let mut deeds = Vec::new();
    for (n, one) in all.enumerate() {
        let paper = FIRST + n;
        let mut push = |ago, by, what| {
            deeds.push(Deed {
                at: hours.ago(ago),
                paper,
                n: deeds.len(),
                by,
                what,
            });
        };
        push(one.ago, one.by, What::Begin(one.form));
        for (ago, by, wish) in one.acts {
            push(ago, by, What::Move(wish));
        }
    }
    deeds
}
