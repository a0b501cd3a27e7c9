//! The corpus registered: eighteen documents with their text as files, and the regulations.

use super::{attach, cases, caught_up, find, scope, searching, words};
use crate::support::corpus::{self, Document};
use crate::support::long;
use crate::support::papers::docx;
use crate::support::town::Town;
use inkstone::kit::Id;
use inkstone::search::{Search, Where};
use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::time::Instant;

/// A Word file as WPS writes it, as far as its text goes.
struct Filed {
    town: Town,
    search: Search,
    who: String,
    /// Each with its document and all its text.
    cases: Vec<(Id, Document)>,
}

fn file_documents(name: &str) -> Option<Filed> {
    let documents = corpus::documents()?;
    let town = Town::new(name);
    let search = searching(&town);
    let mut filed = Vec::new();
    for (n, document) in documents.into_iter().enumerate() {
        let fields = [
            ("from", document.issuer.as_str()),
            ("from_number", document.number.as_str()),
        ];
        let done = town.start(
            "宋小笺",
            ("incoming-handle", &document.title),
            &fields,
            &format!("op{n}"),
        );
        let case = done.unwrap().case;
        let (ending, bytes) = if n % 2 == 0 {
            ("txt", document.body.clone().into_bytes())
        } else {
            ("docx", docx(&document.body))
        };
        attach(
            &town,
            case,
            "attachments",
            (&format!("正文{n}.{ending}"), &bytes),
        );
        filed.push((case, document));
    }
    caught_up(&search);
    let who = scope(&town, "宋小笺");
    Some(Filed {
        town,
        search,
        who,
        cases: filed,
    })
}

/// The text as a plain scan sees it: spaces beside Chinese characters do not count, and a paragraph ends.
fn plain(text: &str) -> String {
    let lines = text
        .lines()
        .map(|l| l.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

/// Must show 1: every two-character word of ten titles and of ten sentences finds its document.
#[test]
fn every_word_of_two_characters_finds_its_document() {
    let Some(filed) = file_documents("search-words") else {
        return;
    };
    let mut asked = 0;
    for (case, document) in filed.cases.iter().take(10) {
        let sentence = document
            .body
            .lines()
            .max_by_key(|l| l.chars().count())
            .unwrap();
        let sentence: String = sentence
            .split('。')
            .next()
            .unwrap()
            .chars()
            .take(60)
            .collect();
        for word in words(&document.title, 2).iter().chain(&words(&sentence, 2)) {
            let found = find(&filed.search, &filed.who, word);
            assert!(
                cases(&found.hits).contains(case),
                "{word} does not find {}",
                document.title
            );
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
    println!("{asked} words of two characters, all found");
}

/// Two hundred pieces of two to four characters against a plain scan of all the text.
#[test]
fn no_miss_and_no_false_hit() {
    let Some(filed) = file_documents("search-scan") else {
        return;
    };
    let texts: Vec<(Id, String)> = filed
        .cases
        .iter()
        .map(|(case, d)| {
            let head = [&d.title, &d.number, &d.issuer]
                .map(|t| plain(t))
                .join("\n");
            (*case, format!("{head}\n{}", plain(&d.body)))
        })
        .collect();
    let mut seed = 20_261_122_u64;
    let mut next = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % n
    };
    let (mut most, mut alone) = (0, 0);
    for n in 0..200 {
        let text = &texts[next(texts.len())].1;
        let all = words(text, 2 + n % 3);
        let word = &all[next(all.len())];
        let wanted: BTreeSet<Id> = texts
            .iter()
            .filter(|(_, t)| t.contains(word))
            .map(|(c, _)| *c)
            .collect();
        let found: BTreeSet<Id> = cases(&find(&filed.search, &filed.who, word).hits)
            .into_iter()
            .collect();
        assert_eq!(found, wanted, "{word}");
        most = most.max(wanted.len());
        alone += usize::from(wanted.len() == 1);
    }
    assert!(
        most > 5 && alone > 10,
        "{most} {alone}: the pieces say nothing"
    );
    drop(filed.town);
}

/// The name and text of each regulation, out of the archive by hand: the format is one header of 512 bytes a file.
fn regulations() -> Option<Vec<(String, String)>> {
    let packed = std::fs::read(corpus::folder()?.join("regulations.tar.gz")).unwrap();
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut tar)
        .unwrap();
    let field = |at: usize, length: usize| -> String {
        let bytes: Vec<u8> = tar[at..at + length]
            .iter()
            .copied()
            .take_while(|b| *b != 0)
            .collect();
        String::from_utf8(bytes).unwrap()
    };
    let (mut at, mut all, mut long) = (0, Vec::new(), None::<String>);
    while at + 512 <= tar.len() && tar[at] != 0 {
        let size = usize::from_str_radix(field(at + 124, 12).trim(), 8).unwrap();
        let body = &tar[at + 512..at + 512 + size];
        match tar[at + 156] {
            b'L' => {
                long = Some(
                    String::from_utf8_lossy(body)
                        .trim_end_matches('\0')
                        .to_owned(),
                )
            }
            b'x' => {
                let text = String::from_utf8_lossy(body).into_owned();
                let path = text
                    .split_once(" path=")
                    .and_then(|(_, rest)| rest.split_once('\n'));
                long = path.map(|(path, _)| path.to_owned());
            }
            b'0' => {
                let path = long.take().unwrap_or_else(|| field(at, 100));
                let name = path.rsplit('/').next().unwrap().to_owned();
                all.push((name, String::from_utf8(body.to_vec()).unwrap()));
            }
            _ => {}
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    Some(all)
}

/// Regulations are found as attachments by name and by a phrase of their own: every tenth in the suite, all of
/// them in `tests/long search`, among all of which the phrases are looked for.
#[test]
fn regulations_are_found_by_name_and_by_a_rare_phrase() {
    let Some(all) = regulations() else { return };
    assert_eq!(all.len(), 683);
    let step = 683 / long::rounds("search", 68, 683);
    let all: Vec<&(String, String)> = all.iter().step_by(step).collect();
    let town = Town::new("search-regulations");
    let search = searching(&town);
    let who = scope(&town, "宋小笺");
    let mut filed = Vec::new();
    for (n, (name, text)) in all.iter().enumerate() {
        let title = format!("转发法规第{n}号");
        let done = town.start(
            "宋小笺",
            ("incoming-handle", &title),
            &[("from", "国务院")],
            &format!("op{n}"),
        );
        let case = done.unwrap().case;
        let file = attach(&town, case, "attachments", (name, text.as_bytes()));
        filed.push((case, file));
    }
    let began = Instant::now();
    caught_up(&search);
    println!(
        "{} regulations taken in, the last after {:?}",
        all.len(),
        began.elapsed()
    );
    let texts: Vec<String> = all.iter().map(|(_, text)| plain(text)).collect();
    let rare = rare_phrases(&texts);
    let began = Instant::now();
    let mut alone = 0;
    for (((name, _), (case, file)), (phrase, stands)) in all.iter().zip(&filed).zip(&rare) {
        let (bare, _) = name.rsplit_once('(').unwrap();
        let found = find(&search, &who, bare);
        let hit = found.hits.iter().find(|h| h.case == *case);
        let hit = hit.unwrap_or_else(|| panic!("{name} is not found by its name"));
        assert!(
            hit.excerpts.iter().any(|e| e.file == Some(*file)),
            "{name}: no link to the file"
        );
        let found = find(&search, &who, phrase);
        let wanted: BTreeSet<Id> = stands.iter().map(|n| filed[*n].0).collect();
        let hits: BTreeSet<Id> = cases(&found.hits).into_iter().collect();
        assert_eq!(hits, wanted, "{name}: {phrase}");
        let hit = found.hits.iter().find(|h| h.case == *case).unwrap();
        let excerpt = &hit.excerpts[0];
        assert_eq!(
            (excerpt.place, excerpt.file),
            (Where::File, Some(*file)),
            "{name}: {phrase}"
        );
        assert!(
            excerpt.runs.iter().any(|r| r.marked),
            "{name}: {phrase} is not marked"
        );
        alone += usize::from(wanted.len() == 1);
    }
    assert!(alone * 10 > all.len() * 9, "{alone} phrases of one text");
    println!("{} searches in {:?}", 2 * all.len(), began.elapsed());
}

/// Of each text ten characters that stand in as few others as can be (there are versions of one regulation),
/// and in which they stand.
fn rare_phrases(texts: &[String]) -> Vec<(String, BTreeSet<usize>)> {
    let pieces: Vec<Vec<String>> = texts
        .iter()
        .map(|text| {
            let all = words(text, 10);
            all.iter().step_by(all.len() / 16 + 1).cloned().collect()
        })
        .collect();
    let mut stands: HashMap<&str, BTreeSet<usize>> = pieces
        .iter()
        .flatten()
        .map(|p| (p.as_str(), BTreeSet::new()))
        .collect();
    for (n, text) in texts.iter().enumerate() {
        // Chinese characters have three bytes here, ten of them thirty
        for (at, _) in text.char_indices() {
            if let Some(found) = text
                .get(at..at + 30)
                .and_then(|piece| stands.get_mut(piece))
            {
                found.insert(n);
            }
        }
    }
    let rarest = |all: &Vec<String>| {
        let phrase = all.iter().min_by_key(|p| stands[p.as_str()].len()).unwrap();
        (phrase.clone(), stands[phrase.as_str()].clone())
    };
    pieces.iter().map(rarest).collect()
}
