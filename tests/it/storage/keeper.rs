//! A department run by its own administrator: who may name one, what he sees and settles, where it ends.

use super::{exclusive, runs};
use crate::support::office::{Office, PASSWORD};
use inkstone::org::Role;

#[test]
fn a_department_with_its_own_cabinet_is_run_by_one_of_its_own() {
    let office = Office::new("storage-keeper");
    let mut admin = office.admin();
    let dept = office.town.dept("YJB");
    let at = format!("/storage/dept/{dept}");
    let mut safe = office.colleague(&mut admin, "安守");
    assert_eq!(safe.get("/storage/mine").status, 403);
    assert_eq!(safe.get(&at).status, 403);
    let shared = admin.submit(&at, &at, &[("people", &office.id_of("安守"))]);
    assert!(
        shared.status == 422 && shared.text().contains("共用一柜"),
        "{}",
        shared.text()
    );
    office.town.store.shelf_for(dept, 2026).unwrap();
    exclusive(&office, dept);
    let stranger = admin.submit(&at, &at, &[("people", &office.id_of("宋小笺"))]);
    assert!(stranger.status == 422 && stranger.text().contains("不在这个部门任职"));
    let no_account = admin.submit(&at, &at, &[("people", &office.id_of("雷有备"))]);
    assert!(no_account.status == 422 && no_account.text().contains("还没有账号"));

    let mut keeper = runs(&office, &mut admin, "安守", dept);
    assert_eq!(
        safe.get("/todo").status,
        303,
        "the session before the change is over"
    );
    let page = keeper.get("/storage/mine");
    assert_eq!(page.status, 200);
    let page = page.text();
    for words in ["本部门的柜", "应急管理办公室", "设为保密", "安全员"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(keeper.get("/me").text().contains("/storage/mine"));
    for at in ["/storage", "/storage/rule", "/admin", "/admin/people"] {
        assert_eq!(
            keeper.get(at).status,
            403,
            "{at}: to run a department is no administrator's role"
        );
    }

    // what the page of the department offers goes away with the right
    let gone = admin.submit(&at, &at, &[]);
    assert_eq!(gone.status, 303);
    let mut keeper = office.logged_in(2, "安守", PASSWORD);
    assert_eq!(keeper.get("/storage/mine").status, 403);
}

#[test]
fn he_settles_the_duties_of_his_own_posts_and_no_others() {
    let office = Office::new("storage-posts");
    let mut admin = office.admin();
    let dept = office.town.dept("DZB");
    office.town.store.shelf_for(dept, 2026).unwrap();
    exclusive(&office, dept);
    drop(office.colleague(&mut admin, "纪文澜"));
    let mut keeper = runs(&office, &mut admin, "纪文澜", dept);
    let post_of = |name: &str| {
        let d = office.town.directory();
        d.main_post(office.town.person(name)).unwrap().clone()
    };
    let clerk = post_of("宋小笺");
    let at = format!("/storage/mine/post/{}", clerk.id);
    let page = keeper.get(&at);
    assert!(
        page.status == 200 && page.text().contains("收发文员"),
        "{}",
        page.text()
    );
    let saved = keeper.submit(&at, &at, &[("roles", "handler"), ("roles", "dept_head")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let now = post_of("宋小笺");
    for role in [Role::Handler, Role::DeptHead, Role::RecordsClerk] {
        assert!(now.has(role), "{role:?} of {:?}", now.roles);
    }
    let more = keeper.submit(&at, &at, &[("roles", "principal_leader")]);
    assert!(more.status == 422 && more.text().contains("系统管理员"));
    assert!(!post_of("宋小笺").has(Role::PrincipalLeader));
    let stranger = format!("/storage/mine/post/{}", post_of("雷有备").id);
    assert_eq!(keeper.get(&stranger).status, 404);
    let csrf = keeper.get(&at).hidden(&at);
    let csrf: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(keeper.post(&stranger, &csrf).status, 404);
    let strange = office.dept("YJB");
    let other = [&csrf[..], &[("dept", &*strange), ("quiet", "1")]].concat();
    assert_eq!(
        keeper.post("/storage/mine/confidential", &other).status,
        404
    );
    assert!(office.town.store.confidential().is_empty());
}
