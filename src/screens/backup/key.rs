//! The recovery key: printed once on a sheet, typed back before backups are called safe, exchanged for a new one.
//! Invariant: the answer that shows a key is the only one that ever does.

use super::{KEY_AT, SetKey};
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result, qr};
use crate::store::backup::{self, KeyRow};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{State, Tone, note, state};
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::qr::qr_svg;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{BACKUP_AT, Cx, Reply};

pub(super) fn show(cx: &mut Cx<SetKey>) -> Result<Reply> {
    Ok(Reply::Page(draw(cx, "", &FieldErrors::default())?))
}

pub(super) fn make(cx: &mut Cx<SetKey>) -> Result<Reply> {
    let by = cx.who().name.clone();
    let key = backup::make_key(&cx.state.store, &by, cx.permit.stamp())?;
    Ok(Reply::Page(sheet(cx, &key)))
}

pub(super) fn prove(cx: &mut Cx<SetKey>) -> Result<Reply> {
    let (typed, by) = (cx.form("key").to_owned(), cx.who().name.clone());
    match backup::prove_key(&cx.state.store, &typed, &by, cx.permit.stamp()) {
        Ok(()) => {
            cx.tell("恢复码核对无误。请把那张纸收进保险柜，再复印一张放在别处");
            Ok(Reply::To(BACKUP_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw(cx, &typed, &errors)?)),
        Err(e) => Err(e),
    }
}

fn draw(cx: &Cx<SetKey>, typed: &str, errors: &FieldErrors) -> Result<Markup> {
    let keys = backup::keys(&cx.state.store)?;
    let content = html! {
        (crumbs(&Link::new("备份", BACKUP_AT), &[], "恢复码"))
        (heading("恢复码", "", &html! {}))
        (form::errors(errors))
        (note(Tone::Plain, "备份是加了密的，只有恢复码能打开。", &"恢复码只印在纸上，这台电脑里也没有。纸丢了，以前的备份谁也打不开，我们也不能；所以至少要有两张，放在两个地方。"))
        @if let Some(key) = keys.first() { (prove_form(cx, key, typed, errors)?) }
        (make_form(cx, keys.is_empty())?)
        @if !keys.is_empty() { (section("h-keys", "印过的恢复码", &"旧备份还用旧的打开，旧的也请留着", &table(cx, &keys))) }
    };
    Ok(cx.draw(&Page::new("恢复码").wrong(errors), &content))
}

fn prove_form(cx: &Cx<SetKey>, key: &KeyRow, typed: &str, errors: &FieldErrors) -> Result<Markup> {
    let lead = format!("核对编号 {} 的恢复码", key.number);
    let body = html! {
        @if key.proved_at.is_some() {
            p { "每个月拿出那张纸对照抄一遍，证明还在、还看得清。大小写、空格、短线都随意。" }
        } @else {
            p { "对照刚印的纸抄一遍，证明印对了、看得清。大小写、空格、短线都随意。" }
        }
        form method="post" action="/backup/key/prove" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::lined("key", "恢复码").need().value(typed).complete("off").hint("8 组，每组 5 个字").check(errors))
            p.acts { button.btn.key type="submit" { "核对" } }
        }
    };
    Ok(section("h-prove", &lead, &"", &body))
}

fn make_form(cx: &Cx<SetKey>, first: bool) -> Result<Markup> {
    let (title, press) = if first {
        ("印第一张恢复码", "印恢复码")
    } else {
        ("换一张新的", "换一张新的恢复码")
    };
    let body = html! {
        @if first { p { "点下面的按钮，会出来一页 A4 纸：请当场打印。离开那一页就再也看不到了。" } }
        @else { p { "纸丢了、被别人看到了，就换一张。换了以后新做的备份用新的打开，以前的仍用以前那张。" } }
        form method="post" action=(KEY_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            p.acts { button.btn.key[first] type="submit" { (press) } }
        }
    };
    Ok(section("h-make", title, &"", &body))
}

fn table(cx: &Cx<SetKey>, keys: &[KeyRow]) -> Markup {
    let columns = [
        Column::new("编号").spine(),
        Column::new("谁印的").phone(Phone::Labelled),
        Column::new("什么时候").phone(Phone::Labelled),
        Column::new("核对").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = keys
        .iter()
        .map(|k| {
            let proved = match k.proved_at {
                Some(at) => {
                    html! { (state(State::Ok, "已核对")) " " (cx.zone().short_time(at, cx.at)) }
                }
                None => state(State::Warn, "还没核对"),
            };
            Row::new(vec![
                html! { (k.number) },
                html! { (k.made_by) },
                html! { (cx.zone().short_time(k.made_at, cx.at)) },
                proved,
            ])
        })
        .collect();
    ledger("印过的恢复码", &columns, &rows, "")
}

/// One A4 leaf with the key, large, and as a code for the camera.
fn sheet(cx: &Cx<SetKey>, key: &RecoveryKey) -> Markup {
    let number = format!("编号 {}", key.number());
    let day = cx.zone().day(cx.at).long();
    let leaf = Leaf {
        org: &cx.site().office_full,
        title: "备份恢复码",
        line: (&day, &number),
        tail: &[
            "复印一张，两张放在两个地方：保险柜一张，另一栋楼一张。不要拍照，不要存在电脑里。",
            "电脑坏了：找一台新电脑，启动砚台，选“从备份恢复”，写备份所在的文件夹和上面的恢复码。",
        ],
        place: (1, 1),
        void: None,
    };
    let groups = key.groups();
    let rows = html! {
        @for (n, pair_of) in groups.chunks(2).enumerate() {
            (row(Height::Sign, &html! {
                @for (i, group) in pair_of.iter().enumerate() {
                    th.k colspan="2" scope="row" { "第 " (n * 2 + i + 1) " 组" }
                    td colspan="4" { b { (group) } }
                }
            }))
        }
        (row(Height::Line, &html! { (pair("编号", &key.number(), 4)) (pair("印制人", &cx.who().name, 4)) }))
        (row(Height::Line, &html! {
            th.k colspan="2" scope="row" { "说明" }
            td colspan="10" { "没有字母 I、L、O、U；像 1 的是数字一，像 0 的是数字零。这张纸能打开本单位的全部备份，请像公章一样保管。" }
        }))
        (row(Height::Sign, &html! { (pair("保管人", "", 4)) (pair("交接日期", "", 4)) }))
    };
    let dark = qr::matrix(&key.text()).unwrap_or_default();
    let code = qr_svg(&dark, "恢复码的二维码");
    let bar = PrintBar {
        back: KEY_AT,
        said: "请现在打印。离开这一页就再也看不到这个恢复码；打印好了返回，对照纸上抄一遍。",
    };
    let leaf = leaf.show(&rows, (!dark.is_empty()).then_some(&code));
    print_page(cx.site(), &Page::new("备份恢复码"), &bar, &leaf)
}
