//! 错误和编号: what every page of trouble means, and, for the system administrator at the server PC, what stands
//! in the log under a number that somebody reads out. The log is read, never written, here.

use super::text::{KINDS, NUMBER};
use super::{FAULT_AT, HELP_AT, LookUpFault, SeeHelp};
use crate::access::{Action, AdminRole};
use crate::kit::{Day, FieldErrors, Result, Zone, text};
use crate::store::DataDir;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Letters of a number without its dash.
const LETTERS: usize = 8;

/// GET `/help/errors`.
pub(super) fn show(cx: &mut Cx<SeeHelp>) -> Result<Reply> {
    Ok(page(cx, &FieldErrors::default(), &html! {}))
}

/// GET `/help/errors/look?code=`.
pub(super) fn look_up(cx: &mut Cx<LookUpFault>) -> Result<Reply> {
    let mut errors = FieldErrors::default();
    let Some(code) = as_printed(cx.query("code")) else {
        errors.add(
            "code",
            "编号是 8 个数字和字母，例如 7K3M-Q2XD，请照页面上的抄",
        );
        return Ok(page(cx, &errors, &html! {}));
    };
    let line = logged(&DataDir::at(&cx.state.data_root).logs(), &code)?;
    let answer = match line.as_deref().and_then(Fault::read) {
        Some(fault) => fault.draw(cx.zone(), &code),
        None => empty(
            "日志里没有这个编号。",
            "核对一下有没有抄错；太久以前的日志已经去掉了。",
            &[],
        ),
    };
    Ok(page(cx, &errors, &answer))
}

fn page<A: Action>(cx: &Cx<A>, errors: &FieldErrors, answer: &Markup) -> Reply {
    let here = cx.peer().at_server() || cx.peer().https;
    let may = here && cx.who().is_admin(AdminRole::System);
    let content = html! {
        (form::errors(errors))
        (crumbs(&Link::new("帮助", HELP_AT), &[], "错误和编号"))
        (heading("错误和编号", "", &html! {}))
        @if may {
            form method="get" action=(FAULT_AT) {
                (form::text("code", "查一个编号").value(cx.query("code")).complete("off").hint("例如 7K3M-Q2XD；大小写、短线都随意").check(errors))
                p.acts { button.btn.key type="submit" { "查这个编号" } }
            }
            (answer)
        }
        (section("number", "页面上的编号是什么", &"", &html! { @for said in NUMBER { p { (said) } } }))
        (section("kinds", "出错的页面，各是什么意思", &"", &kinds()))
    };
    Reply::Page(cx.draw(&Page::new("错误和编号").wrong(errors), &content))
}

fn kinds() -> Markup {
    let columns = [
        Column::new("页面上写着").phone(Phone::Title),
        Column::new("怎么回事"),
        Column::new("怎么办"),
        Column::new("电脑公司叫它").short().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = KINDS
        .iter()
        .map(|k| {
            Row::new(vec![
                html! { (k.title) },
                html! { (k.means) },
                html! { (k.advice) },
                html! { (k.status) },
            ])
        })
        .collect();
    ledger("出错的页面", &columns, &rows, "")
}

/// What the log says about one number.
#[derive(Debug, PartialEq, Eq)]
struct Fault<'a> {
    at: &'a str,
    path: &'a str,
    cause: &'a str,
}

impl<'a> Fault<'a> {
    /// From a line as `web` writes it: time, level, place, then `name="value"` pairs, the cause last.
    fn read(line: &'a str) -> Option<Self> {
        let (at, rest) = line.split_once(' ')?;
        let (_, rest) = rest.split_once("path=\"")?;
        let (path, rest) = rest.split_once("\" cause=\"")?;
        Some(Self {
            at,
            path,
            cause: rest.trim_end().trim_end_matches('"'),
        })
    }

    fn draw(&self, zone: Zone, code: &str) -> Markup {
        let when = moment(self.at).map_or_else(|| self.at.to_owned(), |at| zone.long_time(at));
        let rows = [
            ("什么时候", when),
            ("哪一页", self.path.to_owned()),
            ("原因", self.cause.to_owned()),
        ];
        html! {
            (section("fault", &format!("编号 {code}"), &"", &html! {
                (facts("这个编号在日志里", &rows))
                p.quiet { "原因是写给做程序的人看的。磁盘满、盘掉了这样的，先看“体检”；别的连编号一起告诉给您装机的人。" }
            }))
        }
    }
}

/// 2026-11-23T00:32:24.385897Z.
fn moment(said: &str) -> Option<crate::kit::Millis> {
    let (day, clock) = said.split_once('T')?;
    let day: Day = day.parse().ok()?;
    let mut parts = clock.split(':').map(str::parse::<u8>);
    Some(Zone(0).at(day, parts.next()?.ok()?, parts.next()?.ok()?))
}

/// The number as pages show it, from what somebody heard: there is no I, L, O or U in it.
fn as_printed(typed: &str) -> Option<String> {
    let letters: String = text::fold(typed)
        .to_ascii_uppercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c {
            'I' | 'L' => '1',
            'O' => '0',
            c => c,
        })
        .collect();
    let fits = letters.len() == LETTERS && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    let (front, back) = fits.then(|| letters.split_at(LETTERS / 2))?;
    Some(format!("{front}-{back}"))
}

/// The line of the log with this number, wherever in the folder it is.
fn logged(folder: &Path, code: &str) -> Result<Option<String>> {
    let wanted = format!("code=\"{code}\"");
    for entry in fs::read_dir(folder)? {
        let file = BufReader::new(File::open(entry?.path())?);
        // bytes that are no text end a line early, never the search
        for line in file.split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            if line.contains(&wanted) {
                return Ok(Some(line));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const LINE: &str = "2026-11-23T00:32:24.385897Z ERROR inkstone::web::state: fault code=\"7K3M-Q2XD\" request=\"r12\" path=\"/case/1?q=\\\"a\\\"\" cause=\"disk I/O error\"";

    #[test]
    fn a_number_is_understood_as_it_is_heard() {
        assert_eq!(as_printed(" 7k3m q2xd ").unwrap(), "7K3M-Q2XD");
        assert_eq!(as_printed("７Ｋ３Ｍ－Ｑ２ＸＤ").unwrap(), "7K3M-Q2XD");
        assert_eq!(as_printed("OI3M-Q2XD").unwrap(), "013M-Q2XD");
        for bad in ["", "7K3M", "7K3M-Q2XD-1", "编号7K3M-Q2X"] {
            assert_eq!(as_printed(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_line_of_the_log_is_read() {
        let fault = Fault::read(LINE).unwrap();
        assert_eq!(fault.cause, "disk I/O error");
        assert!(fault.path.starts_with("/case/1"));
        let page = fault.draw(Zone::BEIJING, "7K3M-Q2XD").0;
        assert!(page.contains("2026年11月23日 08:32"), "{page}");
        assert_eq!(Fault::read("nothing of the kind"), None);
    }

    #[test]
    fn the_log_is_searched_whatever_stands_in_it() {
        let folder = std::env::temp_dir().join(format!("ink-help-log-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let bytes = [b"\xff\xfe no text\n".as_slice(), LINE.as_bytes(), b"\n"].concat();
        fs::write(folder.join("a.log"), bytes).unwrap();
        assert!(logged(&folder, "7K3M-Q2XD").unwrap().is_some());
        assert!(logged(&folder, "7K3M-Q2XE").unwrap().is_none());
        fs::remove_dir_all(folder).unwrap();
    }
}
