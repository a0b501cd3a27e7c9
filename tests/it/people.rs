//! People and accounts through a real socket, as a browser without JavaScript does it: the import with
//! bad rows, slips and the first log-in, stale forms, who may do what from where.

use crate::support::http::{Http, Part};
use crate::support::office::{ADMIN, Office, PASSWORD, log_in, slip_for, words_on};
use crate::support::reply::Reply;
use inkstone::kit::{Cell, sheet};

fn location(reply: &Reply) -> &str {
    reply.header("Location").unwrap_or("")
}

const LIST: &str = "姓名,部门,岗位,手机,工号\n\
    张小三,财政所,会计,13900000001,A01\n\
    李四儿,没有这个所,会计,13900000002,A02\n\
    王五五,应急管理办公室,防汛员,13900000003,A03\n";

/// Sends the list and returns the preview.
fn preview(admin: &mut Http) -> Reply {
    let page = admin.get("/admin/people/import");
    let list = Part {
        name: "file",
        file: Some(("people.csv", "text/csv")),
        bytes: LIST.as_bytes(),
    };
    admin.submit_parts(&page, "/admin/people/import/check", vec![list])
}

fn confirm(admin: &mut Http, seen: &Reply, on_bad: &str) -> Reply {
    let mut fields = seen.hidden("/admin/people/import");
    for (name, value) in [("on_bad", on_bad), ("others", "keep"), ("from", "2026-3-9")] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    admin.post("/admin/people/import", &fields)
}

#[test]
fn import_shows_bad_rows_first_and_does_all_or_what_is_good() {
    let office = Office::new("people-import");
    let mut admin = office.admin();
    let template = admin.get("/admin/people/import/template.xlsx");
    let cells = sheet::read_table(&template.body, "t.xlsx").unwrap();
    assert!(cells.iter().flatten().any(|c| c.text() == "姓名"));

    let seen = preview(&mut admin);
    let text = seen.text();
    assert_eq!(seen.status, 200, "{text}");
    assert!(text.contains("没有这个所") && text.contains("王五五") && text.contains("新设岗位"));
    assert!(text.contains("导入 2 人") && text.contains("有错误的 1 行"));
    assert_eq!(office.town.directory().named("张小三").count(), 0);

    let refused = confirm(&mut admin, &seen, "refuse");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("没有导入任何人"));
    assert_eq!(office.town.directory().named("张小三").count(), 0);

    let fields = seen.hidden("/admin/people/import/errors.xlsx");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    let back = admin.post("/admin/people/import/errors.xlsx", &fields);
    let cells = sheet::read_table(&back.body, "back.xlsx").unwrap();
    let line = |name: &str| -> Vec<String> {
        let row = cells.iter().find(|r| r.iter().any(|c| c.text() == name));
        row.unwrap().iter().map(Cell::text).collect()
    };
    assert!(cells.iter().flatten().any(|c| c.text() == "错误"));
    assert!(line("李四儿").last().unwrap().contains("没有这个所"));
    assert!(!line("张小三").last().unwrap().contains("没有"));

    let done = confirm(&mut admin, &refused, "skip");
    assert_eq!((done.status, location(&done)), (303, "/admin/slips"));
    let told = admin.get("/admin/slips").text();
    assert!(
        told.contains("新增 2 人") && told.contains("跳过 1 行"),
        "{told}"
    );
    let directory = office.town.directory();
    let wang = directory.named("王五五").next().unwrap();
    assert_eq!(directory.main_post(wang.id).unwrap().name, "防汛员");

    let again = confirm(&mut admin, &refused, "skip");
    assert_eq!(again.status, 303, "the same form twice is one import");
    assert_eq!(office.town.directory().named("张小三").count(), 1);
}

#[test]
fn a_slip_opens_once_and_must_be_changed() {
    let office = Office::new("people-slip");
    let mut admin = office.admin();
    let everybody = [("whom", "all")];
    let printed = admin.submit("/admin/slips", "/admin/slips", &everybody);
    let text = printed.text();
    assert_eq!(printed.status, 200, "{text}");
    assert_eq!(printed.header("Cache-Control"), Some("no-store"));
    assert_eq!(words_on(&text).len(), 8, "everybody but the administrator");
    assert!(text.contains("江若川") && text.contains("应急管理") && text.contains("网址"));
    assert_eq!(words_on(&admin.get("/admin/slips").text()).len(), 0);

    let first = slip_for(&office, &mut admin, "雷有备");
    let second = slip_for(&office, &mut admin, "雷有备");
    let mut lei = office.at(2);
    assert_eq!(
        log_in(&mut lei, "雷有备", &first).status,
        422,
        "only the last opens"
    );
    let came = log_in(&mut lei, "雷有备", &second.to_lowercase());
    assert_eq!(location(&came), "/me/password");
    assert_ne!(
        lei.get("/people").status,
        200,
        "nothing opens before the change"
    );
    let bad = [("password", "12345678"), ("again", "12345678")];
    assert_eq!(lei.submit("/me/password", "/me/password", &bad).status, 422);
    let good = [("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(
        lei.submit("/me/password", "/me/password", &good).status,
        303
    );
    assert_eq!(lei.get("/people").status, 200);

    slip_for(&office, &mut admin, "雷有备");
    assert_ne!(
        lei.get("/people").status,
        200,
        "another slip ends the log-ins"
    );
    let own = [("whom", "some"), ("person", &*office.id_of(ADMIN))];
    let refused = admin.submit("/admin/slips", "/admin/slips", &own);
    assert!(refused.status == 422 && refused.text().contains("不能给自己"));
}

#[test]
fn a_stale_form_names_who_was_faster_and_loses_nothing() {
    let office = Office::new("people-stale");
    let mut admin = office.admin();
    let at = format!("/admin/people/{}/edit", office.id_of("钱细清"));
    let old = admin.get(&at).hidden(&at);
    let fields = [("name", "钱细清"), ("mobile", "13900000009")];
    assert_eq!(admin.submit(&at, &at, &fields).status, 303);
    let mut late: Vec<(&str, &str)> = old.iter().map(|(n, v)| (&**n, &**v)).collect();
    late.extend([
        ("name", "钱细细"),
        ("mobile", ""),
        ("staff_no", "C07"),
        ("sort", "3"),
    ]);
    let refused = admin.post(&at, &late);
    let text = refused.text();
    assert_eq!(refused.status, 422, "{text}");
    assert!(
        text.contains("已被苏简改过") && text.contains("有误："),
        "{text}"
    );
    assert!(text.contains("value=\"钱细细\"") && text.contains("value=\"C07\""));
    // having seen it, the same person may go on from the new state
    let mut seen = refused.hidden(&at);
    seen.extend(
        [
            ("name", "钱细清"),
            ("mobile", "13900000009"),
            ("staff_no", "C07"),
        ]
        .map(|(n, v)| (n.into(), v.into())),
    );
    let seen: Vec<(&str, &str)> = seen.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(admin.post(&at, &seen).status, 303);
    assert_eq!(
        office.town.directory().by_staff_no("c07").unwrap().name,
        "钱细清"
    );
    let twice = [("name", "纪文澜"), ("mobile", "139 0000 0009")];
    let other = format!("/admin/people/{}/edit", office.id_of("纪文澜"));
    let refused = admin.submit(&other, &other, &twice);
    assert!(refused.status == 422 && refused.text().contains("已登记给钱细清"));
}

#[test]
fn accounts_are_only_for_administrators_at_the_server_pc() {
    let office = Office::new("people-rights");
    let mut admin = office.admin();
    let someone = office.id_of("安守");
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let person = format!("/admin/people/{someone}");
    let pages = [
        "/admin/org",
        "/admin/people",
        "/admin/people/import",
        "/admin/slips",
        &person,
    ];
    for page in pages {
        assert_eq!(admin.get(page).status, 200, "{page}");
        let refused = clerk.get(page);
        assert!(
            [403, 404].contains(&refused.status),
            "{page}: {}",
            refused.status
        );
    }
    assert!(!clerk.get("/people").text().contains("href=\"/admin\""));

    let mut far = office.logged_in(2, ADMIN, PASSWORD);
    assert_eq!(far.get("/people").status, 200);
    let desk = far.get("/admin");
    assert!(desk.text().contains("服务器那台电脑"), "{}", desk.text());
    assert!(!desk.text().contains("/admin/slips"));
    let deeds = [
        "/admin/slips".to_owned(),
        "/admin/people/import".to_owned(),
        "/admin/people/export.xlsx".to_owned(),
        format!("{person}/disable"),
        format!("{person}/roles"),
        format!("{person}/edit"),
    ];
    for deed in &deeds {
        for (who, http) in [("far", &mut far), ("clerk", &mut clerk)] {
            let own = http.get("/me").hidden("/me/zoom");
            let mut fields: Vec<(&str, &str)> = own.iter().map(|(n, v)| (&**n, &**v)).collect();
            fields.push(("whom", "all"));
            let refused = http.post(deed, &fields);
            assert_eq!(refused.status, 403, "{who} {deed}: {}", refused.text());
            assert!(words_on(&refused.text()).is_empty());
        }
    }
    let account = office.state.access.account(someone.parse().unwrap());
    assert!(account.is_none(), "nothing of it was done");
    let taken = admin.submit("/admin/people", "/admin/people/export.xlsx", &[]);
    assert_eq!(taken.status, 200);
    let cells = sheet::read_table(&taken.body, "out.xlsx").unwrap();
    assert!(cells.iter().flatten().any(|c| c.text() == "田丰收"));
}

#[test]
fn three_roles_apart_stay_apart() {
    let office = Office::new("people-three");
    let mut admin = office.admin();
    assert!(admin.get("/admin").text().contains("还没有分开"));
    for name in ["纪文澜", "安守"] {
        slip_for(&office, &mut admin, name);
    }
    let at = |name: &str| format!("/admin/people/{}/roles", office.id_of(name));
    let give = |http: &mut Http, name: &str, roles: &[&str]| {
        let at = at(name);
        let fields: Vec<(&str, &str)> = roles.iter().map(|r| ("roles", *r)).collect();
        http.submit(&at, &at, &fields)
    };
    let last = give(&mut admin, ADMIN, &["system"]);
    assert!(last.status == 422 && last.text().contains("最后一位安全管理员"));
    assert_eq!(give(&mut admin, "纪文澜", &["security"]).status, 303);
    assert_eq!(give(&mut admin, "安守", &["audit"]).status, 303);
    let own = give(&mut admin, ADMIN, &["system"]);
    assert_eq!((own.status, location(&own)), (303, "/login"));
    let mut admin = office.admin();
    assert!(!admin.get("/admin").text().contains("还没有分开"));
    assert_eq!(
        admin.get(&at("安守")).status,
        403,
        "only the security administrator grants"
    );

    let words = slip_for(&office, &mut admin, "纪文澜");
    let mut security = office.logged_in(1, "纪文澜", &words);
    let own = [("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(
        security.submit("/me/password", "/me/password", &own).status,
        303
    );
    let refused = give(&mut security, "安守", &["audit", "system"]);
    assert!(refused.status == 422 && refused.text().contains("只能有一个"));
    let page = format!("/admin/people/{}", office.id_of("安守"));
    let shut = format!("{page}/disable");
    // without an auditor the three would not be apart any more
    assert_eq!(security.submit(&page, &shut, &[]).status, 409);
    slip_for(&office, &mut admin, "田丰收");
    assert_eq!(give(&mut security, "田丰收", &["audit"]).status, 303);
    assert_eq!(security.submit(&page, &shut, &[]).status, 303);
    assert!(security.get(&page).text().contains("已停用"));
}

#[test]
fn the_address_book_is_searched_as_people_type() {
    let office = Office::new("people-book");
    let mut admin = office.admin();
    let at = format!("/admin/people/{}/edit", office.id_of("钱细清"));
    let fields = [
        ("name", "钱细清"),
        ("mobile", "13912345678"),
        ("staff_no", "C07"),
    ];
    assert_eq!(admin.submit(&at, &at, &fields).status, 303);
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let all = clerk.get("/people").text();
    assert!(all.contains("财政所") && all.contains("江若川") && all.contains("139 1234 5678"));
    for typed in [
        "%E9%92%B1%E7%BB%86%E6%B8%85",
        "qianxiqing",
        "qxq",
        "c07",
        "5678",
    ] {
        let found = clerk.get(&format!("/people?q={typed}")).text();
        assert!(
            found.contains("钱细清") && found.contains("找到 1 人"),
            "{typed}"
        );
    }
    assert!(clerk.get("/people?q=zzzz").text().contains("没有找到"));
}

#[test]
fn departments_posts_and_people_change_with_dates() {
    let office = Office::new("people-org");
    let mut admin = office.admin();
    let organ = office.town.directory().first_organ().unwrap().id;
    let new = format!("/admin/org/organ/{organ}/dept");
    let empty = admin.submit(
        &new,
        &new,
        &[("name", ""), ("kind", "department"), ("code", "x x")],
    );
    assert!(empty.status == 422 && empty.text().contains("请填写部门名称"));
    let fields = [
        ("name", "数字办公室"),
        ("short_name", "数字办"),
        ("code", "szb"),
        ("kind", "department"),
    ];
    let added = admin.submit(&new, &new, &fields);
    assert_eq!(added.status, 303, "{}", added.text());
    let dept = location(&added).to_owned();
    let post = format!("{dept}/post");
    let made = admin.submit(
        &post,
        &post,
        &[
            ("name", "主任"),
            ("roles", "dept_head"),
            ("roles", "receiver"),
        ],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    assert!(admin.get(&dept).text().contains("部门负责人、部门收文"));

    let d = office.town.directory();
    let mayor = d
        .main_post(d.named("江若川").next().unwrap().id)
        .unwrap()
        .id;
    let charges = format!("/admin/org/post/{mayor}/charges");
    let ticked = office.dept("SZB");
    assert_eq!(
        admin
            .submit(&charges, &charges, &[("charges", &ticked)])
            .status,
        303
    );
    assert!(admin.get("/people").text().contains("分管领导 江若川"));

    let head = office
        .town
        .directory()
        .posts_in(ticked.parse().unwrap())
        .next()
        .unwrap()
        .id
        .to_string();
    let person = format!("/admin/people/{}", office.id_of("安守"));
    let shift = format!("{person}/move");
    let d = office.town.directory();
    let held = d
        .main_post(d.named("安守").next().unwrap().id)
        .unwrap()
        .id
        .to_string();
    let fields = [
        ("from_post", &*held),
        ("post", &*head),
        ("first_day", "今天"),
    ];
    let moved = admin.submit(&shift, &shift, &fields);
    assert_eq!(moved.status, 303, "{}", moved.text());
    assert!(admin.get(&person).text().contains("数字办·主任"));

    let close = format!("{dept}/close");
    let fields = [("last_day", "3月8日"), ("successor", &*office.dept("YJB"))];
    assert_eq!(admin.submit(&close, &close, &fields).status, 303);
    let list = admin.get("/admin/org").text();
    assert!(
        list.contains("已撤销的部门") && list.contains("由应急管理"),
        "{list}"
    );

    let leave = format!("{person}/close");
    assert_eq!(
        admin
            .submit(&leave, &leave, &[("last_day", "3月8日")])
            .status,
        303
    );
    assert!(admin.get("/admin/people?view=left").text().contains("安守"));
    let last = format!("/admin/people/{}/close", office.id_of(ADMIN));
    let refused = admin.submit(&last, &last, &[("last_day", "今天")]);
    assert!(refused.status == 422 && refused.text().contains("最后一位"));
}

#[test]
fn ones_own_page_keeps_phrases_and_log_ins() {
    let office = Office::new("people-me");
    let mut admin = office.admin();
    let mut other = office.logged_in(2, ADMIN, PASSWORD);
    let page = admin.get("/me").text();
    assert!(page.contains("请××同志阅处。") && page.contains("党政办·"));
    let added = admin.submit("/me", "/me/phrases", &[("phrase", "请抓紧办理。")]);
    assert_eq!(added.status, 303);
    let twice = admin.submit("/me", "/me/phrases", &[("phrase", "请抓紧办理。")]);
    assert!(twice.status == 422 && twice.text().contains("已经有了"));
    assert_eq!(
        admin
            .submit("/me", "/me/phrases/take", &[("phrase", "同意。")])
            .status,
        303
    );
    let page = admin.get("/me").text();
    assert!(page.contains("请抓紧办理。") && !page.contains("value=\"同意。\""));
    assert_eq!(other.get("/me").status, 200);
    // the claim's own browser is the third
    for _ in 0..2 {
        let ended = admin.submit("/me", "/me/sessions/end-one", &[]);
        assert_eq!(ended.status, 303);
    }
    assert_ne!(other.get("/me").status, 200, "ended from the other browser");
    assert_eq!(admin.get("/me").status, 200);
    let help = admin.get("/help").text();
    for word in [
        "收发文员",
        "办公室主任",
        "领导",
        "部门和村",
        "管理员",
        "怎么归档",
    ] {
        assert!(help.contains(word), "{word}");
    }
}
