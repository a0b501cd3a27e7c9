//! The rows of the self-check against facts: what was not looked at is not called met, and each row follows its own fact.

use super::*;

fn grade(f: &Facts, clause: &str, nth: usize) -> Option<Grade> {
    let all = rows(f);
    all.iter()
        .filter(|r| r.clause == clause)
        .nth(nth)
        .map(|r| r.grade)
}

#[test]
fn what_was_not_looked_at_is_not_called_met() {
    let f = Facts::default();
    assert_eq!(grade(&f, "身份鉴别 a", 0), Some(Grade::Partly));
    assert_eq!(grade(&f, "访问控制 d", 0), Some(Grade::Missing));
    assert_eq!(grade(&f, "安全审计 a", 0), Some(Grade::Missing));
    assert_eq!(grade(&f, "安全审计 c", 1), Some(Grade::Partly));
    assert_eq!(grade(&f, "备份恢复 a", 0), Some(Grade::Missing));
    assert_eq!(grade(&f, "备份恢复 a", 1), Some(Grade::Partly));
}

#[test]
fn of_a_server_nobody_looked_at_nothing_is_met_but_what_is_empty() {
    let met: Vec<&str> = rows(&Facts::default())
        .iter()
        .filter(|r| r.grade == Grade::Met)
        .map(|r| r.clause)
        .collect();
    // no invented data, no idle account, no alarm
    assert_eq!(met, ["访问控制 b", "访问控制 c", "入侵防范 f"]);
}

#[test]
fn each_row_follows_its_fact() {
    let mut f = Facts {
        graded: true,
        separated: true,
        audit_rows: 7,
        checked: Some(("昨天".into(), 3, 0)),
        backup: Some("上次备份 今天".into()),
        drill: Some(("3月1日".into(), true)),
        places: 2,
        accounts: 5,
        forced: true,
        confined: (30, 50),
        audit_last: Some("今天 08:00".into()),
        steps: 9,
        fields: 40,
        masked_fields: 2,
        ..Facts::default()
    };
    for (clause, nth) in [
        ("身份鉴别 a", 0),
        ("访问控制 d", 0),
        ("安全审计 a", 0),
        ("安全审计 c", 1),
        ("备份恢复 a", 0),
        ("备份恢复 a", 1),
        ("备份恢复 b", 0),
        ("审计管理", 0),
        ("身份鉴别 c", 0),
        ("访问控制 a", 0),
        ("访问控制 e、f", 0),
        ("安全审计 b", 0),
        ("安全审计 c", 0),
        ("安全审计 d", 0),
        ("入侵防范 c", 0),
        ("入侵防范 d", 0),
        ("剩余信息保护", 0),
    ] {
        assert_eq!(grade(&f, clause, nth), Some(Grade::Met), "{clause}");
    }
    f.checked = Some(("昨天".into(), 3, 1));
    assert_eq!(grade(&f, "安全审计 c", 1), Some(Grade::Missing));
    assert_eq!(grade(&f, "安全审计 d", 0), Some(Grade::Missing));
    f.backup_wrong = Some("盘没有插".into());
    assert_eq!(grade(&f, "安全审计 c", 0), Some(Grade::Partly));
    (f.forced, f.gone, f.plain, f.demo) = (false, 1, 1, true);
    assert_eq!(grade(&f, "身份鉴别 c", 0), Some(Grade::Partly));
    assert_eq!(grade(&f, "访问控制 a", 0), Some(Grade::Partly));
    assert_eq!(grade(&f, "访问控制 b", 0), Some(Grade::Missing));
    assert_eq!(grade(&f, "剩余信息保护", 0), Some(Grade::Missing));
    f.drill = Some(("3月1日".into(), false));
    assert_eq!(grade(&f, "备份恢复 a", 1), Some(Grade::Missing));
    assert!(rows(&f).iter().all(|r| !r.found.is_empty()));
}
