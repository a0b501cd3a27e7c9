//! Usual ways of looking at a list (常用查法): filters, sort and columns under a name, for oneself or for
//! the whole office. Not here: what the query means (the list's own screen).
//! Invariant: a person changes only his own; the office's are changed by those who keep records.

use super::view_store as store;
use crate::kit::{Error, PersonId, Result, text};
use crate::store::{Query, Write};

/// Of one list and owner at most: more would no longer be found by looking.
pub const MOST: usize = 12;
/// Characters of a name at most: it stands in a row with others.
pub const LONGEST: usize = 12;
/// Bytes of a query at most.
const LONGEST_QUERY: usize = 4_000;

/// One way of looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: i64,
    pub rev: i64,
    /// The list, as `register/incoming`.
    pub list: String,
    /// None: the whole office's.
    pub owner: Option<PersonId>,
    pub name: String,
    /// As it stands in the list's address.
    pub query: String,
    /// Who made it.
    pub by: String,
}

/// Who changes something, and whether he may change the office's.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    pub person: PersonId,
    pub keeps_records: bool,
}

/// The office's first, then one's own, each in the order they were made.
pub fn list(q: &impl Query, list: &str, person: PersonId) -> Result<Vec<View>> {
    store::list_views(q, list, person)
}

/// Remembers a new one.
pub fn add(w: &mut Write<'_>, hand: Hand, mut view: View) -> Result<i64> {
    may(hand, &view)?;
    view.name = named(&view.name)?;
    if view.query.len() > LONGEST_QUERY {
        let why = "条件太多，记不下，请少选几个条件再记";
        return Err(Error::invalid("name", why));
    }
    let all = store::list_views(w, &view.list, hand.person)?;
    fresh(&all, &view)?;
    if all.iter().filter(|v| v.owner == view.owner).count() >= MOST {
        let why = format!("常用查法最多 {MOST} 个，请先删掉用不着的再记");
        return Err(Error::invalid("name", why));
    }
    w.quiet("常用查法，不影响各类清单");
    w.note(format!("记下常用查法“{}”", view.name));
    store::insert_view(w, &view, hand.person)
}

/// Calls it otherwise.
pub fn rename(w: &mut Write<'_>, hand: Hand, (id, rev): (i64, i64), name: &str) -> Result<()> {
    let mut view = known(w, hand, id)?;
    view.name = named(name)?;
    fresh(&store::list_views(w, &view.list, hand.person)?, &view)?;
    w.quiet("常用查法，不影响各类清单");
    w.note(format!("常用查法改名为“{}”", view.name));
    held(store::set_view(w, (id, rev), &view.name)?)
}

/// Forgets it; one that is gone already is no mistake.
pub fn take(w: &mut Write<'_>, hand: Hand, (id, rev): (i64, i64)) -> Result<()> {
    w.quiet("常用查法，不影响各类清单");
    match store::find_view(w, id) {
        Err(Error::NotFound) => return Ok(()),
        found => drop(found?),
    }
    let view = known(w, hand, id)?;
    w.note(format!("删掉常用查法“{}”", view.name));
    held(store::take_view(w, (id, rev))?)
}

/// One the person may change; another's is not found, as if it did not exist.
fn known(w: &Write<'_>, hand: Hand, id: i64) -> Result<View> {
    let view = store::find_view(w, id)?;
    if view.owner.is_some_and(|p| p != hand.person) {
        return Err(Error::NotFound);
    }
    may(hand, &view)?;
    Ok(view)
}

fn may(hand: Hand, view: &View) -> Result<()> {
    if view.owner.is_none() && !hand.keeps_records {
        return Err(Error::Denied(
            "全单位共用的查法由收发文员和办公室主任管，您可以记成自己的".into(),
        ));
    }
    Ok(())
}

fn named(typed: &str) -> Result<String> {
    let name = text::one_line(typed);
    match name.chars().count() {
        0 => Err(Error::invalid("name", "请给这个查法起个名字，例如：急件")),
        n if n > LONGEST => Err(Error::invalid(
            "name",
            format!("名字不超过 {LONGEST} 个字，短的才放得下"),
        )),
        _ => Ok(name),
    }
}

fn fresh(all: &[View], view: &View) -> Result<()> {
    let same = |v: &&View| v.owner == view.owner && v.name == view.name && v.id != view.id;
    match all.iter().find(same) {
        Some(v) => Err(Error::invalid(
            "name",
            format!("已经有叫“{}”的了，请换个名字，或者先删掉原来的", v.name),
        )),
        None => Ok(()),
    }
}

fn held(done: bool) -> Result<()> {
    if done {
        return Ok(());
    }
    Err(Error::Conflict(
        "这个查法刚才已被改过，请看一眼现在的名字再改".into(),
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Clock, Millis, ShelfNo};
    use crate::store::{DataDir, Stamp, Store};

    fn change<T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static>(
        store: &Store,
        f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let stamp = Stamp::new("person:1", "register.view", Millis(1));
        store.write(ShelfNo::HUB, stamp, f).map(|r| r.value)
    }

    fn of(owner: Option<i64>, name: &str) -> View {
        View {
            id: 0,
            rev: 0,
            list: "register/book".into(),
            owner: owner.map(PersonId),
            name: name.into(),
            query: "state=open".into(),
            by: "甲".into(),
        }
    }

    #[test]
    fn mine_are_mine_and_the_offices_are_for_records() {
        let root = std::env::temp_dir().join(format!("ink-view-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        let store = Store::open(&DataDir::make(&root).unwrap(), Clock::System, vec![]).unwrap();
        let clerk = Hand {
            person: PersonId(1),
            keeps_records: true,
        };
        let other = Hand {
            person: PersonId(2),
            keeps_records: false,
        };
        let names = |p: i64| -> Vec<String> {
            let all = list(&store.hub().unwrap(), "register/book", PersonId(p)).unwrap();
            all.into_iter().map(|v| v.name).collect()
        };
        let mine = change(&store, move |w| add(w, clerk, of(Some(1), " 急件 "))).unwrap();
        let shared = change(&store, move |w| add(w, clerk, of(None, "没办完"))).unwrap();
        assert_eq!(names(1), ["没办完", "急件"]);
        assert_eq!(names(2), ["没办完"]);
        let refused = change(&store, move |w| add(w, other, of(None, "我的")));
        assert!(matches!(refused, Err(Error::Denied(_))));
        let twice = change(&store, move |w| add(w, clerk, of(Some(1), "急件")));
        assert!(matches!(twice, Err(Error::Invalid(_))));
        // Another's view is as if it did not exist; the office's may be looked at, not changed.
        let strange = change(&store, move |w| rename(w, other, (mine, 1), "偷改"));
        assert!(matches!(strange, Err(Error::NotFound)));
        let denied = change(&store, move |w| take(w, other, (shared, 1)));
        assert!(matches!(denied, Err(Error::Denied(_))));
        change(&store, move |w| rename(w, clerk, (mine, 1), "特急件")).unwrap();
        let stale = change(&store, move |w| rename(w, clerk, (mine, 1), "又改"));
        assert!(matches!(stale, Err(Error::Conflict(_))));
        assert_eq!(names(1), ["没办完", "特急件"]);
        change(&store, move |w| take(w, clerk, (mine, 2))).unwrap();
        change(&store, move |w| take(w, clerk, (mine, 2))).unwrap();
        assert_eq!(names(1), ["没办完"]);
        drop(store);
        let _ = std::fs::remove_dir_all(&root);
    }
}
