//! A sealed year away from its office: opened by itself from a disk that cannot be written, beside another
//! office, and refused where it was tampered with.

use super::year::{NO, bytes_of, over, seal};
use crate::support::files::Bare;
use crate::support::http::Http;
use crate::support::skip::skip;
use crate::support::town::{Folder, Town};
use inkstone::app::look;
use inkstone::kit::{Error, Id};
use inkstone::store::freeze::Keep;
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A sealed year on a disk of its own, and its first case.
fn on_disk(name: &str) -> (Folder, PathBuf, Id) {
    let year = over(name);
    seal(&year.town);
    let disk = Folder::new(&format!("{name}-disk"));
    fs::create_dir_all(&disk.0).unwrap();
    let stamp = year.town.stamp("苏简", "volume.carry");
    let to = (disk.0.as_path(), "");
    let path = year
        .town
        .store
        .carry_volume(NO, to, Keep::Here, stamp)
        .unwrap();
    (disk, path, year.case)
}

fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = fs::read_dir(folder).unwrap().map(Result::unwrap);
    all.map(|e| {
        let name = e.file_name().into_string().unwrap();
        (name, fs::read(e.path()).unwrap())
    })
    .collect()
}

/// The same folder where nobody can write, root neither; none where this system lets us not.
struct ReadOnly(PathBuf);

impl ReadOnly {
    fn of(folder: &Folder) -> Option<Self> {
        let at = folder.0.with_extension("ro");
        fs::create_dir_all(&at).unwrap();
        let run = |args: &[&str]| {
            let mount = Command::new("mount").args(args).output();
            mount.is_ok_and(|o| o.status.success())
        };
        let (from, to) = (folder.0.to_str().unwrap(), at.to_str().unwrap());
        let mounted = run(&["--bind", from, to]);
        let this = Self(at.clone());
        (mounted && run(&["-o", "remount,bind,ro", to])).then_some(this)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
        let _ = fs::remove_dir(&self.0);
    }
}

fn protect(folder: &Folder) {
    for name in files_of(&folder.0).into_keys() {
        let path = folder.0.join(name);
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(path, rights).unwrap();
    }
}

fn walk(file: &Path, case: Id) {
    let showing = look::show(file, None).unwrap();
    let mut http = Http::to(SocketAddr::from(([127, 0, 0, 1], showing.port())));
    let list = http.get("/look").text();
    assert!(list.contains("森林防火") && list.contains("墨川县砚田镇人民政府"));
    assert!(list.contains("共 3 件"), "{list}");
    assert!(list.contains("有这个文件的人都能看"));
    let found = http.get("/look?q=%E6%8E%92%E6%9F%A5&p=&d=").text();
    assert!(found.contains("共 1 件"), "an opinion's word: {found}");
    let page = http.get(&format!("/look/case/{case}"));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("已排查。"), "opinions are read");
    let at = page.text();
    assert!(!at.contains("method=\"post\""), "nothing can be pressed");
    let ledger = http.get(&format!("/look/case/{case}/ledger")).text();
    assert!(ledger.contains("处理流程台账") && ledger.contains("雷有备"));
    let start = at.find("/file/").unwrap() + "/file/".len();
    let file: String = at[start..]
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .collect();
    let saved = http.get(&format!("/look/case/{case}/file/{file}/save"));
    assert_eq!(saved.body, bytes_of());
    let shown = http.get(&format!("/look/case/{case}/file/{file}")).text();
    assert!(shown.contains("三月底前报送"));
    let print = at.find("/print/").unwrap() + "/print/".len();
    let sheet: String = at[print..].chars().take_while(|c| *c != '"').collect();
    let printed = http.get(&format!("/look/case/{case}/print/{sheet}"));
    assert_eq!(printed.status, 200);
    assert_eq!(http.get("/").header("Location"), Some("/setup"));
    assert_ne!(http.get("/todo").status, 200, "there is no office here");
}

#[test]
fn a_sealed_year_is_opened_from_a_disk_that_cannot_be_written() {
    let (disk, path, case) = on_disk("plain");
    let before = files_of(&disk.0);
    protect(&disk);
    walk(&path, case);
    assert_eq!(
        files_of(&disk.0),
        before,
        "nothing beside it, nothing in it"
    );
    match ReadOnly::of(&disk) {
        Some(mount) => {
            let file = mount.0.join("2026-0001.vol");
            assert!(fs::write(mount.0.join("x"), b"x").is_err(), "set-up");
            walk(&file, case);
        }
        None => skip("mount", "this system lets nobody mount here"),
    }
}

#[test]
fn a_sealed_year_stands_beside_another_office() {
    let (disk, path, case) = on_disk("beside");
    let town = Town::new("beside-other");
    let own = town
        .register("incoming-handle", "本单位的一件")
        .unwrap()
        .case;
    let before = town.todo("宋小笺");
    let stamp = || town.stamp("苏简", "beside.add");
    let id = town.store.add_beside(&path, "苏简", stamp()).unwrap();
    let beside = town.store.beside(id).unwrap();
    assert_eq!((beside.year, beside.sealed_by.as_str()), (2026, "苏简"));
    let read = beside.read().unwrap();
    let now = town.clock.now();
    let view = town.engine.look(&read, case, "/x".into(), now).unwrap();
    assert!(view.offers.is_empty() && view.case.head.title.contains("森林防火"));
    // none of its numbers means anything among ours
    assert_eq!(own.shelf(), case.shelf(), "set-up: the same shelf number");
    assert!(town.open_case("宋小笺", case).is_err() || own == case);
    assert_eq!(town.todo("宋小笺"), before);
    assert_eq!(town.store.volumes().unwrap().len(), 1);
    let refused = town.store.can_attach(&path).unwrap_err();
    assert!(refused.to_string().contains("不是本单位的柜子"));
    drop(read);
    town.store.drop_beside(id, stamp()).unwrap();
    assert!(path.exists(), "the file is left alone");

    // tampered with: by hand inside, in a page, in its attachment, cut off
    let whole = fs::read(&path).unwrap();
    let spoil = |what: &str, f: &dyn Fn(&Path)| -> String {
        let other = disk.0.join("2026-0002.vol");
        fs::write(&other, &whole).unwrap();
        fs::copy(
            disk.0.join("2026-0001.manifest.json"),
            disk.0.join("2026-0002.manifest.json"),
        )
        .unwrap();
        f(&other);
        match town.store.add_beside(&other, "苏简", stamp()) {
            Err(Error::Invalid(why)) => Error::Invalid(why).to_string(),
            Err(Error::Busy(why)) => why,
            other => panic!("{what}: {other:?}"),
        }
    };
    let said = spoil("an opinion", &|p| {
        Bare::open(p)
            .one("UPDATE opinion SET text = '同意。' WHERE id = (SELECT max(id) FROM opinion)");
    });
    assert!(said.contains("意见：第"), "{said}");
    let said = spoil("an attachment", &|p| {
        Bare::open(p).one("UPDATE chunk SET data = zeroblob(length(data))");
    });
    assert!(said.contains("附件“通知.txt”"), "{said}");
    let said = spoil("a row gone", &|p| {
        let bare = Bare::open(p);
        assert!(bare.run("DELETE FROM grants") > 0);
    });
    assert!(said.contains("查看范围（grants）应当有"), "{said}");
    let said = spoil("a page", &|p| {
        let root =
            Bare::open(p).all::<i64>("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")[0];
        let mut bytes = fs::read(p).unwrap();
        let at = usize::try_from(root - 1).unwrap() * 4096;
        bytes[at + 8..at + 600].fill(0xA5);
        fs::write(p, bytes).unwrap();
    });
    assert!(said.contains("ledger") || said.contains("坏了"), "{said}");
    let said = spoil("cut off", &|p| {
        fs::write(p, &whole[..whole.len() / 2]).unwrap()
    });
    assert!(said.contains("没有拷完") || said.contains("坏了"), "{said}");
    // and one nobody sealed
    let open = Town::new("beside-open");
    open.register("incoming-handle", "没有封存的").unwrap();
    let folder = open.stop();
    let refused = town
        .store
        .add_beside(&folder.dir().volume(1), "苏简", stamp())
        .unwrap_err();
    assert!(refused.to_string().contains("没有封存过"), "{refused}");
}
