//! The demonstration office: filled through the engine, sound, busy in every state; gone on with after a
//! kill; put aside only where it is invented.

use crate::setup::wizard::{Server, claim, to};
use crate::support::browser::Browser;
use crate::support::http::Http;
use crate::support::office::log_in;
use crate::support::town::Folder;
use inkstone::access::demo::Phase;
use inkstone::app::clearing::clear_where_asked;
use inkstone::app::serve;
use inkstone::bench::demo;
use inkstone::engine::index_store::{count_work, list_todo, principals};
use inkstone::engine::run::Acting;
use inkstone::kit::{Clock, Error, Millis, Principal, ShelfNo};
use inkstone::modules;
use inkstone::store::verify::verify;
use inkstone::store::{DataDir, Query};
use inkstone::web::{self, Running, State, Told};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

fn over(folder: &Folder) -> Arc<State> {
    serve::open_with(&folder.dir(), Clock::System, Some(demo::FILLER)).unwrap()
}

fn todo(state: &State, name: &str) -> Vec<String> {
    let directory = state.org.current();
    let person = directory.named(name).next().unwrap().id;
    let acting = Acting::of(&directory, person).unwrap();
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let index = state.store.index().unwrap();
    let all = list_todo(&index, &principals(&mine), (100, 0)).unwrap();
    assert_eq!(
        count_work(&index, &principals(&mine), person).unwrap().todo,
        i64::try_from(all.len()).unwrap()
    );
    all.into_iter()
        .map(|t| format!("{} {}", t.verb, t.title))
        .collect()
}

#[test]
fn the_office_is_busy_and_sound() {
    let folder = Folder::new("demo-fill");
    let state = over(&folder);
    assert!(demo::fill(&state, None, "r1").unwrap().is_none());
    for name in [
        "宋小笺",
        "纪文澜",
        "江若川",
        "陆平章",
        "程秉笔",
        "霍先知",
        "禾苗青",
        "苏简",
    ] {
        let waits = todo(&state, name);
        assert!(!waits.is_empty(), "{name}");
    }
    let clerk = todo(&state, "宋小笺").join("\n");
    for verb in [
        "拟办",
        "分办",
        "审核反馈",
        "重新分办",
        "办结",
        "决定是否归档",
    ] {
        assert!(clerk.contains(verb), "{verb} in {clerk}");
    }
    // documents go out as well, at as many steps as there are people
    for (name, waits) in [
        ("宋小笺", "编号登记"),
        ("宋小笺", "复核"),
        ("宋小笺", "分发"),
        ("左印泉", "印制用印"),
        ("江若川", "签发"),
        ("沈若谷", "审批"),
        ("温惠民", "会签"),
        ("岳清和", "合稿"),
        ("白若溪", "拟稿"),
        ("纪文澜", "核稿"),
        ("雷有备", "审核"),
    ] {
        let all = todo(&state, name);
        assert!(
            all.iter().any(|t| t.starts_with(waits)),
            "{name} {waits}: {all:?}"
        );
    }
    // everyday forms, each at another step
    for (name, verb, title) in [
        ("江若川", "审批", "送孩子到外地上学"),
        ("温惠民", "审批", "到县医院复查"),
        ("沈若谷", "审批", "参加水稻机插秧现场会"),
        ("纪文澜", "派车", "到南塘社区核查自建房"),
        ("童乐康", "协办回复", "请协助核对避灾安置点名单"),
        ("陆平章", "审批", "关于修缮集镇公厕的请示"),
        ("禾苗青", "承办", "山塘水库安全隐患整改"),
        ("匡正方", "承办", "村口路灯坏了三盏"),
        ("和为贵", "受理", "两家排水沟走向"),
        ("纪文澜", "发放", "日常办公"),
        ("纪文澜", "采购", "补充防汛编织袋和救生衣"),
        ("纪文澜", "开具", "领取临时救助审批材料"),
    ] {
        let waits = todo(&state, name);
        let line = format!("{verb} {title}");
        assert!(waits.contains(&line), "{line}: {waits:?}");
    }
    let again = demo::fill(&state, None, "r2");
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let kept = state.access.demo().unwrap().unwrap();
    assert_eq!(kept.phase, Phase::Ready);
    assert!(state.store.drain(Duration::from_secs(10)));
    assert_eq!(state.faults(), 0);
    drop(state);
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// A server that offers the demonstration, as `inkstone` starts it.
fn serve(folder: &Folder) -> (Arc<State>, Running) {
    let state = over(folder);
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let running = web::serve(state.clone(), &modules::every(), vec![listener]).unwrap();
    (state, running)
}

fn visitor(running: &Running, last: u8) -> Http {
    let port = running.addresses()[0].port();
    Http::to(SocketAddr::from(([127, 0, 0, last], port)))
}

fn words_of(state: &State) -> String {
    state.access.demo().unwrap().unwrap().words
}

/// Presses, watches how far it is, presses again.
fn fill_by_the_page(here: &mut Http) {
    let press =
        |here: &mut Http| here.submit("/setup/choose", "/setup/choose", &[("begin", "demo")]);
    let chose = press(here);
    assert_eq!(to(&chose), (303, Some("/setup/choose")), "{}", chose.text());
    let mut seen = Vec::new();
    loop {
        let page = here.get("/setup/choose").text();
        if page.contains("开始使用") {
            break;
        }
        assert!(page.contains("http-equiv=\"refresh\""), "{page}");
        seen.push(page);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(seen.iter().any(|p| p.contains("已装")), "{seen:?}");
    let done = press(here);
    assert_eq!(to(&done), (303, Some("/setup/done")), "{}", done.text());
}

#[test]
fn the_wizard_fills_it_and_its_administrator_has_it_put_aside() {
    let folder = Folder::new("demo-wizard");
    let (state, running) = serve(&folder);
    let mut here = visitor(&running, 1);
    let page = here.get("/setup/choose").text();
    assert!(
        page.contains("试用演示数据") && page.contains("全新使用"),
        "{page}"
    );
    fill_by_the_page(&mut here);
    let words = words_of(&state);
    let done = here.get("/setup/done").text();
    assert!(
        done.contains(&words) && done.contains("宋小笺") && done.contains("审计员"),
        "{done}"
    );
    assert!(here.get("/todo").text().contains("这是演示数据"));

    let mut clerk = visitor(&running, 2);
    assert_eq!(log_in(&mut clerk, "宋小笺", &words).status, 303);
    let home = clerk.get("/todo").text();
    assert!(
        home.contains("大风降温") && home.contains("这是演示数据"),
        "{home}"
    );
    assert!(!home.contains("登录名单和清除"));
    assert_eq!(clerk.get("/setup/demo").status, 403);

    let mut away = visitor(&running, 2);
    assert_eq!(log_in(&mut away, "苏简", &words).status, 303);
    assert!(away.get("/setup/demo").text().contains("服务器电脑"));
    let wrong = here.submit("/setup/demo", "/setup/demo/clear", &[("word", "好")]);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("请写“清除”两个字"),
        "{}",
        wrong.text()
    );
    let clear =
        |here: &mut Http| here.submit("/setup/demo", "/setup/demo/clear", &[("word", "清除")]);
    assert_eq!(to(&clear(&mut here)), (303, Some("/setup/demo")));
    assert!(here.get("/setup/demo").text().contains("把砚台停下"));
    let kept = here.submit("/setup/demo", "/setup/demo/keep", &[]);
    assert_eq!(to(&kept), (303, Some("/setup/demo")));
    assert_eq!(clear_where_asked_now(&state), None);
    assert_eq!(to(&clear(&mut here)), (303, Some("/setup/demo")));
    assert!(clear_where_asked_now(&state).is_some());
    assert_eq!(state.faults(), 0);
    running.stop().unwrap();
    drop(state);

    let aside = clear_where_asked(&folder.dir()).unwrap().unwrap();
    assert!(aside.join("hub.db").is_file() && aside.join("volumes").is_dir());
    assert!(clear_where_asked(&folder.dir()).unwrap().is_none());
    let (fresh, running) = serve(&folder);
    assert!(!fresh.claimed() && !fresh.access.is_demo());
    assert!(
        visitor(&running, 1)
            .get("/setup/choose")
            .text()
            .contains("试用演示数据")
    );
    running.stop().unwrap();
    // what was put aside is whole
    assert_eq!(verify(&DataDir::make(aside).unwrap()).unwrap().len(), 0);
}

fn clear_where_asked_now(state: &State) -> Option<Millis> {
    state.access.clearing_asked().unwrap()
}

#[test]
fn a_fill_cut_short_is_gone_on_with() {
    let folder = Folder::new("demo-cut");
    let (state, running) = serve(&folder);
    // begun and killed before the first paper
    let begun = demo::begin(&state, "r0").unwrap();
    drop(begun);
    let words = words_of(&state);
    running.stop().unwrap();
    drop(state);

    let (state, running) = serve(&folder);
    assert!(!state.claimed() && state.access.is_demo());
    let mut here = visitor(&running, 1);
    for step in ["/setup", "/setup/office", "/setup/org", "/setup/admins"] {
        assert_eq!(to(&here.get(step)), (303, Some("/setup/choose")), "{step}");
    }
    let page = here.get("/setup/choose").text();
    assert!(
        page.contains("接着装演示数据") && !page.contains("全新使用"),
        "{page}"
    );
    let new = here.submit("/setup/choose", "/setup/choose", &[("begin", "new")]);
    assert_eq!(to(&new), (303, Some("/setup/choose")));
    fill_by_the_page(&mut here);
    assert_eq!(words_of(&state), words, "the same office");
    running.stop().unwrap();
}

#[test]
fn told_twice_is_told_once() {
    let folder = Folder::new("demo-twice");
    // part of the story, then a kill, then more of it from the beginning
    let tell = |most: usize| {
        let state = over(&folder);
        let filling = demo::begin(&state, "r0").unwrap();
        demo::tell_all(&state, &filling, (&Told::default(), most)).unwrap();
        let shelves = state.store.shelves().unwrap();
        let count = |no: &ShelfNo| -> (i64, i64) {
            let read = state.store.shelf(*no).unwrap();
            read.one(
                "SELECT (SELECT count(*) FROM cases WHERE shelf = ?1), (SELECT count(*) FROM ledger WHERE shelf = ?1)",
                [no.0],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap()
        };
        shelves.iter().map(|(no, ..)| count(no)).collect::<Vec<_>>()
    };
    let some = tell(150);
    let more = tell(300);
    assert!(
        some.iter().any(|(cases, _)| *cases > 0) && some != more,
        "{some:?} {more:?}"
    );
    assert_eq!(tell(300), more);
    assert_eq!(verify(&folder.dir()).unwrap().len(), 0);
}

#[test]
fn real_data_are_never_put_aside() {
    let folder = Folder::new("demo-real");
    let server = Server::over(&folder);
    let mut here = server.here();
    assert!(
        !here.get("/setup/choose").text().contains("试用演示数据"),
        "not offered"
    );
    assert_eq!(to(&claim(&mut here)), (303, Some("/setup/lan")));
    assert_eq!(here.get("/setup/demo").status, 404);
    let me = here.get("/me");
    let csrf = me.hidden("/logout");
    let mut fields: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.push(("word", "清除"));
    assert_eq!(here.post("/setup/demo/clear", &fields).status, 404);
    assert!(!here.get("/todo").text().contains("这是演示数据"));
    let filled = demo::fill(&server.state, None, "r1");
    assert!(matches!(filled, Err(Error::Conflict(_))), "{filled:?}");
    server.running.stop().unwrap();
    drop(server.state);
    assert!(clear_where_asked(&folder.dir()).unwrap().is_none());
    assert!(folder.0.join("hub.db").is_file());
}

#[test]
fn the_command_survives_a_kill() {
    let folder = Folder::new("demo-command");
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inkstone"));
        command.arg("demo").arg("--data").arg(&folder.0);
        command
    };
    let mut child = command().stdout(Stdio::null()).spawn().unwrap();
    let volume = folder.0.join("volumes/0001.vol");
    while !volume.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    let killed = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    if killed {
        let out = command().output().unwrap();
        let said = String::from_utf8([&*out.stdout, &*out.stderr].concat()).unwrap();
        assert!(out.status.success() && said.contains("宋小笺"), "{said}");
    }
    let again = command().output().unwrap();
    assert!(!again.status.success(), "it is an office already");
    assert_eq!(verify(&folder.dir()).unwrap().len(), 0);
    let state = over(&folder);
    assert_eq!(todo(&state, "宋小笺").len(), 17);
}

#[test]
fn it_looks_like_an_office_at_work() {
    let folder = Folder::new("demo-look");
    let (state, running) = serve(&folder);
    let port = running.addresses()[0].port();
    let Some(mut person) = Browser::without_scripts(SocketAddr::from(([127, 0, 0, 1], port)))
    else {
        return;
    };
    person.goto("/setup/choose");
    person.look("demo-choose");
    person.press("试用演示数据");
    person.wait_for("已装");
    person.look("demo-filling");
    while !person.sees("人员和文件都装好了") {
        std::thread::sleep(Duration::from_millis(500));
    }
    person.look("demo-filled");
    person.press("开始使用");
    person.wait_for("密码都一样");
    person.look("demo-done");
    person.press("开始使用");
    person.look("demo-administrator");
    person.goto("/setup/demo");
    person.look("demo-clear");
    person.press("退出");
    person.goto("/login");
    person.fill("姓名", "宋小笺");
    person.fill("密码", &words_of(&state));
    person.press("登录");
    person.wait_for("大风降温");
    person.look("demo-clerk");
    person.press("关于开展矛盾纠纷集中排查化解的通知");
    person.look("demo-case");
    person.goto("/todo");
    person.press("登记簿");
    person.look("demo-register");
    assert_eq!(state.faults(), 0);
    running.stop().unwrap();
}
