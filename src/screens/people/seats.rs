//! Posts to choose from: a drop-down list in the order of departments and posts. Not for people.

use crate::kit::{DeptId, PersonId};
use crate::org::Directory;
use crate::ui::form::Choice;

/// All open posts of all organs, 党政办·收发文员.
pub(super) fn all(d: &Directory) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "请选岗位")];
    for organ in d.organs() {
        for dept in d.depts_of(organ.id) {
            let posts = d.posts_in(dept.id);
            choices.extend(posts.map(|p| Choice::new(p.id.to_string(), d.post_title(p.id))));
        }
    }
    choices
}

/// The posts somebody holds now.
pub(super) fn held(d: &Directory, person: PersonId) -> Vec<Choice> {
    d.posts_of(person)
        .map(|p| Choice::new(p.id.to_string(), d.post_title(p.id)))
        .collect()
}

/// All open departments.
pub(super) fn departments(d: &Directory) -> Vec<(DeptId, String)> {
    d.organs()
        .flat_map(|o| d.depts_of(o.id))
        .map(|x| (x.id, x.name.clone()))
        .collect()
}
