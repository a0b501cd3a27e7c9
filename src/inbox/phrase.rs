//! Usual phrases (U08): the sentences somebody writes again and again, one click away while writing.
//! Who keeps none of their own sees the four that everybody writes; they become rows with the first
//! change. Invariant: a phrase is one line, each stands once, none reaches another person.

use super::phrase_store as store;
use crate::kit::{Error, PersonId, Result, text};
use crate::store::{Query, Write};

/// What is offered to somebody who has chosen nothing.
pub const DEFAULTS: [&str; 4] = ["同意。", "已阅。", "同意拟办意见。", "请××同志阅处。"];
/// Phrases one person keeps at most: more would no longer be quicker than writing.
pub const MOST: usize = 20;
/// Characters of one phrase at most.
pub const LONGEST: usize = 60;

/// A person's phrases in their order.
pub fn list(q: &impl Query, person: PersonId) -> Result<Vec<String>> {
    let own = store::list_phrases(q, person)?;
    if own.is_empty() {
        return Ok(DEFAULTS.map(str::to_owned).to_vec());
    }
    Ok(own)
}

/// Adds a phrase at the end.
pub fn add(w: &mut Write<'_>, person: PersonId, typed: &str) -> Result<()> {
    let phrase = text::one_line(typed);
    let mut all = list(w, person)?;
    let wrong = |why: String| Err(Error::invalid("phrase", why));
    match phrase.chars().count() {
        0 => return wrong("请写一句常用语，例如：请按程序办理。".into()),
        n if n > LONGEST => return wrong(format!("常用语不超过 {LONGEST} 个字，长的请写在意见里")),
        _ if all.contains(&phrase) => return wrong(format!("“{phrase}”已经有了")),
        _ if all.len() >= MOST => {
            return wrong(format!("常用语最多 {MOST} 句，请先删掉用不着的再加"));
        }
        _ => {}
    }
    all.push(phrase);
    put(w, person, &all)
}

/// Takes a phrase away; one that is gone already is no mistake.
pub fn take(w: &mut Write<'_>, person: PersonId, phrase: &str) -> Result<()> {
    let mut all = list(w, person)?;
    all.retain(|p| p != phrase);
    put(w, person, &all)
}

fn put(w: &mut Write<'_>, person: PersonId, all: &[String]) -> Result<()> {
    w.quiet("个人常用语，不影响各类清单");
    store::set_phrases(w, person, all)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Clock, Millis, ShelfNo};
    use crate::store::{DataDir, Stamp, Store};

    fn change(
        store: &Store,
        f: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let stamp = Stamp::new("person:1", "me.phrase", Millis(1));
        store.write(ShelfNo::HUB, stamp, f).map(drop)
    }

    #[test]
    fn the_usual_four_until_somebody_chooses() {
        let root = std::env::temp_dir().join(format!("ink-phrase-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        let store = Store::open(&DataDir::make(&root).unwrap(), Clock::System, vec![]).unwrap();
        let mine = || list(&store.hub().unwrap(), PersonId(1)).unwrap();
        assert_eq!(mine(), DEFAULTS);
        change(&store, |w| add(w, PersonId(1), " 请按程序\n办理。 ")).unwrap();
        assert_eq!(mine().last().unwrap(), "请按程序 办理。");
        assert_eq!(mine().len(), 5);
        assert!(change(&store, |w| add(w, PersonId(1), "同意。")).is_err());
        assert!(change(&store, |w| add(w, PersonId(1), " ")).is_err());
        change(&store, |w| take(w, PersonId(1), "同意。")).unwrap();
        assert_eq!(mine().first().unwrap(), "已阅。");
        assert_eq!(list(&store.hub().unwrap(), PersonId(2)).unwrap(), DEFAULTS);
        drop(store);
        let _ = std::fs::remove_dir_all(&root);
    }
}
