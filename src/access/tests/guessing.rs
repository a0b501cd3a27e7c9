//! Guessing passwords: what it costs, what it tells, whom it hinders.
//! Equal time is shown by counting hashes.

use super::*;

#[test]
fn s28_an_unknown_name_is_answered_alike() {
    let t = claimed("alike");
    t.member("王建国", "13800000002");
    let try_five = |name: &str| -> Vec<(String, u64)> {
        (0..6)
            .map(|_| {
                let before = t.access.hashes();
                let said = t.login(name, "不知道的密码").sentence().unwrap();
                (said, t.access.hashes() - before)
            })
            .collect()
    };
    let known = try_five("王建国");
    assert_eq!(known, try_five("没有这人"));
    assert_eq!(known, try_five("13899999999"));
    assert!(known.last().unwrap().0.contains("10 分钟"));
    assert_eq!(
        known.iter().map(|(_, n)| n).sum::<u64>(),
        5,
        "one hash a try"
    );
}

#[test]
fn s28_locked_by_one_name_is_not_shown_under_another() {
    let t = claimed("aliases");
    t.member("王建国", "13800000002");
    for _ in 0..5 {
        t.login("王建国", "不知道的密码");
    }
    let before = t.access.hashes();
    assert!(matches!(
        t.login("13800000002", SENTENCE),
        LoginOutcome::Wrong
    ));
    assert_eq!(t.access.hashes() - before, 1);
    assert!(
        matches!(t.login("李文书", SENTENCE), LoginOutcome::Entered(_)),
        "others unaffected"
    );
    t.office.clock.advance(601_000);
    t.enter("13800000002", SENTENCE);
}

#[test]
fn s28_a_hundred_tries_at_once_test_five_passwords() {
    let t = claimed("parallel");
    let (person, _) = t.member("王建国", "13800000002");
    let wrong: Vec<String> = (0..60).map(|n| format!("猜的密码{n}号")).collect();
    std::thread::scope(|s| {
        for password in &wrong {
            let t = &t;
            s.spawn(move || {
                let _ = t.access.login(
                    &t.office.directory(),
                    &attempt("王建国", password, &peer(8)),
                );
            });
        }
    });
    assert!(matches!(
        t.attempt(&attempt("王建国", SENTENCE, &peer(9))),
        LoginOutcome::Locked { .. }
    ));
    assert_eq!(t.access.locked_people().len(), 1);
    assert_eq!(t.access.locked_people().first().unwrap().0, person);
}

#[test]
fn s28_a_spray_is_slowed_and_others_enter() {
    let t = claimed("spray");
    t.member("王建国", "13800000002");
    let (mut slowed, hashes) = (0, t.access.hashes());
    for n in 0..200 {
        let name = format!("1390000{n:04}");
        if matches!(
            t.attempt(&attempt(&name, "123456", &peer(66))),
            LoginOutcome::Slowed { .. }
        ) {
            slowed += 1;
        }
        t.office.clock.advance(100);
    }
    assert!(slowed > 150, "{slowed}");
    assert!(
        t.access.hashes() - hashes < 50,
        "a slowed try costs no hash"
    );
    t.enter("王建国", SENTENCE);
    assert!(
        t.refused()
            .iter()
            .any(|r| r.kind == "login.slowed" && r.times >= 1)
    );
}

#[test]
fn s29_the_locked_owner_enters_from_a_known_browser_or_is_unlocked() {
    let t = claimed("owner");
    let (person, entered) = t.member("赵书记", "13800000002");
    for _ in 0..30 {
        t.attempt(&attempt("赵书记", "不知道的密码", &peer(66)));
    }
    assert!(matches!(
        t.login("赵书记", SENTENCE),
        LoginOutcome::Locked { minutes: 10 }
    ));
    let from = peer(66);
    let known = |device: &str| {
        t.attempt(&Attempt {
            device: Some(device),
            ..attempt("赵书记", SENTENCE, &from)
        })
    };
    assert!(matches!(known(&entered.device), LoginOutcome::Entered(_)));
    assert!(matches!(
        known("1.2.3"),
        LoginOutcome::Slowed { .. } | LoginOutcome::Locked { .. }
    ));
    assert_eq!(
        t.access.locked_people().first().unwrap().0,
        person,
        "shown to the administrator"
    );
    t.access
        .unlock(&t.admin::<UnlockAccount>(), person)
        .unwrap();
    t.enter("赵书记", SENTENCE);
}

#[test]
fn s29_a_stolen_device_cookie_guesses_five_times_too() {
    let t = claimed("device");
    let (_, entered) = t.member("赵书记", "13800000002");
    let from = peer(66);
    let guess = |password: &str| {
        t.attempt(&Attempt {
            device: Some(&entered.device),
            ..attempt("赵书记", password, &from)
        })
    };
    for _ in 0..5 {
        guess("不知道的密码");
    }
    assert!(matches!(guess(SENTENCE), LoginOutcome::Locked { .. }));
    t.enter("赵书记", SENTENCE);
}
