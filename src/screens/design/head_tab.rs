//! 名称和登记簿: what it is called, who starts and sees it, its number, register columns, print sheets.

use super::desk::{self, Desk, Tab};
use super::parts::{self, press};
use super::read::KEEP;
use super::shown::Shown;
use super::{DesignProcedure, held};
use crate::engine::definition::Kind;
use crate::engine::design::books;
use crate::kit::{FieldErrors, Result};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};

/// GET `/procedures/{procedure}/design/name`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

/// The tab as it stands or as it came back.
pub fn shown<'a>(visit: &'a Visit, desk: &Desk, errors: &'a FieldErrors) -> Shown<'a> {
    Shown::of((visit, errors), (Tab::Head, ""), KEEP, held::books(desk))
}

/// The tab.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let shown = shown(cx, desk, errors);
    let inside = html! {
        section { h2.band { span { "名称、谁发起、谁能看" } } (naming(&shown, desk)) }
        section { h2.band { span { "自己发起" } } (calendar(&shown)) }
        section { h2.band { span { "编号" } } (series(&shown, desk)) }
        section { h2.band { span { "登记簿的栏目" } } (columns(&shown, desk)) }
        section { h2.band { span { "打印稿" } } (sheets(&shown, desk)) }
    };
    let content = html! {
        p.hint { "改好几处再一起记下也行：按哪一个“记下”，这一页改过的都会存。" }
        (desk.form(cx, Tab::Head, &shown, &inside))
    };
    Ok(desk.draw(cx, (Tab::Head, errors), &content))
}

fn keep() -> Markup {
    html! { p.acts { button.btn type="submit" name="do" value=(KEEP) { "记下" } } }
}

fn naming(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let p = &desk.procedure;
    let labelled = |fits: fn(&Kind) -> bool| -> Vec<(String, String)> {
        let all = p.fields.iter().filter(|f| fits(&f.kind));
        all.map(|f| (f.id.clone(), f.label.clone())).collect()
    };
    let titles = labelled(|k| {
        matches!(
            k,
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::OutsideOrgan
        )
    });
    let mut urgent = parts::pairs([("", "没有")]);
    urgent.extend(labelled(|k| matches!(k, Kind::Choice { .. })));
    let rules = parts::pairs([
        ("participants", "经手的人都能看全部"),
        ("downstream", "经手的人只看自己那一步和后面的"),
        ("office", "全单位都能看"),
    ]);
    html! {
        div.three {
            (parts::field("事项名称", &shown.line("name", "事项名称")))
            (parts::field("在目录里归到哪一组", &shown.line("group", "归到哪一组")))
            (parts::field("发起按钮上的字", &shown.line("start", "发起按钮上的字")))
            (parts::field("清单里的标题用哪一格", &shown.pick("title", "标题用哪一格", &titles)))
            (parts::field("缓急用哪一格", &shown.pick("urgent_by", "缓急用哪一格", &urgent)))
            (parts::field("谁能看", &shown.pick("seen", "谁能看", &rules)))
        }
        (shown.roles("roles", "谁可以发起（一个都不勾，就是全单位的人）"))
        (shown.roles("sees", "没有经手也能看的"))
        details { summary { "谁可以催办、作废" }
            (shown.roles("urge", "谁可以催办"))
            (shown.roles("void", "谁可以作废"))
        }
        (keep())
    }
}

/// What begins cases of it beside a person.
fn calendar(shown: &Shown<'_>) -> Markup {
    let all = parts::pairs([
        ("", "不按时发起"),
        ("day", "每个工作日"),
        ("week", "每周"),
        ("month", "每月"),
        ("year", "每年"),
    ]);
    html! {
        div.three {
            (parts::field("多久一次", &shown.pick("every.each", "多久一次", &all)))
            (parts::field("哪一天：每周写 1 到 7，每月写 1 到 31，每年写 03-01", &shown.line("every.on", "哪一天")))
            (parts::field("标题，例如 {year}年{month}月报表", &shown.line("every.title", "标题")))
        }
        (shown.roles("every.roles", "给谁：勾中的岗位每个各发起一件，进他的待办"))
        (shown.tick("every.scan", "扫描件也能直接发起"))
        p.hint { "遇休息日顺延到下一个工作日。发布以后，要在这个事项的页面上打开才会发起。" }
        (keep())
    }
}

fn series(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let mut scopes = parts::pairs([("organ", "全单位一起编"), ("department", "各部门自己编")]);
    if desk.procedure.department.is_some() {
        // the office's numbers are not a department's to take
        scopes.retain(|(id, _)| id == "department");
    }
    html! {
        div.three {
            (parts::field("编号前面的字，空着就不编号", &shown.line("prefix", "编号前面的字")))
            (parts::field("怎么编", &shown.pick("scope", "怎么编", &scopes)))
        }
        @if let Some(s) = &desk.procedure.series { p.hint { "写出来是：" (s.written("", 2026, 1)) } }
        (keep())
    }
}

fn columns(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let p = &desk.procedure;
    let mut fields = parts::pairs([("", "（不加）")]);
    let all = p.fields.iter().filter(|f| books::fits(&f.kind));
    fields.extend(all.map(|f| (f.id.clone(), f.label.clone())));
    html! {
        ol.plainlist {
            @for c in &p.register.columns {
                li { (c.label) " "
                    (press(&format!("column.left:{}", c.id), "往前"))
                    (press(&format!("column.drop:{}", c.id), "去掉")) }
            }
        }
        p.inline { (shown.pick("add.of", "登记簿加哪一格", &fields)) (press("column.add", "加上这一栏")) }
    }
}

fn sheets(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let pages = parts::pairs([
        ("form", "表单"),
        ("readers", "传阅单"),
        ("ledger", "处理流程台账"),
    ]);
    html! {
        @for s in &desk.procedure.sheets {
            p.inline {
                (shown.line(&held::of_sheet(&s.id), &format!("打印稿“{}”的标题", s.title)))
                (press(KEEP, "改标题"))
                (press(&format!("sheet.drop:{}", s.id), "去掉"))
            }
        }
        p.inline {
            (shown.line("add.title", "新打印稿的标题"))
            (shown.pick("add.page", "印什么", &pages))
            (press("sheet.add", "加一张打印稿"))
        }
    }
}
