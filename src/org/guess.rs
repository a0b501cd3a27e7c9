//! Roles of a post from its name, where an import brings a post that does not exist yet.
//! Shown in the preview before anything is made; a wrong guess costs a click on the post's page, so what
//! is not plain is a handler.

use super::Role::{
    self, Archivist, DeptHead, Duty, Handler, Leader, OfficeDirector, PrincipalLeader, Receiver,
    RecordsClerk, SealKeeper, VillageClerk, Window,
};
use super::model::DeptKind;

/// The roles a post of this name most likely has.
pub(super) fn roles(name: &str, kind: DeptKind) -> Vec<Role> {
    let mut roles = match kind {
        DeptKind::Leaders => leader(name),
        DeptKind::Village => village(name),
        DeptKind::Office => office(name),
        DeptKind::Department | DeptKind::Hidden => department(name),
    };
    roles.sort_unstable();
    roles
}

fn leader(name: &str) -> Vec<Role> {
    let principal = name.split(['、', '，', '兼', '(', '（']).any(|part| {
        matches!(
            part.trim(),
            "书记" | "党委书记" | "党工委书记" | "镇党委书记" | "乡党委书记"
        ) || matches!(part.trim(), "镇长" | "乡长" | "办事处主任" | "街道办主任")
    });
    vec![if principal { PrincipalLeader } else { Leader }]
}

fn village(name: &str) -> Vec<Role> {
    if has(name, &["文书", "报账员", "会计"]) {
        vec![VillageClerk, Receiver, Handler]
    } else if !name.contains('副') && has(name, &["书记", "主任"]) {
        vec![DeptHead]
    } else {
        vec![Handler]
    }
}

fn office(name: &str) -> Vec<Role> {
    if is_head(name) {
        vec![OfficeDirector, DeptHead]
    } else if has(name, &["收发", "收文", "文书", "文员", "机要文"]) {
        vec![RecordsClerk, Receiver]
    } else {
        department(name)
    }
}

fn department(name: &str) -> Vec<Role> {
    if is_head(name) {
        return vec![DeptHead];
    }
    let special = if has(name, &["综合代表", "收发", "收文", "联络员"]) {
        Receiver
    } else if has(name, &["印章", "用印", "印信"]) {
        SealKeeper
    } else if name.contains("档案") {
        Archivist
    } else if name.contains("窗口") {
        Window
    } else if name.contains("值班") {
        Duty
    } else {
        return vec![Handler];
    };
    vec![special, Handler]
}

fn is_head(name: &str) -> bool {
    const HEADS: [&str; 8] = [
        "主任",
        "所长",
        "站长",
        "队长",
        "部长",
        "科长",
        "负责人",
        "主持工作",
    ];
    !name.contains('副') && !name.contains("助理") && has(name, &HEADS)
}

fn has(name: &str, words: &[&str]) -> bool {
    words.iter().any(|w| name.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_roles() {
        use DeptKind::{Department, Leaders, Office, Village};
        for (name, kind, want) in [
            ("党委书记", Leaders, vec![PrincipalLeader]),
            ("党委副书记、镇长", Leaders, vec![PrincipalLeader]),
            ("纪委书记", Leaders, vec![Leader]),
            ("常务副镇长", Leaders, vec![Leader]),
            ("主任", Office, vec![OfficeDirector, DeptHead]),
            ("副主任", Office, vec![Handler]),
            ("收发员", Office, vec![RecordsClerk, Receiver]),
            ("站长", Department, vec![DeptHead]),
            ("网格长", Department, vec![Handler]),
            ("业务综合代表", Department, vec![Receiver, Handler]),
            ("村支书记", Village, vec![DeptHead]),
            ("村文书", Village, vec![Receiver, Handler, VillageClerk]),
        ] {
            let mut want = want;
            want.sort_unstable();
            assert_eq!(roles(name, kind), want, "{name}");
        }
    }
}
