//! Coming in and leaving. What is said to a wrong password is the same for a name nobody has (S28);
//! the password never comes back in a page, the name does.
//! Invariant: a log-in makes a new session, the one before is dead (S23); leaving clears the browser.

use crate::access::change::LogOut;
use crate::access::second::CodeAttempt;
use crate::access::{Allowed, Attempt, Entered, KNOWN_MS, LoginOutcome, Place, action};
use crate::kit::{DeptId, Error, FieldErrors, Result, qr};
use crate::screens::recover;
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::frame::{COUNT_AT, LEAVE_TO, Page};
use crate::ui::{Link, Markup, html, note};
use crate::web::cookies::{self, Keep};
use crate::web::{Cx, HOME, LOGIN_AT, Manifest, OpenCx, PASSWORD_AT, Reply, Route, safe_next};

action!(pub ComeHome, "home.open", "打开首页", Allowed::SignedIn, Place::Anywhere);
action!(pub CountTodo, "todo.count", "数一数待办", Allowed::SignedIn, Place::Anywhere);

/// Where the second page of the log-in goes.
const CODE_TO: &str = "/login/code";

/// Log-in, leaving, the front door, the count of to-dos.
pub const MANIFEST: Manifest = Manifest {
    id: "signin",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::open_get(LOGIN_AT, open),
        Route::open_post(LOGIN_AT, come_in),
        Route::open_post(CODE_TO, code),
        Route::post::<LogOut>(LEAVE_TO, leave),
        Route::get::<ComeHome>("/", home),
        Route::get::<CountTodo>(COUNT_AT, count),
    ]
}

fn home(_: &mut Cx<ComeHome>) -> Result<Reply> {
    Ok(Reply::To(HOME.into()))
}

/// What the page's script asks every 45 seconds.
fn count(cx: &mut Cx<CountTodo>) -> Result<Reply> {
    let todo = cx.state.numbers(cx.who())?.todo;
    Ok(Reply::Json(format!("{{\"todo\":{todo}}}")))
}

fn leave(cx: &mut Cx<LogOut>) -> Result<Reply> {
    if let Some(token) = cx.session() {
        cx.state.access.log_out(&cx.permit, token)?;
    }
    cx.set_session(None);
    cx.forget();
    cx.tell("已经退出");
    Ok(Reply::To(LOGIN_AT.into()))
}

/// What the log-in page shows again.
#[derive(Default)]
struct Typed {
    name: String,
    next: String,
    remember: bool,
    departments: Vec<(DeptId, String)>,
    dept: String,
    errors: FieldErrors,
}

fn open(cx: &mut OpenCx) -> Result<Reply> {
    let next = safe_next(cx.query("next")).unwrap_or_default().to_owned();
    if cx.who().is_some() {
        return Ok(Reply::To(onward(&next)));
    }
    let kept = cx.cookie_text(cookies::NAME);
    let typed = Typed {
        remember: true,
        name: kept,
        next,
        ..Typed::default()
    };
    Ok(Reply::Page(draw(cx, &typed)))
}

fn onward(next: &str) -> String {
    let next = safe_next(next).filter(|n| !n.starts_with(LOGIN_AT));
    next.unwrap_or(HOME).to_owned()
}

fn come_in(cx: &mut OpenCx) -> Result<Reply> {
    let mut typed = Typed {
        name: cx.form("name").trim().to_owned(),
        next: safe_next(cx.form("next")).unwrap_or_default().to_owned(),
        remember: cx.input.has("remember"),
        dept: cx.form("dept").to_owned(),
        ..Typed::default()
    };
    if typed.name.is_empty() {
        typed.errors.add("name", "请写姓名、手机号或工号");
    }
    if cx.form("password").is_empty() {
        typed.errors.add("password", "请写密码");
    }
    if !typed.errors.is_empty() {
        return Ok(Reply::Wrong(draw(cx, &typed)));
    }
    match attempt(cx, &typed) {
        Ok(LoginOutcome::Entered(entered)) => Ok(enter(cx, &typed, &entered)),
        Ok(LoginOutcome::Code { half }) => Ok(Reply::Page(ask_code(cx, &typed, &half))),
        Ok(outcome) => {
            let sentence = outcome.sentence().unwrap_or_default();
            if let LoginOutcome::ChooseDepartment(departments) = outcome {
                typed.departments = departments;
                typed.errors.add("dept", sentence);
            } else {
                typed.errors.add("", sentence);
            }
            Ok(Reply::Wrong(draw(cx, &typed)))
        }
        Err(Error::Invalid(errors)) => {
            typed.errors = errors;
            Ok(Reply::Wrong(draw(cx, &typed)))
        }
        Err(Error::Busy(sentence) | Error::Conflict(sentence)) => {
            typed.errors.add("", sentence);
            Ok(Reply::Wrong(draw(cx, &typed)))
        }
        Err(e) => Err(e),
    }
}

fn attempt(cx: &OpenCx, typed: &Typed) -> Result<LoginOutcome> {
    let directory = cx.state.org.current();
    let device = cx.cookie_text(cookies::DEVICE);
    cx.state.access.login(
        &directory,
        &Attempt {
            name: &typed.name,
            password: cx.form("password"),
            dept: typed.dept.parse().ok().map(DeptId),
            peer: cx.peer(),
            device: Some(device.as_str()).filter(|d| !d.is_empty()),
            replaces: cx.session(),
            request: cx.request(),
        },
    )
}

/// The second page. Its fields bring along what the first one was typed with; the password is not among them.
fn code(cx: &mut OpenCx) -> Result<Reply> {
    let mut typed = Typed {
        name: cx.form("name").trim().to_owned(),
        next: safe_next(cx.form("next")).unwrap_or_default().to_owned(),
        remember: cx.input.has("remember"),
        ..Typed::default()
    };
    let directory = cx.state.org.current();
    let attempt = CodeAttempt {
        half: cx.form("half"),
        code: cx.form("code"),
        peer: cx.peer(),
        request: cx.request(),
    };
    let outcome = cx.state.access.second(&directory, &attempt)?;
    let sentence = outcome.sentence().unwrap_or_default();
    match outcome {
        LoginOutcome::Entered(entered) => Ok(enter(cx, &typed, &entered)),
        LoginOutcome::WrongCode { half } => {
            typed.errors.add("code", sentence);
            Ok(Reply::Wrong(ask_code(cx, &typed, &half)))
        }
        _ => {
            typed.errors.add("", sentence);
            Ok(Reply::Wrong(draw(cx, &typed)))
        }
    }
}

fn ask_code(cx: &OpenCx, typed: &Typed, half: &str) -> Markup {
    let content = html! {
        (form::errors(&typed.errors))
        form method="post" action=(CODE_TO) {
            h1 { "再写一次验证码" }
            (form::token(cx.csrf()))
            (form::hidden("half", half))
            (form::hidden("name", &typed.name))
            (form::hidden("next", &typed.next))
            @if typed.remember { (form::hidden("remember", "1")) }
            (form::text("code", "动态验证码").line().complete("one-time-code")
                .hint("手机上“身份验证器”里现在的六位数字；手机不在身边，写一个打印的备用码").check(&typed.errors))
            p.acts {
                button.btn.key type="submit" { "登录" }
                (Link::new("换个人登录", LOGIN_AT).button())
            }
        }
        p.note { "手机丢了、备用码也没有，请安全管理员重置您的动态验证码。" (recover::way(cx)) }
    };
    cx.draw(&Page::new("动态验证码").wrong(&typed.errors), &content)
}

fn enter(cx: &mut OpenCx, typed: &Typed, entered: &Entered) -> Reply {
    cx.set_session(&entered.token);
    let days = u32::try_from(KNOWN_MS / 86_400_000).unwrap_or(1);
    cx.set_cookie(cookies::DEVICE, &entered.device, Keep::Days(days));
    if typed.remember {
        cx.set_cookie(cookies::NAME, &typed.name, Keep::Days(365));
    } else {
        cx.set_cookie(cookies::NAME, "", Keep::Drop);
    }
    if entered.must_change {
        return Reply::To(PASSWORD_AT.into());
    }
    Reply::To(onward(&typed.next))
}

fn draw(cx: &OpenCx, typed: &Typed) -> Markup {
    let departments = typed.departments.iter();
    let choices: Vec<Choice> = departments
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect();
    let content = html! {
        @if let Some(sentence) = cx.said() { (note::done(&sentence)) }
        @if let Some(trouble) = cx.server_note() { (trouble) }
        (form::errors(&typed.errors))
        div.two {
            form method="post" action=(LOGIN_AT) {
                h1.vh { "登录" }
                (form::token(cx.csrf()))
                (form::hidden("next", &typed.next))
                (form::text("name", "姓名、手机号或工号").complete("username").value(&typed.name).check(&typed.errors))
                @if !choices.is_empty() {
                    (form::radios("dept", "您在哪个部门", choices).value(&typed.dept).check(&typed.errors))
                }
                (form::password("password", "密码").hint("忘记了？请管理员当面重设。").check(&typed.errors))
                p {
                    (form::tick("remember", "记住姓名", Ticked::from(typed.remember)))
                    (form::show_password("password"))
                }
                p.acts { button.btn.key type="submit" { "登录" } }
            }
            (aside(cx))
        }
        p.note {
            b { "保密提醒　" } "本平台不涉密。国家秘密一个字也不要录入。" br;
            "涉密纸质文件只登记文号、经手人和存放处。"
        }
    };
    cx.draw(&Page::new("登录").wrong(&typed.errors), &content)
}

/// The address as a code for a phone, and whom to ask.
fn aside(cx: &OpenCx) -> Markup {
    let site = cx.site();
    let code = (!site.address.is_empty())
        .then(|| qr::matrix(&format!("http://{}/", site.address)).ok())
        .flatten();
    html! {
        aside.side {
            @if let Some(dark) = code {
                section {
                    h2 { "用手机打开" }
                    (crate::ui::qr::qr_svg(&dark, "本平台地址的二维码"))
                    p.faint { "先连办公室的无线网，再扫码。" br; "不用装软件。" }
                }
            }
            section {
                h2 { "打不开、登不上" }
                @if site.admin.is_empty() { p { "找本单位的系统管理员" } }
                @else { p { "找管理员 " b { (site.admin) } @if !site.admin_phone.is_empty() { br; "电话 " b { (site.admin_phone) } } } }
                (recover::way(cx))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onward_stays_here_and_does_not_turn_round() {
        assert_eq!(onward("/case/1?x"), "/case/1?x");
        for bad in ["", "//evil", "/login?next=/login", "http://evil"] {
            assert_eq!(onward(bad), HOME, "{bad}");
        }
    }
}
