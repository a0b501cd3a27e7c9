//! The one table from what went wrong to status and page; no other file picks an error status.
//! A page says what to do next. The cause of a fault goes to the log once; the person gets its code and
//! whom to tell. Never SQL, a path or a place in the code (S59).

use super::again;
use super::reply::Answer;
use super::visit::{Visit, door};
use super::{CLAIM_AT, Method, State, TRUST_AT};
use crate::access::policy;
use crate::kit::Error;
use crate::ui::frame::{Page, Site, heading};
use crate::ui::{Link, Markup, html};
use actix_web::http::header;

/// One kind of trouble, as the person sees it.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub status: u16,
    pub title: &'static str,
    pub said: String,
    pub code: Option<String>,
    /// Whether sending the same again may help: then the page carries what was typed.
    pub again: bool,
    /// How the address may be asked instead.
    pub allow: &'static str,
}

impl Trouble {
    fn new(status: u16, title: &'static str, said: impl Into<String>) -> Self {
        Self {
            status,
            title,
            said: said.into(),
            code: None,
            again: false,
            allow: "",
        }
    }

    fn again(mut self) -> Self {
        self.again = true;
        self
    }

    pub(super) fn broken() -> Self {
        Self::new(
            400,
            "没有收全",
            "浏览器送来的内容不完整。请回到上一页再送一次。",
        )
    }

    /// Somebody else's page sent it, or nobody can tell whose.
    pub(super) fn foreign() -> Self {
        Self::new(
            403,
            "这一步没有做",
            "这次提交不是从本平台的页面发出的，为了安全没有办理。请从本平台的目录里重新打开那一页再提交。",
        )
    }

    /// The page was opened in another session.
    pub(super) fn stale() -> Self {
        Self::new(
            403,
            "请再点一次提交",
            "这一页是上次登录时打开的。您填的内容都在，确认后再点一次就行。",
        )
        .again()
    }

    pub(super) fn log_in() -> Self {
        Self::new(
            401,
            "登录已到时，内容没有丢",
            "请另开一页登录，登录好以后回到这一页，再点“重新提交”。",
        )
        .again()
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            404,
            "没有找到这一页",
            "地址可能写错了，也可能这一件不归您看。请从待办或目录里再打开一次。",
        )
    }

    pub(super) fn wrong_method(allow: &'static str) -> Self {
        let said = "它是提交表格用的。请从待办或目录里打开那一页，再点页面上的按钮。";
        Self {
            allow,
            ..Self::new(405, "这个地址不能直接打开", said)
        }
    }

    pub(super) fn too_slow() -> Self {
        Self::new(
            408,
            "传得太慢，没有收全",
            "请检查网络，再传一次。文件很大时请用网线。",
        )
    }

    pub(super) fn too_big() -> Self {
        Self::new(
            413,
            "内容太大",
            "文字一次不超过 2 MB，文件一个不超过 200 MB。请压缩，或者分几次传。",
        )
    }

    pub(super) fn long_address() -> Self {
        Self::new(414, "网址太长", "请从待办或目录里重新打开，少选几个条件。")
    }

    pub(super) fn unknown_kind() -> Self {
        Self::new(415, "认不出送来的内容", "请用本平台页面上的表格提交。")
    }

    pub(super) fn wrong_host() -> Self {
        Self::new(
            421,
            "请换一个网址打开",
            "这个网址不是本平台的。请用页脚上的地址，或者向管理员问一下。",
        )
    }

    pub(super) fn unclaimed() -> Self {
        Self::new(
            503,
            "系统尚未初始化",
            "请到装砚台的那台电脑上，打开浏览器完成第一次设置。要在这台电脑上设置，请先到那台电脑上打开砚台，看第一页上的 8 位安装码。设置好以后，这里就能登录。",
        )
    }

    /// Ours; the cause is in the log under this code.
    pub(super) fn fault(code: String) -> Self {
        Self {
            code: Some(code),
            ..Self::new(500, "这一页没有打开", "毛病出在平台这边，不是您按错了。").again()
        }
    }

    /// The status table of the house's errors.
    fn of(error: &Error) -> Self {
        match error {
            Error::Invalid(_) => Self::new(422, "有几处要改", error.to_string()),
            Error::Denied(why) => Self::new(403, "这一步您办不了", why.clone()),
            Error::NotFound => Self::not_found(),
            Error::Conflict(why) => Self::new(409, "别人先改了", why.clone()),
            Error::Busy(why) => Self::new(503, "这会儿忙，请稍等再试", why.clone()).again(),
            Error::Fault(_) => Self::fault(String::new()),
        }
    }
}

/// The answer to an error of a handler or of the permission check.
pub(super) fn answer(error: &Error, visit: &mut Visit) -> Answer {
    let mut trouble = Trouble::of(error);
    if let Error::Fault(cause) = error {
        trouble.code = Some(visit.state.fault(cause, &visit.request, &visit.path));
    }
    trouble_answer(&trouble, visit)
}

/// The answer to trouble of a request whose route and person are known.
pub(super) fn trouble_answer(trouble: &Trouble, visit: &mut Visit) -> Answer {
    if visit.wants_json {
        return json(trouble);
    }
    let typed = trouble.again && visit.method == Method::Post && again::may_keep(visit);
    let content = html! {
        (heading(trouble.title, "", &html! {}))
        div.prose {
            p { (trouble.said) }
            @if trouble.said == policy::ELSEWHERE { (encrypted(visit)) }
            @if let Some(code) = &trouble.code { (helper(code, visit.site())) }
            @if typed { (again::form(visit)) }
            @else { p.acts { (visit.home().key()) } }
            @if visit.who.is_some() { p { (Link::new("这是怎么回事，该怎么办", super::ERRORS_AT)) } }
        }
    };
    let page = visit.draw(&Page::new(trouble.title), &content);
    with_headers(trouble, Answer::page(trouble.status, page))
}

/// The other way than walking to the server PC.
fn encrypted(visit: &Visit) -> Markup {
    let there = visit
        .secure_origin()
        .filter(|_| visit.method == Method::Get);
    html! {
        @if let Some(there) = there {
            p {
                "在自己的电脑上也能办，要用加密的地址：没装过证书的先" (Link::new("安装证书", TRUST_AT))
                "，装好以后" a href={ (there) (visit.path) } { "用加密的地址打开这一页" } "，在那里登录一次。"
            }
        }
    }
}

/// The answer to a request that went no further than the door.
pub(super) fn at_door(trouble: &Trouble, state: &State, wants_json: bool) -> Answer {
    if wants_json {
        return json(trouble);
    }
    let link = match trouble.status {
        421 => None,
        503 => Some(Link::new("去设置", CLAIM_AT)),
        _ => Some(Link::new("去待办", super::HOME)),
    };
    let office = state.office();
    let content = html! {
        (heading(trouble.title, "", &html! {}))
        div.prose {
            p { (trouble.said) }
            @if let Some(code) = &trouble.code { (helper(code, &office.site)) }
            @if let Some(link) = link { p.acts { (link.key()) } }
        }
    };
    let page = door(&office.site, &Page::new(trouble.title), &content);
    with_headers(trouble, Answer::page(trouble.status, page))
}

/// The answer of closed doors: the same page whatever was asked for, which comes back by itself.
pub(super) fn closed(state: &State, page: &Page<'_>, content: &Markup, wants_json: bool) -> Answer {
    let trouble = Trouble::new(503, "系统升级中", "系统升级中，大约半分钟");
    if wants_json {
        return json(&trouble);
    }
    let page = door(&state.office().site, page, content);
    with_headers(&trouble, Answer::page(trouble.status, page))
}

fn with_headers(trouble: &Trouble, mut answer: Answer) -> Answer {
    if trouble.status == 503 {
        answer.add(header::RETRY_AFTER, "3");
    }
    if !trouble.allow.is_empty() {
        answer.add(header::ALLOW, trouble.allow);
    }
    answer
}

fn json(trouble: &Trouble) -> Answer {
    let body = serde_json::json!({ "error": trouble.said, "code": trouble.code });
    let text = body.to_string();
    with_headers(
        trouble,
        Answer::text(trouble.status, "application/json; charset=utf-8", text),
    )
}

fn helper(code: &str, site: &Site) -> Markup {
    html! {
        section.helper {
            p.quiet { "打电话时请把这个编号念给管理员" }
            p.serial { (code) }
            @if !site.admin.is_empty() {
                p { "管理员 " b { (site.admin) } @if !site.admin_phone.is_empty() { "，电话 " b { (site.admin_phone) } } }
            }
        }
    }
}
