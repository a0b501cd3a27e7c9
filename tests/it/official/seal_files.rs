//! Sealed documents without pages: the key in the hub and at another PC after a restore, the command that checks without a
//! server, and bits changed at random places of file, signature and row, each found.

use super::sealing::{TITLE, drafted, sealed_bare, town};
use crate::support::binary;
use crate::support::files::Bare;
use crate::support::long;
use crate::support::town::{Folder, Town};
use inkstone::kit::stamped::{KeyFile, Stamped};
use inkstone::kit::{Clock, Digest};
use inkstone::org::organ_key;
use inkstone::store::Stamp;
use inkstone::store::backup::{self, Progress};
use inkstone::store::verify::verify;

#[test]
fn a_keys_change_leaves_what_it_signed_in_order() {
    let town = town("keys");
    let case = drafted(&town);
    let bytes = b"%PDF-1.4 sealed before";
    let first = sealed_bare(&town, case, bytes);
    let organ = town.directory().first_organ().unwrap().id;
    let stamp = town.stamp("苏简", "seal.key");
    organ_key::change(&town.store, organ, stamp.clone(), "").unwrap_err();
    organ_key::change(&town.store, organ, stamp, "服务器丢失").unwrap();
    let second = sealed_bare(&town, case, b"%PDF-1.4 sealed after");
    assert_ne!(first.key, second.key);
    let known = organ_key::known(&town.store.hub().unwrap()).unwrap();
    assert_eq!(known.len(), 2);
    let of = (Digest::of(bytes), bytes.len() as i64);
    assert_eq!(first.wrongs(Some(of), &known), []);
    // neither half of the private key stands anywhere in the hub in plain
    let secret = organ_key::to_sign_with(&town.store, organ, &town.stamp("苏简", "seal.apply"))
        .unwrap()
        .bytes();
    let folder = town.stop();
    let hub = std::fs::read(folder.dir().hub()).unwrap();
    assert!(
        !hub.windows(32).any(|w| w == secret),
        "the private key stands in the hub"
    );
    assert!(
        hub.windows(65).any(|w| w == known[0].0),
        "the search finds nothing"
    );
}

#[test]
fn a_restore_at_another_pc_goes_on_signing_with_the_same_key() {
    let town = town("moved");
    let organ = town.directory().first_organ().unwrap().id;
    let case = drafted(&town);
    let made = sealed_bare(&town, case, b"%PDF-1.4");
    let place = Folder::new("place");
    std::fs::create_dir_all(&place.0).unwrap();
    let key = backup::make_key(&town.store, "苏简", town.stamp("苏简", "backup.key")).unwrap();
    backup::add_place(
        &town.store,
        place.0.to_str().unwrap(),
        "苏简",
        town.stamp("苏简", "backup.place"),
    )
    .unwrap();
    let done = backup::run(&town.store).unwrap();
    done[0].outcome.as_ref().unwrap();
    let clock = Clock::held(inkstone::kit::Millis(town.clock.now().0 + 86_400_000));
    drop(town);
    let other = Folder::new("other");
    let progress = Progress::default();
    backup::whole(&place.0, &key, (&other.dir(), clock.now()), &progress).unwrap();
    backup::adopt(&other.dir()).unwrap();
    let town = Town::open_with(other, clock, &[super::sealing::procedure()]);
    let stamp = Stamp::new("person:1", "seal.apply", town.clock.now());
    let again = organ_key::to_sign_with(&town.store, organ, &stamp).unwrap();
    assert_eq!(Some(again.public().unwrap()), made.public());
    // without the key of the folder the hub alone signs nothing, and says what to do
    std::fs::remove_file(town.folder.0.join("machine.key")).unwrap();
    let why = organ_key::to_sign_with(&town.store, organ, &stamp)
        .unwrap_err()
        .to_string();
    assert!(why.contains("machine.key") && why.contains("备份"), "{why}");
}

#[test]
fn a_document_is_checked_without_a_server() {
    let town = town("command");
    let case = drafted(&town);
    let bytes = b"%PDF-1.4 the sealed document";
    let made = sealed_bare(&town, case, bytes);
    let key = organ_key::known(&town.store.hub().unwrap()).unwrap()[0];
    let folder = town.stop();
    let papers = Folder::new("papers");
    std::fs::create_dir_all(&papers.0).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = papers.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pdf = put("通知.pdf", bytes);
    let sig = put("通知.pdf.sig.json", &made.bytes().unwrap());
    let public = put(
        "key.json",
        &serde_json::to_vec(&KeyFile::of("砚田镇人民政府", &key)).unwrap(),
    );
    let (out, said) = binary::run(&folder, &["verify-document", &pdf]);
    assert!(
        out.status.success() && said.contains("与盖章时一致") && said.contains(TITLE),
        "{said}"
    );
    assert!(said.contains(&key.fingerprint()), "{said}");
    let elsewhere = Folder::new("elsewhere");
    let (out, said) = binary::run(
        &elsewhere,
        &["verify-document", &pdf, &sig, "--public", &public],
    );
    assert!(out.status.success(), "{said}");
    let (out, said) = binary::run(&elsewhere, &["verify-document", &pdf, &sig]);
    assert!(!out.status.success() && said.contains("--public"), "{said}");
    let mut bad = bytes.to_vec();
    bad[9] ^= 4;
    let changed = put("改.pdf", &bad);
    let (out, said) = binary::run(&folder, &["verify-document", &changed, &sig]);
    assert!(
        !out.status.success() && said.contains("文件内容和盖章时不一样"),
        "{said}"
    );
    let stranger = inkstone::kit::sm2::Secret::new().unwrap().public().unwrap();
    let other = put(
        "other.json",
        &serde_json::to_vec(&KeyFile::of("别处", &stranger)).unwrap(),
    );
    let (out, said) = binary::run(
        &elsewhere,
        &["verify-document", &pdf, &sig, "--public", &other],
    );
    assert!(
        !out.status.success() && said.contains("公钥这里不认得"),
        "{said}"
    );
}

/// Flips bits at random places of the deed's row and of the signature file; each must be found.
#[test]
fn seal_bits() {
    let town = town("bits");
    let case = drafted(&town);
    let file: Vec<u8> = (0..20_000_u32).map(|i| (i * i % 251) as u8).collect();
    let made = sealed_bare(&town, case, &file);
    let known = organ_key::known(&town.store.hub().unwrap()).unwrap();
    let folder = town.stop();
    assert!(
        verify(&folder.dir()).unwrap().is_empty(),
        "the files are not whole"
    );
    let mut chance = long::Chance::new();
    let rounds = long::rounds("seal_bits", 12, 400);
    let sig = made.bytes().unwrap();
    for _ in 0..rounds * 20 {
        let bit = chance.below(file.len() as u64 * 8) as usize;
        let mut bad = file.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let of = (Digest::of(&bad), bad.len() as i64);
        assert!(
            !made.wrongs(Some(of), &known).is_empty(),
            "bit {bit} of the file"
        );
        let bit = chance.below(sig.len() as u64 * 8) as usize;
        let mut bad = sig.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let found = Stamped::read(&bad).is_none_or(|s| !s.wrongs(None, &known).is_empty());
        assert!(found, "bit {bit} of the signature");
    }
    let volume = Bare::open(&folder.dir().volume(1));
    for _ in 0..rounds {
        flipped_row(&volume, &folder, &mut chance);
    }
    println!(
        "{rounds} bits of the row, {} of file and signature each",
        rounds * 20
    );
}

/// One bit of one column of the deed, found and put back.
fn flipped_row(volume: &Bare, folder: &Folder, chance: &mut long::Chance) {
    let column = *chance.pick(&["data", "data", "data", "text", "name", "at", "person"]);
    let read = format!("SELECT hex({column}) FROM deed WHERE what = 'sealed'");
    let was = volume.all::<String>(&read).remove(0);
    match column {
        "at" | "person" => {
            let bit = chance.below(40);
            let flip = format!(
                "UPDATE deed SET {column} = ({column} | (1 << {bit})) - ({column} & (1 << {bit})) WHERE what = 'sealed'"
            );
            let old = volume
                .all::<i64>(&format!("SELECT {column} FROM deed WHERE what = 'sealed'"))
                .remove(0);
            volume.one(&flip);
            named(folder, column, bit);
            volume.one(&format!(
                "UPDATE deed SET {column} = {old} WHERE what = 'sealed'"
            ));
        }
        _ => {
            let mut bytes: Vec<u8> = (0..was.len() / 2)
                .map(|i| u8::from_str_radix(&was[2 * i..2 * i + 2], 16).unwrap())
                .collect();
            let bit = chance.below(bytes.len() as u64 * 8);
            bytes[bit as usize / 8] ^= 1 << (bit % 8);
            let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
            let put = |hex: &str| match column {
                "text" => format!("UPDATE deed SET text = x'{hex}' WHERE what = 'sealed'"),
                _ => format!(
                    "UPDATE deed SET {column} = CAST(x'{hex}' AS TEXT) WHERE what = 'sealed'"
                ),
            };
            volume.one(&put(&hex));
            named(folder, column, bit);
            volume.one(&put(&was));
        }
    }
}

fn named(folder: &Folder, column: &str, bit: u64) {
    let found = verify(&folder.dir()).unwrap();
    assert!(
        found.iter().any(|f| f.claim == "stamp-same"),
        "bit {bit} of {column}: {found:?}"
    );
}
