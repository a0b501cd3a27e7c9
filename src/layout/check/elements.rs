//! Rules over the elements: title, addressee, number, signature, date, openness (条例 §9, GB/T 9704-2012 §7).

use super::{Found, KINDS, Look, Rule, Severity};
use crate::layout::document::Form;
use crate::layout::page::Element;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "title",
        name: "有标题",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第九条第（七）项",
        look: title,
    },
    Rule {
        id: "title-kind",
        name: "标题以文种结尾，文种是法定的十五种之一",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第八条、第九条第（七）项",
        look: title_kind,
    },
    Rule {
        id: "title-organ",
        name: "标题有发文机关名称和“关于”",
        severity: Severity::Should,
        article: "《党政机关公文处理工作条例》第九条第（七）项",
        look: title_organ,
    },
    Rule {
        id: "title-end",
        name: "标题末尾没有标点",
        severity: Severity::Should,
        article: "GB/T 15834-2011 附录 A.1",
        look: title_end,
    },
    Rule {
        id: "title-doubled",
        name: "标题里文种不重复",
        severity: Severity::Should,
        article: "公文写作惯例：转发、印发时省去重复的“关于”和“的通知”",
        look: title_doubled,
    },
    Rule {
        id: "addressee",
        name: "有主送机关",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第九条第（八）项",
        look: addressee,
    },
    Rule {
        id: "number",
        name: "发文字号：机关代字、六角括号的年份、不编虚位的顺序号",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.2.5 条",
        look: number,
    },
    Rule {
        id: "signer",
        name: "上行文标注签发人",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第九条第（六）项",
        look: signer,
    },
    Rule {
        id: "body",
        name: "有正文",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第九条第（九）项",
        look: body,
    },
    Rule {
        id: "signature",
        name: "有发文机关署名",
        severity: Severity::Must,
        article: "《党政机关公文处理工作条例》第九条第（十一）项",
        look: signature,
    },
    Rule {
        id: "printed-on",
        name: "印发日期不早于成文日期",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.4.3 条",
        look: printed_on,
    },
    Rule {
        id: "openness",
        name: "写明公开属性",
        severity: Severity::Must,
        article: "《政府信息公开条例》第十七条",
        look: openness,
    },
];

fn title(look: &Look<'_>, out: &mut Vec<Found>) {
    if look.title().trim().is_empty() {
        out.push(Found::at(
            Element::Title,
            "还没有标题。请写：发文机关＋关于＋事由＋文种",
        ));
    }
}

fn title_kind(look: &Look<'_>, out: &mut Vec<Found>) {
    let (title, kind) = (look.title(), look.kind());
    if !kind.is_empty() && !KINDS.contains(&kind) {
        out.push(Found::at(
            Element::Title,
            format!("“{kind}”不是法定文种。方案、办法、总结、讲话这类，请用通知等文种印发"),
        ));
        return;
    }
    let bare = title.trim_end_matches(|c: char| !c.is_alphanumeric());
    // 命令（令）: both words name it; the title ends before a bracket such as （试行）
    let named = bare.ends_with(kind) || (kind == "命令" && bare.ends_with('令'));
    if title.trim().is_empty() || kind.is_empty() || named {
        return;
    }
    let other = KINDS.iter().find(|k| bare.ends_with(**k) && **k != "函");
    let says = match other {
        Some(other) => format!("标题写的是“{other}”，文种选的是“{kind}”，请改成一样"),
        None => format!("标题要以文种结尾，现在文种是“{kind}”，标题没有以它结尾"),
    };
    out.push(Found::at(Element::Title, says));
}

/// What is issued by a document and is none itself: 条例 第八条 has no such 文种.
const ISSUED: [&str; 12] = [
    "办法", "细则", "规定", "方案", "规则", "章程", "制度", "规划", "计划", "要点", "总结", "预案",
];

fn title_organ(look: &Look<'_>, out: &mut Vec<Found>) {
    let title = look.title();
    if title.is_empty() || look.is_kind(&["公告", "通告", "公报", "纪要", "命令"]) {
        return;
    }
    if !title.contains("关于") {
        let says = match ISSUED.iter().find(|w| title.ends_with(**w)) {
            Some(word) => format!(
                "“{word}”不是公文的文种，本身不单独行文，一般用“关于印发《……{word}》的通知”印发"
            ),
            None => "标题里没有“关于”，一般写：发文机关＋关于＋事由＋文种".to_owned(),
        };
        out.push(Found::at(Element::Title, says));
    }
    if title.starts_with("关于") {
        let organ = match look.document.signatures.as_slice() {
            [] => String::new(),
            [one] => format!("，前面加上“{one}”"),
            _ => "，联合行文的，前面写各机关的名称，主办的在前".to_owned(),
        };
        out.push(Found::at(
            Element::Title,
            format!("标题没有写发文机关名称{organ}"),
        ));
    }
}

fn title_end(look: &Look<'_>, out: &mut Vec<Found>) {
    let title = look.title();
    if title.ends_with(['。', '，', '；', '：', '、', '.', ',', ';', ':', '！', '!']) {
        out.push(Found::at(Element::Title, "标题末尾不用标点，请删掉"));
    }
}

fn title_doubled(look: &Look<'_>, out: &mut Vec<Found>) {
    let title = look.title();
    for kind in ["通知", "通报", "意见", "批复", "函"] {
        if title.contains(&format!("的{kind}的{kind}")) {
            out.push(Found::at(
                Element::Title,
                format!("“的{kind}的{kind}”重复了，转发时留一个就可以"),
            ));
        }
    }
}

fn addressee(look: &Look<'_>, out: &mut Vec<Found>) {
    // §9(八): those that are published have none; minutes and decisions may have none
    let asked = ["通知", "请示", "报告", "批复", "函", "议案"];
    let published = look.document.form == Form::Minutes || look.document.form == Form::Order;
    if look.is_kind(&asked) && !published && look.document.addressee.trim().is_empty() {
        out.push(Found::at(
            Element::Addressee,
            "没有主送机关，请写明发给哪些单位",
        ));
    }
}

fn number(look: &Look<'_>, out: &mut Vec<Found>) {
    let number = look.document.number.trim();
    // not taken yet: nothing, or the place for it left blank
    if number.is_empty() || number.contains(char::is_whitespace) {
        return;
    }
    let says = fault_of_number(number, look.document.form);
    if let Some(says) = says {
        out.push(Found::at(
            Element::Number,
            format!("发文字号“{number}”{says}，应当像 砚政发〔2026〕7号"),
        ));
    }
}

fn fault_of_number(number: &str, form: Form) -> Option<&'static str> {
    if form == Form::Order || form == Form::Minutes {
        return None;
    }
    let Some((_, rest)) = number.split_once('〔') else {
        return Some("的年份没有用六角括号〔〕");
    };
    let Some((year, rest)) = rest.split_once('〕') else {
        return Some("的括号没有写完");
    };
    let order = rest.strip_suffix('号').unwrap_or_default();
    let digits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
    match () {
        () if year.chars().count() != 4 || !digits(year) => Some("的年份要写全四位"),
        () if rest.starts_with('第') => Some("的顺序号不加“第”"),
        () if !rest.ends_with('号') || !digits(order) => Some("的顺序号要写成数字加“号”"),
        () if order.starts_with('0') => Some("的顺序号前面不编虚位"),
        () => None,
    }
}

fn signer(look: &Look<'_>, out: &mut Vec<Found>) {
    let signed = !look.document.signers.is_empty();
    // before it is signed there is nobody to name; a number is given after, till then its place is blank
    let order = look.document.number.rsplit('〕').next();
    let numbered = order.is_some_and(|n| n.chars().any(|c| c.is_ascii_digit()));
    if look.document.form == Form::Upward && !signed && numbered {
        out.push(Found::at(Element::Signer, "上行文要标注签发人姓名"));
    }
}

fn body(look: &Look<'_>, out: &mut Vec<Found>) {
    if look.document.body.is_empty() {
        out.push(Found::at(Element::Body(0), "还没有正文"));
    }
    for line in look
        .text
        .words()
        .filter(|l| !l.places("此页无正文").is_empty())
    {
        out.push(Found::line(
            line.span(0, line.chars.len()),
            "不能用“此页无正文”。排版会把印章和正文排在同一页",
        ));
    }
}

fn signature(look: &Look<'_>, out: &mut Vec<Found>) {
    let signed = look
        .document
        .signatures
        .iter()
        .any(|s| !s.trim().is_empty());
    let none = look.document.form == Form::Minutes || look.is_kind(&["公报", "决议"]);
    if !signed && !none {
        out.push(Found::at(Element::Signature, "没有发文机关署名"));
    }
}

fn printed_on(look: &Look<'_>, out: &mut Vec<Found>) {
    let (Some(date), Some(printed)) = (look.document.date, look.document.printed_on) else {
        return;
    };
    if printed < date {
        out.push(Found::at(
            Element::Printer,
            format!(
                "印发日期 {} 早于成文日期 {}，请核对",
                printed.long(),
                date.long()
            ),
        ));
    }
}

fn openness(look: &Look<'_>, out: &mut Vec<Found>) {
    if look.subject.openness.is_some_and(str::is_empty) {
        out.push(Found::at(
            Element::Note,
            "没有选公开属性：主动公开、依申请公开还是不予公开",
        ));
    }
}
