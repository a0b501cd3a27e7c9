//! The words of a mail: one digest with all its lines, as text and as simple HTML. Not here: when it goes.
//! Invariant: what people typed is escaped; every line leads to its case.

use super::choice;
use super::mail_store::Line;
use super::news::Kind;
use crate::kit::text;
use std::fmt::Write as _;

/// Lines shown in one mail; the to-do list has the rest.
const MOST: usize = 60;

/// Where a mail leads and whose it is.
pub struct Place<'a> {
    /// http://192.168.1.20:8080
    pub base: &'a str,
    /// 砚田镇人民政府
    pub office: &'a str,
}

/// Subject, text and HTML.
pub(super) struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A digest for this person.
pub(super) fn write(name: &str, lines: &[Line], place: &Place<'_>) -> Written {
    let rest = lines.len().saturating_sub(MOST);
    let shown = lines.get(..MOST.min(lines.len())).unwrap_or(lines);
    let todo = format!("{}/todo", place.base);
    let choice = format!("{}/me/notify", place.base);
    let mut text = format!("{name}：\n\n您有 {} 条提醒：\n", lines.len());
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><body><p>{}：</p><p>您有 {} 条提醒：</p><ol>",
        text::escaped(name),
        lines.len()
    );
    for (n, line) in (1..).zip(shown) {
        let (title, href) = (titled(line), href(line, place));
        let _ = write!(text, "\n{n}. {title}\n   {}\n   {href}\n", line.words);
        let _ = write!(
            html,
            "<li><p><a href=\"{}\">{}</a><br>{}</p></li>",
            text::escaped(&href),
            text::escaped(&title),
            text::escaped(&line.words)
        );
    }
    html.push_str("</ol>");
    if rest > 0 {
        let _ = write!(text, "\n还有 {rest} 条，请打开待办看：\n{todo}\n");
        let _ = write!(
            html,
            "<p>还有 {rest} 条，请<a href=\"{}\">打开待办</a>看。</p>",
            text::escaped(&todo)
        );
    }
    let foot = format!("这封邮件由{}办公平台自动发出，请不要回复。", place.office);
    let _ = write!(
        text,
        "\n{foot}\n收不收邮件、什么时候收，可以自己改：\n{choice}\n"
    );
    let _ = write!(
        html,
        "<p>{}收不收邮件、什么时候收，可以<a href=\"{}\">自己改</a>。</p></body></html>",
        text::escaped(&foot),
        text::escaped(&choice)
    );
    Written {
        subject: subject(lines, place.office),
        text,
        html,
    }
}

fn subject(lines: &[Line], office: &str) -> String {
    let words = match lines {
        [one] => format!("{}{}：{}", rank(one.level), one.kind.label(), one.title),
        _ => {
            let hot = lines.iter().filter(|l| l.level == 2).count();
            let late = lines.iter().filter(|l| l.kind == Kind::Overdue).count();
            let mut words = format!("办公提醒 {} 条", lines.len());
            for (n, what) in [(hot, "特急"), (late, "超期")] {
                if n > 0 {
                    let _ = write!(words, "，{what} {n} 条");
                }
            }
            words
        }
    };
    let line = text::one_line(&format!("{words} - {office}"));
    line.chars().take(120).collect()
}

const fn rank(level: u8) -> &'static str {
    match level {
        2 => "【特急】",
        1 => "【急】",
        _ => "",
    }
}

fn titled(line: &Line) -> String {
    let number = match line.number.as_str() {
        "" => String::new(),
        number => format!("（{number}）"),
    };
    format!(
        "{}【{}】{}{number}",
        rank(line.level),
        line.kind.label(),
        line.title
    )
}

fn href(line: &Line, place: &Place<'_>) -> String {
    let base = place.base;
    if matches!(line.kind, Kind::Delegated | Kind::Alarm) {
        // it is about no case of the reader's: his list is where he finds the tasks
        return format!("{base}/todo");
    }
    if line.kind == Kind::Moved {
        return format!("{base}/address");
    }
    if line.kind == Kind::Health {
        return format!("{base}/health");
    }
    match line.task.filter(|_| line.kind.is_todo()) {
        Some(task) => format!("{base}/case/{}?task={task}", line.case),
        None => format!("{base}/case/{}", line.case),
    }
}

/// The letter an administrator sends to try the settings out.
pub(super) fn trial(place: &Place<'_>, times: &[u16]) -> Written {
    let times: Vec<String> = times.iter().map(|m| choice::clock(*m)).collect();
    let said = format!(
        "这是{}办公平台的测试邮件。收到它，说明邮件设置是对的。平台平时每天 {} 各发一封，急的马上发。",
        place.office,
        times.join("、")
    );
    Written {
        subject: text::one_line(&format!("测试邮件 - {}", place.office)),
        html: format!(
            "<!DOCTYPE html><html lang=\"zh-CN\"><body><p>{}</p></body></html>",
            text::escaped(&said)
        ),
        text: said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Id, Millis};

    fn line(kind: Kind, level: u8, title: &str) -> Line {
        Line {
            kind,
            case: Id::from_raw(9_000_000),
            task: Some(Id::from_raw(9_000_001)),
            title: title.into(),
            number: "收文〔2026〕1号".into(),
            words: "宋小笺送来，请批示".into(),
            level,
            made_at: Millis(0),
        }
    }

    const PLACE: Place<'_> = Place {
        base: "http://192.168.1.20:8080",
        office: "砚田镇人民政府",
    };

    #[test]
    fn one_line_stands_in_the_subject_and_many_are_counted() {
        let one = write("江若川", &[line(Kind::Todo, 2, "关于防汛的通知")], &PLACE);
        assert_eq!(
            one.subject,
            "【特急】新待办：关于防汛的通知 - 砚田镇人民政府"
        );
        let all: Vec<Line> = (0..100)
            .map(|n| line(Kind::Overdue, 0, &format!("第{n}件")))
            .collect();
        let many = write("江若川", &all, &PLACE);
        assert_eq!(
            many.subject,
            "办公提醒 100 条，超期 100 条 - 砚田镇人民政府"
        );
        assert!(many.text.contains("还有 40 条"), "{}", many.text);
        assert_eq!(many.html.matches("<li>").count(), MOST);
    }

    #[test]
    fn what_people_typed_is_text_and_the_link_leads_to_the_task() {
        let evil = line(Kind::Todo, 0, "<script>alert(1)</script>\"'&");
        let written = write("<b>", std::slice::from_ref(&evil), &PLACE);
        assert!(
            !written.html.contains("<script") && !written.html.contains("<b>"),
            "{}",
            written.html
        );
        let href = format!(
            "http://192.168.1.20:8080/case/{}?task={}",
            evil.case,
            Id::from_raw(9_000_001)
        );
        assert!(written.text.contains(&href), "{}", written.text);
        let told = line(Kind::Written, 0, "甲");
        assert!(!write("乙", &[told], &PLACE).text.contains("?task="));
    }
}
