//! Two pages as heavy as ours and with nothing behind them: what drawing alone costs.
//! Their weight is fixed (21 KB, 9.5 KB) so that ceilings of different runs mean the same.

use super::words::Dice;
use crate::ui::{Markup, html};

/// A row of the to-do-like table.
pub(super) struct Item {
    id: String,
    title: String,
    number: String,
    verb: &'static str,
    from: String,
    given: String,
    due: String,
}

/// The rows of the table, as many as a page shows.
pub(super) fn items() -> Vec<Item> {
    let mut dice = Dice::new(21);
    (0..20)
        .map(|n| Item {
            id: format!("0DFKJ7V4G0{n:03}"),
            title: dice.title(9),
            number: format!("镇收〔2026〕{}号", 100 + n),
            verb: "承办",
            from: dice.title(2),
            given: format!("11月{}日 09:{:02}", 1 + n, 10 + n),
            due: format!("11月{}日", 8 + n),
        })
        .collect()
}

/// The 21 KB page; `token` stands in its heading.
pub(super) fn list(token: &str, items: &[Item]) -> Markup {
    html! {
        (top("待办"))
        body.app {
            h1 { "待办 " small { (token) } }
            table.ledger {
                thead { tr { th { "序" } th { "标题" } th { "文号" } th { "要办的事" } th { "来自" } th { "收到" } th { "期限" } th { "办理" } } }
                tbody { @for (n, item) in (1..).zip(items) { (row(n, item)) } }
            }
            (foot(1))
        }
    }
}

fn row(n: usize, item: &Item) -> Markup {
    let href = format!("/case/{}", item.id);
    html! {
        tr.slip data-row=(item.id) {
            td.num { (n) }
            td.spine { a.title href=(href) { (item.title) } span.mark.urgent title="紧急程度" { "特急" } span.kind { "收文办理" } }
            td.short { span.number { (item.number) } }
            td.short { span.verb { (item.verb) } }
            td.short { span.person { (item.from) } span.dept { "党政综合办公室" } }
            td.short { time datetime=(item.given) { (item.given) } }
            td.short { time.due datetime=(item.due) { (item.due) } " " span.left { "还有五天" } }
            td.acts {
                a.btn href=(href) { "打开" }
                form method="post" action={ (href) "/seen" } {
                    input type="hidden" name="csrf" value="5d41402abc4b2a76b9719d911017c592";
                    input type="hidden" name="op" value=(item.id);
                    button.btn.word type="submit" { "标为已看" }
                }
            }
        }
    }
}

/// The 9.5 KB page of one document.
pub(super) fn document(title: &str, text: &str) -> Markup {
    html! {
        (top(title))
        body.app {
            h1 { (title) }
            table.paper {
                @for (label, value) in FIELDS { tr { th scope="row" { (label) } td colspan="3" { (value) } } }
                tr { th scope="row" { "正文" } td.text colspan="3" { p { (text) } } }
            }
            (foot(33))
        }
    }
}

const FIELDS: &[(&str, &str)] = &[
    ("来文单位", "县人民政府办公室"),
    ("来文字号", "县政办〔2026〕118号"),
    ("收文日期", "2026年11月3日"),
    ("紧急程度", "特急"),
    ("密级", "无"),
    ("拟办意见", "请分管领导阅示，综合办会同应急办办理"),
    ("批示", "同意。请应急办牵头，各村配合，月底前报结果"),
    ("承办结果", "已逐户排查，台账附后"),
];

fn top(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) "　砚台" }
            link rel="stylesheet" href="/assets/look.css";
            script src="/assets/app.js" defer {}
        }
    }
}

/// Menu lines to make up the weight of frame, menu and trail.
fn foot(lines: usize) -> Markup {
    html! {
        nav.menu {
            @for n in 0..lines {
                a.item href={ "/register/" (n) } title="各类登记簿，按年度和部门翻看" { span.icon {} span { "登记簿 " (n) } small { "本年度在办、办结、归档各多少件" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_have_their_weight() {
        let list = list("ab01000000001", &items()).into_string().len();
        assert!((20_500..=22_000).contains(&list), "list {list}");
        let document = document("关于做好防汛工作的通知", &Dice::new(1).text(1536))
            .into_string()
            .len();
        assert!((9_200..=9_900).contains(&document), "document {document}");
    }
}
