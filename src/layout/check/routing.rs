//! Rules of who writes to whom (行文规则, 条例 §13–17) and what each 文种 may carry.

use super::{Found, Look, Rule, Severity};
use crate::layout::document::Form;
use crate::layout::page::Element;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "one-addressee",
        name: "上行文原则上主送一个上级机关",
        severity: Severity::Should,
        article: "《党政机关公文处理工作条例》第十五条第（一）项",
        look: one_addressee,
    },
    Rule {
        id: "to-a-person",
        name: "不以机关名义向上级机关负责人报送",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第十五条第（五）项",
        look: to_a_person,
    },
    Rule {
        id: "copy-down",
        name: "上行文不抄送下级机关",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第十五条第（一）项",
        look: copy_down,
    },
    Rule {
        id: "report-asks",
        name: "报告不夹带请示事项",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第十五条第（四）项",
        look: report_asks,
    },
    Rule {
        id: "request-asks",
        name: "请示写明请求批准什么",
        severity: Severity::Should,
        article: "公文写作惯例：请示以“妥否，请批示”一类的话结尾",
        look: request_asks,
    },
    Rule {
        id: "request-contact",
        name: "请示附注联系人和电话",
        severity: Severity::Should,
        article: "公文处理惯例：请示在附注处注明联系人的姓名和电话",
        look: request_contact,
    },
    Rule {
        id: "reply-cites",
        name: "批复、复函引来文",
        severity: Severity::Advice,
        article: "公文写作惯例：先引来文标题，再引发文字号",
        look: reply_cites,
    },
    Rule {
        id: "copied-twice",
        name: "主送和抄送不重复",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.4.2 条：抄送机关是主送机关以外的机关",
        look: copied_twice,
    },
];

fn upward(look: &Look<'_>) -> bool {
    look.document.form == Form::Upward || look.is_kind(&["请示", "报告"])
}

fn organs(list: &str) -> Vec<&str> {
    let parts = list.split(['、', '，', ',', '；', ';']);
    parts.map(str::trim).filter(|o| !o.is_empty()).collect()
}

fn one_addressee(look: &Look<'_>, out: &mut Vec<Found>) {
    let many = organs(&look.document.addressee).len();
    if upward(look) && many > 1 {
        out.push(Found::at(
            Element::Addressee,
            format!("主送了 {many} 个机关。上行文原则上主送一个上级机关，其余的请改为抄送"),
        ));
    }
}

fn to_a_person(look: &Look<'_>, out: &mut Vec<Found>) {
    const TITLES: [&str; 8] = [
        "书记", "县长", "区长", "市长", "局长", "主任", "镇长", "同志",
    ];
    for organ in organs(&look.document.addressee) {
        if upward(look) && TITLES.iter().any(|t| organ.ends_with(t)) {
            out.push(Found::at(
                Element::Addressee,
                format!(
                    "“{organ}”是人不是机关。除领导直接交办的以外，不能以机关名义报送上级机关负责人"
                ),
            ));
        }
    }
}

fn copy_down(look: &Look<'_>, out: &mut Vec<Found>) {
    const BELOW: [&str; 5] = ["村民委员会", "村委会", "居民委员会", "居委会", "各村"];
    for organ in organs(&look.document.copy_to) {
        if upward(look) && BELOW.iter().any(|b| organ.contains(b)) {
            out.push(Found::at(
                Element::CopyTo,
                format!("上行文抄送了下级“{organ}”，请去掉"),
            ));
        }
    }
}

const ASKING: [&str; 9] = [
    "请批示",
    "请批复",
    "请批准",
    "请审批",
    "请审定",
    "请予批准",
    "请予批复",
    "请予审批",
    "请予支持",
];

fn report_asks(look: &Look<'_>, out: &mut Vec<Found>) {
    if look.kind() != "报告" {
        return;
    }
    for line in look.text.words() {
        for words in ASKING {
            for at in line.places(words) {
                let span = line.span(at, at + words.chars().count());
                out.push(Found::line(
                    span,
                    format!("报告里不能夹带请示事项（“{words}”）。要上级批准的，请另写请示"),
                ));
            }
        }
    }
}

fn request_asks(look: &Look<'_>, out: &mut Vec<Found>) {
    let asks = look.text.words().any(|l| {
        let text = l.text();
        let more = ["请示如下", "请批转", "请审核", "请核准", "恳请", "当否"];
        ASKING.iter().chain(&more).any(|w| text.contains(w))
    });
    if look.kind() == "请示" && !look.document.body.is_empty() && !asks {
        out.push(Found::at(
            Element::Body(look.document.body.len().saturating_sub(1)),
            "没有看到请求批准的话。请示一般以“妥否，请批示。”结尾",
        ));
    }
}

fn request_contact(look: &Look<'_>, out: &mut Vec<Found>) {
    if look.kind() != "请示" {
        return;
    }
    let note = look.document.note.as_deref().unwrap_or_default();
    let called = note.chars().filter(char::is_ascii_digit).count() >= 7;
    if !called {
        out.push(Found::at(
            Element::Note,
            "请示要在附注里写联系人的姓名和电话，例如 （联系人：范未然，电话：5550119）",
        ));
    }
}

fn reply_cites(look: &Look<'_>, out: &mut Vec<Found>) {
    let cites = look.text.words().any(|l| l.text().contains("收悉"));
    let reply = look.kind() == "批复" || (look.kind() == "函" && look.title().contains("复函"));
    if reply && !look.document.body.is_empty() && !cites {
        out.push(Found::at(
            Element::Body(0),
            "答复性的公文，开头一般引来文：你单位《……》（文号）收悉",
        ));
    }
}

fn copied_twice(look: &Look<'_>, out: &mut Vec<Found>) {
    let main = organs(&look.document.addressee);
    for organ in organs(&look.document.copy_to) {
        if main.contains(&organ) {
            out.push(Found::at(
                Element::CopyTo,
                format!("“{organ}”已经是主送机关，抄送里不用再写"),
            ));
        }
    }
}
