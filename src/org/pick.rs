//! Choosing people (U24): by department, characters, full pinyin, initials, staff number, end of the
//! mobile number. Only who is here today is offered, each once; namesakes show their department.
//! Not for choosing departments or posts.

use super::Directory;
use super::model::{Department, Person};
use crate::kit::{DeptId, OrganId, PersonId, PostId, pinyin, text};
use std::collections::HashSet;

/// Digits from which on a number is taken for the end of a mobile number.
const TAIL_LEAST: usize = 3;

/// Somebody to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub person: PersonId,
    /// The post in the department shown; the main one where a name was typed.
    pub post: Option<PostId>,
    pub name: String,
    pub post_name: String,
    /// Short name of the department.
    pub dept: String,
    /// The name, with the department where another has the same name.
    pub label: String,
}

/// People of a department to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub dept: DeptId,
    pub name: String,
    pub people: Vec<Choice>,
}

/// The best fits for what was typed, best first, at most `limit`.
#[must_use]
pub fn find(directory: &Directory, query: &str, limit: usize) -> Vec<Choice> {
    let query = text::fold_search(query);
    if query.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut found: Vec<(u8, &Person)> = directory
        .people()
        .filter_map(|p| rank(p, &query).map(|r| (r, p)))
        .collect();
    // stable: people of one rank stay in the directory's order
    found.sort_by_key(|(rank, _)| *rank);
    let mut seen = HashSet::new();
    let by_name = found
        .into_iter()
        .map(|(_, p)| main_choice(directory, p))
        .filter(|c| seen.insert(c.person));
    let mut choices: Vec<Choice> = by_name.take(limit).collect();
    let depts = directory
        .organs()
        .flat_map(|o| directory.depts_of(o.id))
        .filter(|d| is_dept(d, &query));
    for dept in depts {
        let staff = of_dept(directory, dept);
        let staff = staff.into_iter().filter(|c| seen.insert(c.person));
        let room = limit - choices.len();
        choices.extend(staff.take(room));
    }
    choices
}

/// All people by department, in the order of the organ; departments without people are left out.
#[must_use]
pub fn groups(directory: &Directory) -> Vec<Group> {
    let organs: Vec<OrganId> = directory.organs().map(|o| o.id).collect();
    organs
        .into_iter()
        .flat_map(|o| groups_of(directory, o))
        .collect()
}

/// As [`groups`], one organ's.
#[must_use]
pub fn groups_of(directory: &Directory, organ: OrganId) -> Vec<Group> {
    directory
        .depts_of(organ)
        .map(|d| Group {
            dept: d.id,
            name: d.name.clone(),
            people: of_dept(directory, d),
        })
        .filter(|g| !g.people.is_empty())
        .collect()
}

/// One person as a choice, for showing what was chosen before.
#[must_use]
pub fn choice(directory: &Directory, person: PersonId) -> Option<Choice> {
    directory.person(person).map(|p| main_choice(directory, p))
}

fn rank(person: &Person, query: &str) -> Option<u8> {
    if let Some(no) = &person.staff_no {
        let no = text::fold_search(no);
        if no == query {
            return Some(0);
        }
        // staff numbers share beginnings (2026…): their whole list is no help, so two more digits
        if query.chars().count() >= TAIL_LEAST && no.ends_with(query) {
            return Some(3);
        }
    }
    if let Some(mobile) = &person.mobile
        && query.len() >= TAIL_LEAST
        && query.bytes().all(|b| b.is_ascii_digit())
        && mobile.ends_with(query)
    {
        return Some(1);
    }
    pinyin::rank(query, &person.name, &person.keys)
}

fn is_dept(dept: &Department, query: &str) -> bool {
    let long_enough = query.chars().count() >= 2;
    text::fold_search(&dept.code) == query
        || (long_enough
            && (text::fold_search(&dept.short_name).starts_with(query)
                || text::fold_search(&dept.name).contains(query)))
}

fn of_dept(directory: &Directory, dept: &Department) -> Vec<Choice> {
    let mut seen = HashSet::new();
    let mut choices = Vec::new();
    for post in directory.posts_in(dept.id) {
        for person in directory.holders_of(post.id) {
            if seen.insert(person.id) {
                choices.push(make(directory, person, Some(post.id)));
            }
        }
    }
    choices
}

fn main_choice(directory: &Directory, person: &Person) -> Choice {
    let post = directory.main_post(person.id).map(|p| p.id);
    make(directory, person, post)
}

fn make(directory: &Directory, person: &Person, post: Option<PostId>) -> Choice {
    let post_row = post.and_then(|id| directory.post(id));
    let dept = post_row.map_or("", |p| directory.dept_short(p.department));
    let namesakes = directory.named(&person.name).count() > 1;
    let label = if namesakes && !dept.is_empty() {
        format!("{}（{dept}）", person.name)
    } else {
        person.name.clone()
    };
    Choice {
        person: person.id,
        post,
        name: person.name.clone(),
        post_name: post_row.map_or_else(String::new, |p| p.name.clone()),
        dept: dept.to_owned(),
        label,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample::{self, Office};
    use super::super::{Seen, Weight, edit};
    use super::*;

    fn names(choices: &[Choice]) -> Vec<&str> {
        choices.iter().map(|c| c.label.as_str()).collect()
    }

    fn peopled(name: &str) -> Office {
        let office = sample::town(name);
        let clerk = office.post("DZB", "收发文员");
        let zhang = office.person("张三", "13805710001", clerk);
        office.hold(zhang, office.post("CZS", "村账"), Weight::Side);
        office.person("单小雨", "13805710002", office.post("CZS", "会计"));
        office.person("王伟", "13805710003", office.post("CZS", "所长"));
        office.person("王伟", "13805710004", office.post("DJB", "主任"));
        office
    }

    #[test]
    fn finds_by_everything_people_type() {
        let office = peopled("pick");
        let d = office.directory();
        for query in ["张三", "张", "zhangsan", "zs", "zhs", "0001", "ＺＳ"] {
            assert_eq!(names(&find(&d, query, 10)), ["张三"], "{query}");
        }
        assert_eq!(names(&find(&d, "sxy", 10)), ["单小雨"]);
        assert_eq!(
            names(&find(&d, "ww", 10)),
            ["王伟（财政所）", "王伟（党建办）"]
        );
        assert_eq!(find(&d, "财政", 10).len(), 3);
        assert_eq!(find(&d, "czs", 2).len(), 2);
        assert_eq!(find(&d, " ", 10), []);
        let zhang = find(&d, "张三", 1).remove(0);
        assert_eq!(
            (zhang.dept.as_str(), zhang.post_name.as_str()),
            ("党政办", "收发文员")
        );
    }

    #[test]
    fn groups_show_each_department_with_its_own_posts() {
        let office = peopled("pick-groups");
        let d = office.directory();
        let groups = groups(&d);
        let shown: Vec<(&str, Vec<&str>)> = groups
            .iter()
            .map(|g| (g.name.as_str(), names(&g.people)))
            .collect();
        assert_eq!(
            shown,
            [
                ("党政综合办公室", vec!["张三"]),
                ("党建工作办公室", vec!["王伟（党建办）"]),
                ("财政所", vec!["王伟（财政所）", "单小雨", "张三"]),
            ]
        );
        assert_eq!(
            groups.last().unwrap().people.last().unwrap().post_name,
            "村账"
        );
    }

    #[test]
    fn who_left_is_not_offered_and_still_has_a_name() {
        let office = peopled("pick-left");
        let zhang = find(&office.directory(), "zs", 1).remove(0).person;
        let seen: Seen<PersonId> = office.seen(zhang);
        let last = sample::DAY().plus_days(-1);
        office
            .write(move |w| edit::close_person(w, seen, last))
            .unwrap();
        let d = office.directory();
        assert_eq!(find(&d, "zs", 10), []);
        assert_eq!(d.person_name(zhang), "张三");
        assert!(!d.is_here(zhang));
    }
}
