//! A disk that loses its power: what was flushed is kept, of the rest all, nothing or any part is there, in
//! whole pages or torn at sectors. Names follow the same rule: a file made, renamed or removed is so for certain
//! only once its folder was flushed; until then a folder's changes are there up to any one of them.
//! Not modelled: drives that lie about flushes, and rot.

use super::record::Record;
use crate::support::long::Chance;
use crate::support::town::Folder;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What becomes of that which was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Dropped,
    Kept,
    /// A random half, in pages.
    Half,
    /// A random half, in sectors.
    Torn,
}

pub const LOSSES: [Loss; 4] = [Loss::Dropped, Loss::Kept, Loss::Half, Loss::Torn];

/// Index into the nodes; 0 is the root.
type Node = usize;
type Name = (Node, String);

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Size(u64),
}

#[derive(Default)]
struct Content {
    is_folder: bool,
    safe: Vec<u8>,
    pending: Vec<(u64, Change)>,
}

#[derive(Clone)]
enum NameChange {
    Put(Name, Node),
    Take(Name),
    Move(Name, Name, Node),
}

impl NameChange {
    /// The folder whose flush makes it certain.
    fn folder(&self) -> Node {
        match self {
            Self::Put(name, _) | Self::Take(name) | Self::Move(_, name, _) => name.0,
        }
    }

    fn apply(&self, names: &mut BTreeMap<Name, Node>) {
        match self {
            Self::Put(name, node) => {
                names.insert(name.clone(), *node);
            }
            Self::Take(name) => {
                names.remove(name);
            }
            Self::Move(from, to, node) => {
                if names.get(from) == Some(node) {
                    names.remove(from);
                }
                names.insert(to.clone(), *node);
            }
        }
    }
}

/// The state of the disk at a place in the log.
pub struct Disk {
    nodes: Vec<Content>,
    /// Inode number of the recorded file system.
    known: HashMap<u64, Node>,
    names: BTreeMap<Name, Node>,
    safe_names: BTreeMap<Name, Node>,
    pending_names: Vec<(u64, NameChange)>,
    flushes: HashMap<u64, (Node, u64)>,
    clock: u64,
}

impl Disk {
    /// A folder as it stands, all of it safe.
    pub fn of(root: &Path) -> Self {
        let mut disk = Self {
            nodes: Vec::new(),
            known: HashMap::new(),
            names: BTreeMap::new(),
            safe_names: BTreeMap::new(),
            pending_names: Vec::new(),
            flushes: HashMap::new(),
            clock: 0,
        };
        let top = disk.node(fs::metadata(root).unwrap().ino(), true);
        disk.read(top, root);
        disk.names = disk.safe_names.clone();
        disk
    }

    fn read(&mut self, folder: Node, path: &Path) {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let (path, found) = (entry.path(), entry.metadata().unwrap());
            let name = entry.file_name().into_string().unwrap();
            if name.ends_with("-shm") {
                continue;
            }
            let node = self.node(found.ino(), found.is_dir());
            self.safe_names.insert((folder, name), node);
            if found.is_dir() {
                self.read(node, &path);
            } else {
                self.nodes[node].safe = fs::read(&path).unwrap();
            }
        }
    }

    /// A new node; the number of one that is gone may come again.
    fn node(&mut self, inode: u64, is_folder: bool) -> Node {
        self.nodes.push(Content {
            is_folder,
            ..Content::default()
        });
        self.known.insert(inode, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn find(&self, inode: u64) -> Node {
        self.known[&inode]
    }

    pub fn take(&mut self, record: &Record<'_>) {
        self.clock += 1;
        match record {
            Record::Write { file, at, data } => {
                self.change(*file, Change::Write(*at, data.to_vec()));
            }
            Record::Size { file, size } => self.change(*file, Change::Size(*size)),
            Record::FlushBegun { node, flush } => {
                self.flushes.insert(*flush, (self.find(*node), self.clock));
            }
            Record::FlushEnded { flush } => {
                let (node, begun) = self.flushes.remove(flush).unwrap();
                self.flush(node, begun);
            }
            Record::Create { folder, node, name } => self.put((*folder, name), *node, false),
            Record::MakeFolder { folder, node, name } => self.put((*folder, name), *node, true),
            Record::Link { folder, node, name } => {
                let name = (self.find(*folder), name.clone());
                let node = self.find(*node);
                self.rename(NameChange::Put(name, node));
            }
            Record::Remove { folder, name } => {
                let name = (self.find(*folder), name.clone());
                self.rename(NameChange::Take(name));
            }
            Record::Rename { from, to } => {
                let from = (self.find(from.0), from.1.clone());
                let to = (self.find(to.0), to.1.clone());
                let node = self.names[&from];
                self.rename(NameChange::Move(from, to, node));
            }
        }
    }

    fn change(&mut self, inode: u64, change: Change) {
        let (node, clock) = (self.find(inode), self.clock);
        self.nodes[node].pending.push((clock, change));
    }

    fn put(&mut self, (folder, name): (u64, &String), inode: u64, is_folder: bool) {
        let folder = self.find(folder);
        let node = self.node(inode, is_folder);
        self.rename(NameChange::Put((folder, name.clone()), node));
    }

    fn rename(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.pending_names.push((self.clock, change));
    }

    /// What was done to it before the flush began is safe.
    fn flush(&mut self, node: Node, begun: u64) {
        if self.nodes[node].is_folder {
            let (safe, open): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending_names)
                .into_iter()
                .partition(|(at, change)| *at < begun && change.folder() == node);
            for (_, change) in safe {
                change.apply(&mut self.safe_names);
            }
            self.pending_names = open;
            return;
        }
        let content = &mut self.nodes[node];
        let open = content.pending.partition_point(|(at, _)| *at < begun);
        for (_, change) in content.pending.drain(..open) {
            apply(&mut content.safe, &change);
        }
    }

    /// What is found when the power is back, in a folder of its own.
    pub fn cut(&self, loss: Loss, chance: &mut Chance) -> Folder {
        let mut names = self.safe_names.clone();
        for change in self.names_left(loss, chance) {
            change.apply(&mut names);
        }
        let folder = Folder::new("power-cut");
        fs::create_dir_all(&folder.0).unwrap();
        let mut open: Vec<(Node, PathBuf)> = vec![(0, folder.0.clone())];
        while let Some((at, path)) = open.pop() {
            let from = (at, String::new());
            for ((_, name), node) in names.range(from..).take_while(|((f, _), _)| *f == at) {
                let (content, path) = (&self.nodes[*node], path.join(name));
                if content.is_folder {
                    fs::create_dir(&path).unwrap();
                    open.push((*node, path));
                } else {
                    fs::write(&path, content.left(loss, chance)).unwrap();
                }
            }
        }
        folder
    }

    /// The unflushed changes of names that are there: of each folder the first few.
    fn names_left(&self, loss: Loss, chance: &mut Chance) -> Vec<&NameChange> {
        let mut of_folder: BTreeMap<Node, u64> = BTreeMap::new();
        for (_, change) in &self.pending_names {
            *of_folder.entry(change.folder()).or_default() += 1;
        }
        for kept in of_folder.values_mut() {
            *kept = match loss {
                Loss::Dropped => 0,
                Loss::Kept => *kept,
                Loss::Half | Loss::Torn => chance.below(*kept + 1),
            };
        }
        let mut left = Vec::new();
        for (_, change) in &self.pending_names {
            let kept = of_folder.get_mut(&change.folder()).unwrap();
            if *kept > 0 {
                *kept -= 1;
                left.push(change);
            }
        }
        left
    }
}

impl Content {
    fn left(&self, loss: Loss, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        let piece = if loss == Loss::Torn { 512 } else { 4096 };
        for (_, change) in &self.pending {
            match (loss, change) {
                (Loss::Dropped, _) => break,
                (Loss::Kept, change) => apply(&mut bytes, change),
                (_, Change::Size(_)) => {
                    if chance.below(2) == 0 {
                        apply(&mut bytes, change);
                    }
                }
                (_, Change::Write(at, data)) => {
                    for (i, part) in data.chunks(piece).enumerate() {
                        if chance.below(2) == 0 {
                            let at = at + (i * piece) as u64;
                            apply(&mut bytes, &Change::Write(at, part.to_vec()));
                        }
                    }
                }
            }
        }
        bytes
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Size(size) => bytes.resize(*size as usize, 0),
        Change::Write(at, data) => {
            let (from, to) = (*at as usize, *at as usize + data.len());
            if bytes.len() < to {
                bytes.resize(to, 0);
            }
            bytes[from..to].copy_from_slice(data);
        }
    }
}

#[test]
fn what_was_flushed_stays_and_what_was_not_may_go() {
    let folder = Folder::new("disk-model");
    fs::create_dir_all(&folder.0).unwrap();
    fs::write(folder.0.join("old"), b"before").unwrap();
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    let (top, old) = (inode(&folder.0), inode(&folder.0.join("old")));
    let mut disk = Disk::of(&folder.0);
    let mut chance = Chance::seeded(1);
    let mut then = |disk: &Disk, loss| {
        let left = disk.cut(loss, &mut chance);
        let read = |name: &str| fs::read_to_string(left.0.join(name)).ok();
        (read("old"), read("new"))
    };
    let text = |t: &str| Some(t.to_owned());
    disk.take(&Record::Write {
        file: old,
        at: 0,
        data: b"after!",
    });
    assert_eq!(then(&disk, Loss::Dropped).0, text("before"));
    assert_eq!(then(&disk, Loss::Kept).0, text("after!"));
    disk.take(&Record::FlushBegun {
        node: old,
        flush: 1,
    });
    disk.take(&Record::Size { file: old, size: 0 });
    disk.take(&Record::FlushEnded { flush: 1 });
    assert_eq!(
        then(&disk, Loss::Dropped).0,
        text("after!"),
        "before the flush began"
    );
    assert_eq!(then(&disk, Loss::Kept).0, text(""));

    // a whole file whose name is not safe yet, then renamed over the old one
    let (new, name) = (u64::MAX, "part".to_owned());
    disk.take(&Record::Create {
        folder: top,
        node: new,
        name,
    });
    disk.take(&Record::Write {
        file: new,
        at: 0,
        data: b"new",
    });
    disk.take(&Record::FlushBegun {
        node: new,
        flush: 2,
    });
    disk.take(&Record::FlushEnded { flush: 2 });
    let rename = Record::Rename {
        from: (top, "part".into()),
        to: (top, "new".into()),
    };
    disk.take(&rename);
    assert_eq!(then(&disk, Loss::Dropped).1, None);
    assert_eq!(then(&disk, Loss::Kept).1, text("new"));
    disk.take(&Record::FlushBegun {
        node: top,
        flush: 3,
    });
    disk.take(&Record::FlushEnded { flush: 3 });
    assert_eq!(then(&disk, Loss::Dropped).1, text("new"));
    disk.take(&Record::Remove {
        folder: top,
        name: "new".into(),
    });
    assert_eq!(then(&disk, Loss::Dropped).1, text("new"));
    assert_eq!(then(&disk, Loss::Kept).1, None);
}
