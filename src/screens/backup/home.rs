//! The first page: how it stands, what goes on, what is wrong, places, what is kept. Its buttons only ask; the server's
//! backup thread does what was asked.

use super::{DRILLS_AT, KEY_AT, LOST_AT, RunBackup, SeeBackup, SetPlaces};
use crate::access::Action;
use crate::kit::Result;
use crate::kit::text::size;
use crate::screens::people::DESK_AT;
use crate::store::backup::{self, Kept, Level, Place, Standing, Step, Wish};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, line, lines, section};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{BACKUP_AT, Cx, RESTORE_AT, Reply};

/// Backups shown; the rest is at the places.
const SHOWN: u32 = 60;

pub(super) fn show(cx: &mut Cx<SeeBackup>) -> Result<Reply> {
    let store = &cx.state.store;
    let going = store.backups().going();
    let status = backup::status(store)?;
    let places = backup::places(store)?;
    let kept = backup::list(store, None, SHOWN)?;
    let stands = match (&status.last_good, backup::alarms(store).first()) {
        (Some(_), None) => State::Ok,
        (Some(_), Some(a)) if a.0 == Level::Warn => State::Warn,
        _ => State::Bad,
    };
    let content = html! {
        (crumbs(&Link::new("返回管理", DESK_AT), &[], "备份"))
        (heading("备份", "", &html! {}))
        p { (state(stands, &status.words)) }
        (wrong(cx))
        (goes_on(cx, going.as_ref())?)
        (section("h-places", "备份位置", &"最好有两个", &of_places(cx, &places)?))
        (section("h-kept", "留着的备份", &"每小时一份", &of_kept(cx, &places, &kept)))
        (section("h-more", "还有", &"", &lines(&[
            line(&Link::new("恢复码：没有它，备份打不开", KEY_AT), ""),
            line(&Link::new("恢复演练的记录", DRILLS_AT), "每月自己做一次"),
            line(&Link::new("恢复以后丢失的内容", LOST_AT), ""),
        ])))
        (section("h-how", "怎么恢复", &"", &how()))
    };
    let page = Page::new("备份");
    let page = if going.is_some() {
        page.refresh(2)
    } else {
        page
    };
    Ok(Reply::Page(cx.draw(&page, &content)))
}

fn how() -> Markup {
    html! {
        ul.lines {
            li { b { "换一台电脑。" } "在新电脑上启动砚台，第一页选“从备份恢复”，写备份所在的文件夹和恢复码。" }
            li { b { "只有一个柜坏了。" } "到" (Link::new("打不开的柜子", RESTORE_AT)) "里选它，写备份所在的文件夹和恢复码。别的柜照常办，坏的文件会移到一边，不会删掉。" }
            li { b { "总库坏了。" } "停止砚台，在这台电脑上运行 inkstone restore 备份文件 --data 数据文件夹 --hub。" }
        }
    }
}

fn wrong(cx: &Cx<SeeBackup>) -> Markup {
    let all = backup::alarms(&cx.state.store);
    let superseded = !cx.state.store.backups().superseded().is_empty();
    html! {
        @for (level, words, link) in &all {
            (note(if *level == Level::Bad { Tone::Bad } else { Tone::Plain }, words, &html! {
                @if *link != BACKUP_AT { (Link::new("去办", *link)) }
            }))
        }
        @if superseded && here(cx) {
            form method="post" action="/backup/takeover" {
                (crate::ui::form::token(cx.csrf()))
                p.acts { button.btn type="submit" { "那一台只是试着恢复的，仍由这台备份" } }
            }
        }
    }
}

fn here<A: Action>(cx: &Cx<A>) -> bool {
    cx.peer().at_server() || cx.peer().https
}

fn goes_on(cx: &Cx<SeeBackup>, going: Option<&Step>) -> Result<Markup> {
    let desk = cx.state.store.backups();
    let (csrf, said) = (cx.csrf(), desk.said());
    let button = |at: &str, press: Press| -> Result<Markup> {
        Ok(one_button(at, csrf, &cx.new_op()?, &press))
    };
    if let Some(step) = going {
        return Ok(html! {
            p role="status" { (step.words) @if let Some(share) = percent(step) { "　" b { (share) "%" } } }
            @if here(cx) { (button("/backup/stop", Press::new("取消"))?) }
            p.hint { "大家照常办公。本页自己刷新。" }
        });
    }
    Ok(html! {
        @if !said.is_empty() { p { (said) } }
        @if here(cx) {
            div.acts {
                (button("/backup/run", Press::key("马上备份"))?)
                (button("/backup/drill", Press::new("马上演练"))?)
            }
        } @else {
            p.hint { "马上备份、改位置、印恢复码，请到服务器那台电脑上办。" }
        }
    })
}

fn percent(step: &Step) -> Option<u64> {
    let share = step.done.saturating_mul(100).checked_div(step.of)?;
    Some(share.min(100))
}

fn of_places(cx: &Cx<SeeBackup>, places: &[Place]) -> Result<Markup> {
    let add = Link::new("加一个位置", "/backup/place");
    if places.is_empty() {
        let next = "请准备一块移动硬盘、一个 U 盘，或者另一台电脑上的共享文件夹。";
        let acts = if here(cx) { vec![add] } else { Vec::new() };
        return Ok(empty("还没有备份位置，备份没有开始。", next, &acts));
    }
    let columns = [
        Column::new("文件夹").spine(),
        Column::new("情况").phone(Phone::Labelled),
        Column::new("办").phone(Phone::Labelled),
    ];
    let mut rows = Vec::new();
    for place in places {
        let acts = if here(cx) {
            html! {
                (one_button(&format!("/backup/place/{}/test", place.id), cx.csrf(), &cx.new_op()?, &Press::new("试一试")))
                (one_button(&format!("/backup/place/{}/remove", place.id), cx.csrf(), &cx.new_op()?, &Press::new("不再用")))
            }
        } else {
            html! {}
        };
        rows.push(Row::new(vec![
            html! { (place.path) },
            how_it_is(cx, place),
            acts,
        ]));
    }
    Ok(html! {
        (ledger("备份位置", &columns, &rows, ""))
        @if here(cx) { p.acts { (add.button()) } }
    })
}

fn how_it_is(cx: &Cx<SeeBackup>, place: &Place) -> Markup {
    match place.trouble_since {
        None => state(State::Ok, "能写"),
        Some(since) => html! {
            (state(State::Bad, "写不进去")) " 从 " (cx.zone().short_time(since, cx.at)) " 起。" (place.trouble)
        },
    }
}

fn of_kept(cx: &Cx<SeeBackup>, places: &[Place], kept: &[Kept]) -> Markup {
    if kept.is_empty() {
        return empty(
            "还没有备份。",
            "位置和恢复码都有了，一分钟以内自己开始第一次。",
            &[],
        );
    }
    let columns = [
        Column::new("什么时候").spine(),
        Column::new("核对").phone(Phone::Labelled),
        Column::new("件").num().phone(Phone::Labelled),
        Column::new("附件").num().phone(Phone::Labelled),
        Column::new("大小").num().phone(Phone::Labelled),
        Column::new("恢复码").phone(Phone::Labelled),
        Column::new("在哪里").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = kept
        .iter()
        .map(|k| {
            let place = places.iter().find(|p| p.id == k.place);
            let verdict = if k.standing == Standing::Good {
                state(State::Ok, "已验证")
            } else {
                html! { (state(State::Bad, "没有通过")) " " (k.words) }
            };
            Row::new(vec![
                html! { (cx.zone().short_time(k.made_at, cx.at)) },
                verdict,
                html! { (k.cases) },
                html! { (k.files) },
                html! { (size(k.bytes)) },
                html! { (k.key) },
                html! { (place.map_or("", |p| p.path.as_str())) },
            ])
        })
        .collect();
    ledger("留着的备份", &columns, &rows, "")
}

pub(super) fn run(cx: &mut Cx<RunBackup>) -> Result<Reply> {
    cx.state.store.backups().ask(Wish::Backup);
    cx.tell("马上开始备份，做完会自己打开核对");
    Ok(Reply::To(BACKUP_AT.into()))
}

pub(super) fn stop(cx: &mut Cx<RunBackup>) -> Result<Reply> {
    cx.state.store.backups().stop();
    cx.tell("正在停下。没有做完的会删掉，以前的备份都还在");
    Ok(Reply::To(BACKUP_AT.into()))
}

pub(super) fn drill(cx: &mut Cx<RunBackup>) -> Result<Reply> {
    cx.state.store.backups().ask(Wish::Drill);
    cx.tell("马上开始演练：把最近的备份恢复到临时文件夹，逐项核对，再删掉");
    Ok(Reply::To(BACKUP_AT.into()))
}

pub(super) fn take_over(cx: &mut Cx<SetPlaces>) -> Result<Reply> {
    backup::take_over(&cx.state.store, cx.permit.stamp())?;
    cx.tell("以后由这台电脑备份；另一台再启动，会看到它是旧的");
    Ok(Reply::To(BACKUP_AT.into()))
}
