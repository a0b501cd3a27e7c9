//! The last step: who administers the server. One person in three roles is allowed, with a warning
//! that stays; three people is what the rules ask for. This form claims: passwords are in no draft.

use super::{ADMINS_AT, Leaf, ORG_AT, draw};
use crate::access::setup::{Admin, Claiming};
use crate::access::setup_draft::Draft;
use crate::access::{AdminRole, rule};
use crate::kit::{Error, FieldErrors, Result, text};
use crate::org::template::DeptPlan;
use crate::org::{DeptKind, Role};
use crate::ui::form::{self, Choice};
use crate::ui::note::{self, Tone};
use crate::ui::{Markup, html};
use crate::web::cookies::Keep;
use crate::web::{LAN_AT, OpenCx, Reply};

/// How the three roles are held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    One,
    Three,
}

impl Mode {
    const fn id(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Three => "three",
        }
    }
}

/// A person as typed; the password never comes back.
#[derive(Default)]
struct Person {
    name: String,
    mobile: String,
    post: String,
}

struct Typed {
    mode: Mode,
    first: Person,
    /// Security, audit.
    others: [Person; 2],
}

pub(super) fn page(cx: &mut OpenCx, draft: Draft) -> Result<Reply> {
    let plan = draft.plan();
    let typed = Typed {
        mode: Mode::One,
        first: Person {
            post: usual_post(&plan),
            ..Person::default()
        },
        others: Default::default(),
    };
    Ok(Reply::Page(show(
        cx,
        &plan,
        &typed,
        &FieldErrors::default(),
    )))
}

/// Where the younger clerk sits who sets such things up (domain §4.6).
fn usual_post(plan: &[DeptPlan]) -> String {
    let office = plan.iter().find(|d| d.kind == DeptKind::Office);
    let clerk = office.and_then(|d| {
        let at = d
            .posts
            .iter()
            .position(|p| p.roles.contains(&Role::RecordsClerk));
        at.map(|n| post_value(&d.code, n))
    });
    clerk.unwrap_or_default()
}

fn post_value(code: &str, n: usize) -> String {
    format!("{code}-{n}")
}

pub(super) fn claim(cx: &mut OpenCx, draft: Draft) -> Result<Reply> {
    let (typed, admins) = typed(cx);
    let mut errors = FieldErrors::default();
    for (n, _) in (1..).zip(&admins) {
        if cx.form(&format!("password-{n}")) != cx.form(&format!("again-{n}")) {
            errors.add(format!("again-{n}"), "两次输入的密码不一样，请再输一次");
        }
    }
    let claimed = errors.check(()).and_then(|()| {
        cx.state.access.claim(&Claiming {
            admins: &admins,
            peer: cx.peer(),
            request: cx.request(),
        })
    });
    let claimed = match claimed {
        Ok(claimed) => claimed,
        Err(Error::Invalid(errors)) => {
            return Ok(Reply::Wrong(show(cx, &draft.plan(), &typed, &errors)));
        }
        Err(e) => return Err(e),
    };
    cx.state.org.use_zone(claimed.zone);
    cx.state.org.reload(&cx.state.store)?;
    cx.state.name_office(claimed.zone);
    cx.set_session(&claimed.token);
    cx.set_cookie(super::COOKIE, "", Keep::Drop);
    Ok(Reply::To(LAN_AT.into()))
}

/// What comes back to the page, and what is claimed with.
fn typed(cx: &OpenCx) -> (Typed, Vec<Admin>) {
    let mode = if cx.form("mode") == Mode::Three.id() {
        Mode::Three
    } else {
        Mode::One
    };
    let field = |name: &str, n: usize| cx.form(&format!("{name}-{n}")).to_owned();
    let person = |n: usize| Person {
        name: text::one_line(&field("name", n)),
        mobile: text::fold(&field("mobile", n)),
        post: field("post", n),
    };
    let typed = Typed {
        mode,
        first: person(1),
        others: [person(2), person(3)],
    };
    let roles: Vec<Vec<AdminRole>> = match mode {
        Mode::One => vec![AdminRole::ALL.to_vec()],
        Mode::Three => AdminRole::ALL.map(|role| vec![role]).to_vec(),
    };
    let people = [&typed.first].into_iter().chain(&typed.others).zip(roles);
    let admins = (1..).zip(people).map(|(n, (person, roles))| Admin {
        name: person.name.clone(),
        mobile: person.mobile.clone(),
        post: post_of(&person.post),
        password: field("password", n),
        roles,
    });
    let admins = admins.collect();
    (typed, admins)
}

/// Nothing that stands for a post gives one that no list has.
fn post_of(value: &str) -> (String, usize) {
    let parts = value.split_once('-');
    let post = parts.and_then(|(code, n)| Some((code.to_owned(), n.parse().ok()?)));
    post.unwrap_or_default()
}

fn show(cx: &OpenCx, plan: &[DeptPlan], typed: &Typed, errors: &FieldErrors) -> Markup {
    let leaf = Leaf {
        title: "谁来管理",
        at: ADMINS_AT,
        back: Some(ORG_AT),
        key: "启用，开始使用",
        errors,
    };
    let modes = vec![
        Choice::new(Mode::One.id(), "先由一个人担任，以后再分开"),
        Choice::new(Mode::Three.id(), "现在就由三个人分别担任"),
    ];
    let warning = "管人的、授权的、查账的是同一个人，不符合三员分立的要求。可以先用起来，这位管理员的每一页上都会提醒，直到分给三个人。他忘了密码，没有别人能帮他：启用以后请马上印恢复码，凭它才能在服务器电脑上重设。";
    let fields = html! {
        p { "系统管理员管人员和设置，安全管理员管授权和解锁，审计员只看记录。三员都看不到公文内容，除非岗位需要。" }
        section {
            (form::radios("mode", "三员怎么安排", modes).value(typed.mode.id()).check(errors))
            (note::note(Tone::Plain, "一人兼三员：", &warning))
        }
        section {
            h2.band { span { (AdminRole::System.label()) } i { "一人兼三员时只填这一位" } }
            (person_fields(1, &typed.first, plan, errors))
        }
        details open[typed.mode == Mode::Three] {
            summary { "由三个人分别担任的，点这里填另外两位" }
            @let roles = [(2, AdminRole::Security), (3, AdminRole::Audit)];
            @for ((n, role), person) in roles.into_iter().zip(&typed.others) {
                section {
                    h2.band { span { (role.label()) } i { "密码请本人来输" } }
                    (person_fields(n, person, plan, errors))
                }
            }
        }
    };
    draw(cx, &leaf, &fields)
}

fn person_fields(n: usize, person: &Person, plan: &[DeptPlan], errors: &FieldErrors) -> Markup {
    let name = |word: &str| format!("{word}-{n}");
    let new = |word, label| {
        form::password(&name(word), label)
            .complete("new-password")
            .check(errors)
    };
    html! {
        (form::text(&name("name"), "姓名").value(&person.name).check(errors))
        (form::tel(&name("mobile"), "手机").value(&person.mobile).hint("登录时写姓名或手机号都行").check(errors))
        (form::select(&name("post"), "部门和岗位", posts(plan)).value(&person.post).check(errors))
        (new("password", "密码").hint(rule::RULE))
        (new("again", "密码再写一遍"))
        p { (form::show_password(&name("password"))) }
    }
}

/// Posts of the organ itself: nobody in a village administers its server.
fn posts(plan: &[DeptPlan]) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "请选择")];
    for dept in plan.iter().filter(|d| d.kind != DeptKind::Village) {
        let short = if dept.short_name.is_empty() {
            &dept.name
        } else {
            &dept.short_name
        };
        for (n, post) in dept.posts.iter().enumerate() {
            let label = format!("{short}·{}", post.name);
            all.push(Choice::new(post_value(&dept.code, n), label));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::template::{Options, plan};

    #[test]
    fn the_clerk_is_proposed() {
        let plan = plan(&Options::default());
        let value = usual_post(&plan);
        let (code, n) = post_of(&value);
        let post = plan
            .iter()
            .find(|d| d.code == code)
            .and_then(|d| d.posts.get(n));
        assert_eq!(post.map(|p| p.name.as_str()), Some("收发文员"));
        assert!(posts(&plan).iter().any(|c| c.value == value));
    }

    #[test]
    fn a_strange_value_is_no_post() {
        for strange in ["", "DZB", "DZB-", "DZB--1", "-"] {
            assert_eq!(post_of(strange), (String::new(), 0), "{strange}");
        }
    }
}
