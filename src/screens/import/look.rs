//! The second page: which column goes where, what will happen, what is wrong with which row.
//! Nothing is written here; the sheet is looked at anew each time it is shown.

use super::{ImportRegister, at, carried, name_of, sheet_of};
use crate::engine::import::check::{Bad, Checked};
use crate::engine::import::columns::{Place, Target};
use crate::engine::import::desk::{Chosen, Sheet, Stage};
use crate::engine::run::Acting;
use crate::kit::{Error, FieldErrors, Result, sheet as table, text};
use crate::ui::deed::Press;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows shown of a long list; the others are counted.
const SHOWN: usize = 100;
/// Lines shown as they will stand in the register.
const FIRST: usize = 10;

pub(super) fn show(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (acting, register, sheet) = sheet_of(cx)?;
    if sheet.chosen().stage != Stage::Looked {
        return carried::page(cx, &register, &sheet);
    }
    draw(cx, &acting, (&register, &sheet), &FieldErrors::default())
}

/// POST: the columns as the clerk says.
pub(super) fn columns(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (acting, register, sheet) = sheet_of(cx)?;
    let targets = (0..sheet.head.labels.len())
        .map(|i| Target::of(cx.form(&format!("c{i}"))))
        .collect();
    let usual = cx.form("usual").parse().unwrap_or(0);
    match sheet.choose(targets, usual) {
        Ok(()) => Ok(Reply::To(format!("{}/{}", at(&register), sheet.id))),
        Err(Error::Invalid(errors)) => draw(cx, &acting, (&register, &sheet), &errors),
        Err(other) => Err(other),
    }
}

/// POST: the sheet back, with the column 错误.
pub(super) fn errors(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (acting, _, sheet) = sheet_of(cx)?;
    let checked = look_at(cx, &acting, &sheet)?;
    let bytes = table::write_table(&checked.returned(&sheet.head, &sheet.rows))?;
    let name = sheet
        .file
        .rsplit_once('.')
        .map_or(sheet.file.as_str(), |(n, _)| n);
    let name = format!("{name}（有错误）.xlsx");
    Ok(Reply::File(FileReply::made(name, XLSX, bytes)))
}

pub(super) fn look_at(cx: &Cx<ImportRegister>, acting: &Acting, sheet: &Sheet) -> Result<Checked> {
    let today = cx.zone().day(cx.at);
    sheet.check(&cx.state.store, acting, today)
}

pub(super) fn draw(
    cx: &Cx<ImportRegister>,
    acting: &Acting,
    (register, sheet): (&str, &Sheet),
    errors: &FieldErrors,
) -> Result<Reply> {
    let checked = look_at(cx, acting, sheet)?;
    let chosen = sheet.chosen();
    let back = Link::new("重新选表", at(register));
    let way = [Link::new(
        name_of(&sheet.kindred),
        format!("/register/{register}"),
    )];
    let content = html! {
        (crumbs(&back, &way, "导入前看一遍"))
        (heading("导入前看一遍", &sheet.file, &html! {}))
        (form::errors(errors))
        (counted(&checked))
        (mapping(cx, (register, sheet, &chosen), errors)?)
        @if !checked.bad.is_empty() { (bad(cx, register, sheet, &checked)?) }
        (others(&checked))
        @if !checked.good.is_empty() {
            (section("first", "导入以后是这样", &"", &first_lines(sheet, &checked)))
            (confirm(cx, register, sheet, &checked)?)
        }
    };
    let page = cx.draw(&Page::new("导入前看一遍").wrong(errors), &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn counted(checked: &Checked) -> Markup {
    let said = format!(
        "可以导入 {} 行，已经导入过 {} 行，有错误 {} 行。",
        checked.good.len(),
        checked.there.len(),
        checked.bad.len()
    );
    let columns = [
        Column::new("年份").spine().short().phone(Phone::Title),
        Column::new("可以导入").num().phone(Phone::Labelled),
        Column::new("已经导入过").num().phone(Phone::Labelled),
        Column::new("有错误").num().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = checked
        .years
        .iter()
        .map(|(year, n)| {
            Row::new(vec![
                html! { @if *year == 0 { "看不出年份" } @else { (year) "年" } },
                html! { (n.new) },
                html! { (n.there) },
                html! { (n.bad) },
            ])
        })
        .collect();
    html! {
        (note(Tone::Plain, "还没有导入。", &said))
        @if !rows.is_empty() { (ledger("各年件数", &columns, &rows, "")) }
    }
}

/// What each column of the sheet says first, where it goes, and the procedure of the lines.
fn mapping(
    cx: &Cx<ImportRegister>,
    (register, sheet, chosen): (&str, &Sheet, &Chosen),
    errors: &FieldErrors,
) -> Result<Markup> {
    let places = sheet.places();
    let columns = [
        Column::new("旧登记簿的栏").spine().phone(Phone::Title),
        Column::new("头几行写的").phone(Phone::Labelled),
        Column::new("对到哪一项").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = sheet
        .head
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| {
            let target = chosen.targets.get(i).unwrap_or(&Target::Keep);
            let named = if label.trim().is_empty() {
                format!("第 {} 栏", i + 1)
            } else {
                label.clone()
            };
            let select =
                form::select(&format!("c{i}"), &named, offers(&places)).value(target.word());
            Row::new(vec![
                html! { (named) },
                html! { (sample(sheet, i)) },
                html! { (select.control(Some(&named))) },
            ])
        })
        .collect();
    let kinds: Vec<Choice> = sheet
        .kindred
        .iter()
        .enumerate()
        .map(|(i, k)| Choice::new(i.to_string(), &k.procedure.name))
        .collect();
    let one = kinds.len() == 1;
    let head = format!("表头在第 {} 行", sheet.head.at + 1);
    Ok(section(
        "columns",
        "各栏对到哪一项",
        &head,
        &html! {
            form method="post" action={ (at(register)) "/" (sheet.id) "/columns" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (ledger("各栏", &columns, &rows, ""))
                p.hint { "没有对应项的栏留在件的备注里，一个字也不会丢。" }
                @if !one {
                    (form::select("usual", "没有写明的行算哪种", kinds).value(chosen.usual.to_string()).check(errors))
                }
                p.acts { (Press::new("按这样再看一遍")) }
            }
        },
    ))
}

fn offers(places: &[Place]) -> Vec<Choice> {
    let mut all = vec![Choice::new(Target::Keep.word(), "留在备注里")];
    all.extend(
        places
            .iter()
            .map(|p| Choice::new(p.target.word(), &p.label)),
    );
    all
}

/// The first words of a column.
fn sample(sheet: &Sheet, column: usize) -> String {
    let first = sheet.head.at + sheet.head.rows;
    let said: Vec<String> = sheet
        .rows
        .iter()
        .skip(first)
        .filter_map(|r| r.get(column))
        .map(|c| text::clip(&text::one_line(&c.text()), 16))
        .filter(|t| !t.is_empty())
        .take(2)
        .collect();
    said.join("；")
}

fn bad(
    cx: &Cx<ImportRegister>,
    register: &str,
    sheet: &Sheet,
    checked: &Checked,
) -> Result<Markup> {
    let columns = [
        Column::new("第几行").num(),
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("哪里不对，怎么改").phone(Phone::Labelled),
    ];
    let row = |b: &Bad| {
        Row::new(vec![
            html! { (b.line) },
            html! { (text::clip(&b.title, 40)) },
            html! { (b.errors.join("；")) },
        ])
    };
    let rows: Vec<Row> = checked.bad.iter().take(SHOWN).map(row).collect();
    let body = html! {
        (ledger("有错误的行", &columns, &rows, &more(checked.bad.len())))
        form method="post" action={ (at(register)) "/" (sheet.id) "/errors.xlsx" } data-download {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            p.acts { (Press::new("下载这张表，错误写在最后一栏")) }
        }
    };
    Ok(section("bad", "这些行有错误", &"", &body))
}

fn more(all: usize) -> String {
    match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("还有 {more} 行没有列出来"),
    }
}

/// What goes into notes and what is no line of the book.
fn others(checked: &Checked) -> Markup {
    let kept: Vec<String> = checked
        .kept
        .iter()
        .map(|(label, n)| format!("“{label}” {n} 行"))
        .collect();
    html! {
        @if !kept.is_empty() {
            (note(Tone::Plain, "留在件的备注里：", &format!("{}。打开件就能看到。", kept.join("，"))))
        }
        @if !checked.passed.is_empty() {
            (section("passed", "没有当作一件的行", &"", &html! {
                ul {
                    @for (line, why) in checked.passed.iter().take(SHOWN) { li { "第 " (line) " 行　" (why) } }
                }
                @if checked.passed.len() > SHOWN { p.hint { (more(checked.passed.len())) } }
            }))
        }
    }
}

fn first_lines(sheet: &Sheet, checked: &Checked) -> Markup {
    let columns = [
        Column::new("第几行").num().phone(Phone::Dropped),
        Column::new("年份").short().phone(Phone::Labelled),
        Column::new("编号").short().phone(Phone::Labelled),
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("事项").phone(Phone::Labelled),
        Column::new("办结").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = checked
        .good
        .iter()
        .take(FIRST)
        .map(|l| {
            let kin = sheet.kindred.get(l.kin).map(|k| &k.procedure);
            let number = l.number.as_ref().map(|n| match (&n.written, kin) {
                (Some(written), _) => written.clone(),
                (None, Some(p)) => p.series.as_ref().map_or_else(
                    || n.n.to_string(),
                    |s| s.written("", l.year, u32::try_from(n.n).unwrap_or(0)),
                ),
                (None, None) => n.n.to_string(),
            });
            let state = if l.archived.is_some() {
                "归档"
            } else {
                "办结"
            };
            Row::new(vec![
                html! { (l.line) },
                html! { (l.year) },
                html! { (number.unwrap_or_else(|| "—".to_owned())) },
                html! { (text::clip(&l.title, 60)) },
                html! { (kin.map_or("", |p| p.name.as_str())) },
                html! { (state) },
            ])
        })
        .collect();
    let rest = checked.good.len().saturating_sub(FIRST);
    let total = if rest == 0 {
        String::new()
    } else {
        format!("还有 {rest} 行")
    };
    ledger("头几件", &columns, &rows, &total)
}

fn confirm(
    cx: &Cx<ImportRegister>,
    register: &str,
    sheet: &Sheet,
    checked: &Checked,
) -> Result<Markup> {
    let on_bad = vec![
        Choice::new("refuse", "有错误就一行也不导，改好再传"),
        Choice::new("skip", "跳过有错误的行，先导没有问题的"),
    ];
    let this_year = cx.zone().year(cx.at);
    let floors: Vec<String> = checked
        .floors
        .iter()
        .filter(|((_, _, year), _)| *year == this_year)
        .map(|((_, key, year), n)| format!("{key} {year} 年的新号从 {} 号以后取", n))
        .collect();
    Ok(html! {
        form method="post" action={ (at(register)) "/" (sheet.id) "/run" } {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            @if !checked.bad.is_empty() {
                (form::radios("on_bad", "有错误的行怎么办", on_bad).value("refuse"))
            }
            @if !floors.is_empty() {
                p.hint { "导入以后，" (floors.join("；")) "，不会和旧号重复。" }
            }
            p.acts {
                button.btn.key type="submit" { "导入 " (checked.good.len()) " 件" }
                (Link::new("不导了", format!("/register/{register}")).button())
            }
        }
    })
}
