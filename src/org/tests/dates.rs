//! Validity, successors, several posts, charges, stale forms.

use super::super::edit::{self, Closing, DeptDraft, Move, PersonDraft};
use super::super::sample::{self, DAY, day};
use super::super::{DeptKind, Role, Seen, Weight};
use crate::kit::Error;

const HOUR: i64 = 3_600_000;

#[test]
fn several_posts_one_main() {
    let office = sample::town("posts");
    let (clerk, ledger) = (office.post("DZB", "收发文员"), office.post("CZS", "村账"));
    let zhang = office.person("张三", "", clerk);
    office.hold(zhang, ledger, Weight::Side);
    let d = office.directory();
    assert_eq!(d.main_post(zhang).unwrap().id, clerk);
    assert_eq!(d.title_of(zhang), "张三（党政办）");
    assert_eq!(
        d.roles_of(zhang),
        [Role::RecordsClerk, Role::Receiver, Role::Handler]
    );
    let seen = office.seen(zhang);
    office
        .write(move |w| edit::set_main_post(w, seen, ledger))
        .unwrap();
    assert_eq!(office.directory().main_post(zhang).unwrap().id, ledger);
    let seen = office.seen(zhang);
    office
        .write(move |w| edit::leave_post(w, seen, ledger, DAY().plus_days(-1)))
        .unwrap();
    assert_eq!(office.directory().main_post(zhang).unwrap().id, clerk);
}

#[test]
fn a_move_takes_effect_on_its_day_without_a_reload() {
    let office = sample::town("move");
    let (old, new) = (office.post("CZS", "会计"), office.post("DJB", "主任"));
    let li = office.person("李四", "", old);
    let step = Move {
        from: old,
        to: new,
        first_day: day("2026-03-04"),
    };
    let seen = office.seen(li);
    office
        .write(move |w| edit::move_person(w, seen, step))
        .unwrap();
    let version = office.directory().version();
    assert_eq!(office.directory().main_post(li).unwrap().id, old);
    office.clock.advance(38 * HOUR);
    assert_eq!(office.directory().main_post(li).unwrap().id, old);
    office.clock.advance(HOUR);
    let d = office.directory();
    assert_eq!(d.today(), Some(day("2026-03-04")));
    assert_eq!(d.main_post(li).unwrap().id, new);
    assert_eq!(d.holders_of(old).count(), 0);
    assert!(d.version() > version);
}

#[test]
fn a_closed_department_leaves_its_work_to_its_successor() {
    let office = sample::town("close");
    let (old, heir) = (office.dept("WHZ"), office.dept("SHB"));
    let old_head = office.post("WHZ", "主任");
    let staff = office.post("WHZ", "干事");
    let wu = office.person("吴芳", "", old_head);
    let seen = Seen::new(old, office.directory().dept(old).unwrap().rev);
    let closing = Closing {
        last_day: day("2026-03-02"),
        successor: Some(heir),
    };
    office
        .write(move |w| edit::close_dept(w, seen, closing))
        .unwrap();
    assert!(office.directory().is_open_dept(old), "its last day counts");
    office.clock.advance(24 * HOUR);
    let d = office.directory();
    let new_head = office.post("SHB", "主任");
    assert!(!d.is_open_dept(old) && !d.is_open_post(old_head));
    assert_eq!(d.dept_name(old), "文化（新时代文明实践）服务中心");
    assert_eq!(d.post_title(old_head), "文化中心·主任");
    assert_eq!(d.heir_of_dept(old), Some(heir));
    assert_eq!(d.heir_of_post(old_head), Some(new_head));
    assert_eq!(d.forebears_of(new_head), [old_head]);
    // no namesake: the first post of the same roles
    assert_eq!(d.heir_of_post(staff), Some(office.post("SHB", "民政干事")));
    assert!(d.is_here(wu) && d.main_post(wu).is_none());
    assert!(d.depts_of(office.organ()).all(|d| d.id != old));
}

#[test]
fn receivers_and_leaders_are_found() {
    let office = sample::town("receivers");
    let dept = office.dept("CZS");
    let head = office.post("CZS", "所长");
    let delegate = office.post("CZS", "业务综合代表");
    assert_eq!(office.directory().receiver_of(dept).unwrap().id, delegate);
    office.person("王伟", "", head);
    assert_eq!(office.directory().receiver_of(dept).unwrap().id, head);
    office.person("赵敏", "", delegate);
    let d = office.directory();
    assert_eq!(d.receiver_of(dept).unwrap().id, delegate);
    assert_eq!(d.head_of(dept).unwrap().id, head);
    assert_eq!(d.staff_of(dept).len(), 2);

    let deputy = office.post("LD", "常务副镇长");
    let seen = Seen::new(deputy, d.post(deputy).unwrap().rev);
    office
        .write(move |w| edit::set_charges(w, seen, &[dept]))
        .unwrap();
    let d = office.directory();
    assert_eq!(d.leaders_of(dept).next().unwrap().id, deputy);
    assert_eq!(d.charges_of(deputy).count(), 1);
    let seen = Seen::new(head, d.post(head).unwrap().rev);
    let refused = office.write(move |w| edit::set_charges(w, seen, &[dept]));
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[test]
fn a_stale_form_hears_who_was_faster() {
    let office = sample::town("stale");
    let me = office.person("张三", "13805710001", office.post("DZB", "收发文员"));
    assert_eq!(me.0, 1, "the tests' stamp is person 1");
    let old = Seen::new(office.dept("CZS"), 1);
    let draft = |name: &str| DeptDraft {
        code: "CZS".to_owned(),
        name: name.to_owned(),
        short_name: String::new(),
        kind: DeptKind::Department,
        sort: 80,
    };
    let (first, second) = (draft("财政分局"), draft("财政管理所"));
    office
        .write(move |w| edit::set_dept(w, old, &first))
        .unwrap();
    office.clock.advance(3 * 60_000);
    let refused = office.write(move |w| edit::set_dept(w, old, &second));
    let Err(Error::Conflict(why)) = refused else {
        panic_with(&format!("{refused:?}"));
        return;
    };
    assert!(why.starts_with("已被张三改过（3 分钟前）"), "{why}");
    assert_eq!(office.directory().dept_name(old.id), "财政分局");
}

#[test]
fn numbers_belong_to_one_person() {
    let office = sample::town("numbers");
    office.person("张三", "13805710001", office.post("DZB", "收发文员"));
    let draft = PersonDraft {
        name: "李四".to_owned(),
        mobile: "138 0571 0001".to_owned(),
        ..PersonDraft::default()
    };
    let refused = office.write(move |w| edit::add_person(w, &draft, DAY()));
    let Err(Error::Invalid(errors)) = refused else {
        panic_with(&format!("{refused:?}"));
        return;
    };
    assert!(errors.of("mobile").unwrap().contains("已登记给张三"));
}

fn panic_with(what: &str) {
    assert!(what.is_empty(), "unexpected: {what}");
}
