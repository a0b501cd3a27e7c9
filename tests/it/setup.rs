//! The first run as people meet it: the code away from the server PC, the wizard without a script,
//! resuming after each step, nobody slipping in before or after the claim (S62, F05, F07, F08).

mod killed;
pub mod wizard;

use crate::support::browser::Browser;
use crate::support::http::{Http, Request};
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::access::{AdminRole, Attempt, LoginOutcome};
use inkstone::kit::Zone;
use wizard::{
    SENTENCE, STEPS, Server, choose, claim, enter, list_departments, name_office, one_admin, to,
};

#[test]
fn an_unclaimed_server_says_so_everywhere_else() {
    let folder = Folder::new("setup-closed");
    let server = Server::over(&folder);
    let mut lan = server.lan();
    for path in ["/", "/login", "/todo", "/me", "/setup/done", "/nowhere"] {
        let page = lan.get(path);
        assert_eq!(page.status, 503, "{path}");
        let text = page.text();
        assert!(
            text.contains("系统尚未初始化") && text.contains("第一页上的 8 位安装码"),
            "{text}"
        );
    }
    assert_eq!(lan.post("/login", &[("name", "苏简")]).status, 503);
    let mut here = server.here();
    assert_eq!(to(&here.get("/")), (303, Some("/setup")));
    assert_eq!(to(&here.get("/setup")), (303, Some("/setup/choose")));
}

#[test]
fn a_clerk_claims_the_server_without_a_script() {
    let folder = Folder::new("setup-claim");
    let server = Server::over(&folder);
    let mut clerk = server.here();
    for step in &STEPS[1..] {
        let page = clerk.get(step);
        assert!(page.status == 200 || to(&page).1 == Some("/setup/choose"));
    }
    assert_eq!(to(&claim(&mut clerk)), (303, Some("/setup/lan")));

    let passed = clerk.get("/setup/lan");
    let waiting = to(&passed).1.unwrap().to_owned();
    assert_eq!(
        to(&clerk.submit(&waiting, "/setup/lan", &[])),
        (303, Some("/setup/done"))
    );
    let done = clerk.get("/setup/done");
    assert_eq!(done.status, 200);
    assert!(
        done.text().contains("已经启用") && done.text().contains("href=\"/admin/people/import\"")
    );
    assert_eq!(clerk.get("/admin/people/import").status, 200);
    let mine = clerk.get("/me").text();
    assert!(
        mine.contains("苏简") && mine.contains("一个人担任几个管理角色"),
        "{mine}"
    );

    let people = server.state.org.current();
    let organ = people.first_organ().unwrap();
    assert_eq!(organ.name, "墨川县砚田镇人民政府");
    assert_eq!(organ.codes["政府函"], "砚函");
    assert!(!organ.codes.contains_key("党委发文"));
    let names: Vec<&str> = people.depts_of(organ.id).map(|d| d.name.as_str()).collect();
    assert_eq!(names.len(), 4 + 3, "{names:?}");
    assert!(names.contains(&"应急管理办公室") && names.contains(&"南塘社区"));
    let account = &server.state.access.accounts()[0];
    assert_eq!(account.admin, AdminRole::ALL);
    let post = people.main_post(account.person).unwrap();
    assert_eq!(people.post_title(post.id), "党政办·收发文员");
    assert_eq!(server.state.zone(), Zone::BEIJING);
    assert_eq!(server.state.office().site.admin, "苏简");
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn s62_the_lan_needs_the_code_of_the_screen() {
    let folder = Folder::new("setup-code");
    let server = Server::over(&folder);
    let mut thief = server.lan();
    for step in &STEPS[1..] {
        assert_eq!(to(&thief.get(step)), (303, Some("/setup")), "{step}");
    }
    let csrf = thief.get("/setup").hidden("/setup");
    let (name, token) = (csrf[0].0.as_str(), csrf[0].1.as_str());
    let forced = thief.post("/setup/choose", &[(name, token)]);
    assert_eq!(to(&forced), (303, Some("/setup")));
    assert!(!server.state.access.setup_draft().unwrap().begun);

    let first = server.code();
    let digits: Vec<char> = first.chars().filter(char::is_ascii_digit).collect();
    assert_eq!((digits.len(), first.len()), (8, 9));
    for left in (1..5).rev() {
        let page = enter(&mut thief, "0000 0000");
        assert_eq!(page.status, 422);
        let said = format!("还可以试 {left} 次");
        assert!(page.text().contains(&said) && page.text().contains("0000 0000"));
    }
    assert!(enter(&mut thief, "").text().contains("换了新的安装码"));
    let second = server.code();
    assert_ne!(first, second);
    assert_eq!(
        *server.announced.lock().unwrap(),
        std::slice::from_ref(&second)
    );
    assert!(
        enter(&mut thief, &second).text().contains("请等"),
        "a pause"
    );

    server.clock.advance(61_000);
    assert_eq!(
        enter(&mut thief, &first).status,
        422,
        "the old code is dead"
    );
    let mut clerk = server.lan();
    let full_width = second.replace(' ', "　");
    assert_eq!(to(&enter(&mut clerk, &full_width)), (303, Some("/setup")));
    assert_eq!(to(&clerk.get("/setup")), (303, Some("/setup/choose")));
    assert_eq!(to(&thief.get("/setup/choose")), (303, Some("/setup")));
    let forged = Request::new("GET", "/setup/choose").header("Cookie", "ink_setup=00");
    assert_eq!(to(&thief.send(&forged)), (303, Some("/setup")));
    assert_eq!(to(&claim(&mut clerk)), (303, Some("/setup/lan")));
    assert_eq!(server.state.access.setup_code().unwrap(), None);
}

#[test]
fn the_code_stands_on_the_pages_of_the_server_pc_and_on_no_other() {
    let folder = Folder::new("setup-shown");
    let server = Server::over(&folder);
    server.state.set_address("192.168.1.20");
    let code = server.code();
    let mut here = server.here();
    let page = here.get("/setup/choose").text();
    assert!(page.contains(&code) && page.contains("http://192.168.1.20"));
    assert_eq!(to(&choose(&mut here)), (303, Some("/setup/office")));
    assert!(here.get("/setup/office").text().contains(&code));
    // whoever came in by the code at another PC has no need of it
    let mut clerk = server.lan();
    let door = clerk.get("/setup").text();
    assert!(!door.contains(&code) && door.contains("启动砚台，浏览器会打开启用的页面"));
    assert_eq!(to(&enter(&mut clerk, &code)), (303, Some("/setup")));
    assert!(!clerk.get("/setup/office").text().contains(&code));
}

#[test]
fn f07_every_step_resumes_after_a_kill() {
    let folder = Folder::new("setup-resume");
    let mut server = Server::over(&folder);
    let mut lan = server.lan();
    let first = server.code();
    assert_eq!(to(&enter(&mut lan, &first)), (303, Some("/setup")));
    let cookies = |v: &Http| v.cookies.clone();
    let steps: [fn(&mut Http) -> Reply; 3] = [choose, name_office, list_departments];
    for (step, next) in steps.iter().zip(&STEPS[2..]) {
        let kept = cookies(&lan);
        server = server.again(&folder);
        lan = server.lan();
        lan.cookies = kept;
        assert_eq!(to(&step(&mut lan)), (303, Some(*next)));
        assert_eq!(to(&lan.get("/setup")), (303, Some(*next)), "{next}");
        assert!(!server.state.claimed());
    }
    let kept = cookies(&lan);
    server = server.again(&folder);
    lan = server.lan();
    lan.cookies = kept;
    let page = lan.get("/setup/org").text();
    assert!(page.contains("value=\"应急管理办公室\"") && page.contains("南塘社区"));
    let office = lan.get("/setup/office").text();
    assert!(office.contains("墨川县砚田镇人民政府") && office.contains("砚函"));
    assert_eq!(to(&one_admin(&mut lan, "苏简")), (303, Some("/setup/lan")));

    let server = server.again(&folder);
    assert!(server.state.claimed());
    assert_eq!(server.lan().get("/login").status, 200);
}

#[test]
fn s62_after_the_claim_the_wizard_never_comes_back() {
    let folder = Folder::new("setup-over");
    let server = Server::over(&folder);
    let code = server.code();
    let mut lan = server.lan();
    enter(&mut lan, &code);
    claim(&mut lan);
    let mut server = server;
    for removed in ["", "index.db", "port"] {
        let held = lan.cookies.clone();
        server = server.again(&folder);
        lan = server.lan();
        lan.cookies = held;
        for step in STEPS {
            for mut visitor in [server.here(), server.lan()] {
                assert_eq!(to(&visitor.get(step)), (303, Some("/login")), "{step}");
                let csrf = visitor.get("/login").hidden("/login");
                let csrf = (csrf[0].0.as_str(), csrf[0].1.as_str());
                let fields = [csrf, ("code", code.as_str()), ("name-1", "贼")];
                assert_eq!(to(&visitor.post(step, &fields)), (303, Some("/login")));
            }
        }
        assert_eq!(server.state.access.accounts().len(), 1);
        let _ = std::fs::remove_file(folder.0.join(removed));
    }
    let empty = Folder::new("setup-other");
    let other = Server::over(&empty);
    assert!(!other.state.claimed(), "another folder is another office");
    let mut thief = other.lan();
    thief.cookies = lan.cookies;
    assert_eq!(to(&thief.get("/setup/choose")), (303, Some("/setup")));
}

/// Whoever took the wrong stick does not have to wait for its end.
#[test]
fn a_restore_under_way_can_be_ended_from_its_page() {
    let folder = Folder::new("setup-restore-ended");
    let server = Server::over(&folder);
    let mut here = server.here();
    let at = "/setup/restore";
    assert!(here.get(at).text().contains("恢复码"));
    let store = server.state.store.clone();
    let (began, begun) = std::sync::mpsc::channel();
    let work = std::thread::spawn(move || {
        store.backups().restore(|progress| {
            began.send(()).unwrap();
            loop {
                progress.more(1)?;
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        })
    });
    begun.recv().unwrap();
    let page = here.get(at).text();
    assert!(page.contains("取消") && !page.contains("恢复码"), "{page}");
    let ended = here.submit(at, at, &[("stop", "1")]);
    assert_eq!(to(&ended), (303, Some(at)));
    let why = work.join().unwrap().unwrap_err().to_string();
    assert!(why.contains("已经取消"), "{why}");
    assert!(
        here.get(at).text().contains("开始恢复"),
        "it can be begun again"
    );
    assert!(!server.state.claimed());
}

#[test]
fn two_people_cannot_finish_twice() {
    let folder = Folder::new("setup-twice");
    let server = Server::over(&folder);
    let mut here = server.here();
    choose(&mut here);
    name_office(&mut here);
    list_departments(&mut here);
    let finish = |name: &'static str| {
        let mut visitor = server.here();
        move || one_admin(&mut visitor, name)
    };
    let (mut one, two) = (finish("苏简"), finish("宋小笺"));
    let replies = std::thread::scope(|s| {
        let second = s.spawn(two);
        [one(), second.join().unwrap()]
    });
    let done = replies.iter().filter(|r| to(r).1 == Some("/setup/lan"));
    assert_eq!(done.count(), 1, "{:?}", replies.map(|r| r.status));
    assert_eq!(server.state.access.accounts().len(), 1);
    assert_eq!(server.state.org.current().organs().count(), 1);
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn three_people_hold_one_role_each() {
    let folder = Folder::new("setup-three");
    let server = Server::over(&folder);
    let mut here = server.here();
    choose(&mut here);
    name_office(&mut here);
    list_departments(&mut here);
    let mut fields: Vec<(String, &str)> = vec![("mode".into(), "three")];
    let people = [("苏简", "DZB-1"), ("纪文澜", "DZB-0"), ("钱细清", "CZS-0")];
    let mobiles = ["13800000001", "13800000002", "13800000001"];
    for (n, ((name, post), mobile)) in (1..).zip(people.iter().zip(mobiles)) {
        fields.push((format!("name-{n}"), name));
        fields.push((format!("post-{n}"), post));
        fields.push((format!("mobile-{n}"), mobile));
        fields.push((
            format!("password-{n}"),
            if n == 2 { "短" } else { SENTENCE },
        ));
        fields.push((format!("again-{n}"), if n == 2 { "短" } else { SENTENCE }));
    }
    let post = |visitor: &mut Http, fields: &[(String, &str)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        visitor.submit("/setup/admins", "/setup/admins", &fields)
    };
    let wrong = post(&mut here, &fields);
    let text = wrong.text();
    assert_eq!(wrong.status, 422);
    assert!(
        text.contains("href=\"#f-password-2\"") && text.contains("再加 7 个字"),
        "{text}"
    );
    assert!(
        text.contains("value=\"纪文澜\"") && !text.contains(&format!("value=\"{SENTENCE}")),
        "typed text is kept"
    );
    for (name, value) in &mut fields {
        if name.ends_with("-2") && *value == "短" {
            *value = SENTENCE;
        }
    }
    let text = post(&mut here, &fields).text();
    assert!(
        text.contains("href=\"#f-mobile-3\"") && text.contains("已登记给苏简"),
        "{text}"
    );
    assert!(!server.state.claimed(), "nothing of it was kept");
    assert_eq!(server.state.org.current().organs().count(), 0);
    for (name, value) in &mut fields {
        if name == "mobile-3" {
            *value = "13800000003";
        }
    }
    assert_eq!(to(&post(&mut here, &fields)), (303, Some("/setup/lan")));
    let roles: Vec<Vec<AdminRole>> = server
        .state
        .access
        .accounts()
        .iter()
        .map(|a| a.admin.clone())
        .collect();
    assert_eq!(roles, AdminRole::ALL.map(|r| vec![r]));
    assert!(!here.get("/me").text().contains("一个人担任几个"));
    let second = server.state.access.login(
        &server.state.org.current(),
        &Attempt {
            name: "纪文澜",
            password: SENTENCE,
            dept: None,
            peer: &inkstone::access::Peer {
                addr: [127, 0, 0, 1].into(),
                local: [127, 0, 0, 2].into(),
                https: false,
            },
            device: None,
            replaces: None,
            request: "r",
        },
    );
    assert!(matches!(second.unwrap(), LoginOutcome::Entered(_)));
}

#[test]
fn what_was_typed_wrongly_stays_in_the_form() {
    let folder = Folder::new("setup-wrong");
    let server = Server::over(&folder);
    let mut here = server.here();
    choose(&mut here);
    let page = here.submit(
        "/setup/office",
        "/setup/office",
        &[("short_name", "砚田镇")],
    );
    let text = page.text();
    assert_eq!(page.status, 422);
    assert!(
        text.contains("<title>有误：") && text.contains("value=\"砚田镇\""),
        "{text}"
    );
    assert!(text.contains("请写单位全称"));
    name_office(&mut here);
    let fields = [
        ("keep", "CZS"),
        ("name-CZS", ""),
        ("name-DZB", "党政综合办公室"),
        ("name-LD", "党政领导"),
        ("villages", "东溪村"),
        ("count", "2"),
    ];
    let text = here.submit("/setup/org", "/setup/org", &fields).text();
    assert!(
        text.contains("href=\"#f-name-CZS\"") && text.contains("href=\"#f-count\""),
        "{text}"
    );
    assert!(text.contains("东溪村"));
    for page in [
        &text,
        &here.get("/setup/admins").text(),
        &here.get("/setup/org").text(),
    ] {
        assert_eq!(
            page.matches("btn key").count(),
            usize::from(page.contains("<form"))
        );
    }
}

/// Both widths of the page that is shown.
fn look(clerk: &mut Browser, page: &str) {
    let name = format!("setup-{page}");
    clerk.look(&name);
    clerk.phone();
    clerk.look(&name);
    clerk.desktop();
}

#[test]
fn f08_the_wizard_in_a_browser_without_scripts() {
    let folder = Folder::new("setup-browser");
    let server = Server::over(&folder);
    let lan = server.lan().address;
    let Some(mut clerk) = Browser::without_scripts(lan) else {
        return;
    };
    server.state.set_address("192.168.1.20");
    clerk.goto("/");
    assert!(clerk.sees("系统尚未初始化"));
    look(&mut clerk, "closed");
    clerk.press("去设置");
    clerk.fill("安装码", "1234");
    clerk.press("启用这台服务器");
    clerk.wait_for("还可以试 4 次");
    look(&mut clerk, "code");
    clerk.fill("安装码", &server.code());
    clerk.press("启用这台服务器");
    clerk.wait_for("第 2 步");
    look(&mut clerk, "choose");
    clerk.press("全新使用");
    clerk.wait_for("第 3 步");
    clerk.fill("单位全称", "墨川县砚田镇人民政府");
    clerk.fill("单位简称", "砚田镇");
    clerk.press("下一步：机关代字");
    clerk.wait_for("已按简称拟好");
    look(&mut clerk, "office");
    clerk.press("下一步：部门");
    clerk.wait_for("第 4 步");
    clerk.fill("名称", "东溪村\n西岭村");
    clerk.fill("一共几个", "3");
    clerk.press("下一步：管理员");
    clerk.wait_for("对不上");
    look(&mut clerk, "org");
    clerk.fill("一共几个", "2");
    clerk.press("下一步：管理员");
    clerk.wait_for("第 5 步");
    clerk.fill("姓名", "苏简");
    clerk.fill("手机", "13800000001");
    clerk.fill("密码", SENTENCE);
    clerk.fill("密码再写一遍", SENTENCE);
    look(&mut clerk, "admins");
    clerk.press("启用，开始使用");
    clerk.wait_for("第 6 步");
    assert!(
        clerk.path().starts_with("/setup/lan?t="),
        "{}",
        clerk.path()
    );
    assert!(clerk.sees("http://192.168.1.20"));
    look(&mut clerk, "lan");
    clerk.press("下一步");
    clerk.wait_for("第 7 步");
    look(&mut clerk, "done");
    clerk.goto("/me");
    assert!(clerk.sees("一个人担任几个管理角色"));
    assert_eq!(server.state.faults(), 0);
}
