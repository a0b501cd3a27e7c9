//! 节假日 through a real socket: a notice is pasted, its differences looked at, kept, and open dates counted again;
//! every date shows how it was counted.

use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use inkstone::kit::Id;

const AT: &str = "/admin/holidays";
const DAY: i64 = 24 * 3_600_000;

const NOTICE: &str = "国务院办公厅关于2026年部分节假日安排的通知\n国办发明电〔2025〕7号\n\
    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
    二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。\
    2月14日（周六）、2月28日（周六）上班。\n\
    三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n\
    四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n\
    五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
    六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n\
    七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。";

fn check(admin: &mut Http, notice: &str) -> Reply {
    let page = admin.get(AT);
    let pasted = Part {
        name: "notice",
        file: None,
        bytes: notice.as_bytes(),
    };
    admin.submit_parts(&page, "/admin/holidays/check", vec![pasted])
}

fn keep(admin: &mut Http, seen: &Reply) -> Reply {
    let fields = seen.hidden("/admin/holidays/keep");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    admin.post("/admin/holidays/keep", &fields)
}

fn due(office: &Office, case: Id) -> String {
    let view = office.town.open_case("宋小笺", case).unwrap();
    let at = view.case.state.open_tasks().find_map(|t| t.due_at).unwrap();
    office.town.engine.zone().day(at).to_string()
}

#[test]
fn the_known_notice_changes_nothing_and_a_wrong_one_comes_back_as_typed() {
    let office = Office::new("holidays-known");
    let mut admin = office.admin();
    let same = check(&mut admin, NOTICE);
    assert_eq!(same.status, 200);
    assert!(same.text().contains("和现在用的一样"), "{}", same.text());

    let wrong = check(&mut admin, &NOTICE.replace("共9天", "共8天"));
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("对不上") && wrong.text().contains("共8天"));
    let none = check(&mut admin, "  ");
    assert!(none.text().contains("请粘贴国务院办公厅"));
}

#[test]
fn a_changed_year_is_kept_and_open_dates_are_counted_again() {
    let office = Office::new("holidays-changed");
    // Thursday 2 April: one working day ends on Friday the 3rd
    office.town.clock.advance(24 * DAY);
    let mut admin = office.admin();
    let case = office
        .town
        .register("incoming-handle", "防汛工作的通知")
        .unwrap()
        .case;
    assert_eq!(due(&office, case), "2026-04-03");
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(
        page.contains("这个日子怎么算的") && page.contains("1 个工作日"),
        "{page}"
    );

    let moved = NOTICE.replace(
        "4月4日（周六）至6日（周一）放假，共3天",
        "4月3日（周五）至6日（周一）放假，共4天",
    );
    let seen = check(&mut admin, &moved);
    let text = seen.text();
    assert!(
        text.contains("4月3日") && text.contains("有 1 天和现在用的不一样"),
        "{text}"
    );
    let stale = check(&mut admin, &moved);
    let done = keep(&mut admin, &seen);
    assert_eq!(done.status, 303);
    assert_eq!(due(&office, case), "2026-04-07");
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(
        page.contains("期限重算") && page.contains("从 4月3日 改到 4月7日"),
        "{page}"
    );
    assert!(admin.get(AT).text().contains("1 件期限改了日子"));

    // somebody else was faster
    let again = keep(&mut admin, &stale);
    assert_eq!(again.status, 422);
    assert!(again.text().contains("刚刚有人改过"));

    // a restart keeps the year, and counting once more changes nothing
    let fields = admin.get(AT).hidden("/admin/holidays/again");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    admin.post("/admin/holidays/again", &fields);
    assert!(admin.get(AT).text().contains("在办的期限都对"));
}

#[test]
fn what_the_office_typed_is_not_counted_again() {
    let office = Office::new("holidays-typed");
    office.town.clock.advance(24 * DAY);
    let mut admin = office.admin();
    let fields = [("from", "墨川县水务局"), ("due_on", "2026-04-03")];
    let readers = vec![office.town.post("田丰收")];
    let matter = ("incoming-read", "汛情快报");
    let done = office
        .town
        .start_to("宋小笺", matter, (&fields, readers), "op-typed");
    let case = done.unwrap().case;
    let before = due(&office, case);
    let moved = NOTICE.replace(
        "4月4日（周六）至6日（周一）放假，共3天",
        "4月3日（周五）至6日（周一）放假，共4天",
    );
    let seen = check(&mut admin, &moved);
    keep(&mut admin, &seen);
    assert_eq!(due(&office, case), before);
}

fn one_day(admin: &mut Http, fields: &[(&str, &str)]) -> Reply {
    let page = admin.get(AT);
    let mut all: Vec<(String, String)> = page.hidden("/admin/holidays/check");
    all.truncate(2);
    all.extend(
        fields
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    );
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (&**n, &**v)).collect();
    admin.post("/admin/holidays/check", &all)
}

#[test]
fn one_day_is_changed_after_a_look_at_the_dates_it_moves() {
    let office = Office::new("holidays-day");
    office.town.clock.advance(24 * DAY);
    let mut admin = office.admin();
    let case = office
        .town
        .register("incoming-handle", "防汛工作的通知")
        .unwrap()
        .case;
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    assert_eq!(due(&office, case), "2026-04-03");
    // all that is wrong at once, and what was typed comes back
    let wrong = one_day(&mut admin, &[("one_day", "2026-04-02"), ("why", "")]);
    assert_eq!(wrong.status, 422);
    let text = wrong.text();
    assert!(
        text.contains("请选这一天上班还是不上班")
            && text.contains("请写为什么")
            && text.contains("2026-04-02"),
        "{text}"
    );
    let idle = [("one_day", "4月2日"), ("works", "on"), ("why", "没事")];
    assert!(one_day(&mut admin, &idle).text().contains("本来就上班"));
    let unknown = [("one_day", "2031-04-02"), ("works", "off"), ("why", "没事")];
    assert!(
        one_day(&mut admin, &unknown)
            .text()
            .contains("通知还没有放进来")
    );

    let asked = [
        ("one_day", "2026-04-03"),
        ("works", "off"),
        ("why", "三月三"),
    ];
    let seen = one_day(&mut admin, &asked);
    let text = seen.text();
    assert!(
        text.contains("有 1 天和现在用的不一样")
            && text.contains("防汛工作的通知")
            && text.contains("从 4月3日 改到 4月7日"),
        "{text}"
    );
    assert_eq!(due(&office, case), "2026-04-03", "only looked at");
    assert_eq!(keep(&mut admin, &seen).status, 303);
    assert_eq!(due(&office, case), "2026-04-07");
    let page = admin.get(AT).text();
    assert!(page.contains("4月3日改为不上班（三月三）"), "{page}");
    assert!(page.contains("4月3日放假"), "{page}");

    // a day in the middle of a holiday is worked, a Saturday is: both stand in the list
    for (day, works, why) in [("2026-10-05", "on", "抗旱"), ("2026-11-14", "on", "补班")] {
        let seen = one_day(
            &mut admin,
            &[("one_day", day), ("works", works), ("why", why)],
        );
        assert_eq!(keep(&mut admin, &seen).status, 303);
    }
    let page = admin.get(AT).text();
    assert!(
        page.contains("10月1日至10月4日放假；10月6日至10月7日放假")
            && page.contains("11月14日上班"),
        "{page}"
    );

    // and back again
    let back = [("one_day", "2026-04-03"), ("works", "on"), ("why", "照常")];
    let seen = one_day(&mut admin, &back);
    assert_eq!(keep(&mut admin, &seen).status, 303);
    assert_eq!(due(&office, case), "2026-04-03");
}
