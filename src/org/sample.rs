//! A small office in a folder of its own, for the tests of this room.
//! Never used outside tests.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::edit::{self, Hold, PersonDraft};
use super::template::{self, Options};
use super::{Directory, DirectoryHandle, Seen, Weight};
use crate::kit::{Clock, Day, DeptId, OrganId, PersonId, PostId, Result, ShelfNo, Zone};
use crate::store::{DataDir, Stamp, Store, Write};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The day everything in the tests begins.
#[expect(non_snake_case, reason = "reads as the constant it would be")]
pub fn DAY() -> Day {
    day("2026-03-02")
}

pub struct Office {
    pub store: Store,
    pub clock: Clock,
    pub handle: DirectoryHandle,
    root: std::path::PathBuf,
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

pub fn empty(name: &str) -> Office {
    let root = std::env::temp_dir().join(format!("ink-org-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&root);
    let clock = Clock::held(Zone::BEIJING.at(DAY(), 9, 0));
    let store = Store::open(&DataDir::make(&root).unwrap(), clock.clone(), vec![]).unwrap();
    let handle = DirectoryHandle::open(&store, Zone::BEIJING).unwrap();
    Office {
        store,
        clock,
        handle,
        root,
    }
}

/// The template with two villages and nobody in it.
pub fn town(name: &str) -> Office {
    let office = empty(name);
    let list = template::plan(&Options {
        villages: vec!["东溪村".to_owned(), "西岭村".to_owned()],
        ..Options::default()
    });
    let organ = template::organ_named("青山镇人民政府", "青山镇");
    office
        .write(move |w| template::apply(w, &organ, &list, DAY()))
        .unwrap();
    office
}

impl Office {
    pub fn write<T>(
        &self,
        f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let stamp = Stamp::new("person:1", "org.test", self.clock.now());
        let receipt = self.store.write(ShelfNo::HUB, stamp, f)?;
        self.handle.reload(&self.store)?;
        Ok(receipt.value)
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.handle.current()
    }

    pub fn organ(&self) -> OrganId {
        self.directory().first_organ().unwrap().id
    }

    pub fn dept(&self, code: &str) -> DeptId {
        let d = self.directory();
        let all = d.all_depts();
        all.iter().find(|d| d.code == code).unwrap().id
    }

    pub fn post(&self, code: &str, name: &str) -> PostId {
        let dept = self.dept(code);
        let d = self.directory();
        d.posts_in(dept).find(|p| p.name == name).unwrap().id
    }

    /// Adds somebody with a main post.
    pub fn person(&self, name: &str, mobile: &str, post: PostId) -> PersonId {
        let draft = PersonDraft {
            name: name.to_owned(),
            mobile: mobile.to_owned(),
            ..PersonDraft::default()
        };
        let id = self
            .write(move |w| edit::add_person(w, &draft, DAY()))
            .unwrap();
        self.hold(id, post, Weight::Main);
        id
    }

    pub fn hold(&self, id: PersonId, post: PostId, weight: Weight) {
        let hold = Hold {
            post,
            weight,
            from: DAY(),
        };
        let seen = self.seen(id);
        self.write(move |w| edit::hold_post(w, seen, hold)).unwrap();
    }

    pub fn seen(&self, id: PersonId) -> Seen<PersonId> {
        Seen::new(id, self.directory().person(id).unwrap().rev)
    }
}
