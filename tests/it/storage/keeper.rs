//! A department run by its own administrator: who may name one, what he sees and settles, where it ends.

use super::{exclusive, runs};
use crate::support::office::{Office, PASSWORD};
use crate::support::town::{Folder, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::kit::Cell;
use inkstone::kit::sheet::read_table;
use inkstone::org::Role;
use inkstone::store::{Stamp, backup};
use std::time::{Duration, Instant};

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

#[test]
fn he_backs_his_own_cabinet_up_and_no_other() {
    let office = Office::new("storage-backup");
    let mut admin = office.admin();
    let dept = office.town.dept("YJB");
    office.town.store.shelf_for(dept, 2026).unwrap();
    exclusive(&office, dept);
    office.town.store.relocate_now().unwrap();
    drop(office.colleague(&mut admin, "安守"));
    let mut lan = runs(&office, &mut admin, "安守", dept);
    let store = &office.state.store;
    let all = store.volumes().unwrap();
    let number = |dept: Option<i64>| all.iter().find(|v| v.key.dept == dept).unwrap().no;
    let (own, common) = (number(Some(dept)), number(None));
    let at = format!("/storage/volume/{own}");
    let post = format!("{at}/backup");
    assert!(
        lan.get("/storage/mine")
            .text()
            .contains(&format!("href=\"{at}\""))
    );
    assert!(
        !lan.get(&at).text().contains(&post),
        "at the server PC only"
    );
    let mut keeper = office.logged_in(1, "安守", PASSWORD);
    let place = Folder::new("keeper-place");
    std::fs::create_dir_all(&place.0).unwrap();
    let to = place.0.to_str().unwrap();
    let inside = office.town.folder.0.to_str().unwrap();
    for (folder, why) in [
        ("备份", "全路径"),
        ("/nowhere/at/all", "没有 /nowhere/at/all"),
        (inside, "数据文件夹里"),
    ] {
        let wrong = keeper.submit(&at, &post, &[("folder", folder)]);
        assert_eq!(wrong.status, 422, "{folder}");
        let page = wrong.text();
        assert!(
            page.contains(why) && page.contains(folder),
            "{folder}: {page}"
        );
    }
    let ended = |keeper: &mut crate::support::http::Http| {
        let done = keeper.submit(&at, &post, &[("folder", to)]);
        assert_eq!(done.status, 303, "{}", done.text());
        let until = Instant::now() + Duration::from_secs(30);
        while store.volume_work(own).is_none_or(|w| w.ended.is_none()) {
            assert!(Instant::now() < until);
            std::thread::sleep(Duration::from_millis(20));
        }
        keeper.get(&at).text()
    };
    let page = ended(&mut keeper);
    assert!(page.contains("还没有恢复码"), "{page}");
    let stamp = Stamp::new("person:1", "backup.key", monday());
    backup::make_key(store, "苏简", stamp).unwrap();
    let page = ended(&mut keeper);
    assert!(page.contains("打开核对过了"), "{page}");
    let (file, head) = backup::look(&place.0).unwrap();
    assert_eq!(head.kind, "backup");
    assert!(
        file.to_str()
            .unwrap()
            .contains(&format!("inkstone-{own:04}-"))
    );
    // what is not his he does not even find
    let token = keeper.get(&at).hidden(&post);
    let mut fields: Vec<(&str, &str)> = token.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.push(("folder", to));
    let other = keeper.post(&format!("/storage/volume/{common}/backup"), &fields);
    assert_eq!(other.status, 404);
}

#[test]
fn he_takes_the_list_of_his_cases_out_and_the_office_does_not() {
    let office = Office::new("storage-excel");
    let mut admin = office.admin();
    let dept = office.town.dept("DZB");
    exclusive(&office, dept);
    drop(office.colleague(&mut admin, "纪文澜"));
    let from = [
        ("from", "墨川县应急管理局"),
        ("from_number", "墨应急发〔2026〕12号"),
    ];
    let what = ("incoming-handle", "关于森林防火的通知");
    let case = office
        .town
        .start("宋小笺", what, &from, "op-1")
        .unwrap()
        .case;
    let said = says("拟请韩副镇长阅处。");
    office
        .town
        .act("宋小笺", case, MoveId::Submit, said)
        .unwrap();
    let volumes = office.town.store.volumes().unwrap();
    let own = volumes.iter().find(|v| v.key.dept == Some(dept)).unwrap();
    let page = format!("/storage/volume/{}", own.no);
    let at = format!("{page}/excel");

    let mut keeper = runs(&office, &mut admin, "纪文澜", dept);
    let taken = keeper.submit(&page, &at, &[]);
    assert_eq!(taken.status, 200, "{}", taken.text());
    let rows = read_table(&taken.body, "a.xlsx").unwrap();
    assert_eq!(rows.len(), 2, "head and one case");
    let line: Vec<String> = rows[1].iter().map(Cell::text).collect();
    assert_eq!(line[0], "收文〔2026〕1号");
    assert_eq!(
        (line[1].as_str(), line[6].as_str()),
        ("关于森林防火的通知", "在办")
    );
    assert!(
        line[7].contains("宋小笺（党政综合办公室") && line[7].contains("拟请韩副镇长阅处。"),
        "{}",
        line[7]
    );
    assert!(
        line[8].contains("签收登记") && line[8].contains("拟办"),
        "{}",
        line[8]
    );

    // whoever looks after all files sees that this one stands there, and nothing of what is in it
    let seen = admin.get(&page);
    assert!(
        seen.status == 200 && !seen.text().contains("导出案卷目录"),
        "{}",
        seen.text()
    );
    let tokens = seen.hidden(&format!("{page}/backup"));
    let tokens: Vec<(&str, &str)> = tokens.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(admin.post(&at, &tokens).status, 404);
}
