//! The page of one volume: how it stands, what stands in the way of closing its year, and what can be done.
//! Titles of open cases are shown to those who may see them anyway; others see numbers and holders.

use super::beside::offers;
use super::onward;
use super::picture::{cabinet, name_of};
use super::{
    AttachVolume, BackUpVolume, CarryVolume, ContinueVolume, ExportVolume, RESTORE_AT, STORAGE_AT,
    SealVolume, SeeVolume, SplitVolume, may_read, may_touch,
};
use crate::access::{Action, policy};
use crate::engine::index_store::find_listed;
use crate::kit::text::size;
use crate::kit::{Error, FieldErrors, Millis, Result};
use crate::org::Directory;
use crate::screens::case::files::bytes_said;
use crate::screens::storage::worth_saying;
use crate::store::freeze::{Closing, OpenCase, Sealing, SealingState, Work};
use crate::store::{Lost, Store, Volume, VolumeState};
use crate::ui::deed::{Press, one_button};
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// GET `/storage/volume/{no}`.
pub(super) fn show(cx: &mut Cx<SeeVolume>) -> Result<Reply> {
    let no: i64 = cx.path("no")?;
    draw(cx, no, &FieldErrors::default()).map(Reply::Page)
}

/// The page again, with what is wrong.
pub(super) fn again<A: Action>(cx: &Cx<A>, no: i64, why: Error) -> Result<Reply> {
    let errors = why.shown_at("")?;
    draw(cx, no, &errors).map(Reply::Wrong)
}

struct Seen<'a> {
    volume: &'a Volume,
    closing: &'a Closing,
    sealing: Option<&'a Sealing>,
    errors: &'a FieldErrors,
}

fn draw<A: Action>(cx: &Cx<A>, no: i64, errors: &FieldErrors) -> Result<Markup> {
    let store = &cx.state.store;
    let volume = store.volume(no)?;
    if !may_touch(cx.who(), &volume) {
        return Err(Error::NotFound);
    }
    if let Some(lost) = store.lost().into_iter().find(|l| l.volume == no) {
        return Ok(not_here(cx, &lost));
    }
    let (closing, sealing) = (store.closing(no)?, store.sealing(no)?);
    let directory = cx.state.org.current();
    let dept = |id: i64| match directory.dept_short(crate::kit::DeptId(id)) {
        "" => "总库里没有的部门".to_owned(),
        name => name.to_owned(),
    };
    let work = store.volume_work(no);
    let going = work.as_ref().is_some_and(|w| w.ended.is_none());
    let title = format!("{no:04} 柜");
    let seen = Seen {
        volume: &volume,
        closing: &closing,
        sealing: sealing.as_ref(),
        errors,
    };
    let content = html! {
        (crumbs(&Link::new("库房", STORAGE_AT), &[], &title))
        (heading(&title, &name_of(&volume, &dept), &html! {}))
        (form::errors(errors))
        @if let Some(work) = &work { (how_far(cx, no, work)?) }
        @else if let Some(why) = failed(sealing.as_ref()) { (note(Tone::Bad, "上次没有封存成。", &why)) }
        (cabinet(&volume, sealing.as_ref(), &dept, cx.zone()))
        (spare(store, &volume))
        @if !going { (acts(cx, &seen, &directory)?) }
    };
    let mut page = Page::new(&title).wrong(errors);
    if going {
        page = page.refresh(2);
    }
    Ok(cx.draw(&page, &content))
}

/// Its file ought to be here and cannot be opened: nothing else can be said of it.
fn not_here<A: Action>(cx: &Cx<A>, lost: &Lost) -> Markup {
    let title = format!("{:04} 柜", lost.volume);
    let content = html! {
        (crumbs(&Link::new("库房", STORAGE_AT), &[], &title))
        (heading(&title, "", &html! {}))
        (note(Tone::Bad, "现在打不开。", &lost.words))
        p.acts { (Link::new("去恢复", RESTORE_AT).button()) }
    };
    cx.draw(&Page::new(&title), &content)
}

/// Room inside the file that holds nothing any more.
fn spare(store: &Store, volume: &Volume) -> Markup {
    let known = store.spare(volume.no).unwrap_or_default();
    let shown = volume.state == VolumeState::Open && worth_saying(known.free, volume.bytes);
    html! { @if shown {
        (note(Tone::Plain, &format!("文件里空着 {}。", size(known.free)), &match known.stays {
            true => "案卷搬走以后留下的。这个文件是旧版本做的，空处不还给硬盘，以后登记的案卷先用它，文件不会变大。",
            false => "以后登记的案卷先用它；下一次搬库会把它还给硬盘。",
        }))
    } }
}

fn failed(sealing: Option<&Sealing>) -> Option<&str> {
    let failed = sealing.filter(|s| s.state == SealingState::Failed);
    failed.map(|s| s.words.as_str()).filter(|w| !w.is_empty())
}

fn how_far<A: Action>(cx: &Cx<A>, no: i64, work: &Work) -> Result<Markup> {
    let op = cx.new_op()?;
    let stop = format!("/storage/volume/{no}/stop");
    Ok(match &work.ended {
        Some(Ok(words)) => note(Tone::Done, "办好了。", words),
        Some(Err(words)) => note(Tone::Bad, "没有办成。", words),
        None => html! {
            section.moving aria-label="正在办" {
                div {
                    h2 { @if work.words.is_empty() { "正在开始" } @else { (work.words) } }
                    p.quiet {
                        "可以离开本页，会接着办；断电也不怕，下次启动接着办"
                        @if work.words == onward::WORDS { "，转过的不会再转" } "。"
                    }
                }
                p.acts { (one_button(&stop, cx.csrf(), &op, &Press::new("停下"))) }
                progress max=(work.of.max(1)) value=(work.done) aria-label="进度" {}
                p.nb { @if work.of > 100 { (work.done * 100 / work.of) "%" } }
            }
        },
    })
}

fn acts<A: Action>(cx: &Cx<A>, seen: &Seen<'_>, directory: &Directory) -> Result<Markup> {
    match seen.volume.state {
        VolumeState::Open => Ok(
            html! { (sealing_of(cx, seen, directory)?) (backing_up(cx, seen)?) (taking_out(cx, seen)?) },
        ),
        VolumeState::Frozen => Ok(
            html! { (sealed(cx, seen)) (backing_up(cx, seen)?) (carrying(cx, seen)?) (taking_out(cx, seen)?) },
        ),
        VolumeState::Detached => Ok(html! { (sealed(cx, seen)) (attaching(cx, seen)?) }),
        VolumeState::Broken => {
            Ok(html! { p { "这个柜子的文件坏了。" (Link::new("从备份恢复", RESTORE_AT)) } })
        }
    }
}

/// What is said where somebody may, but not from here.
const ELSEWHERE: &str = "这一步请到服务器那台电脑上打开砚台办理。";

fn sealing_of<A: Action>(cx: &Cx<A>, seen: &Seen<'_>, directory: &Directory) -> Result<Markup> {
    let (no, closing) = (seen.volume.no, seen.closing);
    let why = closing.why_not(cx.zone().year(cx.at));
    let may = policy::may::<SealVolume>(cx.who(), cx.peer());
    let drafts: i64 = closing.drafts.iter().map(|(_, n)| n).sum();
    let op = cx.new_op()?;
    Ok(html! {
        (section("h-seal", "封存", &"", &html! {
            p { "封存以后，这一年的案卷照样能查、能看、能打印，不能再改。附件收进柜里，一个柜子就是一个文件，能拷到硬盘上保管。" }
            @if let Some(why) = &why { (note(Tone::Plain, "现在还不能封存。", why)) }
            @if why.is_none() && may {
                form method="post" action=(format!("/storage/volume/{no}/seal")) {
                    (form::tokens(cx.csrf(), &op))
                    @if drafts > 0 {
                        p { "还有 " (drafts) " 份没有送出的草稿：" (whose(closing, directory)) "。" }
                        p { (form::tick("drop", "这些草稿不要了", Ticked::No)) }
                    }
                    @if closing.unanswered > 0 {
                        p { "有 " (closing.unanswered) " 条代录的书面意见本人还没有核对，封存后不能再核对。" }
                    }
                    p.acts { (Press::key(format!("封存{}年的案卷", closing.year.unwrap_or(0)))) }
                    p.hint { "封存后不能再打开来改。" }
                }
            }
            @if why.is_none() && !may { p.hint { (ELSEWHERE) } }
        }))
        @if closing.year.is_none() { (splitting(cx, seen)?) }
        @if !closing.open.is_empty() { (open_cases(cx, seen)?) }
    })
}

fn whose(closing: &Closing, directory: &Directory) -> String {
    let each = closing.drafts.iter();
    each.map(|(person, n)| format!("{} {n} 份", directory.person_name(*person)))
        .collect::<Vec<_>>()
        .join("、")
}

fn splitting<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let present = cx.zone().year(cx.at);
    let past = seen
        .closing
        .years
        .iter()
        .filter(|y| **y != 0 && **y < present);
    let years: Vec<Choice> = past
        .map(|y| Choice::new(y.to_string(), format!("{y}年")))
        .collect();
    if years.is_empty() {
        return Ok(html! {});
    }
    let op = cx.new_op()?;
    Ok(section(
        "h-split",
        "先把一年搬进自己的柜子",
        &"",
        &html! {
            @if policy::may::<SplitVolume>(cx.who(), cx.peer()) {
                form method="post" action=(format!("/storage/volume/{}/split", seen.volume.no)) {
                    (form::tokens(cx.csrf(), &op))
                    (form::select("year", "哪一年", years).check(seen.errors))
                    p.acts { (Press::new("搬进自己的柜子")) }
                    p.hint { "搬的时候照常办文。搬完以后到新的柜子那一页封存。" }
                }
            } @else { p.hint { (ELSEWHERE) } }
        },
    ))
}

/// The button that carries open cases of a past year over.
fn continuing<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let present = cx.zone().year(cx.at);
    if seen.closing.year.is_none_or(|y| y >= present) {
        return Ok(html! {});
    }
    if !policy::may::<ContinueVolume>(cx.who(), cx.peer()) {
        return Ok(html! { p.hint { (ELSEWHERE) } });
    }
    let at = format!("/storage/volume/{}/continue", seen.volume.no);
    let press = Press::new(format!("没办完的转到{present}年接着办"));
    let op = cx.new_op()?;
    Ok(html! {
        p.acts { (one_button(&at, cx.csrf(), &op, &press)) }
        p.hint { "每一件在今年的登记簿里续上一件：还在原来的人手里，还是原来的环节和编号，意见和附件都带过去。原来的一件记为结转，两边都能点到对方。" }
    })
}

fn open_cases<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let closing = seen.closing;
    let index = cx.state.store.index()?;
    let who = cx.who().scope.json();
    let line = |c: &OpenCase| -> Result<Row> {
        let mine = find_listed(&index, c.case, &who)?.is_some();
        Ok(Row::new(vec![
            html! { span.nb { (c.number.as_deref().unwrap_or_default()) } },
            html! { @if mine { a href=(format!("/case/{}", c.case)) { (c.title) } } @else { "（标题不归您看）" } },
            html! { (c.holders) },
        ]))
    };
    let rows = closing.open.iter().map(line).collect::<Result<Vec<_>>>()?;
    let columns = [
        Column::new("编号").short().phone(Phone::Labelled),
        Column::new("标题").spine(),
        Column::new("在谁手里").phone(Phone::Labelled),
    ];
    let shown = closing.open.len() as i64;
    Ok(section(
        "h-open",
        &format!("没有办完的 {} 件", closing.open_count),
        &"",
        &html! {
            p { "办结、归档、阅毕以后才能封存。来不及办完的，可以转到今年接着办。" }
            (continuing(cx, seen)?)
            (ledger("没有办完的件", &columns, &rows, ""))
            @if shown < closing.open_count { p.hint { "只列出前 " (shown) " 件。" } }
        },
    ))
}

fn sealed<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Markup {
    let Some(m) = seen.sealing.and_then(|s| s.manifest.as_ref()) else {
        return html! {};
    };
    let departments: Vec<&str> = m
        .departments
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    let size = bytes_said(i64::try_from(m.bytes).unwrap_or(0));
    let rows = [
        ("年度", format!("{}年", m.year)),
        ("部门", departments.join("、")),
        ("件数", format!("{} 件，{size}", m.cases())),
        (
            "谁封的",
            format!(
                "{}，{}",
                m.sealed_by,
                cx.zone().long_time(Millis(m.sealed_at))
            ),
        ),
        ("指纹（SM3）", m.sm3.clone()),
    ];
    section("h-strip", "封条", &"", &facts("封条上写的", &rows))
}

fn backing_up<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let op = cx.new_op()?;
    Ok(section(
        "h-backup",
        "备份这个柜子",
        &"",
        &html! {
            @if policy::may::<BackUpVolume>(cx.who(), cx.peer()) {
                form method="post" action=(format!("/storage/volume/{}/backup", seen.volume.no)) {
                    (form::tokens(cx.csrf(), &op))
                    (form::text("folder", "备份到哪个文件夹").need().value(cx.form("folder")).suggest(offers()).check(seen.errors)
                        .hint("服务器这台电脑上的路径，例如 E:\\备份 或 /media/备份甲"))
                    p.acts { (Press::new("备份")) }
                    p.hint { "做成一个加密的文件，连附件在内，做完自己打开核对。里面只有这个柜子，打开要用单位的恢复码。" }
                }
            } @else { p.hint { (ELSEWHERE) } }
        },
    ))
}

fn taking_out<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    if !may_read(cx.who(), seen.volume) || !policy::may::<ExportVolume>(cx.who(), cx.peer()) {
        return Ok(html! {});
    }
    let op = cx.new_op()?;
    let at = format!("/storage/volume/{}/excel", seen.volume.no);
    Ok(section(
        "h-excel",
        "导出案卷目录",
        &"",
        &html! {
            p { "这个柜里的全部案卷，一件一行，连意见和办理经过，做成一个 Excel 文件。" }
            p.acts { (one_button(&at, cx.csrf(), &op, &Press::new("导出 Excel"))) }
        },
    ))
}

fn carrying<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let op = cx.new_op()?;
    let keep = vec![
        Choice::new("here", "只拷一份带走，原来的留在这里"),
        Choice::new("card", "搬走（脱机）：这里只留目录，腾出空间"),
    ];
    let chosen = match cx.form("keep") {
        "" => "here",
        typed => typed,
    };
    Ok(section(
        "h-carry",
        "带走",
        &"",
        &html! {
            @if policy::may::<CarryVolume>(cx.who(), cx.peer()) {
                form method="post" action=(format!("/storage/volume/{}/carry", seen.volume.no)) {
                    (form::tokens(cx.csrf(), &op))
                    (form::text("to", "放到哪个文件夹").need().value(cx.form("to")).suggest(offers()).check(seen.errors)
                        .hint("服务器这台电脑上的路径，例如 E:\\案卷 或 /media/备份甲。超过 4 GB 的要用 exFAT 格式的盘"))
                    (form::text("label", "这个盘叫什么、放在哪里").value(cx.form("label")).check(seen.errors)
                        .hint("写在目录卡上，以后好找，例如 档案室 3 号移动硬盘"))
                    (form::radios("keep", "原来的怎么办", keep).value(chosen))
                    p.acts { (Press::key("带走")) }
                    p.hint { "拷过去以后读回来逐字节核对；核对无误，才会删掉这里的。" }
                }
            } @else { p.hint { (ELSEWHERE) } }
        },
    ))
}

fn attaching<A: Action>(cx: &Cx<A>, seen: &Seen<'_>) -> Result<Markup> {
    let op = cx.new_op()?;
    let place = seen.sealing.map_or("", |s| s.place.as_str());
    let typed = match cx.form("path") {
        "" => place,
        typed => typed,
    };
    Ok(section(
        "h-attach",
        "挂接回来",
        &"",
        &html! {
            @if policy::may::<AttachVolume>(cx.who(), cx.peer()) {
                form method="post" action=(format!("/storage/volume/{}/attach", seen.volume.no)) {
                    (form::tokens(cx.csrf(), &op))
                    (form::text("path", "柜子的文件在哪里").need().value(typed).check(seen.errors)
                        .hint("接上存放它的盘，写文件的全路径"))
                    p.acts { (Press::key("核对并挂接")) }
                    p.hint { "先和封条核对，再拷回这台电脑。" }
                }
            } @else { p.hint { (ELSEWHERE) } }
        },
    ))
}
