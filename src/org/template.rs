//! A township ready to start: the wizard shows [`plan`] as an editable list, [`apply`] makes it.
//! Nothing is made that the list does not show, except the hidden department for the organ's own shelves.
//! People and charges come with the import.

use super::Role;
use super::edit::{self, DeptDraft, OrganDraft, PostDraft};
use super::letterhead;
use super::model::DeptKind;
use super::template_posts::{DEPARTMENTS, PostData, VILLAGE};
use crate::kit::{Day, DeptId, Error, OrganId, PostId, Result, text};
use crate::store::Write;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of place: it decides what its leaders are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// 镇.
    #[default]
    Town,
    /// 乡.
    Township,
    /// 街道.
    Subdistrict,
}

impl Place {
    /// The kind that an organ's name tells.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        if name.contains("街道") {
            Self::Subdistrict
        } else if name.contains('乡') && !name.contains('镇') {
            Self::Township
        } else {
            Self::Town
        }
    }
}

/// What the wizard asks before it shows the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    pub place: Place,
    /// Villages and communities, in their order.
    pub villages: Vec<String>,
}

/// A department as the wizard shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeptPlan {
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub kind: DeptKind,
    pub posts: Vec<PostPlan>,
}

/// A post as the wizard shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostPlan {
    pub name: String,
    pub roles: Vec<Role>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub organ: OrganId,
    /// The hidden department of the organ's own shelves.
    pub hidden: DeptId,
    /// The listed departments, in their order.
    pub departments: Vec<DeptId>,
    /// The posts of each of them, in their order.
    pub post_ids: Vec<Vec<PostId>>,
    pub posts: usize,
}

/// Code of the hidden department.
const HIDDEN_CODE: &str = "BJG";

/// The proposed list: leaders, departments, villages.
#[must_use]
pub fn plan(options: &Options) -> Vec<DeptPlan> {
    let mut list = vec![leaders(options.place)];
    list.extend(DEPARTMENTS.iter().map(|d| DeptPlan {
        code: d.code.to_owned(),
        name: d.name.to_owned(),
        short_name: d.short.to_owned(),
        kind: d.kind,
        posts: posts(d.posts),
    }));
    let villages = options.villages.iter().map(|v| text::one_line(v));
    let villages = villages.filter(|v| !v.is_empty());
    list.extend((1..).zip(villages).map(|(n, name)| village(n, name)));
    list
}

fn leaders(place: Place) -> DeptPlan {
    use Role::{Leader, PrincipalLeader};
    let (party, second, first_deputy, deputy, congress) = match place {
        Place::Town => ("党委", "镇长", "常务副镇长", "副镇长", "人大主席"),
        Place::Township => ("党委", "乡长", "常务副乡长", "副乡长", "人大主席"),
        Place::Subdistrict => (
            "党工委",
            "办事处主任",
            "办事处常务副主任",
            "办事处副主任",
            "人大工委主任",
        ),
    };
    let mut posts = vec![
        PostPlan::new(format!("{party}书记"), &[PrincipalLeader]),
        PostPlan::new(format!("{party}副书记、{second}"), &[PrincipalLeader]),
    ];
    let vice_congress = congress.replace("主", "副主");
    let rest = [
        congress,
        "专职副书记",
        "纪委书记",
        "组织委员",
        "宣传统战委员",
        "政法委员",
        "武装部长",
        first_deputy,
        deputy,
        deputy,
        deputy,
        &vice_congress,
    ];
    posts.extend(rest.map(|name| PostPlan::new(name, &[Leader])));
    DeptPlan {
        code: "LD".to_owned(),
        name: "党政领导".to_owned(),
        short_name: "领导".to_owned(),
        kind: DeptKind::Leaders,
        posts,
    }
}

fn village(n: usize, name: String) -> DeptPlan {
    DeptPlan {
        code: format!("CUN{n:02}"),
        short_name: text::clip(&name, 12),
        name,
        kind: DeptKind::Village,
        posts: posts(VILLAGE),
    }
}

fn posts(data: &[PostData]) -> Vec<PostPlan> {
    data.iter()
        .map(|(name, roles)| PostPlan::new(*name, roles))
        .collect()
}

impl PostPlan {
    fn new(name: impl Into<String>, roles: &[Role]) -> Self {
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        Self {
            name: name.into(),
            roles,
        }
    }
}

/// Makes the organ with the departments and posts of the list, as it was edited.
pub fn apply(
    w: &mut Write<'_>,
    organ: &OrganDraft,
    list: &[DeptPlan],
    from: Day,
) -> Result<Applied> {
    if !list.iter().any(|d| d.kind == DeptKind::Office) {
        let why = "请保留一个党政办公室：收文、发文要由它登记分发";
        return Err(Error::invalid("departments", why));
    }
    let organ_id = edit::add_organ(w, organ, from)?;
    let hidden = edit::add_dept(w, organ_id, &hidden_dept(), from)?;
    let mut applied = Applied {
        organ: organ_id,
        hidden,
        departments: Vec::new(),
        post_ids: Vec::new(),
        posts: 0,
    };
    for (sort, dept) in (1..).zip(list) {
        let draft = DeptDraft {
            code: dept.code.clone(),
            name: dept.name.clone(),
            short_name: dept.short_name.clone(),
            kind: dept.kind,
            sort: sort * 10,
        };
        let id = edit::add_dept(w, organ_id, &draft, from)?;
        let mut posts = Vec::with_capacity(dept.posts.len());
        for (sort, post) in (1..).zip(&dept.posts) {
            posts.push(edit::add_post(w, id, &post.draft(sort * 10), from)?);
        }
        applied.posts += posts.len();
        applied.post_ids.push(posts);
        applied.departments.push(id);
    }
    let office = list.iter().find(|d| d.kind == DeptKind::Office);
    let office = office.map_or("", |d| d.name.as_str());
    let heads = letterhead::usual(organ_id, organ, office);
    letterhead::plant(w, &heads)?;
    w.about(format!("organ:{}", organ_id.0));
    Ok(applied)
}

impl PostPlan {
    fn draft(&self, sort: i64) -> PostDraft {
        PostDraft {
            name: self.name.clone(),
            sort,
            roles: self.roles.clone(),
        }
    }
}

fn hidden_dept() -> DeptDraft {
    DeptDraft {
        code: HIDDEN_CODE.to_owned(),
        name: DeptKind::Hidden.label().to_owned(),
        short_name: String::new(),
        kind: DeptKind::Hidden,
        sort: 0,
    }
}

/// Names typed one a line, or apart by commas, each once.
#[must_use]
pub fn village_names(typed: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.split(['\n', '、', '，', ',', ';', '；', ' ', '\t']) {
        let name = text::one_line(name);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// An organ of this name, with what follows from the name.
#[must_use]
pub fn organ_named(name: &str, short_name: &str) -> OrganDraft {
    OrganDraft {
        name: text::one_line(name),
        short_name: text::one_line(short_name),
        codes: BTreeMap::new(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample::{self, DAY};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_department_has_a_head_and_a_receiver() {
        let options = Options {
            place: Place::Town,
            villages: village_names("东溪村、西岭村\n南塘社区"),
        };
        let list = plan(&options);
        assert_eq!(list.len(), 1 + 17 + 3);
        let codes: BTreeSet<&str> = list.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes.len(), list.len());
        for dept in list.iter().filter(|d| d.kind != DeptKind::Leaders) {
            let has = |role| dept.posts.iter().any(|p| p.roles.contains(&role));
            assert!(has(Role::DeptHead) && has(Role::Receiver), "{}", dept.name);
        }
    }

    #[test]
    fn applies_to_an_empty_hub() {
        let office = sample::empty("template");
        let organ = organ_named("青山镇人民政府", "青山镇");
        let list = plan(&Options {
            place: Place::of_name(&organ.name),
            villages: vec!["东溪村".to_owned()],
        });
        let posts: usize = list.iter().map(|d| d.posts.len()).sum();
        let made = office
            .write(move |w| apply(w, &organ, &list, DAY()))
            .unwrap();
        assert_eq!((made.departments.len(), made.posts), (19, posts));
        let d = office.directory();
        let organ = d.first_organ().unwrap();
        assert_eq!(organ.short_name, "青山镇");
        assert_eq!(d.depts_of(organ.id).count(), 19);
        assert_eq!(d.hidden_of(organ.id).unwrap().id, made.hidden);
        let clerks: Vec<String> = d
            .with_role(Role::RecordsClerk)
            .map(|p| d.post_title(p.id))
            .collect();
        assert_eq!(clerks, ["党政办·收发文员"]);
        assert_eq!(d.with_role(Role::PrincipalLeader).count(), 2);
        assert_eq!(d.office_of(organ.id).unwrap().code, "DZB");
    }

    #[test]
    fn a_list_without_an_office_is_refused_and_leaves_nothing() {
        let office = sample::empty("template-none");
        let mut list = plan(&Options::default());
        list.retain(|d| d.kind != DeptKind::Office);
        let organ = organ_named("青山镇人民政府", "");
        let refused = office.write(move |w| apply(w, &organ, &list, DAY()));
        assert!(matches!(refused, Err(Error::Invalid(_))));
        assert_eq!(office.directory().organs().count(), 0);
    }

    #[test]
    fn leaders_are_called_as_the_place_calls_them() {
        assert_eq!(Place::of_name("高坪乡人民政府"), Place::Township);
        assert_eq!(Place::of_name("城东街道办事处"), Place::Subdistrict);
        let leaders = leaders(Place::Subdistrict);
        assert!(leaders.posts.iter().any(|p| p.name == "人大工委副主任"));
        let town = super::leaders(Place::Town);
        assert!(town.posts.iter().any(|p| p.name == "人大副主席"));
    }
}
