//! Every claim of `store::verify` has corruptions here that break exactly that, with plain SQL on the
//! files of a stopped town, and verification names that claim and no other. The table drives the test;
//! a claim without a row in it fails.

pub mod office;

use crate::support::files::Bare;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Millis};
use inkstone::store::verify::{CLAIMS, verify};
use office::image;
use std::collections::BTreeSet;

/// The files under a town: hub, index, the one volume, its attachments.
struct Under {
    hub: Bare,
    index: Bare,
    volume: Bare,
    attach: Bare,
}

impl Under {
    fn of(folder: &Folder) -> Self {
        let dir = folder.dir();
        Self {
            hub: Bare::open(&dir.hub()),
            index: Bare::open(&dir.index()),
            volume: Bare::open(&dir.volume(1)),
            attach: Bare::open(&dir.attach(1)),
        }
    }
}

struct Breach {
    claim: &'static str,
    what: &'static str,
    corrupt: fn(&Under),
}

const fn breach(claim: &'static str, what: &'static str, corrupt: fn(&Under)) -> Breach {
    Breach {
        claim,
        what,
        corrupt,
    }
}

const BREACHES: &[Breach] = &[
    breach(
        "files-sound",
        "a task given by a task that does not exist",
        |u| {
            u.volume
                .one("UPDATE task SET parent = 64 WHERE id = (SELECT max(id) FROM task)");
        },
    ),
    breach(
        "files-sound",
        "a row that its own index does not know",
        |u| {
            u.volume.run("PRAGMA writable_schema=ON");
            u.volume.one(
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX draft_by_person ON draft(at, person)'
                 WHERE name = 'draft_by_person'",
            );
        },
    ),
    breach(
        "one-owner",
        "the catalogue files a shelf under another year",
        |u| {
            u.hub.one("UPDATE shelf SET year = year - 1 WHERE no = 1");
        },
    ),
    breach(
        "stamp-same",
        "another file stands where the sealed one did",
        |u| {
            u.volume
            .one("UPDATE attachment SET digest = (SELECT digest FROM attachment WHERE field = 'attachments' LIMIT 1),
                    size = (SELECT size FROM attachment WHERE field = 'attachments' LIMIT 1) WHERE field = '@sealed'");
        },
    ),
    breach(
        "stamp-same",
        "the sealed file was taken out of the list",
        |u| {
            u.volume
                .one("UPDATE attachment SET state = 'removed' WHERE field = '@sealed'");
        },
    ),
    breach(
        "stamp-same",
        "the title that was signed is another one",
        |u| {
            u.volume.one("UPDATE deed SET data = json_set(data, '$.stamped.signed.title', '另一份') WHERE what = 'sealed'");
        },
    ),
    breach("stamp-same", "somebody else has sealed it", |u| {
        u.volume
            .one("UPDATE deed SET name = '别人' WHERE what = 'sealed'");
    }),
    breach("stamp-same", "the organ's key is another one", |u| {
        u.hub.one("UPDATE organ_key SET public = zeroblob(65)");
    }),
    breach("stamp-audited", "a sealing was taken away whole", |u| {
        u.volume.one("DELETE FROM deed WHERE what = 'sealed'");
    }),
    breach("one-owner", "the volume is a foreign file", |u| {
        u.volume.one("UPDATE meta SET v = 'f00d' WHERE k = 'uuid'");
        // The index goes by the uuid; here the cursor is no claim's matter.
    }),
    breach(
        "one-owner",
        "the volume owns a shelf the catalogue does not know",
        |u| {
            u.volume.one(
                "INSERT INTO shelf_owner(shelf, dept, year, state) VALUES(900, 1, 2020, 'active')",
            );
        },
    ),
    breach(
        "shelf-alone",
        "a shelf has moved away and a request of it stayed",
        |u| {
            u.volume.one("INSERT INTO shelf_owner(shelf, dept, year, state, to_volume) VALUES(900, 1, 2020, 'moved', 'x')");
            u.volume
                .one("INSERT INTO op(shelf, key, at, result) VALUES(900, 'k', 0, 'null')");
        },
    ),
    breach(
        "shelf-alone",
        "a shelf that nobody moves is coming in with a row",
        |u| {
            u.volume.one("INSERT INTO shelf_owner(shelf, dept, year, state) VALUES(900, 1, 2020, 'incoming')");
            u.volume
                .one("INSERT INTO op(shelf, key, at, result) VALUES(900, 'k', 0, 'null')");
        },
    ),
    breach("notes-gone", "notes are taken of a shelf that stays", |u| {
        u.volume.run(
            "CREATE TRIGGER moving_1_op_INSERT AFTER INSERT ON op WHEN new.shelf = 1
             BEGIN INSERT INTO shelf_change(shelf, name, a) VALUES(1, 'op', new.key); END",
        );
    }),
    breach("notes-gone", "a note of a shelf that stays", |u| {
        u.volume
            .one("INSERT INTO shelf_change(shelf, name, a) VALUES(1, 'op', 'k')");
    }),
    breach(
        "id-shelf",
        "a grant stands on the shelf of another department",
        |u| {
            let two = "(SELECT min(shelf) FROM shelf_owner WHERE shelf <> grants.shelf)";
            let first = "(case_id, principal) = (SELECT case_id, principal FROM grants LIMIT 1)";
            u.volume
                .one(&format!("UPDATE grants SET shelf = {two} WHERE {first}"));
        },
    ),
    breach(
        "id-shelf",
        "a remembered request of a shelf that is not here",
        |u| {
            u.volume
                .one("UPDATE op SET shelf = 900 WHERE key = (SELECT min(key) FROM op)");
        },
    ),
    breach("id-shelf", "a draft whose id names another shelf", |u| {
        u.volume.one("UPDATE draft SET shelf = (SELECT max(shelf) FROM shelf_owner WHERE shelf <> draft.shelf)");
    }),
    breach(
        "confidential-untold",
        "the list says who has a case of a confidential department",
        |u| {
            u.index
                .one("UPDATE case_list SET held_by = '田丰收' WHERE title = ''");
        },
    ),
    breach("outbox-chain", "an event was rewritten", |u| {
        u.volume
            .one("UPDATE outbox SET kind = 'case.lost' WHERE seq = 3");
    }),
    breach(
        "outbox-chain",
        "the hub's events were cut off at the end",
        |u| {
            u.hub
                .one("DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox)");
        },
    ),
    breach(
        "audit-chain",
        "somebody else is said to have done it",
        |u| {
            u.volume
                .one("UPDATE audit SET actor = 'person:1' WHERE id = (SELECT min(id) FROM audit)");
        },
    ),
    breach("audit-chain", "the last action was taken out", |u| {
        u.hub
            .one("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)");
    }),
    breach("ledger-chain", "a name in the ledger was changed", |u| {
        u.volume
            .one("UPDATE ledger SET name = '某人' WHERE id = (SELECT min(id) FROM ledger)");
    }),
    breach("opinion-chain", "a leader's words were changed", |u| {
        u.volume
            .one("UPDATE opinion SET text = '不同意。' WHERE id = (SELECT min(id) FROM opinion)");
    }),
    breach(
        "ledger-numbered",
        "the last line of a ledger was taken out, the lists made to fit",
        |u| {
            let last =
                "(SELECT case_id, max(n) FROM ledger GROUP BY case_id HAVING count(*) > 3 LIMIT 1)";
            let case = u.volume.all::<i64>(&format!("SELECT case_id FROM {last}"))[0];
            u.volume
                .one(&format!("DELETE FROM ledger WHERE (case_id, n) IN {last}"));
            hands_again(u, case);
        },
    ),
    breach(
        "open-case-held",
        "nobody holds an open case, and the list agrees",
        |u| {
            let case = u
                .volume
                .all::<i64>("SELECT case_id FROM task WHERE state = 'open' AND purpose = 'do'")[0];
            u.volume.run(&format!(
                "UPDATE task SET state = 'done' WHERE case_id = {case} AND state = 'open'"
            ));
            u.index
                .run(&format!("DELETE FROM todo WHERE case_id = {case}"));
        },
    ),
    breach(
        "closed-case-free",
        "an archived case still waits for somebody",
        |u| {
            let task = u.volume.all::<i64>(
                "SELECT t.id FROM task t JOIN cases c ON c.id = t.case_id
                 WHERE c.state = 'archived' AND t.purpose = 'do' LIMIT 1",
            )[0];
            u.volume.one(&format!(
                "UPDATE task SET state = 'waiting' WHERE id = {task}"
            ));
            u.index.run(&format!(
                "UPDATE spent SET done_at = NULL WHERE task_id = {task}"
            ));
        },
    ),
    breach("one-step", "a task of another visit", |u| {
        u.volume.one(
            "UPDATE branch SET visit = visit + 1 WHERE id = (SELECT branch FROM task
             WHERE state = 'open' AND purpose = 'do' LIMIT 1)",
        );
    }),
    breach(
        "series-whole",
        "a department's number is passed over",
        |u| {
            u.volume.one("UPDATE series SET next = next + 1");
        },
    ),
    breach("series-whole", "a department's series begins anew", |u| {
        u.volume.one("DELETE FROM series");
    }),
    breach(
        "claims-whole",
        "an office-wide number is passed over",
        |u| {
            u.hub.one(
            "INSERT INTO claim(kind, key, n, shelf, holder, state, at)
             SELECT kind, key, max(n) + 2, shelf, '', 'free', at FROM claim WHERE kind = 'series' GROUP BY kind, key LIMIT 1",
        );
        },
    ),
    breach(
        "number-kept",
        "a kept number looks used and nobody has it",
        |u| {
            u.hub.one("UPDATE number_kept SET state = 'used'");
        },
    ),
    breach("number-kept", "a kept number is forgotten", |u| {
        u.hub.one("DELETE FROM number_kept");
    }),
    breach(
        "number-kept",
        "a kept number would be given to the next",
        |u| {
            u.hub
                .one("UPDATE claim SET state = 'free', holder = '' WHERE holder LIKE 'kept/%'");
        },
    ),
    breach(
        "claim-bound",
        "a used number counts as free and would be given out again",
        |u| {
            u.hub
                .one("UPDATE claim SET state = 'free', holder = '', case_id = NULL WHERE n = 2");
        },
    ),
    breach(
        "claim-bound",
        "the office knows a number that no volume has",
        |u| {
            u.hub
                .one("UPDATE claim SET case_id = case_id + 64 WHERE n = 1 AND key LIKE '收文%'");
        },
    ),
    breach(
        "void-kept",
        "a void number counts again in the office's list",
        |u| {
            u.hub
                .one("UPDATE claim SET state = 'bound' WHERE state = 'void'");
        },
    ),
    breach(
        "void-kept",
        "a number is void while its document lives",
        |u| {
            let (n, case) = ("n = 1 AND key LIKE '收文%'", "FROM claim_bound WHERE n = 1");
            u.hub
                .one(&format!("UPDATE claim SET state = 'void' WHERE {n}"));
            u.volume.one(&format!(
                "INSERT INTO claim_void(shelf, kind, key, n, case_id, reason, at)
                 SELECT shelf, kind, key, n, case_id, '', 0 {case} AND key LIKE '收文%'"
            ));
        },
    ),
    breach(
        "void-kept",
        "a department's number is void while its paper lives",
        |u| {
            u.volume
                .one("UPDATE series_number SET state = 'void' WHERE n = 1");
        },
    ),
    breach(
        "span-bound",
        "a room counts as free while its meeting is on",
        |u| {
            u.hub
                .one("UPDATE claim_span SET state = 'free' WHERE state = 'held'");
        },
    ),
    breach("span-alone", "two meetings in one room at once", |u| {
        u.hub.one(
            "INSERT INTO claim_span(n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at)
             SELECT 1, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at FROM claim_span",
        );
        u.volume.one(
            "INSERT INTO claim_span_bound(n, shelf, kind, key, since, until, tenths, case_id, claim, who, state, at)
             SELECT 1, shelf, kind, key, since, until, tenths, case_id, claim, who, state, at FROM claim_span_bound",
        );
    }),
    breach(
        "case-number",
        "a document shows another number than it was given",
        |u| {
            let case = u
                .volume
                .all::<i64>("SELECT case_id FROM claim_bound WHERE n = 2")[0];
            // 2 still stands in the year: figures have to be read whole.
            for (file, table, id) in [
                (&u.volume, "cases", "id"),
                (&u.index, "case_list", "case_id"),
            ] {
                file.one(&format!(
                    "UPDATE {table} SET number = '收文〔2026〕7号' WHERE {id} = {case}"
                ));
            }
        },
    ),
    breach("case-number", "a document lost its number", |u| {
        let case = u
            .volume
            .all::<i64>("SELECT case_id FROM claim_bound WHERE n = 1 AND key LIKE '收文%'")[0];
        u.volume
            .one(&format!("UPDATE cases SET number = NULL WHERE id = {case}"));
        u.index.one(&format!(
            "UPDATE case_list SET number = NULL WHERE case_id = {case}"
        ));
    }),
    breach(
        "import-kept",
        "nobody knows any more where a case of an old register comes from",
        |u| {
            u.volume.one("DELETE FROM imported");
        },
    ),
    breach(
        "number-floor",
        "new numbers would begin among those of the old book",
        |u| {
            u.hub.one("UPDATE number_floor SET n = n - 1");
        },
    ),
    breach(
        "procedure-kept",
        "the rules a case runs under were changed afterwards",
        |u| {
            u.volume.one("UPDATE procedure_version SET text = text || ' ' WHERE procedure = 'incoming-handle'");
        },
    ),
    breach(
        "procedure-kept",
        "the rules a case runs under are gone",
        |u| {
            u.volume
                .one("DELETE FROM procedure_version WHERE procedure = 'incoming-handle'");
        },
    ),
    breach("attachment-kept", "a file is smaller than it was", |u| {
        u.volume
            .one("UPDATE attachment SET size = size + 1 WHERE field = 'attachments'");
    }),
    breach("attachment-kept", "the contents of a file are gone", |u| {
        let large = "(SELECT id FROM blob ORDER BY size DESC LIMIT 1)";
        let chunks = format!("DELETE FROM chunk WHERE blob = {large}");
        assert!(u.attach.run(&chunks) > 1);
        u.attach
            .one(&format!("DELETE FROM blob WHERE id = {large}"));
    }),
    breach(
        "attachment-same",
        "other contents of the same length",
        |u| {
            u.attach
                .one("UPDATE chunk SET data = zeroblob(length(data)) WHERE n = 1");
        },
    ),
    breach("parcel-kept", "another package stands in its row", |u| {
        u.volume.one("UPDATE parcel SET digest = zeroblob(32)");
    }),
    breach("parcel-kept", "the receipt was taken out", |u| {
        u.volume
            .one("UPDATE attachment SET state = 'removed' WHERE field = '@receipt'");
    }),
    breach("parcel-kept", "nobody has issued what left", |u| {
        u.volume.one("DELETE FROM deed WHERE what = 'issued'");
    }),
    breach("parcel-kept", "registered as no case", |u| {
        u.volume.one("UPDATE parcel SET way = 'in', case_id = NULL");
    }),
    breach(
        "paper-entered",
        "the day on the paper was changed afterwards",
        |u| {
            u.volume.one("UPDATE paper_opinion SET said_on = '2026-03-01' WHERE id = (SELECT min(id) FROM paper_opinion)");
        },
    ),
    breach(
        "paper-entered",
        "words are said to have been spoken on screen",
        |u| {
            u.volume
                .one("DELETE FROM paper_opinion WHERE id = (SELECT max(id) FROM paper_opinion)");
            u.index.one("DELETE FROM paper_waiting");
        },
    ),
    breach("paper-answered", "an objection was made milder", |u| {
        u.volume
            .one("UPDATE paper_reply SET text = '字写错一个。' WHERE agrees = 0");
    }),
    breach(
        "paper-equal",
        "nobody asks the leader about what was entered",
        |u| {
            u.index.one("DELETE FROM paper_waiting");
        },
    ),
    breach(
        "todo-equal",
        "a task is missing from somebody's list",
        |u| {
            u.index
                .one("DELETE FROM todo WHERE task_id = (SELECT min(task_id) FROM todo)");
        },
    ),
    breach("list-equal", "a list shows another title", |u| {
        u.index.one("UPDATE case_list SET title = '别的' WHERE case_id = (SELECT min(case_id) FROM case_list)");
    }),
    breach(
        "access-equal",
        "the index lets somebody see more than was granted",
        |u| {
            u.index.one("INSERT INTO case_access(principal, case_id) SELECT 1, min(case_id) FROM case_access");
        },
    ),
    breach(
        "hand-equal",
        "a case is missing among what somebody had in hand",
        |u| {
            u.index.one("DELETE FROM hand WHERE (person, case_id) = (SELECT person, case_id FROM hand LIMIT 1)");
        },
    ),
    breach(
        "lost-below",
        "a number a restore lost may be given out again",
        |u| {
            u.hub.one(
                "INSERT INTO backup_lost(what, shelf, kind, key, n, words, found_at)
                 SELECT 'number', 0, 'series', min(key), 999, '丢了一号', 1 FROM claim",
            );
        },
    ),
    breach("lost-below", "the same of a department's own series", |u| {
        let own = u
            .volume
            .all::<String>("SELECT shelf || ' ' || year || ' ' || key FROM series LIMIT 1");
        let mut own = own[0].splitn(3, ' ');
        let (shelf, year, key) = (
            own.next().unwrap(),
            own.next().unwrap(),
            own.next().unwrap(),
        );
        u.hub.one(&format!(
            "INSERT INTO backup_lost(what, shelf, kind, key, year, n, words, found_at)
                 VALUES('number', {shelf}, 'own', '{key}', {year}, 999, '丢了一号', 1)"
        ));
    }),
    breach("backup-key", "a backup of a key nobody has", |u| {
        u.hub.one(
            "INSERT INTO backup_place(id, path, added_by, added_at) VALUES(1, '/b', '苏简', 1)",
        );
        u.hub.one(
            "INSERT INTO backup(place, file, made_at, state, key, bytes, seconds, cases, files, people, needs)
             VALUES(1, 'a.inkbak', 1, 'good', 'ZZZZ', 1, 1, 1, 1, 1, '[]')",
        );
    }),
    breach("writing-numbered", "a version in the middle is gone", |u| {
        u.volume.one("DELETE FROM writing WHERE n = 2");
    }),
    breach("writing-numbered", "a version got another number", |u| {
        u.volume
            .one("UPDATE writing SET n = 7 WHERE n = (SELECT max(n) FROM writing)");
    }),
    breach(
        "writing-last",
        "the last version says something else",
        |u| {
            u.volume
                .one("UPDATE writing SET text = '没有写过' WHERE n = (SELECT max(n) FROM writing)");
        },
    ),
    breach(
        "writing-last",
        "the text of the case was changed past its versions",
        |u| {
            u.volume.one(
            "UPDATE cases SET form = json_set(form, '$.body', '改过') WHERE id = (SELECT max(case_id) FROM writing)",
        );
        },
    ),
    breach("writing-last", "no version of a text is left", |u| {
        u.volume.run("DELETE FROM writing");
    }),
    breach("hand-said", "the hand of an opinion is gone", |u| {
        u.volume.one(
            "DELETE FROM handwriting WHERE opinion = (SELECT min(id) FROM opinion WHERE text = '（手写）')",
        );
    }),
    breach("hand-said", "a hand stands in another's opinion", |u| {
        u.volume.one(
            "UPDATE handwriting SET opinion = (SELECT min(id) FROM opinion) WHERE id = (SELECT min(h.id)
             FROM handwriting h JOIN opinion o ON o.id = h.opinion WHERE o.text <> '（手写）')",
        );
    }),
    breach(
        "hand-said",
        "a hand stands in no opinion and on no page",
        |u| {
            u.volume.one(
                "UPDATE handwriting SET opinion = NULL WHERE id = (SELECT min(h.id)
             FROM handwriting h JOIN opinion o ON o.id = h.opinion WHERE o.text <> '（手写）')",
            );
        },
    ),
    breach("hand-said", "another wrote over a hand", |u| {
        u.volume.one(
            "UPDATE handwriting SET strokes = '[[100,200,500,0,300,221,700,16]]' WHERE id = (SELECT min(h.id)
             FROM handwriting h JOIN opinion o ON o.id = h.opinion WHERE o.text <> '（手写）')",
        );
    }),
    breach("talk-said", "a remark is gone", |u| {
        u.volume.one("DELETE FROM talk");
    }),
    breach("talk-said", "a remark says something else", |u| {
        u.volume.one("UPDATE talk SET text = '没有说过'");
    }),
    breach("talk-said", "a remark was somebody else's", |u| {
        u.volume.one("UPDATE talk SET person = person + 1");
    }),
    breach("measure-equal", "a case is counted in no year", |u| {
        u.index.one(
            "UPDATE measure SET year = 1999 WHERE case_id = (SELECT min(case_id) FROM measure)",
        );
    }),
    breach("measure-equal", "a piece of work took longer", |u| {
        u.index.one(
            "UPDATE spent SET done_at = done_at + 86400000
             WHERE task_id = (SELECT min(task_id) FROM spent WHERE done_at IS NOT NULL)",
        );
    }),
    breach("related-equal", "a relation that nobody made", |u| {
        u.index
            .one("UPDATE related SET word = '参考' WHERE gone_at IS NULL");
    }),
    breach(
        "related-equal",
        "a relation that is said to be taken back",
        |u| {
            u.index
            .one("UPDATE related SET gone_at = 1, gone_name = '别人', gone_why = '错了' WHERE gone_at IS NULL");
        },
    ),
    breach(
        "related-equal",
        "why it was taken back was made prettier",
        |u| {
            u.volume
                .one("UPDATE relation_turn SET why = '没有用' WHERE back = 1");
        },
    ),
    breach("child-both", "a case that another one never started", |u| {
        u.volume
            .one("UPDATE child_of SET parent = (SELECT min(id) FROM cases) WHERE id = (SELECT min(id) FROM child_of)");
    }),
    breach("child-both", "the parent names another case", |u| {
        u.volume
            .one("UPDATE child SET made = (SELECT min(id) FROM cases) WHERE ended = 1");
    }),
    breach("child-both", "somebody waits for what has ended", |u| {
        u.volume.one(
            "UPDATE child SET ended = 1 WHERE ended = 0 AND wait IN (SELECT id FROM task WHERE state = 'open')",
        );
    }),
    breach("delegation-case", "the days are another person's", |u| {
        u.hub
            .one("UPDATE delegation SET person = person - 1 WHERE cause <> ''");
    }),
    breach("delegation-case", "a step that nobody came to", |u| {
        u.hub
            .one("UPDATE delegation SET cause = cause || 'x' WHERE cause <> ''");
    }),
    breach(
        "archive-card",
        "a card is kept longer than anybody said",
        |u| {
            u.volume
                .one("UPDATE archive_card SET term = 'Y' WHERE n IS NULL");
        },
    ),
    breach("archive-card", "a card is part of nothing", |u| {
        u.volume
            .one("UPDATE archive_card SET state = 'joined', joined = 64 WHERE n IS NULL");
    }),
    breach("archive-number", "a card shows another number", |u| {
        u.volume
            .one("UPDATE archive_card SET number = class || '-0009' WHERE n = 1");
    }),
    breach(
        "archive-number",
        "the first number of a class is missing",
        |u| {
            u.hub.one("UPDATE claim SET n = 7 WHERE kind = 'archive'");
            u.volume
                .one("UPDATE claim_bound SET n = 7 WHERE kind = 'archive'");
            u.volume
                .one("UPDATE archive_card SET n = 7, number = class || '-0007' WHERE n = 1");
        },
    ),
    breach("register-equal", "a line is missing from a register", |u| {
        u.index.one(
            "DELETE FROM reg_incoming WHERE case_id = (SELECT min(case_id) FROM reg_incoming)",
        );
    }),
];

/// What the projection would make of the ledger as it now is.
fn hands_again(u: &Under, case: i64) {
    let last = u.volume.all::<String>(&format!(
        "SELECT json_array(person, at) FROM (SELECT person, at, max(n) FROM ledger WHERE case_id = {case} GROUP BY person)"
    ));
    let was = u.index.all::<String>(&format!(
        "SELECT json_array(open, started) || ' ' || person FROM hand WHERE case_id = {case}"
    ));
    u.index
        .run(&format!("DELETE FROM hand WHERE case_id = {case}"));
    for row in last {
        let (person, at): (i64, i64) = serde_json::from_str(&row).unwrap();
        let flags = was
            .iter()
            .find_map(|w| w.strip_suffix(&format!(" {person}")))
            .unwrap();
        u.index.one(&format!(
            "INSERT INTO hand(person, last_at, case_id, open, started)
             VALUES({person}, {at}, {case}, '{flags}' ->> 0, '{flags}' ->> 1)"
        ));
    }
}

fn named(folder: &Folder) -> BTreeSet<&'static str> {
    verify(&folder.dir())
        .unwrap()
        .iter()
        .map(|f| f.claim)
        .collect()
}

#[test]
fn every_claim_has_its_corruption() {
    // those of sealed volumes are broken in `freeze::carried`
    let sealed = ["sealed-same", "card-kept"];
    let broken: BTreeSet<_> = BREACHES.iter().map(|b| b.claim).chain(sealed).collect();
    let claims: BTreeSet<_> = CLAIMS.iter().map(|c| c.id).collect();
    assert_eq!(broken, claims);
    assert_eq!(claims.len(), CLAIMS.len(), "an id is used twice");
}

#[test]
fn each_corruption_is_named_and_nothing_else() {
    let mut faults = Vec::new();
    for breach in BREACHES {
        let folder = image().copy("breach");
        assert!(named(&folder).is_empty(), "the copy is not whole");
        (breach.corrupt)(&Under::of(&folder));
        let wanted = BTreeSet::from([breach.claim]);
        let found = named(&folder);
        if found != wanted {
            let all = verify(&folder.dir()).unwrap();
            faults.push(format!("{}：wanted {wanted:?}, found {all:?}", breach.what));
        }
    }
    println!(
        "{} corruptions of {} claims named",
        BREACHES.len(),
        CLAIMS.len()
    );
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_town_that_starts_again_mends_its_lists_and_nothing_else() {
    let folder = image().copy("mend");
    std::fs::remove_file(folder.dir().index()).unwrap();
    let more = office::procedures();
    let town = Town::open_with(folder, Clock::held(Millis(monday().0 + 86_400_000)), &more);
    let folder = town.stop();
    assert!(named(&folder).is_empty());
}
