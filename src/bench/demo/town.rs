//! The invented township: its departments from the template, its people, who is in charge of what, who
//! administers the server. Every name is made up.

use crate::access::AdminRole;
use crate::kit::{Day, DeptId, Error, PersonId, PostId, Result};
use crate::org::edit::{self, Hold, OrganDraft, PersonDraft};
use crate::org::template::{Applied, DeptPlan, Options, Place, apply, plan};
use crate::org::{Directory, Seen, Weight};
use crate::store::Write;

const NAME: &str = "墨川县砚田镇人民政府";
const SHORT: &str = "砚田镇";
const CODES: [(&str, &str); 5] = [
    ("政府发文", "砚政发"),
    ("政府函", "砚政函"),
    ("党委发文", "砚党发"),
    ("党政办发文", "砚党政办发"),
    ("人大发文", "砚人发"),
];
const VILLAGES: [&str; 5] = ["青桐村", "松烟村", "东溪村", "西岭村", "南塘社区"];

/// Somebody of the township.
struct Somebody {
    name: &'static str,
    /// Code of the department, name of the post.
    dept: &'static str,
    post: &'static str,
    /// Departments in charge of.
    leads: &'static [&'static str],
}

const fn one(name: &'static str, dept: &'static str, post: &'static str) -> Somebody {
    Somebody {
        name,
        dept,
        post,
        leads: &[],
    }
}

const fn leader(
    name: &'static str,
    post: &'static str,
    leads: &'static [&'static str],
) -> Somebody {
    Somebody {
        name,
        dept: "LD",
        post,
        leads,
    }
}

const PEOPLE: &[Somebody] = &[
    leader("程秉笔", "党委书记", &[]),
    leader("江若川", "党委副书记、镇长", &["CZS"]),
    leader("蓝守规", "纪委书记", &["JWB"]),
    leader("方聚贤", "组织委员", &["DJB", "DQZ"]),
    leader("陆平章", "常务副镇长", &["YJB", "GHB", "JFB"]),
    leader("沈若谷", "副镇长", &["NYZ", "SHB"]),
    leader("石定安", "政法委员", &["PFB"]),
    one("纪文澜", "DZB", "主任"),
    one("宋小笺", "DZB", "收发文员"),
    one("苏简", "DZB", "机要档案员"),
    one("范未然", "DZB", "信息"),
    one("左印泉", "DZB", "印章管理员"),
    one("秦向红", "DJB", "主任"),
    one("梁栋材", "GHB", "主任"),
    one("匡正方", "GHB", "业务综合代表"),
    one("雷有备", "YJB", "主任"),
    one("霍先知", "YJB", "业务综合代表"),
    one("安守", "YJB", "安全员"),
    one("田丰收", "NYZ", "主任"),
    one("禾苗青", "NYZ", "业务综合代表"),
    one("林茂春", "NYZ", "林水干事"),
    one("钱细清", "CZS", "所长"),
    one("温惠民", "SHB", "主任"),
    one("童乐康", "SHB", "业务综合代表"),
    one("和为贵", "PFB", "主任"),
    one("贾兴业", "JFB", "主任"),
    one("舒统明", "JFB", "统计员"),
    one("严明镜", "JWB", "主任"),
    leader("骆远山", "副镇长", &["WHZ", "TYZ", "WZB"]),
    leader("乔木森", "人大主席", &["RDB"]),
    one("傅知行", "DQZ", "主任"),
    one("白若溪", "GHB", "村镇建设"),
    one("岳清和", "SHB", "民政干事"),
    one("水长流", "NYZ", "农技员"),
    one("封平川", "PFB", "信访员"),
    one("晏书香", "WHZ", "主任"),
    one("戎光辉", "TYZ", "站长"),
    one("卫知礼", "ZFD", "队长"),
    one("时雨晴", "WGZ", "主任"),
    one("言为政", "RDB", "主任"),
];

/// Who administers the server: three people, as the rules ask.
const ADMINS: [(&str, AdminRole); 3] = [
    ("苏简", AdminRole::System),
    ("范未然", AdminRole::Security),
    ("严明镜", AdminRole::Audit),
];

/// Writes organ, departments, posts and people.
pub(super) fn settle(w: &mut Write<'_>, from: Day) -> Result<()> {
    let organ = OrganDraft {
        name: NAME.to_owned(),
        short_name: SHORT.to_owned(),
        codes: CODES.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
    };
    let list = plan(&Options {
        place: Place::Town,
        villages: VILLAGES.map(str::to_owned).into(),
    });
    let made = apply(w, &organ, &list, from)?;
    for (n, person) in PEOPLE.iter().enumerate() {
        let namesakes = PEOPLE.iter().take(n);
        let before = namesakes.filter(|p| (p.dept, p.post) == (person.dept, person.post));
        let post = post_of(&list, &made, (person, before.count()))?;
        let draft = PersonDraft {
            name: person.name.to_owned(),
            sort: i64::try_from(n).map_err(Error::fault)? * 10,
            ..PersonDraft::default()
        };
        let id = edit::add_person(w, &draft, from)?;
        let hold = Hold {
            post,
            weight: Weight::Main,
            from,
        };
        edit::hold_post(w, Seen::new(id, 1), hold)?;
        if !person.leads.is_empty() {
            let charges: Result<Vec<DeptId>> = person
                .leads
                .iter()
                .map(|code| dept_of(&list, &made, code))
                .collect();
            edit::set_charges(w, Seen::new(post, 1), &charges?)?;
        }
    }
    Ok(())
}

fn place_of(list: &[DeptPlan], code: &str) -> Result<usize> {
    let place = list.iter().position(|d| d.code == code);
    place.ok_or_else(|| Error::Fault(format!("the template has no {code}")))
}

fn dept_of(list: &[DeptPlan], made: &Applied, code: &str) -> Result<DeptId> {
    let found = made.departments.get(place_of(list, code)?).copied();
    found.ok_or_else(|| Error::fault("a department that was not made"))
}

/// The post of this name; the next one of the same name for a second person.
fn post_of(
    list: &[DeptPlan],
    made: &Applied,
    (person, before): (&Somebody, usize),
) -> Result<PostId> {
    let at = place_of(list, person.dept)?;
    let posts = list.get(at).map(|d| d.posts.as_slice()).unwrap_or_default();
    let mut same = posts
        .iter()
        .enumerate()
        .filter(|(_, p)| p.name == person.post);
    let n = same.nth(before).map(|(n, _)| n);
    let ids = made.post_ids.get(at);
    let found = n.and_then(|n| ids?.get(n).copied());
    found.ok_or_else(|| Error::Fault(format!("the template has no post {}", person.post)))
}

/// Everybody, with what they administer.
pub(super) fn accounts(directory: &Directory) -> Result<Vec<(PersonId, Vec<AdminRole>)>> {
    let one = |person: &Somebody| {
        let roles = ADMINS.iter().filter(|(name, _)| *name == person.name);
        Ok((
            find(directory, person.name)?,
            roles.map(|(_, role)| *role).collect(),
        ))
    };
    PEOPLE.iter().map(one).collect()
}

/// Somebody by name.
pub(super) fn find(directory: &Directory, name: &str) -> Result<PersonId> {
    let found = directory.named(name).next().map(|p| p.id);
    found.ok_or_else(|| Error::Fault(format!("nobody is called {name}")))
}
