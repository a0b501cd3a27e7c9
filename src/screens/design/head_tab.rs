//! 名称和登记簿: what it is called, who starts and sees it, its number, register columns, print sheets.

use super::DesignProcedure;
use super::desk::{self, Desk, Tab};
use super::parts::{self, Typed, press};
use crate::engine::definition::arrive::Each;
use crate::engine::definition::{Kind, Scope, SeenBy};
use crate::engine::design::{books, head};
use crate::kit::{FieldErrors, Result};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};

/// GET `/procedures/{procedure}/design/name`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

/// The tab.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let content = html! {
        section { h2.band { span { "名称、谁发起、谁能看" } } (desk.form(cx, Tab::Head, &naming(cx, desk))) }
        section { h2.band { span { "自己发起" } } (desk.form(cx, Tab::Head, &calendar(cx, desk))) }
        section { h2.band { span { "编号" } } (desk.form(cx, Tab::Head, &series(cx, desk))) }
        section { h2.band { span { "登记簿的栏目" } } (columns(cx, desk)) }
        section { h2.band { span { "打印稿" } } (sheets(cx, desk)) }
    };
    Ok(desk.draw(cx, (Tab::Head, errors), &content))
}

fn naming(cx: &Cx<DesignProcedure>, desk: &Desk) -> Markup {
    let p = &desk.procedure;
    let typed = Typed::of(cx, "head");
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
    let seen = match p.visibility.rule {
        SeenBy::Downstream => "downstream",
        SeenBy::Participants => "participants",
        SeenBy::Office => "office",
    };
    let rules = parts::pairs([
        ("participants", "经手的人都能看全部"),
        ("downstream", "经手的人只看自己那一步和后面的"),
        ("office", "全单位都能看"),
    ]);
    let none = Vec::new();
    let urge = p.urge.as_ref().map_or(&none, |u| &u.roles);
    let void = p.void.as_ref().map_or(&none, |v| &v.roles);
    html! {
        div.three {
            (parts::field("事项名称", &parts::line("name", "事项名称", &typed.text("name", &p.name))))
            (parts::field("在目录里归到哪一组", &parts::line("group", "归到哪一组", &typed.text("group", &p.group))))
            (parts::field("发起按钮上的字", &parts::line("start", "发起按钮上的字", &typed.text("start", &p.start.label))))
            (parts::field("清单里的标题用哪一格", &parts::pick("title", "标题用哪一格", &titles, &typed.text("title", &p.title))))
            (parts::field("缓急用哪一格", &parts::pick("urgency", "缓急用哪一格", &urgent, &typed.text("urgency", p.urgency.as_deref().unwrap_or_default()))))
            (parts::field("谁能看", &parts::pick("seen", "谁能看", &rules, &typed.text("seen", seen))))
        }
        fieldset.plainset { legend.label { "谁可以发起（一个都不勾，就是全单位的人）" } (parts::roles("roles", &typed.all("roles", &p.start.roles))) }
        fieldset.plainset { legend.label { "没有经手也能看的" } (parts::roles("sees", &typed.all("sees", &head::seeing(p)))) }
        details { summary { "谁可以催办、作废" }
            fieldset.plainset { legend.label { "谁可以催办" } (parts::roles("urge", &typed.all("urge", urge))) }
            fieldset.plainset { legend.label { "谁可以作废" } (parts::roles("void", &typed.all("void", void))) }
        }
        p.acts { button.btn type="submit" name="do" value="head" { "记下" } }
    }
}

/// What begins cases of it beside a person.
fn calendar(cx: &Cx<DesignProcedure>, desk: &Desk) -> Markup {
    let start = &desk.procedure.start;
    let typed = Typed::of(cx, "calendar");
    let (each, on) = start
        .every
        .as_ref()
        .map_or(("", String::new()), |e| match e.each {
            Each::Day => ("day", String::new()),
            Each::Week => ("week", e.day.to_string()),
            Each::Month => ("month", e.day.to_string()),
            Each::Year => ("year", format!("{:02}-{:02}", e.month, e.day)),
        });
    let all = parts::pairs([
        ("", "不按时发起"),
        ("day", "每个工作日"),
        ("week", "每周"),
        ("month", "每月"),
        ("year", "每年"),
    ]);
    let none = Vec::new();
    let whom = start.every.as_ref().map_or(&none, |e| &e.roles);
    let called = start.every.as_ref().map_or("", |e| e.title.as_str());
    html! {
        div.three {
            (parts::field("多久一次", &parts::pick("each", "多久一次", &all, &typed.text("each", each))))
            (parts::field("哪一天：每周写 1 到 7，每月写 1 到 31，每年写 03-01", &parts::line("on", "哪一天", &typed.text("on", &on))))
            (parts::field("标题，例如 {year}年{month}月报表", &parts::line("called", "标题", &typed.text("called", called))))
        }
        fieldset.plainset { legend.label { "给谁：勾中的岗位每个各发起一件，进他的待办" } (parts::roles("whom", &typed.all("whom", whom))) }
        (parts::tick("scan", "1", "扫描件也能直接发起", typed.on("scan", start.from.is_some())))
        p.hint { "遇休息日顺延到下一个工作日。发布以后，要在这个事项的页面上打开才会发起。" }
        p.acts { (press("calendar", "记下")) }
    }
}

fn series(cx: &Cx<DesignProcedure>, desk: &Desk) -> Markup {
    let now = desk.procedure.series.as_ref();
    let typed = Typed::of(cx, "series");
    let scope = match now.map(|s| s.scope) {
        Some(Scope::Department) => "department",
        _ => "organ",
    };
    let mut scopes = parts::pairs([("organ", "全单位一起编"), ("department", "各部门自己编")]);
    if desk.procedure.department.is_some() {
        // the office's numbers are not a department's to take
        scopes.retain(|(id, _)| id == "department");
    }
    html! {
        div.three {
            (parts::field("编号前面的字，空着就不编号", &parts::line("prefix", "编号前面的字", &typed.text("prefix", now.map_or("", |s| s.key.as_str())))))
            (parts::field("怎么编", &parts::pick("scope", "怎么编", &scopes, &typed.text("scope", scope))))
        }
        @if let Some(s) = now { p.hint { "写出来是：" (s.written("", 2026, 1)) } }
        p.acts { (press("series", "记下编号")) }
    }
}

fn columns(cx: &Cx<DesignProcedure>, desk: &Desk) -> Markup {
    let p = &desk.procedure;
    let fields: Vec<(String, String)> = p
        .fields
        .iter()
        .filter(|f| books::fits(&f.kind))
        .map(|f| (f.id.clone(), f.label.clone()))
        .collect();
    let list = html! {
        ol.plainlist {
            @for c in &p.register.columns {
                li { (c.label) " "
                    (press(&format!("column.left:{}", c.id), "往前"))
                    (press(&format!("column.drop:{}", c.id), "去掉")) }
            }
        }
    };
    let add = html! {
        p.inline { (parts::pick("of", "登记簿加哪一格", &fields, "")) (press("column.add", "加上这一栏")) }
    };
    html! { (desk.form(cx, Tab::Head, &list)) (desk.form(cx, Tab::Head, &add)) }
}

fn sheets(cx: &Cx<DesignProcedure>, desk: &Desk) -> Markup {
    let pages = parts::pairs([
        ("form", "表单"),
        ("readers", "传阅单"),
        ("ledger", "处理流程台账"),
    ]);
    let typed = Typed::of(cx, "sheet.add");
    let add = html! {
        p.inline {
            (parts::line("title", "新打印稿的标题", &typed.text("title", "")))
            (parts::pick("page", "印什么", &pages, &typed.text("page", "form")))
            (press("sheet.add", "加一张打印稿"))
        }
    };
    html! {
        @for s in &desk.procedure.sheets {
            (desk.form(cx, Tab::Head, &html! {
                p.inline {
                    (parts::line("title", &format!("打印稿“{}”的标题", s.title), &s.title))
                    (press(&format!("sheet.rename:{}", s.id), "改标题"))
                    (press(&format!("sheet.drop:{}", s.id), "去掉"))
                }
            }))
        }
        (desk.form(cx, Tab::Head, &add))
    }
}
