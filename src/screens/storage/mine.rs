//! `/storage/mine`: a department's own administrator and the department's cabinets: state, size, boxes; whether
//! it is confidential; its procedures and numbers; the posts whose rights he sets (`posts`). Shows no case: to run a file is not to read it.

use super::cabinets::cabinet;
use super::stock::{Stock, mode_word};
use super::{CONFIDENTIAL_AT, MINE_AT, NUMBERS_AT, SeeMine, SetConfidential, VOLUME_AT};
use crate::inbox::alert_store;
use crate::kit::text::size;
use crate::kit::{DeptId, Error, Result, ShelfNo};
use crate::store::{Volume, set_confidential};
use crate::ui::deed::Press;
use crate::ui::frame::{Page, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};

/// GET `/storage/mine`.
pub(super) fn page(cx: &mut Cx<SeeMine>) -> Result<Reply> {
    let stock = Stock::read(cx)?;
    let runs = cx.who().runs.clone();
    let content = html! {
        (heading("本部门的柜", "由您管，不由单位的管理员管", &html! {}))
        @for dept in &runs { (one(cx, &stock, *dept)?) }
    };
    Ok(Reply::Page(
        cx.draw(&Page::new("本部门的柜").wide(), &content),
    ))
}

fn one(cx: &Cx<SeeMine>, stock: &Stock, dept: DeptId) -> Result<Markup> {
    let name = stock.directory.dept_name(dept).to_owned();
    let own: Vec<&Volume> = stock
        .volumes
        .iter()
        .filter(|v| v.key.dept == Some(dept.0))
        .collect();
    let exclusive = stock.rule.except.get(&dept.0).is_some_and(|p| p.exclusive);
    let quiet = cx.state.store.confidential().contains(&dept.0);
    let bytes: u64 = own.iter().map(|v| v.bytes).sum();
    let rows = [
        ("部门", name.clone()),
        (
            "自己的柜",
            match own.len() {
                0 => "还没有".to_owned(),
                n => format!("{n} 个，一共 {}", size(bytes)),
            },
        ),
        ("单位的存放办法", mode_word(stock.rule.mode()).to_owned()),
        (
            "保密",
            if quiet {
                "保密：别人看不到标题"
            } else {
                "不保密"
            }
            .to_owned(),
        ),
    ];
    Ok(html! {
        (facts(&name, &rows))
        @if !exclusive {
            (note(Tone::Plain, "本部门现在和别的部门共用一柜。",
                &"要有自己的柜，请系统管理员在“库房”里改存放办法。"))
        }
        @if own.is_empty() {
            (empty("自己的柜还是空的。", "登记第一件，或者等案卷搬来以后，这里就有了。", &[]))
        } @else {
            div.vault { @for volume in &own { (cabinet(stock, volume)) } }
            p.acts {
                @for volume in &own {
                    (Link::new(format!("{:04} 柜：备份、封存、带走", volume.no), format!("{VOLUME_AT}/{}", volume.no)).button())
                }
            }
        }
        (section("own", "本部门的事项和编号", &"", &affairs(cx, dept)))
        @if exclusive || quiet { (section("quiet", "保密", &"", &secrecy(cx, dept, quiet)?)) }
        (section("posts", "本部门岗位的权限", &"", &posts(stock, dept)))
    })
}

/// Procedures and numbers of the department, each on its page.
fn affairs(cx: &Cx<SeeMine>, dept: DeptId) -> Markup {
    let all = cx.state.engine.procedures.all();
    let own = all.iter().filter(|p| p.procedure.department == Some(dept));
    let off = all.iter().filter(|p| p.standing.off_in.contains(&dept));
    html! {
        p { "自己的事项 " (own.count()) " 个；全单位的事项，本部门停用了 " (off.count()) " 个。" }
        p.acts {
            (Link::new("事项：自己做，或者停用全单位的", super::super::procedures::AT).button())
            (Link::new("编号：编到几号，从几号起", NUMBERS_AT).button())
        }
    }
}

fn secrecy(cx: &Cx<SeeMine>, dept: DeptId, quiet: bool) -> Result<Markup> {
    let (value, word) = match quiet {
        true => ("0", "取消保密"),
        false => ("1", "设为保密"),
    };
    Ok(html! {
        p {
            @if quiet { "本部门的件，标题和文字不进全单位的清单、提醒和邮件；能看的人打开清单时才从本部门的柜里取出来。" }
            @else { "设为保密以后，本部门的件标题和文字不进全单位的清单、提醒和邮件；能看的人照常看得到，登记簿里按文字的条件找不到它们，要用“查找”。" }
        }
        form method="post" action=(CONFIDENTIAL_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("dept", &dept.to_string()))
            p.acts { (Press::new(word).posts("quiet", value)) }
        }
    })
}

fn posts(stock: &Stock, dept: DeptId) -> Markup {
    let d = &stock.directory;
    let columns = [
        Column::new("岗位").phone(Phone::Title),
        Column::new("谁在岗").phone(Phone::Labelled),
        Column::new("能办什么").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = d
        .posts_in(dept)
        .map(|p| {
            let people: Vec<&str> = d.holders_of(p.id).map(|x| x.name.as_str()).collect();
            let roles: Vec<&str> = p.roles.iter().map(|r| r.label()).collect();
            Row::new(vec![
                html! { (Link::new(p.name.clone(), format!("{MINE_AT}/post/{}", p.id))) },
                html! { (people.join("、")) },
                html! { (roles.join("、")) },
            ])
        })
        .collect();
    match rows.is_empty() {
        true => empty(
            "本部门还没有岗位。",
            "请系统管理员在“组织机构”里设岗位。",
            &[],
        ),
        false => ledger("本部门的岗位", &columns, &rows, ""),
    }
}

/// POST `/storage/mine/confidential`.
pub(super) fn confide(cx: &mut Cx<SetConfidential>) -> Result<Reply> {
    let dept: DeptId = cx.form("dept").parse().map_err(|_| Error::NotFound)?;
    if !cx.who().runs_dept(dept) {
        return Err(Error::NotFound);
    }
    let quiet = cx.form("quiet") == "1";
    let rule = cx.state.store.rule()?;
    if quiet && !rule.except.get(&dept.0).is_some_and(|p| p.exclusive) {
        let why = "本部门和别的部门共用一柜，不能设保密。请先请系统管理员给本部门自己的柜";
        return Err(Error::Conflict(why.into()));
    }
    cx.write_on(ShelfNo::HUB, format!("dept/{dept}"), move |w| {
        w.note(if quiet {
            "设为保密"
        } else {
            "取消保密"
        });
        w.quiet("部门保密变动；清单另行重做");
        set_confidential(w, dept.0, quiet)?;
        match quiet {
            true => alert_store::keep_back(w, dept.0),
            false => Ok(()),
        }
    })?;
    cx.state.store.conceal()?;
    cx.tell(match quiet {
        true => "已设为保密，清单里本部门的标题和文字都已取走",
        false => "已取消保密，清单里又有本部门的标题了",
    });
    Ok(Reply::To(MINE_AT.into()))
}
