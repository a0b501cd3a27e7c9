//! 统计 of a register: how many, how many in time, how long each step and department took, this year against the
//! last, as tables and drawings, on screen and on A4. Each figure leads to the list of the cases it counted.
//! Not here: counting (`engine::statistics`). Invariant: departments stand in the order of their names, with few
//! cases uncompared, and people nowhere.

use super::SeeRegister;
use super::page::find;
use super::wish::{OF_DEPT, OF_FATE, OF_MONTH, OF_PROCEDURE, OF_STEP, name_of};
use crate::engine::counted::{Alike, list_alike};
use crate::engine::definition::Counts;
use crate::engine::people::whose;
use crate::engine::register::Table;
use crate::engine::statistics::{FEWEST, Statistics, Took, reckon};
use crate::engine::statistics_store::{Asked, count_heaps, list_spent, list_waiting};
use crate::kit::{Result, text};
use crate::ui::chart::{Bars, bars, lying, percent_line};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::print::{PrintBar, print_page};
use crate::ui::table::{Column, Filter, Phone, Row, filters, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, encode};

/// Rows of a table on one printed leaf.
const ROWS: usize = 30;

/// What one page shows.
struct Shown {
    table: Table,
    year: i16,
    /// Id of the procedure; empty: all of the register.
    procedure: String,
    /// Id and name of those that keep the register.
    procedures: Vec<(String, String)>,
    /// Whether the figures lead anywhere: not on paper.
    links: bool,
    s: Statistics,
    /// By what one of its columns says.
    alike: Vec<Alike>,
}

fn shown(cx: &Cx<SeeRegister>, links: bool) -> Result<Shown> {
    let table = find(cx)?;
    let this_year = cx.zone().year(cx.at);
    let year = cx.query("year").parse().unwrap_or(this_year);
    let of = |p: &crate::engine::procedures::Published| {
        let p = &p.procedure;
        (p.register.id == table.id).then(|| (p.id.clone(), p.name.clone()))
    };
    let procedures: Vec<(String, String)> = cx
        .state
        .engine
        .procedures
        .all()
        .iter()
        .filter_map(of)
        .collect();
    let asked = cx.query("p");
    let procedure = procedures.iter().find(|(id, _)| id == asked);
    let procedure = procedure.map(|(id, _)| id.clone()).unwrap_or_default();
    let who = cx.who().scope.json();
    let asked = Asked {
        table: &table,
        year,
        who: &who,
        procedure: &procedure,
        today: cx.zone().start_of(cx.zone().day(cx.at)),
    };
    let index = cx.state.store.index()?;
    let heaps = count_heaps(&index, &asked)?;
    let spent = list_spent(&index, &asked)?;
    let mut waits = list_waiting(&index, &asked)?;
    let directory = cx.state.org.current();
    for w in &mut waits {
        let dept = whose(&directory, w.holder).0;
        w.dept = dept.map_or_else(String::new, |d| directory.dept_name(d).to_owned());
    }
    let calendar = directory.calendar();
    let who = (cx.who().scope.raw(), procedure.as_str());
    let alike = list_alike(&index, &table, (&who.0, who.1), (year, cx.zone(), calendar))?;
    drop(index);
    let s = reckon(year, (&heaps, &spent), (cx.zone(), directory.calendar()));
    let s = s.with_waiting(&waits, asked.today);
    Ok(Shown {
        table,
        year,
        procedure,
        procedures,
        links,
        s,
        alike,
    })
}

/// GET `/register/{register}/statistics?year=&p=`.
pub(super) fn show(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let shown = shown(cx, true)?;
    let title = format!("{}统计", shown.table.name);
    let print = format!("{}/print?{}", shown.at(), shown.query());
    let back = format!("/register/{}?year={}", shown.table.id, shown.year);
    let small = format!("{} 年", shown.year);
    let content = html! {
        (crumbs(&Link::new("返回登记簿", back), &[], &title))
        (heading(&title, &small, &Link::new("打印", print).button()))
        (shown.choose(cx.zone().year(cx.at)))
        @if shown.s.all.cases == 0 && shown.s.before.cases == 0 {
            (empty("这一年和上一年都没有您能看到的件，没有什么可统计。", "换一个年份，或者换一本登记簿再看。", &[]))
        } @else {
            (shown.whole())
            (section("h-months", "按月", &"按登记的月份，和上一年比", &html! { (shown.month_charts()) (shown.months()) }))
            @if shown.procedure.is_empty() && shown.procedures.len() > 1 {
                (section("h-kinds", "按事项", &"", &shown.kinds()))
            }
            @if let (Some(counts), false) = (&shown.table.counts, shown.alike.is_empty()) {
                (section("h-alike", &counts.label, &format!("{}：工作日，当天算 0 天", counts.took), &shown.alike(counts)))
            }
            (section("h-steps", "各环节用时", &"工作日，当天办完算 0 天；正在办的另列，不算用时", &html! { (shown.step_chart()) (shown.steps(&shown.s.steps)) }))
            (section("h-depts", "按部门", &"办完的和正在办的，按部门名称排列", &shown.depts(&shown.s.depts)))
            p.hint { "只统计您能看到的件，不含作废的。不足 " (FEWEST) " 件的部门只列件数，不作比较；不按人统计。" }
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new(&title), &content)))
}

/// GET `/register/{register}/statistics/print?year=&p=`.
pub(super) fn print(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let shown = shown(cx, false)?;
    let title = format!("{}统计　{} 年", shown.table.name, shown.year);
    let site = cx.site();
    let org = if site.office_full.is_empty() {
        &site.office
    } else {
        &site.office_full
    };
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let kinds = shown.procedure.is_empty() && shown.procedures.len() > 1;
    // both drawings and the twelve months do not fit on one A4 leaf
    let mut leaves: Vec<Markup> = vec![
        html! { (shown.whole()) h2 { "按月" } (shown.month_charts()) },
        html! { h2 { "按月" } (shown.months()) @if kinds { h2 { "按事项" } (shown.kinds()) } },
    ];
    if let (Some(counts), false) = (&shown.table.counts, shown.alike.is_empty()) {
        leaves.push(html! {
            h2 { (counts.label) "（" (counts.took) "，工作日，当天算 0 天）" }
            (shown.alike(counts))
        });
    }
    for (i, part) in shown.s.steps.chunks(ROWS / 2).enumerate() {
        leaves.push(html! {
            h2 { "各环节用时（工作日，当天办完算 0 天）" }
            @if i == 0 { (shown.step_chart()) }
            (shown.steps(part))
        });
    }
    for part in shown.s.depts.chunks(ROWS) {
        leaves.push(html! {
            h2 { "按部门" } (shown.depts(part))
            p { "不足 " (FEWEST) " 件的部门只列件数，不作比较；不按人统计。" }
        });
    }
    let scope = format!("只统计{}能看到的件，不含作废的", cx.who().name);
    let all = leaves.len();
    let leaves = html! {
        @for (i, leaf) in leaves.iter().enumerate() {
            section.page.figures aria-label=(title) {
                p.org { (org) }
                h1 { (shown.table.name) "统计" }
                p.line { span { (shown.year) " 年" (shown.procedure_name()) "　" (scope) } span { (printed) } }
                (leaf)
                p.leaf { "第 " (i + 1) " 页，共 " (all) " 页" }
            }
        }
    };
    let bar = PrintBar {
        back: &format!("{}?{}", shown.at(), shown.query()),
        said: &format!("共 {all} 页，A4 纸：打印时边距选“无”或“默认”。"),
    };
    Ok(Reply::Page(print_page(
        site,
        &Page::new(&title),
        &bar,
        &leaves,
    )))
}

/// 97%, or a dash where nothing had a date.
fn percent(kept: Option<f64>) -> String {
    kept.map_or_else(|| "—".to_owned(), |p| format!("{p:.0}%"))
}

/// 2 or 2.5.
fn days(n: f64) -> String {
    if n.fract() == 0.0 {
        format!("{n:.0}")
    } else {
        format!("{n:.1}")
    }
}

fn labelled(label: &str) -> Column {
    Column::new(label).num().phone(Phone::Labelled)
}

impl Shown {
    fn at(&self) -> String {
        format!("/register/{}/statistics", self.table.id)
    }

    fn query(&self) -> String {
        format!("year={}&p={}", self.year, encode(&self.procedure))
    }

    fn procedure_name(&self) -> String {
        let found = self.procedures.iter().find(|(id, _)| *id == self.procedure);
        found
            .map(|(_, name)| format!("　{name}"))
            .unwrap_or_default()
    }

    fn choose(&self, this_year: i16) -> Markup {
        let years: Vec<form::Choice> = (0..8)
            .map(|n| this_year - n)
            .map(|y| form::Choice::new(y.to_string(), format!("{y} 年")))
            .collect();
        let all = std::iter::once(form::Choice::new("", "全部事项"));
        let kinds: Vec<form::Choice> = all
            .chain(
                self.procedures
                    .iter()
                    .map(|(id, name)| form::Choice::new(id, name)),
            )
            .collect();
        let mut shown = vec![Filter::One(
            form::select("year", "年份", years).value(self.year.to_string()),
        )];
        if self.procedures.len() > 1 {
            shown.push(Filter::One(
                form::select("p", "事项", kinds).value(self.procedure.clone()),
            ));
        }
        filters(&self.at(), &shown, &[])
    }

    /// A figure that opens the list of what it counted.
    fn figure(&self, n: u64, year: i16, more: &[(&str, &str)]) -> Markup {
        if n == 0 || !self.links {
            return html! { (n) };
        }
        let mut query = format!("year={year}");
        let own = (!self.procedure.is_empty()).then_some((OF_PROCEDURE, self.procedure.as_str()));
        let fate = more
            .iter()
            .all(|(k, _)| *k != OF_FATE)
            .then_some((OF_FATE, "all"));
        let own = own.filter(|_| more.iter().all(|(k, _)| *k != OF_PROCEDURE));
        for (k, v) in own.iter().chain(&fate).chain(more) {
            query.push_str(&format!("&{k}={}", encode(v)));
        }
        html! { a href=(format!("/register/{}?{query}", self.table.id)) { (n) } }
    }

    fn whole(&self) -> Markup {
        let columns = [
            Column::new("年份").phone(Phone::Title),
            labelled("件数"),
            labelled("办完"),
            labelled("有期限"),
            labelled("超过期限"),
            labelled("按期率"),
        ];
        let row = |year: i16, t: &crate::engine::statistics::Tally| {
            Row::new(vec![
                html! { (year) " 年" },
                self.figure(t.cases, year, &[]),
                self.figure(t.ended, year, &[(OF_FATE, "ended")]),
                self.figure(t.timed, year, &[(OF_FATE, "timed")]),
                self.figure(t.late, year, &[(OF_FATE, "late")]),
                html! { (percent(t.kept())) },
            ])
        };
        let rows = [
            row(self.year, &self.s.all),
            row(self.year - 1, &self.s.before),
        ];
        ledger("全年", &columns, &rows, "")
    }

    fn month_charts(&self) -> Markup {
        let both = self.s.months.iter().zip(&self.s.months_before).enumerate();
        let all: Vec<Bars> = both
            .map(|(i, (now, before))| Bars {
                label: format!("{} 月", i + 1),
                now: now.cases as f64,
                before: before.cases as f64,
            })
            .collect();
        let (now, before) = (format!("{} 年", self.year), format!("{} 年", self.year - 1));
        let line: Vec<(String, Option<f64>)> = self
            .s
            .months
            .iter()
            .enumerate()
            .map(|(i, m)| (format!("{} 月", i + 1), m.kept()))
            .collect();
        html! {
            figure { figcaption { "各月件数" } (bars("各月件数", (&now, &before), &all)) }
            @if line.iter().any(|(_, v)| v.is_some()) {
                figure { figcaption { "各月按期率（" (now) "）" } (percent_line("各月按期率", &line)) }
            }
        }
    }

    fn months(&self) -> Markup {
        let columns = [
            Column::new("月份").phone(Phone::Title),
            labelled("件数"),
            labelled("上一年同月"),
            labelled("超过期限"),
            labelled("按期率"),
        ];
        let both = self.s.months.iter().zip(&self.s.months_before).enumerate();
        let rows: Vec<Row> = both
            .filter(|(_, (now, before))| now.cases + before.cases > 0)
            .map(|(i, (now, before))| {
                let month = (i + 1).to_string();
                let of = (OF_MONTH, month.as_str());
                Row::new(vec![
                    html! { (month) " 月" },
                    self.figure(now.cases, self.year, &[of]),
                    self.figure(before.cases, self.year - 1, &[of]),
                    self.figure(now.late, self.year, &[of, (OF_FATE, "late")]),
                    html! { (percent(now.kept())) },
                ])
            })
            .collect();
        ledger("按月", &columns, &rows, "")
    }

    fn kinds(&self) -> Markup {
        let columns = [
            Column::new("事项").phone(Phone::Title),
            labelled("件数"),
            labelled("办完"),
            labelled("超过期限"),
            labelled("按期率"),
        ];
        let name = |id: &str| {
            let found = self.procedures.iter().find(|(p, _)| p == id);
            found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
        };
        let rows: Vec<Row> = self
            .s
            .procedures
            .iter()
            .map(|(id, t)| {
                let of = (OF_PROCEDURE, id.as_str());
                Row::new(vec![
                    html! { (name(id)) },
                    self.figure(t.cases, self.year, &[of]),
                    self.figure(t.ended, self.year, &[of, (OF_FATE, "ended")]),
                    self.figure(t.late, self.year, &[of, (OF_FATE, "late")]),
                    html! { (percent(t.kept())) },
                ])
            })
            .collect();
        ledger("按事项", &columns, &rows, "")
    }

    fn alike(&self, counts: &Counts) -> Markup {
        let columns = [
            Column::new(counts.label.trim_start_matches('按')).phone(Phone::Title),
            labelled("件数"),
            labelled("上一年"),
            labelled("中位数"),
            labelled("最长"),
        ];
        let by = name_of(&counts.by);
        let rows: Vec<Row> = self
            .alike
            .iter()
            .map(|a| {
                Row::new(vec![
                    html! { (a.name) },
                    self.figure(a.cases, self.year, &[(&by, &a.name)]),
                    self.figure(a.before, self.year - 1, &[(&by, &a.name)]),
                    html! { @if let Some(t) = &a.took { (days(t.median)) " 天" } @else { "—" } },
                    html! { @if let Some(t) = &a.took { (self.longest(t)) } @else { "—" } },
                ])
            })
            .collect();
        ledger(&counts.label, &columns, &rows, "")
    }

    fn step_chart(&self) -> Markup {
        let all: Vec<(String, f64, String)> = self
            .s
            .steps
            .iter()
            .filter(|t| t.cases > 0)
            .map(|t| {
                (
                    text::clip(&t.name, 9),
                    t.median,
                    format!("{} 天", days(t.median)),
                )
            })
            .collect();
        html! {
            @if !all.is_empty() {
                figure { figcaption { "各环节用时的中位数（工作日）" } (lying("各环节用时的中位数", &all)) }
            }
        }
    }

    fn steps(&self, all: &[Took]) -> Markup {
        let columns = [
            Column::new("环节").phone(Phone::Title),
            labelled("办完"),
            labelled("中位数"),
            labelled("最长"),
            labelled("按期率"),
            labelled("正在办"),
            labelled("其中已超期"),
        ];
        let rows: Vec<Row> = all
            .iter()
            .map(|t| {
                let [waiting, overdue] = self.at_hand(t, OF_STEP);
                let done = t.cases > 0;
                Row::new(vec![
                    html! { (t.name) },
                    self.figure(t.cases, self.year, &[(OF_STEP, &t.name)]),
                    html! { @if done { (days(t.median)) " 天" } @else { "—" } },
                    html! { @if done { (self.longest(t)) } @else { "—" } },
                    html! { (percent(t.kept())) },
                    waiting,
                    overdue,
                ])
            })
            .collect();
        ledger("各环节用时", &columns, &rows, "")
    }

    /// What is there now, and what of it is past its day.
    fn at_hand(&self, t: &Took, of: &str) -> [Markup; 2] {
        [(t.waiting, "waiting"), (t.overdue, "overdue")]
            .map(|(n, fate)| self.figure(n, self.year, &[(of, &t.name), (OF_FATE, fate)]))
    }

    /// The longest leads to its case.
    fn longest(&self, t: &Took) -> Markup {
        match t.longest_case.filter(|_| self.links && t.longest > 0) {
            Some(case) => html! { a href=(format!("/case/{case}")) { (t.longest) " 天" } },
            None => html! { (t.longest) " 天" },
        }
    }

    fn depts(&self, all: &[Took]) -> Markup {
        let columns = [
            Column::new("部门").phone(Phone::Title),
            labelled("办完"),
            labelled("用时中位数"),
            labelled("最长"),
            labelled("按期率"),
            labelled("正在办"),
            labelled("其中已超期"),
        ];
        let few = || html! { span.faint { "件数少，不比较" } };
        let rows: Vec<Row> = all
            .iter()
            .map(|t| {
                let cases = self.figure(t.cases, self.year, &[(OF_DEPT, &t.name)]);
                let rest = if t.is_compared() {
                    [
                        html! { (days(t.median)) " 天" },
                        self.longest(t),
                        html! { (percent(t.kept())) },
                    ]
                } else {
                    [few(), html! {}, html! {}]
                };
                let [a, b, c] = rest;
                let [waiting, overdue] = self.at_hand(t, OF_DEPT);
                Row::new(vec![html! { (t.name) }, cases, a, b, c, waiting, overdue])
            })
            .collect();
        ledger("按部门", &columns, &rows, "")
    }
}
