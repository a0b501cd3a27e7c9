//! SQL statements a page may use (performance.md): the to-do page three, a case ten, and two
//! more for what stands beside it (side talk, relations). Create and advance are counted in `road`.

use crate::support::office::Office;
use std::sync::atomic::Ordering;

#[test]
fn pages_stay_within_their_statements() {
    let office = Office::new("budget");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let done = office
        .town
        .register("incoming-handle", "关于报送统计表的通知");
    let case = done.unwrap().case;
    assert!(office.state.store.drain(std::time::Duration::from_secs(10)));
    let mut statements = |path: &str| {
        // The first visit notes the task as opened, which is a write of its own.
        assert_eq!(clerk.get(path).status, 200, "{path}");
        std::thread::sleep(std::time::Duration::from_millis(300));
        let count = || {
            office
                .state
                .store
                .counters()
                .statements
                .load(Ordering::Relaxed)
        };
        let before = count();
        let page = clerk.get(path);
        assert!(page.text().contains("关于报送统计表的通知"), "{path}");
        count() - before
    };
    let todo = statements("/todo");
    let open = statements(&format!("/case/{case}"));
    assert!(todo <= 3, "todo {todo}");
    assert!(open <= 12, "open {open}");
}
