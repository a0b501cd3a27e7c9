//! Entering, and being out at once: names, slips, sessions, scopes.

use super::*;

#[test]
fn the_server_is_claimed_once() {
    let t = claimed("claim");
    let who = t.who(&t.session).unwrap();
    assert_eq!(who.admin, AdminRole::ALL);
    assert!(!who.must_change);
    assert!(!t.access.is_unclaimed());
    let second = t.access.found(&Founder {
        person: t.handler("王五", "13800000005"),
        password: SENTENCE,
        about: &crate::access::rule::Personal::default(),
        peer: &here(),
        request: "r0",
    });
    assert!(matches!(second, Err(Error::Conflict(_))));
}

#[test]
fn u67_name_mobile_or_staff_number() {
    let t = claimed("names");
    t.member("王建国", "13800000002");
    for name in [
        "王建国",
        " 王建国",
        "13800000002",
        "138 0000 0002",
        "１３８００００００02",
    ] {
        assert!(
            matches!(t.login(name, SENTENCE), LoginOutcome::Entered(_)),
            "{name}"
        );
    }
    assert!(matches!(t.login("王建", SENTENCE), LoginOutcome::Wrong));
    assert!(matches!(t.login("", ""), LoginOutcome::Wrong));
}

#[test]
fn u67_namesakes_choose_their_department() {
    let t = claimed("namesakes");
    let (one, _) = t.member("张伟", "13800000002");
    let clerk = any_post(&t.office, Role::VillageClerk);
    let other = t.office.person("张伟", "13800000003", clerk);
    assert!(
        matches!(t.login("张伟", SENTENCE), LoginOutcome::Entered(_)),
        "the other has no account"
    );
    let slip = t.slip(other);
    let LoginOutcome::ChooseDepartment(choices) = t.login("张伟", SENTENCE) else {
        panic!("no choice");
    };
    assert_eq!(choices.len(), 2);
    let enter = |dept: DeptId, password: &str| {
        let from = peer(8);
        let chosen = Attempt {
            dept: Some(dept),
            ..attempt("张伟", password, &from)
        };
        t.attempt(&chosen)
    };
    let directory = t.office.directory();
    let (d1, d2) = (
        directory.dept_of(one).unwrap().id,
        directory.dept_of(other).unwrap().id,
    );
    assert!(matches!(enter(d1, SENTENCE), LoginOutcome::Entered(e) if e.person == one));
    assert!(matches!(enter(d2, &slip.words), LoginOutcome::Entered(e) if e.person == other));
    assert!(matches!(enter(d2, SENTENCE), LoginOutcome::Wrong));
}

#[test]
fn two_of_one_name_in_one_department_use_a_number() {
    let t = claimed("same-dept");
    t.member("张伟", "13800000002");
    t.member("张伟", "13800000003");
    assert!(matches!(t.login("张伟", SENTENCE), LoginOutcome::UseNumber));
    t.enter("13800000003", SENTENCE);
}

#[test]
fn u68_s30_a_slip_opens_once_and_not_for_ever() {
    let t = claimed("slip");
    let person = t.handler("王建国", "13800000002");
    let old = t.slip(person);
    let slip = t.slip(person);
    assert!(
        matches!(t.login("王建国", &old.words), LoginOutcome::Wrong),
        "re-issued"
    );
    let typed = slip.words.to_lowercase().replace('-', " ");
    let first = t.enter("王建国", &typed);
    assert!(first.must_change);
    let who = t.who(&first.token).unwrap();
    assert!(who.must_change);
    let denied = policy::permit::<EndOwnSessions>(who, &here(), t.office.clock.now(), "r", "");
    assert!(matches!(denied, Err(Error::Denied(_))));
    for bad in ["12345678", "wangjianguo", slip.words.as_str(), "短"] {
        assert!(
            matches!(t.change(&first.token, "", bad), Err(Error::Invalid(_))),
            "{bad}"
        );
    }
    let renewed = t.change(&first.token, "", SENTENCE).unwrap();
    assert!(t.who(&first.token).is_none(), "a new token");
    assert!(!t.who(&renewed).unwrap().must_change);
    assert!(
        matches!(t.login("王建国", &slip.words), LoginOutcome::Wrong),
        "used up"
    );

    let late = t.slip(person);
    t.office.clock.advance(OPEN_MS);
    assert!(matches!(
        t.login("王建国", &late.words),
        LoginOutcome::SlipOver
    ));
}

#[test]
fn s23_the_cookie_from_before_is_worthless() {
    let t = claimed("fixation");
    let (_, first) = t.member("王建国", "13800000002");
    let planted = t.access.new_token().unwrap();
    assert!(t.who(&planted).is_none());
    let from = peer(8);
    let outcome = t.attempt(&Attempt {
        replaces: Some(&first.token),
        ..attempt("王建国", SENTENCE, &from)
    });
    let LoginOutcome::Entered(second) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(t.who(&first.token).is_none());
    assert!(t.who(&planted).is_none());
    assert!(t.who(&second.token).is_some());
}

#[test]
fn s24_a_new_password_ends_every_log_in() {
    let t = claimed("password");
    let (_, a) = t.member("王建国", "13800000002");
    let b = t.enter("王建国", SENTENCE);
    assert!(matches!(
        t.change(&a.token, "记错了的密码", "清明时节雨纷纷啊"),
        Err(Error::Invalid(_))
    ));
    let c = t.change(&a.token, SENTENCE, "清明时节雨纷纷啊").unwrap();
    assert!(t.who(&a.token).is_none());
    assert!(t.who(&b.token).is_none());
    assert!(t.who(&c).is_some());
    assert!(matches!(t.login("王建国", SENTENCE), LoginOutcome::Wrong));
    let again = open(&t.office);
    let directory = t.office.directory();
    assert!(
        again.identify(&directory, &a.token).is_none(),
        "also after a restart"
    );
    assert!(again.identify(&directory, &c).is_some());
}

#[test]
fn s24_disabling_and_logging_out_end_it_at_once() {
    let t = claimed("disable");
    let (person, a) = t.member("王建国", "13800000002");
    let b = t.enter("王建国", SENTENCE);
    let permit = t.permit::<LogOut>(t.who(&b.token).unwrap());
    t.access.log_out(&permit, &b.token).unwrap();
    assert!(t.who(&b.token).is_none());
    assert!(t.who(&a.token).is_some());
    t.access
        .disable(&t.admin::<DisableAccount>(), person)
        .unwrap();
    assert!(t.who(&a.token).is_none());
    assert!(
        open(&t.office)
            .identify(&t.office.directory(), &b.token)
            .is_none()
    );
    assert!(matches!(
        t.login("王建国", SENTENCE),
        LoginOutcome::Disabled
    ));
    assert!(
        matches!(t.login("王建国", "不知道的密码"), LoginOutcome::Wrong),
        "not told to a guesser"
    );
    assert_eq!(t.access.account(person).unwrap().state, State::Disabled);
    t.enter("王建国", &t.slip(person).words);
}

#[test]
fn s24_another_role_ends_it_without_anybody_asking() {
    let t = claimed("role");
    let (person, a) = t.member("王建国", "13800000002");
    assert!(t.who(&a.token).is_some());
    let keeper = any_post(&t.office, Role::SealKeeper);
    t.office.hold(person, keeper, Weight::Side);
    assert!(t.who(&a.token).is_none());
    let b = t.enter("王建国", SENTENCE);
    assert!(t.who(&b.token).unwrap().has(Role::SealKeeper));
    t.access
        .set_admin_roles(&t.admin::<GrantAdmin>(), person, &[AdminRole::Audit])
        .unwrap();
    assert!(t.who(&b.token).is_none());
    let c = t.enter("王建国", SENTENCE);
    assert!(t.who(&c.token).unwrap().is_admin(AdminRole::Audit));
    let seen = t.office.seen(person);
    t.office
        .write(move |w| edit::close_person(w, seen, DAY()))
        .unwrap();
    t.office.clock.advance(86_400_000);
    assert!(t.who(&c.token).is_none(), "left the office");
}

#[test]
fn s24_ending_ones_own_ends_all() {
    let t = claimed("own");
    let (person, a) = t.member("王建国", "13800000002");
    let b = t.enter("王建国", SENTENCE);
    let permit = t.permit::<EndOwnSessions>(t.who(&a.token).unwrap());
    let founders = t.session.digest();
    assert!(matches!(
        t.access.end_one(&permit, founders),
        Err(Error::NotFound)
    ));
    t.access.end_one(&permit, b.token.digest()).unwrap();
    assert!(t.who(&b.token).is_none());
    assert!(t.who(&a.token).is_some());
    t.access.end_own(&permit).unwrap();
    assert!(t.who(&a.token).is_none());
    assert!(t.access.sessions_of(person).is_empty());
    assert!(t.who(&t.session).is_some());
}

#[test]
fn s25_s26_no_file_holds_a_token_or_password() {
    let t = claimed("leak");
    let (person, entered) = t.member("王建国", "13800000002");
    let slip = t.slip(person);
    let entered = match t.login("王建国", &slip.words) {
        LoginOutcome::Entered(e) => e,
        other => panic!("{other:?} {entered:?}"),
    };
    t.login("王建国", "secretly-mistyped");
    t.login("typed-into-the-wrong-field", "x");
    t.access.flush().unwrap();
    t.office.store.checkpoint();
    let token = entered.token.text();
    let raw = Token::parse(&token).map(|_| unhex_bytes(&token)).unwrap();
    let root = format!("ink-org-access-leak-{}", std::process::id());
    let files = files_in(&std::env::temp_dir().join(root));
    assert!(
        files.iter().any(|f| contains(f, "王建国".as_bytes())),
        "reads the hub"
    );
    for file in &files {
        for secret in [
            token.as_bytes(),
            &raw,
            slip.words.as_bytes(),
            SENTENCE.as_bytes(),
        ] {
            assert!(!contains(file, secret));
        }
        assert!(!contains(file, b"secretly-mistyped"));
        assert!(!contains(file, b"typed-into-the-wrong-field"));
        assert!(!contains(
            file,
            crate::access::slip::fold(&slip.words).as_bytes()
        ));
    }
    assert!(!format!("{entered:?} {slip:?}").contains(token.get(..16).unwrap()));
    assert!(!format!("{slip:?}").contains(&slip.words));
}

fn files_in(dir: &std::path::Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files_in(&path));
        } else {
            all.push(std::fs::read(&path).unwrap());
        }
    }
    all
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

fn unhex_bytes(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn s69_a_clock_set_back_a_year_lets_nobody_in() {
    let t = claimed("clock");
    let (_, a) = t.member("王建国", "13800000002");
    t.office.clock.advance(session::IDLE_MS + 1);
    assert!(t.who(&a.token).is_none());
    t.office.clock.advance(-YEAR);
    assert!(t.who(&a.token).is_none());
    assert!(t.who(&t.session).is_none());
    assert!(
        open(&t.office)
            .identify(&t.office.directory(), &t.session)
            .is_none()
    );
}

#[test]
fn touches_and_refusals_survive_a_restart() {
    let t = claimed("restart");
    let hour = 3_600_000;
    for _ in 0..20 {
        t.office.clock.advance(hour);
        assert!(t.who(&t.session).is_some());
        t.access.flush().unwrap();
    }
    let again = open(&t.office);
    t.office.clock.advance(session::IDLE_MS - hour);
    assert!(again.identify(&t.office.directory(), &t.session).is_some());
    t.login("王\r\n建", "x");
    t.login("王\r\n建", "x");
    let rows = t.refused();
    assert_eq!(rows.len(), 1);
    let row = rows.first().unwrap();
    assert_eq!((row.kind.as_str(), row.times), ("login.wrong", 2));
    t.login("王\r\n建", "x");
    assert_eq!(
        t.refused().first().unwrap().times,
        3,
        "added to the day's row"
    );
}

#[test]
fn somebody_is_always_left_to_let_others_in() {
    let t = claimed("last");
    let none = t
        .access
        .set_admin_roles(&t.admin::<GrantAdmin>(), t.founder, &[]);
    assert!(matches!(none, Err(Error::Conflict(_))));
    let disabled = t.access.disable(&t.admin::<DisableAccount>(), t.founder);
    assert!(matches!(disabled, Err(Error::Conflict(_))));
    assert!(t.who(&t.session).is_some(), "undone as a whole");
    let (person, _) = t.member("王建国", "13800000002");
    let both = [AdminRole::System, AdminRole::Security];
    t.access
        .set_admin_roles(&t.admin::<GrantAdmin>(), person, &both)
        .unwrap();
    t.access
        .set_admin_roles(&t.admin::<GrantAdmin>(), t.founder, &[AdminRole::Audit])
        .unwrap();
}

#[test]
fn the_size_of_letters_ends_no_session() {
    let t = claimed("zoom");
    let (_, a) = t.member("王建国", "13800000002");
    let permit = t.permit::<SetZoom>(t.who(&a.token).unwrap());
    t.access.set_zoom(&permit, 200).unwrap();
    assert_eq!(t.who(&a.token).unwrap().zoom, 4);
}

#[test]
fn a_scope_is_what_a_person_is_now() {
    let t = claimed("scope");
    let (person, a) = t.member("王建国", "13800000002");
    let who = t.who(&a.token).unwrap();
    let directory = t.office.directory();
    let post = directory.main_post(person).unwrap();
    assert_eq!(who.scope.principals.len(), 5);
    for p in [
        Principal::Person(person),
        Principal::Post(post.id),
        Principal::Pool(post.department),
        Principal::Organ(t.office.organ()),
        Principal::Everyone,
    ] {
        assert!(who.scope.has(p), "{p:?}");
    }
    assert!(!who.scope.has(Principal::Person(t.founder)));
    assert_eq!(who.scope.json().matches(',').count(), 4);
}
