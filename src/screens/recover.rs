//! 管理员忘了密码: at the server PC, with the recovery key from the safe, an administrator gets a one-time password. The rule is
//! `access::recover`; this is its page, linked from the log-in there and shown nowhere else.
//! Invariant: the words are in the answer to one request only; a wrong key does not come back in the page, a slip of the pen does.

use crate::access::recover::Recovering;
use crate::access::slip::Slip;
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, PersonId, Result};
use crate::org::Directory;
use crate::screens::people;
use crate::store::backup;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, heading};
use crate::ui::list::facts;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{LOGIN_AT, Manifest, OpenCx, Reply, Route};

const RECOVER_AT: &str = "/login/recover";
const TITLE: &str = "管理员忘了密码";

/// Public as the log-in is; both answer at the server PC alone.
pub const MANIFEST: Manifest = Manifest {
    id: "recover",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::open_get(RECOVER_AT, show),
        Route::open_post(RECOVER_AT, recover),
    ]
}

/// The way here, for the log-in page at the server PC; elsewhere nothing.
pub fn way(cx: &OpenCx) -> Markup {
    html! {
        @if cx.peer().at_server() {
            p { (Link::new("管理员忘了密码、丢了手机", RECOVER_AT)) }
        }
    }
}

fn here(cx: &OpenCx) -> Result<()> {
    match cx.peer().at_server() {
        true => Ok(()),
        false => Err(Error::Denied(
            "管理员的密码要在服务器那台电脑上重设，请到那台电脑上打开砚台".into(),
        )),
    }
}

fn show(cx: &mut OpenCx) -> Result<Reply> {
    here(cx)?;
    draw(cx, "", &FieldErrors::default()).map(Reply::Page)
}

fn recover(cx: &mut OpenCx) -> Result<Reply> {
    here(cx)?;
    let directory = cx.state.org.current();
    // of nobody chosen the number is nobody's
    let person = PersonId(cx.form("who").parse().unwrap_or(0));
    let typed = cx.form("key").to_owned();
    let asked = Recovering {
        person,
        key: &typed,
        peer: cx.peer(),
        request: cx.request(),
    };
    match cx.state.access.recover(&directory, &asked) {
        Ok(slip) => Ok(Reply::Page(once(cx, &directory, &slip))),
        Err(Error::Invalid(errors)) => {
            let key = match RecoveryKey::read(&typed) {
                Ok(_) => "",
                Err(_) => &typed,
            };
            draw(cx, key, &errors).map(Reply::Wrong)
        }
        Err(e) => Err(e),
    }
}

fn draw(cx: &OpenCx, key: &str, errors: &FieldErrors) -> Result<Markup> {
    let number = backup::present_number(&cx.state.store)?;
    let content = html! {
        (heading(TITLE, "", &html! {}))
        (form::errors(errors))
        div.prose {
            p { "忘了密码，或者手机和备用码都丢了：先请另一位管理员帮您，系统管理员能换发密码单，安全管理员能重置动态验证码。" }
        }
        @match &number {
            Some(number) => (asked(cx, number, key, errors)),
            None => (none(cx)),
        }
        p.acts { (Link::new("返回登录", LOGIN_AT)) }
    };
    Ok(cx.draw(&Page::new(TITLE).wrong(errors), &content))
}

fn asked(cx: &OpenCx, number: &str, key: &str, errors: &FieldErrors) -> Markup {
    let hint =
        format!("保险柜里编号 {number} 的那张纸，8 组，每组 5 个字；大小写、空格、短线都随意");
    html! {
        div.prose {
            p { "没有别的管理员了，就用保险柜里的恢复码（打开备份的那一张）换发一次性密码。旧密码马上作废，动态验证码一并重置，各处的登录都退出；这件事记入审计，并向安全管理员和审计员报警。" }
        }
        form method="post" action=(RECOVER_AT) {
            (form::token(cx.csrf()))
            (form::radios("who", "哪一位管理员", choices(cx)).value(cx.form("who")).need().check(errors))
            (form::lined("key", "恢复码").need().value(key).complete("off").hint(hint).check(errors))
            p.acts { button.btn.key type="submit" { "换发一次性密码" } }
        }
    }
}

fn choices(cx: &OpenCx) -> Vec<Choice> {
    let d = cx.state.org.current();
    let said = |a: &crate::access::Account| {
        let roles: Vec<&str> = a.admin.iter().map(|r| r.label()).collect();
        let name = d.person_name(a.person);
        Choice::new(
            a.person.to_string(),
            format!("{name}（{}）", roles.join("、")),
        )
    };
    let all = cx.state.access.recoverable(&d);
    all.iter().map(said).collect()
}

/// No key was ever made: the only way leads through the files, which are the PC's own administrator's.
fn none(cx: &OpenCx) -> Markup {
    let folder = cx.state.data_root.display().to_string();
    html! {
        (note(Tone::Bad, "这台服务器还没有印过恢复码，不能在这里重设。", &"没有别的管理员的，照下面做，先在这台电脑上做出一张恢复码。"))
        div.prose {
            ol {
                li { "停下砚台。" }
                li { "打开命令行，到程序所在的文件夹，运行 " b { "inkstone backup --data \"" (folder) "\" --to 放备份的文件夹" } "。它做一份备份，同时显示恢复码：8 组，抄在纸上，收进保险柜。" }
                li { "再启动砚台，回到本页，写这张恢复码。" }
            }
        }
    }
}

/// The slip, on the only page that ever shows it.
fn once(cx: &OpenCx, d: &Directory, slip: &Slip) -> Markup {
    let until = format!("{}前有效，只能用一次", cx.zone().day(slip.until).long());
    let rows = [
        ("姓名", html! { (d.person_name(slip.person)) }),
        ("登录名", html! { (people::log_in_name(d, slip.person)) }),
        ("一次性密码", html! { b { (slip.words) } "　" (until) }),
    ];
    let content = html! {
        (heading("一次性密码", "", &html! {}))
        (note(Tone::Plain, "请现在抄下来。", &"离开这一页就再也看不到；没抄好就再办一次，前一个作废。"))
        (facts("一次性密码", &rows))
        div.prose { p { "用它登录，换成自己的密码；用动态验证码的，到“我的”里重新设置。恢复码请放回保险柜。" } }
        p.acts { (Link::new("去登录", LOGIN_AT).button()) }
    };
    cx.draw(&Page::new("一次性密码"), &content)
}
