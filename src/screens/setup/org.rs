//! The departments: the township template as a list to tick and rename, and the villages.
//! Posts come with the departments; they are changed later, on the administrator's pages.

use super::{ADMINS_AT, Leaf, OFFICE_AT, ORG_AT, draw};
use crate::access::setup_draft::{DeptChoice, Draft, OrgDraft, is_fixed};
use crate::kit::{FieldErrors, Result, text};
use crate::org::DeptKind;
use crate::org::template::{DeptPlan, village_names};
use crate::screens::storage::{MODES, sketch};
use crate::store::placement::{Mode, Rule};
use crate::ui::form;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, html};
use crate::web::{OpenCx, Reply};

const NAME_MOST: usize = 40;
const SHORT_MOST: usize = 12;
const VILLAGES_MOST: usize = 99;

/// What stands in the form.
struct Typed {
    /// Ticked, with their names; a department that is not ticked keeps what was typed.
    rows: Vec<(DeptPlan, Tick)>,
    villages: String,
    count: String,
    /// A volume a year from the first day on.
    yearly: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tick {
    Fixed,
    On,
    Off,
}

pub(super) fn page(cx: &mut OpenCx, draft: Draft) -> Result<Reply> {
    let yearly = cx.state.store.rule()?.common.yearly;
    Ok(Reply::Page(show(
        cx,
        &kept(&draft, yearly),
        &FieldErrors::default(),
    )))
}

/// The form as it was saved, or as the template proposes it.
fn kept(draft: &Draft, yearly: bool) -> Typed {
    let chosen = draft.plan();
    let rows = departments(draft).map(|dept| {
        let choice = chosen.iter().find(|c| c.code == dept.code);
        let tick = match choice {
            _ if is_fixed(dept.kind) => Tick::Fixed,
            Some(_) => Tick::On,
            None => Tick::Off,
        };
        (choice.cloned().unwrap_or(dept), tick)
    });
    let villages = draft.org.as_ref().map(|o| o.villages.as_slice());
    let villages = villages.unwrap_or_default();
    Typed {
        rows: rows.collect(),
        count: match villages.len() {
            0 => String::new(),
            n => n.to_string(),
        },
        villages: villages.join("\n"),
        yearly,
    }
}

fn departments(draft: &Draft) -> impl Iterator<Item = DeptPlan> {
    let all = draft.template().into_iter();
    all.filter(|d| d.kind != DeptKind::Village)
}

pub(super) fn save(cx: &mut OpenCx, mut draft: Draft) -> Result<Reply> {
    let typed = typed(cx, &draft);
    let errors = wrong(&typed);
    if !errors.is_empty() {
        return Ok(Reply::Wrong(show(cx, &typed, &errors)));
    }
    let mut rule = Rule::default();
    rule.common.yearly = typed.yearly;
    cx.state.store.place_by(&rule)?;
    let kept = typed.rows.into_iter().filter(|(_, t)| *t != Tick::Off);
    draft.org = Some(OrgDraft {
        kept: kept
            .map(|(d, _)| DeptChoice {
                code: d.code,
                name: d.name,
                short_name: d.short_name,
            })
            .collect(),
        villages: village_names(&typed.villages),
    });
    cx.state.access.save_setup_draft(&draft, cx.request())?;
    Ok(Reply::To(ADMINS_AT.into()))
}

fn typed(cx: &OpenCx, draft: &Draft) -> Typed {
    let ticked = cx.form_all("keep");
    let rows = departments(draft).map(|mut dept| {
        dept.name = text::one_line(cx.form(&format!("name-{}", dept.code)));
        dept.short_name = text::one_line(cx.form(&format!("short-{}", dept.code)));
        let tick = match ticked.contains(&dept.code.as_str()) {
            _ if is_fixed(dept.kind) => Tick::Fixed,
            true => Tick::On,
            false => Tick::Off,
        };
        (dept, tick)
    });
    Typed {
        rows: rows.collect(),
        villages: text::many_lines(cx.form("villages")),
        count: text::fold(cx.form("count")),
        yearly: cx.form("storage") == "yearly",
    }
}

fn wrong(typed: &Typed) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let kept = typed.rows.iter().filter(|(_, t)| *t != Tick::Off);
    for (dept, _) in kept {
        match dept.name.chars().count() {
            0 => errors.add(
                format!("name-{}", dept.code),
                "请写部门名称，或者不勾选这个部门",
            ),
            n if n > NAME_MOST => {
                let why = format!("“{}”太长，部门名称不超过 {NAME_MOST} 个字", dept.name);
                errors.add(format!("name-{}", dept.code), why);
            }
            _ => {}
        }
        if dept.short_name.chars().count() > SHORT_MOST {
            let why = format!("“{}”太长，简称不超过 {SHORT_MOST} 个字", dept.short_name);
            errors.add(format!("short-{}", dept.code), why);
        }
    }
    let villages = village_names(&typed.villages);
    if let Some(long) = villages.iter().find(|v| v.chars().count() > NAME_MOST) {
        let why = format!("“{long}”太长，请一行只写一个村（社区）");
        errors.add("villages", why);
    }
    if villages.len() > VILLAGES_MOST {
        let why = format!("村（社区）一次最多写 {VILLAGES_MOST} 个");
        errors.add("villages", why);
    }
    let count = typed.count.as_str();
    if !count.is_empty() && count.parse() != Ok(villages.len()) {
        let why = format!(
            "上面写了 {} 个名称，和这里的“{count}”对不上，请核对",
            villages.len()
        );
        errors.add("count", why);
    }
    errors
}

fn show(cx: &OpenCx, typed: &Typed, errors: &FieldErrors) -> Markup {
    let leaf = Leaf {
        title: "部门和村（社区）",
        at: ORG_AT,
        back: Some(OFFICE_AT),
        key: "下一步：管理员",
        errors,
    };
    let columns = [
        Column::new("有").short().phone(Phone::Labelled),
        Column::new("部门名称").phone(Phone::Labelled),
        Column::new("简称").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = typed
        .rows
        .iter()
        .map(|(dept, tick)| Row::new(cells(dept, *tick, errors)))
        .collect();
    let fields = html! {
        p { "下面是乡镇常见的部门。没有的去掉勾，名称不一样的直接改。岗位和人员启用以后再细改，人员用表格导入。" }
        (ledger("部门", &columns, &rows, ""))
        section {
            h2.band { span { "村（社区）" } i { "没有就空着" } }
            (form::area("villages", "名称", 6).value(&typed.villages)
                .hint("一行一个，用顿号、逗号隔开也行").check(errors))
            (form::number("count", "一共几个").value(&typed.count)
                .hint("用来核对有没有漏写，可以不填").check(errors))
        }
        (filing(typed.yearly))
    };
    draw(cx, &leaf, &fields)
}

/// How papers are filed from the first day on. Departments of their own cabinets can be named once they are
/// there: on the storage page, where all of it can be changed at any time.
fn filing(yearly: bool) -> Markup {
    let offered = MODES
        .iter()
        .filter(|w| matches!(w.mode, Mode::Shared | Mode::Yearly));
    html! {
        section {
            h2.band { span { "案卷怎么存放" } i { "拿不准就用“共用”" } }
            fieldset.ways {
                legend.vh { "案卷怎么存放" }
                @for way in offered {
                    label.way {
                        input type="radio" name="storage" value=(way.id) checked[(way.mode == Mode::Yearly) == yearly];
                        (sketch(way.mode))
                        span { b { (way.label) } " " (way.says) }
                    }
                }
            }
            p.hint { "启用以后随时能在“管理”的“库房”里改，也可以让某个部门有自己的柜；改的时候照常办文。" }
        }
    }
}

fn cells(dept: &DeptPlan, tick: Tick, errors: &FieldErrors) -> Vec<Markup> {
    let keep = format!("keep-{}", dept.code);
    let (name, short) = (
        format!("name-{}", dept.code),
        format!("short-{}", dept.code),
    );
    let name = form::text(&name, "部门名称")
        .value(&dept.name)
        .check(errors);
    let short = form::text(&short, "简称")
        .value(&dept.short_name)
        .check(errors);
    let posts: Vec<&str> = dept.posts.iter().map(|p| p.name.as_str()).collect();
    vec![
        html! {
            label.vh for=(keep) { "有" (dept.name) }
            input id=(keep) type="checkbox" name="keep" value=(dept.code)
                checked[tick != Tick::Off] disabled[tick == Tick::Fixed];
        },
        html! {
            label.vh for=(name.id()) { "部门名称" }
            (name.control(None))
            p.hint { "岗位：" (posts.join("、")) }
        },
        html! { label.vh for=(short.id()) { (dept.name) "的简称" } (short.control(None)) },
    ]
}
