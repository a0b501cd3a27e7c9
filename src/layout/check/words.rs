//! Rules over wording and length: words that are always wrong, the limits of the 2024 rules, the mark of secrecy.

use super::{Found, Look, Rule, Severity};
use crate::layout::document::Block;
use crate::layout::page::Element;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "secrecy",
        name: "没有密级标志",
        severity: Severity::Must,
        article: "《保守国家秘密法》：涉密文件不得在非涉密系统中处理",
        look: secrecy,
    },
    Rule {
        id: "wrong-word",
        name: "没有常见的错别字",
        severity: Severity::Should,
        article: "《通用规范汉字表》《现代汉语词典》",
        look: wrong_word,
    },
    Rule {
        id: "until",
        name: "“截至”后面接时间，“截止”是停止",
        severity: Severity::Should,
        article: "《现代汉语词典》",
        look: until,
    },
    Rule {
        id: "said-twice",
        name: "没有重复的虚词",
        severity: Severity::Should,
        article: "《现代汉语词典》",
        look: said_twice,
    },
    Rule {
        id: "length",
        name: "篇幅不超过 5000 字",
        severity: Severity::Advice,
        article: "《整治形式主义为基层减负若干规定》：文件一般不超过5000字，专项工作文件不超过4000字",
        look: length,
    },
];

/// Wrong, right. Only words that are wrong wherever they stand.
const WRONG: [(&str, &str); 31] = [
    ("布署", "部署"),
    ("按排", "安排"),
    ("座落", "坐落"),
    ("既使", "即使"),
    ("予已", "予以"),
    ("倒致", "导致"),
    ("通迅", "通讯"),
    ("重迭", "重叠"),
    ("一如继往", "一如既往"),
    ("再接再励", "再接再厉"),
    ("松驰", "松弛"),
    ("复盖", "覆盖"),
    ("园满", "圆满"),
    ("决择", "抉择"),
    ("装璜", "装潢"),
    ("震憾", "震撼"),
    ("辩别", "辨别"),
    ("渡假", "度假"),
    ("兰图", "蓝图"),
    ("帐户", "账户"),
    ("台帐", "台账"),
    ("记帐", "记账"),
    ("帐目", "账目"),
    ("凭正", "凭证"),
    ("竟标", "竞标"),
    ("侯选", "候选"),
    ("拨高", "拔高"),
    ("弘杨", "弘扬"),
    ("幅射", "辐射"),
    ("严历", "严厉"),
    ("渲泄", "宣泄"),
];

fn secrecy(look: &Look<'_>, out: &mut Vec<Found>) {
    const LEVELS: [&str; 3] = ["绝密", "机密", "秘密"];
    for line in &look.text.lines {
        let text: String = line.chars.iter().filter(|c| !c.is_whitespace()).collect();
        let marked = LEVELS
            .iter()
            .any(|l| text.starts_with(&format!("{l}★")) || text == *l);
        if marked {
            out.push(Found::line(
                line.span(0, line.chars.len()),
                "这一行是密级标志。本平台不涉密，涉密文件请到涉密计算机上办理，不要录入",
            ));
        }
    }
}

fn wrong_word(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        for (wrong, right) in WRONG {
            for at in line.places(wrong) {
                let span = line.span(at, at + wrong.chars().count());
                out.push(Found::line(span, format!("“{wrong}”应当写成“{right}”")).with(right));
            }
        }
    }
}

fn until(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        for at in line.places("截止") {
            let next = line.at(at + 2);
            let now = line.stretch(at + 2, at + 4) == "目前";
            if now || next.is_some_and(|c| c.is_ascii_digit()) {
                out.push(
                    Found::line(line.span(at, at + 2), "后面是时间，应当用“截至”").with("截至"),
                );
            }
        }
    }
}

fn said_twice(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        for (twice, once) in [
            ("的的", "的"),
            ("和和", "和"),
            ("及及", "及"),
            ("在在", "在"),
        ] {
            // 实实在在的 is a word
            let real = |at: &usize| twice != "在在" || line.before(*at) != Some('实');
            for at in line.places(twice).into_iter().filter(real) {
                out.push(
                    Found::line(line.span(at, at + 2), format!("“{twice}”多了一个字")).with(once),
                );
            }
        }
    }
}

fn length(look: &Look<'_>, out: &mut Vec<Found>) {
    let counted = |block: &Block| match block {
        Block::Paragraph { text, .. } | Block::Centred(text) => text.chars().count(),
        Block::Table { .. } => 0,
    };
    let many: usize = look.document.body.iter().map(counted).sum();
    if many > 5000 {
        out.push(Found::at(
            Element::Body(0),
            format!("正文 {many} 字，超过 5000 字。能短则短"),
        ));
    } else if many > 4000 {
        out.push(Found::at(
            Element::Body(0),
            format!("正文 {many} 字。部署专项工作的文件不超过 4000 字"),
        ));
    }
}
