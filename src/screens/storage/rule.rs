//! `/storage/rule`: the way of filing in plain words, department by department, and what was typed turned into a
//! rule. Nothing changes before the preview was seen (`preview`).
//! Invariant: whatever is wrong, the form comes back as it was typed.

use super::sketch::{MODES, by_id, sketch};
use super::stock::{Stock, is_open};
use super::{AT, ChangeRule, RULE_AT, moving, preview};
use crate::kit::{DeptId, Error, FieldErrors, Result};
use crate::org::Directory;
use crate::store::placement::{Mode, Policy, Rule};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub mode: Option<Mode>,
    /// Departments with volumes of their own.
    pub own: BTreeSet<i64>,
    /// Departments with a volume a year.
    pub year: BTreeSet<i64>,
    /// All others a volume a year.
    pub rest_year: bool,
    /// Departments that are to be confidential.
    pub quiet: BTreeSet<i64>,
}

/// GET `/storage/rule`.
pub(super) fn page(cx: &mut Cx<ChangeRule>) -> Result<Reply> {
    let stock = Stock::read(cx)?;
    let typed = Typed::of(&stock.rule, &depts(&stock.directory));
    draw(cx, (&stock, &typed), &FieldErrors::default()).map(Reply::Page)
}

/// POST `/storage/rule`: look, go back to the form, or go.
pub(super) fn posted(cx: &mut Cx<ChangeRule>) -> Result<Reply> {
    let stock = Stock::read(cx)?;
    let typed = read(cx);
    let checked = typed.rule(&stock).and_then(|rule| {
        confidential_stay(cx, &stock, &rule)?;
        Ok(rule)
    });
    let rule = match checked {
        Ok(rule) => rule,
        Err(Error::Invalid(errors)) => {
            return draw(cx, (&stock, &typed), &errors).map(Reply::Wrong);
        }
        Err(e) => return Err(e),
    };
    match cx.form("do") {
        "back" => draw(cx, (&stock, &typed), &FieldErrors::default()).map(Reply::Page),
        "go" => preview::go(cx, (&stock, &typed), &rule),
        _ => preview::look(cx, (&stock, &typed), &rule),
    }
}

fn read(cx: &Cx<ChangeRule>) -> Typed {
    let ids = |name: &str| {
        let all = cx.form_all(name).into_iter();
        all.filter_map(|id| id.parse().ok()).collect()
    };
    Typed {
        mode: by_id(cx.form("mode")).map(|w| w.mode),
        own: ids("own"),
        year: ids("year"),
        rest_year: cx.form("rest_year") == "1",
        quiet: ids("quiet"),
    }
}

/// Departments a rule is made for, in the order of the organisation.
fn depts(directory: &Directory) -> Vec<i64> {
    let organs = directory.organs();
    organs
        .flat_map(|o| directory.depts_of(o.id))
        .map(|d| d.id.0)
        .collect()
}

impl Typed {
    /// As a rule in force is shown.
    fn of(rule: &Rule, depts: &[i64]) -> Self {
        let policy = |d: &i64| rule.except.get(d).copied().unwrap_or(rule.common);
        let of = |f: fn(Policy) -> bool| depts.iter().filter(|d| f(policy(d))).copied().collect();
        Self {
            mode: Some(rule.mode()),
            own: of(|p| p.exclusive),
            year: of(|p| p.yearly),
            rest_year: rule.common.yearly,
            quiet: BTreeSet::new(),
        }
    }

    /// The rule that was meant; what a way of filing does not use of the form is left aside.
    pub fn rule(&self, stock: &Stock) -> Result<Rule> {
        let Some(mode) = self.mode else {
            return Err(Error::invalid("mode", "请先选一种存放办法"));
        };
        let here = depts(&stock.directory);
        let own = |d: &i64| here.contains(d) && self.own.contains(d);
        if matches!(mode, Mode::Exclusive) && !here.iter().any(own) {
            return Err(Error::invalid(
                "own",
                "请在下面的表里勾选，哪些部门要有自己的柜；都不要的，请选“共用”",
            ));
        }
        let common = Policy {
            exclusive: false,
            yearly: matches!(mode, Mode::Yearly) || (matches!(mode, Mode::Mixed) && self.rest_year),
        };
        let wanted = |d: &i64| match mode {
            Mode::Shared | Mode::Yearly => common,
            Mode::Exclusive => Policy {
                exclusive: own(d),
                yearly: false,
            },
            Mode::Mixed => Policy {
                exclusive: own(d),
                yearly: self.year.contains(d),
            },
        };
        // a department that is closed keeps the cabinet it had
        let keeps = matches!(mode, Mode::Exclusive | Mode::Mixed);
        let closed = stock
            .rule
            .except
            .iter()
            .filter(|(d, _)| keeps && !here.contains(d));
        let mut except: BTreeMap<i64, Policy> = closed.map(|(d, p)| (*d, *p)).collect();
        for dept in &here {
            if wanted(dept) != common {
                except.insert(*dept, wanted(dept));
            }
        }
        Ok(Rule { common, except })
    }

    /// The form again as hidden fields.
    pub fn carried(&self) -> Markup {
        let mode = MODES.iter().find(|w| Some(w.mode) == self.mode);
        html! {
            @if let Some(way) = mode { (form::hidden("mode", way.id)) }
            @for (name, all) in [("own", &self.own), ("year", &self.year), ("quiet", &self.quiet)] {
                @for dept in all { (form::hidden(name, &dept.to_string())) }
            }
            @if self.rest_year { (form::hidden("rest_year", "1")) }
        }
    }
}

/// A confidential department stays in a cabinet of its own, and only one with its own becomes confidential.
fn confidential_stay(cx: &Cx<ChangeRule>, stock: &Stock, rule: &Rule) -> Result<()> {
    let own = |d: &i64| rule.except.get(d).is_some_and(|p| p.exclusive);
    if let Some(dept) = cx.state.store.confidential().iter().find(|d| !own(d)) {
        let why = format!(
            "{}设了保密，要留在自己的柜里。请先请它的自管员取消保密，再改",
            stock.dept(*dept)
        );
        return Err(Error::invalid("own", why));
    }
    let asked: BTreeSet<i64> = cx
        .form_all("quiet")
        .iter()
        .filter_map(|d| d.parse().ok())
        .collect();
    if let Some(dept) = asked.iter().find(|d| !own(d)) {
        let why = format!(
            "{}没有自己的柜，不能设保密。请给它勾上“自己的柜”，或者去掉“保密”",
            stock.dept(*dept)
        );
        return Err(Error::invalid("quiet", why));
    }
    Ok(())
}

fn draw(
    cx: &Cx<ChangeRule>,
    (stock, typed): (&Stock, &Typed),
    errors: &FieldErrors,
) -> Result<Markup> {
    let moving = stock.relocations.iter().any(|r| is_open(r.state));
    let content = html! {
        (crumbs(&Link::new("返回库房", AT), &[], "改存放办法"))
        (heading("改存放办法", "先看一看会搬哪些盒，看好了再定", &html! {}))
        (form::errors(errors))
        @if moving { (moving::busy()) }
        form method="post" action=(RULE_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (ways(typed, errors))
            (table(cx, stock, typed))
            p.acts {
                button.btn.key type="submit" name="do" value="look" { "看看会搬哪些盒" }
                (Link::new("不改了", AT).button())
            }
        }
    };
    Ok(cx.draw(&Page::new("改存放办法").wrong(errors), &content))
}

fn ways(typed: &Typed, errors: &FieldErrors) -> Markup {
    html! {
        fieldset.ways id=(form::field_id("mode")) tabindex="-1" {
            legend { "怎么存放" }
            @for way in &MODES {
                label.way {
                    input type="radio" name="mode" value=(way.id) checked[typed.mode == Some(way.mode)];
                    (sketch(way.mode))
                    span { b { (way.label) } " " (way.says) }
                }
            }
            @if let Some(why) = errors.of("mode") { p.wrong { (why) } }
        }
    }
}

fn table(cx: &Cx<ChangeRule>, stock: &Stock, typed: &Typed) -> Markup {
    let confidential = cx.state.store.confidential();
    html! {
        section {
            h2.band id=(form::field_id("own")) tabindex="-1" { span { "一个部门一个部门地定" } }
            p.hint { "选“部门独占”看第一列，选“混合”看前两列；选“共用”“按年度”不用填。" }
            div.scroll tabindex="0" {
                table.ledger.map id=(form::field_id("quiet")) tabindex="-1" {
                    caption.vh { "各部门的办法" }
                    thead { tr {
                        th scope="col" { "部门" } th scope="col" { "自己的柜" } th scope="col" { "一年一柜" }
                        th scope="col" { "保密" }
                    } }
                    tbody {
                        @for dept in depts(&stock.directory) {
                            @let name = stock.directory.dept_name(DeptId(dept));
                            @let quiet = confidential.contains(&dept);
                            tr {
                                th scope="row" title=(name) { (stock.dept(dept)) }
                                td { (cell("own", dept, &format!("{name}要自己的柜"), typed.own.contains(&dept))) }
                                td { (cell("year", dept, &format!("{name}一年一柜"), typed.year.contains(&dept))) }
                                td {
                                    @if quiet { "已保密" }
                                    @else { (cell("quiet", dept, &format!("{name}保密"), typed.quiet.contains(&dept))) }
                                }
                            }
                        }
                    }
                }
            }
            p { (form::tick("rest_year", "选“混合”时：没有勾“自己的柜”的部门以后新设的，也一年一柜", typed.rest_year.into())) }
            p.hint { "保密的意思：这个部门的件，别的部门的人在任何清单、提醒和邮件里都看不到标题；本部门和经手的人照常看得到。设了以后由本部门的自管员取消。" }
        }
    }
}

fn cell(name: &str, dept: i64, label: &str, on: bool) -> Markup {
    html! { input type="checkbox" name=(name) value=(dept) aria-label=(label) checked[on]; }
}
