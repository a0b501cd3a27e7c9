//! Rules over enclosures: what the text names, what is attached, what follows (GB/T 9704-2012 §7.3.4, §7.3.7).

use super::text::Part;
use super::{Found, Look, Rule, Severity};
use crate::layout::page::Element;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "enclosure-files",
        name: "附件说明和传上来的附件对得上",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.3.7 条：附件标题应当与附件说明的表述一致",
        look: files,
    },
    Rule {
        id: "enclosure-end",
        name: "附件名称后不加标点",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.3.4 条",
        look: end,
    },
    Rule {
        id: "enclosure-number",
        name: "几个附件的顺序号用阿拉伯数字连着排",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.3.4 条",
        look: order,
    },
    Rule {
        id: "enclosure-mention",
        name: "正文提到的附件在附件说明里",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.3.4 条",
        look: mention,
    },
];

fn files(look: &Look<'_>, out: &mut Vec<Found>) {
    let (named, behind) = (&look.document.enclosures, &look.document.annexes);
    let Some(files) = look.subject.files else {
        return;
    };
    let have = files.len() + behind.len();
    if named.len() > have {
        let lacking: Vec<&str> = named.iter().skip(have).map(String::as_str).collect();
        out.push(Found::at(
            Element::Enclosures,
            format!(
                "附件说明写了 {} 个，只有 {have} 个。缺“{}”：要么传上来或写在后面，要么删掉这一行",
                named.len(),
                lacking.join("”“")
            ),
        ));
    }
    for (n, annex) in behind.iter().enumerate() {
        if !named.is_empty() && !named.contains(&annex.title) {
            out.push(Found::at(
                Element::Annex(n),
                format!("{}的标题“{}”和附件说明写的不一样", annex.label, annex.title),
            ));
        }
    }
}

fn end(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look
        .text
        .lines
        .iter()
        .filter(|l| l.part == Part::Enclosures)
    {
        let last = line.chars.iter().rposition(|c| !c.is_whitespace());
        let Some(last) = last else { continue };
        if line
            .at(last)
            .is_some_and(|c| matches!(c, '；' | '。' | ';' | '，' | '、'))
        {
            let span = line.span(last, last + 1);
            out.push(Found::line(span, "附件名称后面不加标点").with(""));
        }
    }
}

fn order(look: &Look<'_>, out: &mut Vec<Found>) {
    let lines = look
        .text
        .lines
        .iter()
        .filter(|l| l.part == Part::Enclosures);
    let mut before = 0u32;
    for line in lines {
        let text = line.text();
        let name = text.trim();
        let name = name
            .trim_start_matches("附件")
            .trim_start_matches(['：', ':']);
        let digits: String = name
            .trim()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let Ok(n) = digits.parse::<u32>() else {
            continue;
        };
        // a name may begin with a year
        let numbered = name
            .trim()
            .chars()
            .nth(digits.len())
            .is_some_and(|c| matches!(c, '.' | '．' | '、'));
        if !numbered {
            continue;
        }
        if n != before + 1 {
            let span = line.span(0, line.chars.len());
            out.push(Found::line(
                span,
                format!("附件的顺序号接不上：前面到 {before}，这里是 {n}"),
            ));
        }
        before = n;
    }
}

fn mention(look: &Look<'_>, out: &mut Vec<Found>) {
    let named = look
        .document
        .enclosures
        .len()
        .max(look.document.annexes.len());
    let line = look.text.words().find(|l| {
        let said = ["（见附件", "(见附件", "详见附件", "（附件"];
        said.iter().any(|w| !l.places(w).is_empty())
    });
    if let (0, Some(line)) = (named, line) {
        out.push(Found::line(
            line.span(0, line.chars.len()),
            "正文说见附件，正文后面没有“附件：”说明",
        ));
    }
}
