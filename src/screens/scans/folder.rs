//! Choosing the folder on the server PC that the scanner writes to: a path typed, and looked at before it
//! is believed. Only there or over an encrypted connection: files are moved about in it.

use super::{ChooseFolder, DESK_AT, FOLDER_AT};
use crate::inbox::{scan_folder, scan_store};
use crate::kit::{Error, FieldErrors, Result, ShelfNo, text};
use crate::ui::deed::Press;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};

const NAME: &str = "folder";

/// GET.
pub fn show(cx: &mut Cx<ChooseFolder>) -> Result<Reply> {
    let now = scan_store::find_folder(&cx.state.store.hub()?)?.unwrap_or_default();
    draw(cx, &now, &now, &FieldErrors::default()).map(Reply::Page)
}

/// POST: an empty path means that none is watched.
pub fn choose(cx: &mut Cx<ChooseFolder>) -> Result<Reply> {
    let typed = text::one_line(cx.form(NAME));
    let checked = match typed.as_str() {
        "" => Ok(String::new()),
        typed => scan_folder::check(typed, &cx.state.data_root)
            .map(|path| path.to_string_lossy().into_owned()),
    };
    match checked {
        Ok(path) => {
            let said = if path.is_empty() {
                "不再看文件夹了".to_owned()
            } else {
                format!("已设好：{path}。扫描仪存到这里的文件，几秒钟后就在“扫描件”里")
            };
            cx.write_on(ShelfNo::HUB, "scan.folder", move |w| {
                w.quiet("单位设置，不影响各类清单");
                w.note(path.clone());
                scan_store::set_folder(w, &path).map(drop)
            })?;
            cx.tell(&said);
            Ok(Reply::To(FOLDER_AT.into()))
        }
        Err(Error::Invalid(errors)) => {
            let now = scan_store::find_folder(&cx.state.store.hub()?)?.unwrap_or_default();
            draw(cx, &now, &typed, &errors).map(Reply::Wrong)
        }
        Err(e) => Err(e),
    }
}

fn draw(cx: &Cx<ChooseFolder>, now: &str, typed: &str, errors: &FieldErrors) -> Result<Markup> {
    let gone = !now.is_empty() && !std::path::Path::new(now).is_dir();
    let folder = form::text(NAME, "这台服务器电脑上的文件夹")
        .value(typed)
        .hint(
            "写完整的路径，例如 D:\\扫描。先建好文件夹，再把扫描仪的“存到电脑”指到它；留空就是不用",
        )
        .check(errors);
    let op = cx.new_op()?;
    let content = html! {
        (crumbs(&Link::new("返回管理", DESK_AT), &[], "扫描文件夹"))
        (heading("扫描文件夹", "", &html! {}))
        @if gone {
            (note(Tone::Bad, "文件夹不见了：", &html! { (now) "。请把它建回来，或者换一个；在这以前新的扫描件收不进来。" }))
        }
        div.prose {
            p { "扫描仪存到这个文件夹里的文件，砚台每隔几秒看一次，存好以后放进收发文员的“扫描件”，原文件移到里面的“已收”。" }
            p { "收不进的（打不开、超过 200 MB、标有密级的）移到“未收”，原因写在“扫描件”页上。砚台不删除这个文件夹里的任何文件，“已收”里的可以由您定期清理。" }
        }
        form method="post" action=(FOLDER_AT) {
            (form::tokens(cx.csrf(), &op))
            (form::errors(errors))
            (folder)
            p.acts { (Press::key("保存文件夹")) }
        }
    };
    Ok(cx.draw(&Page::new("扫描文件夹").wrong(errors), &content))
}
