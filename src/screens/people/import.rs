//! 管理 → 导入人员 (U45): template, upload or paste, preview, do it; the sheet comes back with a column 错误.
//! Between preview and doing nothing lies on the server: the sheet travels in the form and is checked
//! again (`org::import`). Not for what a row means.

use super::roster::XLSX;
use super::sheet::{self, Filled};
use super::{DESK_AT, IMPORT_AT, ImportPeople, ROSTER_AT, SLIPS_AT};
use crate::kit::{Cell, Error, OrganId, Result, ShelfNo, sheet as table};
use crate::org::import::{self, Checked, Choice, Good, OnBad, Others, Seat, Whom};
use crate::org::{Directory, export};
use crate::ui::deed::Press;
use crate::ui::form::{self, Choice as Offer};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply};

/// A list of people is never larger.
const LARGEST: i64 = 8 << 20;
/// Rows shown of a long sheet; the others are counted.
const SHOWN: usize = 300;

pub(super) fn show(cx: &mut Cx<ImportPeople>) -> Result<Reply> {
    draw_choose(cx, &Filled::fresh())
}

/// The preview is the answer to a posted sheet; asked for by address, it begins at the beginning.
pub(super) fn start(_: &mut Cx<ImportPeople>) -> Result<Reply> {
    Ok(Reply::To(IMPORT_AT.into()))
}

fn organ(cx: &Cx<ImportPeople>) -> Result<OrganId> {
    let d = cx.state.org.current();
    let asked = cx.form("organ").parse().ok().map(OrganId);
    let asked = asked.filter(|id| d.organs().any(|o| o.id == *id));
    let own = d
        .organs()
        .map(|o| o.id)
        .find(|id| *id == cx.who().organ)
        .or_else(|| d.first_organ().map(|o| o.id));
    let none = || Error::invalid("organ", "还没有单位，请先在组织机构里新增");
    asked.or(own).ok_or_else(none)
}

fn draw_choose(cx: &Cx<ImportPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let organs: Vec<Offer> = d
        .organs()
        .map(|o| Offer::new(o.id.to_string(), &o.name))
        .collect();
    let first = organs.first().map(|c| c.value.clone()).unwrap_or_default();
    let template = Link::new("下载模板", format!("{IMPORT_AT}/template.xlsx"));
    let content = html! {
        (crumbs(&Link::new("返回人员", ROSTER_AT), &[Link::new("管理", DESK_AT)], "导入人员"))
        (heading("导入人员", "", &template.button()))
        (form::errors(&filled.errors))
        ol {
            li { "下载模板，一人一行填好：姓名、部门、岗位、手机、工号。" }
            li { "传上来先看一遍，哪一行有错、会新增谁，都列给您看。" }
            li { "点“导入”才真正办。同一张表再传一次只更新，不会变成两个人。" }
        }
        form method="post" action={ (IMPORT_AT) "/check" } enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            @if organs.len() > 1 {
                (filled.put(form::select("organ", "导入到哪个单位", organs), "organ", &first))
            }
            (form::file("file", "人员表").accept(".xlsx,.xls,.et,.ods,.csv")
                .hint("Excel、WPS 表格或 CSV 都行").check(&filled.errors))
            (filled.put(
                form::area("pasted", "或者从表格里复制，粘贴到这里", 5).hint("连表头一起复制"),
                "pasted",
                "",
            ))
            p.acts { button.btn.key type="submit" { "先看一遍" } }
        }
    };
    let page = cx.draw(&Page::new("导入人员").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

pub(super) fn template(cx: &mut Cx<ImportPeople>) -> Result<Reply> {
    let d = cx.state.org.current();
    let bytes = export::template_file(&d, organ(cx)?)?;
    Ok(Reply::File(FileReply::made(
        "人员导入模板.xlsx",
        XLSX,
        bytes,
    )))
}

pub(super) fn check(cx: &mut Cx<ImportPeople>) -> Result<Reply> {
    let d = cx.state.org.current();
    let looked = organ(cx).and_then(|organ| {
        let cells = cells(cx)?;
        Ok((organ, import::check(cells, &d, organ)?))
    });
    match looked {
        Ok((organ, checked)) => draw_preview(cx, organ, &checked, &Filled::fresh()),
        Err(why) => draw_choose(cx, &Filled::again(&cx.input, why)?),
    }
}

/// The sheet: the file, else what was pasted.
fn cells(cx: &Cx<ImportPeople>) -> Result<Vec<Vec<Cell>>> {
    if let Some(file) = cx
        .files()
        .iter()
        .find(|f| f.field() == "file" && f.size() > 0)
    {
        return table::read_table(&file.bytes(LARGEST)?, file.name());
    }
    if cx.form("pasted").trim().is_empty() {
        let why = "请选一个人员表文件，或者把表格粘贴到下面的框里";
        return Err(Error::invalid("file", why));
    }
    import::of_text(cx.form("pasted"))
}

fn again(cx: &Cx<ImportPeople>) -> Result<(OrganId, Checked)> {
    let organ = organ(cx)?;
    let d = cx.state.org.current();
    Ok((
        organ,
        import::check(import::of_text(cx.form("sheet"))?, &d, organ)?,
    ))
}

/// The sheet back, with the column 错误.
pub(super) fn returned(cx: &mut Cx<ImportPeople>) -> Result<Reply> {
    let (_, checked) = again(cx)?;
    let name = "人员（有错误）.xlsx";
    Ok(Reply::File(FileReply::made(
        name,
        XLSX,
        checked.returned_file()?,
    )))
}

pub(super) fn apply(cx: &mut Cx<ImportPeople>) -> Result<Reply> {
    let (organ, checked) = again(cx)?;
    let sheet_again = checked.clone();
    let done = choice(cx)
        .and_then(|choice| cx.write(ShelfNo::HUB, move |w| import::apply(w, &checked, choice)));
    match done {
        Ok(receipt) => {
            sheet::reload(cx)?;
            let done = receipt.value;
            let mut said = format!(
                "导入好了：新增 {} 人，更新 {} 人，没有变动 {} 人",
                done.added.len(),
                done.updated,
                done.unchanged
            );
            if done.posts_made > 0 {
                said.push_str(&format!("，新设岗位 {} 个", done.posts_made));
            }
            if done.skipped > 0 {
                said.push_str(&format!("，跳过 {} 行", done.skipped));
            }
            said.push_str("。下一步打印密码单");
            cx.tell(&said);
            Ok(Reply::To(
                if done.added.is_empty() {
                    ROSTER_AT
                } else {
                    SLIPS_AT
                }
                .into(),
            ))
        }
        Err(why) => draw_preview(cx, organ, &sheet_again, &Filled::again(&cx.input, why)?),
    }
}

fn choice(cx: &Cx<ImportPeople>) -> Result<Choice> {
    Ok(Choice {
        on_bad: if cx.form("on_bad") == "skip" {
            OnBad::Skip
        } else {
            OnBad::Refuse
        },
        others: if cx.form("others") == "end" {
            Others::End
        } else {
            Others::Keep
        },
        from: sheet::day(cx, "from")?,
    })
}

fn draw_preview(
    cx: &Cx<ImportPeople>,
    organ: OrganId,
    checked: &Checked,
    filled: &Filled<'_>,
) -> Result<Reply> {
    let d = cx.state.org.current();
    let content = html! {
        (crumbs(&Link::new("重新选表", IMPORT_AT), &[Link::new("人员", ROSTER_AT)], "导入前看一遍"))
        (heading("导入前看一遍", d.organ_name(organ), &html! {}))
        (form::errors(&filled.errors))
        (counted(checked))
        @if !checked.bad.is_empty() { (bad(cx, organ, checked)?) }
        @if !checked.good.is_empty() {
            (confirm(cx, organ, checked, filled)?)
            (section("good", "这些行没有问题", &"", &good(&d, &checked.good)))
        }
    };
    let page = cx.draw(&Page::new("导入前看一遍").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn counted(checked: &Checked) -> Markup {
    let new = checked.good.iter().filter_map(|g| match g.whom {
        Whom::New(n) => Some(n),
        Whom::Known(_) => None,
    });
    let new: std::collections::BTreeSet<usize> = new.collect();
    let posts = checked.good.iter().filter_map(|g| match g.seat {
        Some(Seat::New { key, .. }) => Some(key),
        _ => None,
    });
    let posts: std::collections::BTreeSet<usize> = posts.collect();
    let rest = format!(
        "没有问题的 {} 行，涉及 {} 人，其中新增 {} 人；新设岗位 {} 个；有错误的 {} 行。",
        checked.good.len(),
        checked.people(),
        new.len(),
        posts.len(),
        checked.bad.len()
    );
    note(Tone::Plain, "还没有导入。", &rest)
}

/// What both forms of the preview carry along.
fn carried(cx: &Cx<ImportPeople>, organ: OrganId, checked: &Checked) -> Result<Markup> {
    Ok(html! {
        (form::tokens(cx.csrf(), &cx.new_op()?))
        (form::hidden("organ", &organ.to_string()))
        (form::hidden("sheet", &checked.to_text()))
    })
}

fn bad(cx: &Cx<ImportPeople>, organ: OrganId, checked: &Checked) -> Result<Markup> {
    let columns = [
        Column::new("第几行").num().phone(Phone::Labelled),
        Column::new("姓名").spine().phone(Phone::Title),
        Column::new("哪里不对，怎么改"),
    ];
    let rows: Vec<Row> = checked
        .bad
        .iter()
        .take(SHOWN)
        .map(|b| {
            let errors = b.errors.join("；");
            Row::new(vec![
                html! { (b.line) },
                html! { (b.name) },
                html! { (errors) },
            ])
        })
        .collect();
    let more = checked.bad.len().saturating_sub(SHOWN);
    let total = more_words(more);
    let body = html! {
        (ledger("有错误的行", &columns, &rows, &total))
        form method="post" action={ (IMPORT_AT) "/errors.xlsx" } data-download {
            (carried(cx, organ, checked)?)
            p.acts { (Press::new("下载这张表，错误写在最后一列")) }
        }
    };
    Ok(section("bad", "这些行有错误", &"", &body))
}

fn more_words(more: usize) -> String {
    if more == 0 {
        String::new()
    } else {
        format!("还有 {more} 行没有列出来")
    }
}

fn confirm(
    cx: &Cx<ImportPeople>,
    organ: OrganId,
    checked: &Checked,
    filled: &Filled<'_>,
) -> Result<Markup> {
    let on_bad = vec![
        Offer::new("refuse", "有错误就一个也不导，改好再传"),
        Offer::new("skip", "跳过有错误的行，先导没有问题的"),
    ];
    let others = vec![
        Offer::new("keep", "留着他们别的岗位"),
        Offer::new("end", "表里没写的岗位到昨天为止"),
    ];
    let today = sheet::today(cx).to_string();
    Ok(html! {
        form method="post" action=(IMPORT_AT) {
            (carried(cx, organ, checked)?)
            @if !checked.bad.is_empty() {
                (filled.put(form::radios("on_bad", "有错误的行怎么办", on_bad), "on_bad", "refuse"))
            }
            (filled.put(form::radios("others", "表里的人原来就有的别的岗位", others), "others", "keep"))
            (filled.put(form::date("from", "从哪天起").need(), "from", &today))
            p.acts {
                button.btn.key type="submit" { "导入 " (checked.people()) " 人" }
                (Link::new("不导了", ROSTER_AT).button())
            }
        }
    })
}

fn good(d: &Directory, good: &[Good]) -> Markup {
    let columns = [
        Column::new("第几行").num().phone(Phone::Dropped),
        Column::new("姓名").short().spine().phone(Phone::Title),
        Column::new("部门"),
        Column::new("岗位"),
        Column::new("手机").short().phone(Phone::Labelled),
        Column::new("工号").short().phone(Phone::Labelled),
        Column::new("会做什么").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = good.iter().take(SHOWN).map(|g| good_row(d, g)).collect();
    let total = more_words(good.len().saturating_sub(SHOWN));
    ledger("没有问题的行", &columns, &rows, &total)
}

fn good_row(d: &Directory, g: &Good) -> Row {
    let mut what = vec![match g.whom {
        Whom::New(_) => "新增".to_owned(),
        Whom::Known(_) => "更新".to_owned(),
    }];
    if matches!(g.seat, Some(Seat::New { .. })) {
        what.push("新设岗位".to_owned());
    }
    what.extend(g.notes.iter().cloned());
    let dept = g.dept.map(|id| d.dept_short(id)).unwrap_or_default();
    Row::new(vec![
        html! { (g.line) },
        html! { (g.name) },
        html! { (dept) },
        html! { (g.post_name) },
        html! { (g.mobile.as_deref().unwrap_or("—")) },
        html! { (g.staff_no.as_deref().unwrap_or("—")) },
        html! { (what.join("；")) },
    ])
}
