//! The claims. Each is one function over the open files that names what contradicts it.

use super::{Claim, Files, Volume, chains, rows, sql};
use crate::kit::hash::Hasher;
use crate::kit::{Digest, Id, Result};
use crate::store::tables::SHELF_TABLES;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ALL: &[Claim] = &[
    Claim {
        id: "files-sound",
        says: "每个数据文件结构完好，引用都指得到",
        check: files_sound,
    },
    Claim {
        id: "one-owner",
        says: "每一盒只归一个柜，和总目录一致",
        check: one_owner,
    },
    Claim {
        id: "id-shelf",
        says: "每一行的编号和它所在的盒一致",
        check: id_shelf,
    },
    Claim {
        id: "outbox-chain",
        says: "办理记录的传递链没有断",
        check: outbox_chain,
    },
    Claim {
        id: "audit-chain",
        says: "操作记录没有被改过",
        check: audit_chain,
    },
    Claim {
        id: "ledger-chain",
        says: "处理流程台账没有被改过",
        check: ledger_chain,
    },
    Claim {
        id: "opinion-chain",
        says: "领导和经办人的意见没有被改过",
        check: opinion_chain,
    },
    Claim {
        id: "ledger-numbered",
        says: "每件的台账从 1 起一行不缺",
        check: ledger_numbered,
    },
    Claim {
        id: "open-case-held",
        says: "每件没办完的都在某个人手里",
        check: open_case_held,
    },
    Claim {
        id: "closed-case-free",
        says: "办结归档的件没有留下待办",
        check: closed_case_free,
    },
    Claim {
        id: "one-step",
        says: "每件只停在一个环节",
        check: one_step,
    },
    Claim {
        id: "series-whole",
        says: "部门编号连续，不重不漏",
        check: series_whole,
    },
    Claim {
        id: "claims-whole",
        says: "全单位编号连续，不重不漏",
        check: claims_whole,
    },
    Claim {
        id: "claim-bound",
        says: "每个用掉的编号两边登记一致",
        check: claim_bound,
    },
    Claim {
        id: "case-number",
        says: "每件上印的编号就是登记的编号",
        check: case_number,
    },
    Claim {
        id: "procedure-kept",
        says: "每件所用的事项规定随件保存",
        check: procedure_kept,
    },
    Claim {
        id: "attachment-kept",
        says: "每个附件的内容都在",
        check: attachment_kept,
    },
    Claim {
        id: "attachment-same",
        says: "每个附件的内容没有变过",
        check: attachment_same,
    },
    Claim {
        id: "todo-equal",
        says: "待办列表和实际待办一致",
        check: todo_equal,
    },
    Claim {
        id: "list-equal",
        says: "件的列表和实际一致",
        check: list_equal,
    },
    Claim {
        id: "access-equal",
        says: "查看范围和授权一致",
        check: access_equal,
    },
];

type Wrong = Vec<String>;

fn each(files: &Files, wrong: &mut Wrong, f: fn(&Volume, &mut Wrong) -> Result<()>) -> Result<()> {
    files.volumes.iter().try_for_each(|v| f(v, wrong))
}

/// Adds one line for every row of a statement that yields offending ids.
fn none(v: &Volume, statement: &str, what: &str, wrong: &mut Wrong) -> Result<()> {
    for id in rows(&v.conn, statement, |r| r.get::<_, i64>(0))? {
        wrong.push(format!("柜 {}：{} {what}", v.no, Id::from_raw(id)));
    }
    Ok(())
}

fn files_sound(files: &Files, wrong: &mut Wrong) -> Result<()> {
    sound(&files.hub, "总库", wrong)?;
    sound(&files.index, "索引库", wrong)?;
    for v in &files.volumes {
        sound(&v.conn, &format!("柜 {}", v.no), wrong)?;
        if let Some(attach) = &v.attach {
            sound(attach, &format!("柜 {} 的附件", v.no), wrong)?;
        }
    }
    Ok(())
}

fn sound(conn: &Connection, name: &str, wrong: &mut Wrong) -> Result<()> {
    for line in rows(conn, "PRAGMA quick_check", |r| r.get::<_, String>(0))? {
        if line != "ok" {
            wrong.push(format!("{name}：{line}"));
        }
    }
    for table in rows(conn, "PRAGMA foreign_key_check", |r| r.get::<_, String>(0))? {
        wrong.push(format!("{name}：{table} 里有引用指不到"));
    }
    Ok(())
}

fn one_owner(files: &Files, wrong: &mut Wrong) -> Result<()> {
    let mut owned: BTreeMap<(i64, i64, i64), Vec<i64>> = BTreeMap::new();
    for v in &files.volumes {
        for key in rows(
            &v.conn,
            "SELECT shelf, dept, year FROM shelf_owner WHERE state IN ('active','frozen')",
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )? {
            owned.entry(key).or_default().push(v.no);
        }
    }
    let said: BTreeMap<(i64, i64, i64), Vec<i64>> = rows(
        &files.hub,
        "SELECT s.no, s.dept, s.year, s.volume FROM shelf s JOIN volume v ON v.no = s.volume
         WHERE v.state IN ('open','frozen')",
        |r| Ok(((r.get(0)?, r.get(1)?, r.get(2)?), vec![r.get(3)?])),
    )?
    .into_iter()
    .collect();
    for key in owned.keys().chain(said.keys()).collect::<BTreeSet<_>>() {
        if owned.get(key) != said.get(key) {
            wrong.push(format!(
                "盒 {}（部门 {}，{} 年）：总目录说在 {:?}，实际在 {:?}",
                key.0,
                key.1,
                key.2,
                said.get(key),
                owned.get(key)
            ));
        }
    }
    Ok(())
}

fn id_shelf(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        for table in SHELF_TABLES {
            let has_id = rows(
                &v.conn,
                &format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'id'"),
                |_| Ok(()),
            )?;
            if !has_id.is_empty() {
                let statement =
                    format!("SELECT id FROM {table} WHERE ((id >> 6) & 65535) <> shelf");
                none(v, &statement, table, wrong)?;
            }
        }
        Ok(())
    })
}

fn outbox_chain(files: &Files, wrong: &mut Wrong) -> Result<()> {
    chains::check(&files.hub, chains::OUTBOX, "总库", wrong)?;
    each(files, wrong, |v, wrong| {
        chains::check(&v.conn, chains::OUTBOX, &format!("柜 {}", v.no), wrong)
    })
}

fn audit_chain(files: &Files, wrong: &mut Wrong) -> Result<()> {
    chains::check(&files.hub, chains::AUDIT, "总库", wrong)?;
    each(files, wrong, |v, wrong| {
        chains::check(&v.conn, chains::AUDIT, &format!("柜 {}", v.no), wrong)
    })
}

fn ledger_chain(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        chains::check(&v.conn, chains::LEDGER, &format!("柜 {}", v.no), wrong)
    })
}

fn opinion_chain(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        chains::check(&v.conn, chains::OPINION, &format!("柜 {}", v.no), wrong)
    })
}

fn ledger_numbered(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT c.id FROM cases c LEFT JOIN ledger l ON l.case_id = c.id GROUP BY c.id
             HAVING count(l.n) = 0 OR min(l.n) <> 1 OR max(l.n) <> count(l.n)",
            "的台账缺行",
            wrong,
        )
    })
}

fn open_case_held(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT id FROM cases c WHERE state = 'open' AND NOT EXISTS
               (SELECT 1 FROM task t WHERE t.case_id = c.id AND t.state = 'open')",
            "没有人在办",
            wrong,
        )
    })
}

fn closed_case_free(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT DISTINCT c.id FROM cases c JOIN task t ON t.case_id = c.id
             WHERE c.state IN ('archived','void') AND t.purpose <> 'read' AND t.state IN ('open','waiting')",
            "已了结却还有待办",
            wrong,
        )
    })
}

fn one_step(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT DISTINCT c.id FROM cases c JOIN task t ON t.case_id = c.id
               JOIN branch b ON b.id = t.branch
             WHERE t.state = 'open' AND t.purpose <> 'read'
               AND (b.state <> 'open' OR b.step <> c.step OR b.visit <> c.visit)",
            "有一项待办不在它停的环节",
            wrong,
        )
    })
}

fn series_whole(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        for (key, year) in rows(
            &v.conn,
            "SELECT s.key, s.year FROM series s LEFT JOIN series_number n
               ON n.shelf = s.shelf AND n.key = s.key AND n.year = s.year
             GROUP BY s.shelf, s.key, s.year
             HAVING count(n.n) <> s.next - 1 OR coalesce(max(n.n), 0) <> s.next - 1
               OR count(DISTINCT n.case_id) <> count(n.n)",
            |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)),
        )? {
            wrong.push(format!("柜 {}：{key} {year} 年", v.no));
        }
        Ok(())
    })
}

fn claims_whole(files: &Files, wrong: &mut Wrong) -> Result<()> {
    for key in rows(
        &files.hub,
        "SELECT key FROM claim WHERE kind = 'series' GROUP BY key
         HAVING min(n) <> 1 OR max(n) <> count(n)
           OR count(DISTINCT case_id) <> sum(case_id IS NOT NULL)",
        |r| r.get::<_, String>(0),
    )? {
        wrong.push(key);
    }
    Ok(())
}

fn claim_bound(files: &Files, wrong: &mut Wrong) -> Result<()> {
    let statement = "SELECT kind, key, n, case_id, shelf FROM claim WHERE state = 'bound'";
    type Bound = BTreeSet<(String, String, i64, i64, i64)>;
    let read = |conn: &Connection, statement: &str| -> Result<Bound> {
        Ok(rows(conn, statement, |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
        })?
        .into_iter()
        .collect())
    };
    let hub = read(&files.hub, statement)?;
    let mut volumes = Bound::new();
    for v in &files.volumes {
        volumes.extend(read(
            &v.conn,
            "SELECT kind, key, n, case_id, shelf FROM claim_bound",
        )?);
    }
    for (kind, key, n, case, _) in hub.symmetric_difference(&volumes) {
        wrong.push(format!("{kind} {key} 第 {n} 号（{}）", Id::from_raw(*case)));
    }
    Ok(())
}

/// A case that shows a number must own one, and a case that owns one must show it.
fn case_number(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT c.id FROM cases c WHERE (c.number IS NOT NULL) <>
               (EXISTS (SELECT 1 FROM series_number n WHERE n.case_id = c.id)
                OR EXISTS (SELECT 1 FROM claim_bound b WHERE b.case_id = c.id AND b.kind = 'series'))
             UNION
             SELECT c.id FROM cases c
               JOIN (SELECT case_id, n FROM series_number
                     UNION ALL SELECT case_id, n FROM claim_bound WHERE kind = 'series') s
               ON s.case_id = c.id
             WHERE instr(coalesce(c.number, ''), s.n) = 0",
            "的编号和登记的不符",
            wrong,
        )
    })
}

fn procedure_kept(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT id FROM cases c WHERE NOT EXISTS (SELECT 1 FROM procedure_version p
               WHERE p.procedure = c.procedure AND p.version = c.version)",
            "所用的事项规定不在柜里",
            wrong,
        )?;
        for (name, version, text) in rows(
            &v.conn,
            "SELECT procedure, version, text FROM procedure_version",
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, String>(2)?,
                ))
            },
        )? {
            if !Digest::of(text.as_bytes()).hex().starts_with(&version) {
                wrong.push(format!("柜 {}：{name} 的规定被改过", v.no));
            }
        }
        Ok(())
    })
}

type Blob = (i64, i64, i64);

fn contents(v: &Volume, digest: &[u8]) -> Result<Option<Blob>> {
    let Some(attach) = &v.attach else {
        return Ok(None);
    };
    attach
        .query_row(
            "SELECT b.id, b.size, coalesce(sum(length(c.data)), 0) FROM blob b
             LEFT JOIN chunk c ON c.blob = b.id
             WHERE b.digest = ?1 AND b.state = 'ready' GROUP BY b.id",
            [digest],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()
        .map_err(sql)
}

fn references(v: &Volume) -> Result<Vec<(String, i64, Vec<u8>)>> {
    rows(&v.conn, "SELECT name, size, digest FROM attachment", |r| {
        Ok((r.get(0)?, r.get(1)?, r.get(2)?))
    })
}

fn attachment_kept(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        for (name, size, digest) in references(v)? {
            let found = contents(v, &digest)?;
            if found.is_none_or(|(_, said, held)| said != size || held != size) {
                wrong.push(format!("柜 {}：{name}", v.no));
            }
        }
        Ok(())
    })
}

fn attachment_same(files: &Files, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        let Some(attach) = &v.attach else {
            return Ok(());
        };
        for (blob, digest) in rows(
            attach,
            "SELECT id, digest FROM blob WHERE state = 'ready'",
            |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)),
        )? {
            let mut hasher = Hasher::default();
            let mut chunks = attach
                .prepare_cached("SELECT data FROM chunk WHERE blob = ?1 ORDER BY n")
                .map_err(sql)?;
            let mut found = chunks.query([blob]).map_err(sql)?;
            while let Some(row) = found.next().map_err(sql)? {
                hasher.update(&row.get::<_, Vec<u8>>(0).map_err(sql)?);
            }
            if hasher.finish().0 != digest.as_slice() {
                wrong.push(format!("柜 {}：附件内容 {blob}", v.no));
            }
        }
        Ok(())
    })
}

/// Compares what the volumes say with what the index says, row by row as text.
fn same(files: &Files, truth: &str, listed: &str, wrong: &mut Wrong) -> Result<()> {
    let read = |conn: &Connection, statement: &str| -> Result<Vec<String>> {
        rows(conn, statement, |r| r.get(0))
    };
    let mut want = BTreeSet::new();
    for v in &files.volumes {
        want.extend(read(&v.conn, truth)?);
    }
    let have: BTreeSet<String> = read(&files.index, listed)?.into_iter().collect();
    wrong.extend(want.difference(&have).map(|x| format!("列表里缺：{x}")));
    wrong.extend(have.difference(&want).map(|x| format!("列表里多：{x}")));
    Ok(())
}

fn todo_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT holder || ' ' || id || ' ' || case_id FROM task WHERE state = 'open'",
        "SELECT principal || ' ' || task_id || ' ' || case_id FROM todo",
        wrong,
    )
}

fn list_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT id || ' ' || state || ' ' || coalesce(number, '') || ' ' || title FROM cases",
        "SELECT case_id || ' ' || state || ' ' || coalesce(number, '') || ' ' || title FROM case_list",
        wrong,
    )
}

fn access_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT principal || ' ' || case_id FROM grants",
        "SELECT principal || ' ' || case_id FROM case_access",
        wrong,
    )
}
