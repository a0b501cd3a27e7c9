//! Adding a place, trying it, using it no more. A folder is tried with a file before it is taken on.

use super::SetPlaces;
use crate::kit::text::size;
use crate::kit::{Error, Result};
use crate::screens::people::sheet::{Filled, Sheet};
use crate::store::backup;
use crate::ui::{Link, form, html};
use crate::web::{BACKUP_AT, Cx, Reply};

pub(super) fn new(cx: &mut Cx<SetPlaces>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<SetPlaces>) -> Result<Reply> {
    let path = cx.form("path").to_owned();
    let by = cx.who().name.clone();
    match backup::add_place(&cx.state.store, &path, &by, cx.permit.stamp()) {
        Ok(_) => {
            cx.state.store.backups().ask(backup::Wish::Backup);
            cx.tell("位置加好了，试过能写，马上做一次备份");
            Ok(Reply::To(BACKUP_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<SetPlaces>, filled: &Filled<'_>) -> Result<Reply> {
    Sheet {
        title: "加一个备份位置",
        small: "",
        back: Link::new("备份", BACKUP_AT),
        lead: html! {
            p { "写服务器电脑上能打开的一个文件夹。备份会放在它里面一个叫 inkstone 加编号的子文件夹，别的文件不动。" }
            p { "备份都加了密，没有恢复码打不开，放在别人的电脑上也看不到内容。" }
        },
        action: "/backup/place",
        rev: None,
        fields: html! {
            (filled.put(form::text("path", "文件夹").need()
                .hint("例如移动硬盘 E:\\备份，另一台电脑的共享 \\\\192.168.1.9\\备份；不要写在存数据的那块盘上"), "path", ""))
        },
        press: "试一试，加上",
    }
    .reply(cx, filled)
}

fn path_of(cx: &Cx<SetPlaces>) -> Result<backup::Place> {
    let id: i64 = cx.path("id")?;
    let all = backup::places(&cx.state.store)?;
    all.into_iter().find(|p| p.id == id).ok_or(Error::NotFound)
}

pub(super) fn test(cx: &mut Cx<SetPlaces>) -> Result<Reply> {
    let place = path_of(cx)?;
    let said = match backup::test(&place.path) {
        Ok(t) => format!("{} 能写，每秒 {}", place.path, size(t.speed)),
        Err(why) => format!("不行：{why}"),
    };
    cx.tell(&said);
    Ok(Reply::To(BACKUP_AT.into()))
}

pub(super) fn remove(cx: &mut Cx<SetPlaces>) -> Result<Reply> {
    let place = path_of(cx)?;
    backup::remove_place(&cx.state.store, place.id, cx.permit.stamp())?;
    cx.tell(&format!("以后不往 {} 备份了，里面的备份都还在", place.path));
    Ok(Reply::To(BACKUP_AT.into()))
}
