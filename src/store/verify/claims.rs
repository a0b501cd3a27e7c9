//! The claims. Each is one function over the open files that names what contradicts it.

use super::progress::Part;
use super::{
    Claim, Files, Volume, archive, backups, beside, chains, contents, continued, imports, kin,
    lists, moving, numbers, owners, paper, parcels, rows, sealed, spans, stamped, voids, writing,
};
use crate::kit::{Id, Result};
use rusqlite::Connection;
use std::collections::BTreeSet;

pub(super) const ALL: &[Claim] = &[
    Claim {
        id: "files-sound",
        says: "每个数据文件结构完好，引用都指得到",
        weight: 30,
        check: files_sound,
    },
    Claim {
        id: "one-owner",
        says: "每一盒只归一个柜，和总目录一致",
        weight: 1,
        check: owners::one_owner,
    },
    Claim {
        id: "shelf-alone",
        says: "搬走的盒在原来的柜里没有留下案卷",
        weight: 1,
        check: moving::nothing_left,
    },
    Claim {
        id: "notes-gone",
        says: "不在搬的盒没有留着搬的记号",
        weight: 1,
        check: moving::no_notes,
    },
    Claim {
        id: "id-shelf",
        says: "每一行的编号和它所在的盒一致",
        weight: 6,
        check: owners::id_shelf,
    },
    Claim {
        id: "outbox-chain",
        says: "办理记录的传递链没有断",
        weight: 12,
        check: outbox_chain,
    },
    Claim {
        id: "audit-chain",
        says: "操作记录没有被改过",
        weight: 10,
        check: audit_chain,
    },
    Claim {
        id: "ledger-chain",
        says: "处理流程台账没有被改过",
        weight: 18,
        check: ledger_chain,
    },
    Claim {
        id: "opinion-chain",
        says: "领导和经办人的意见没有被改过",
        weight: 10,
        check: opinion_chain,
    },
    Claim {
        id: "ledger-numbered",
        says: "每件的台账从 1 起一行不缺",
        weight: 4,
        check: ledger_numbered,
    },
    Claim {
        id: "open-case-held",
        says: "每件没办完的都在某个人手里",
        weight: 1,
        check: open_case_held,
    },
    Claim {
        id: "closed-case-free",
        says: "办结归档的件没有留下待办",
        weight: 1,
        check: closed_case_free,
    },
    Claim {
        id: "one-step",
        says: "每件只停在一个环节",
        weight: 1,
        check: one_step,
    },
    Claim {
        id: "series-whole",
        says: "部门编号连续，不重不漏",
        weight: 1,
        check: numbers::series_whole,
    },
    Claim {
        id: "claims-whole",
        says: "全单位编号连续，不重不漏",
        weight: 1,
        check: numbers::claims_whole,
    },
    Claim {
        id: "number-kept",
        says: "预留和作废的号和编号占用一致",
        weight: 1,
        check: numbers::kept,
    },
    Claim {
        id: "claim-bound",
        says: "每个用掉的编号两边登记一致",
        weight: 1,
        check: claim_bound,
    },
    Claim {
        id: "void-kept",
        says: "作废的编号两边登记一致，只属于作废的件",
        weight: 1,
        check: voids::void_kept,
    },
    Claim {
        id: "span-bound",
        says: "每次占用和每笔假期两边登记一致",
        weight: 1,
        check: spans::bound,
    },
    Claim {
        id: "span-alone",
        says: "同一间会议室、同一辆车同一时间只给一件",
        weight: 1,
        check: spans::alone,
    },
    Claim {
        id: "case-number",
        says: "每件上印的编号就是登记的编号",
        weight: 2,
        check: case_number,
    },
    Claim {
        id: "import-kept",
        says: "从旧登记簿导入的每件都留着出处",
        weight: 1,
        check: imports::kept,
    },
    Claim {
        id: "number-floor",
        says: "旧登记簿的编号都在新编号的起点以下",
        weight: 1,
        check: imports::floors,
    },
    Claim {
        id: "lost-below",
        says: "恢复以后丢失的编号都在新编号的起点以下",
        weight: 1,
        check: backups::lost_below,
    },
    Claim {
        id: "backup-key",
        says: "每份备份都知道用哪张恢复码打开",
        weight: 1,
        check: backups::key_known,
    },
    Claim {
        id: "procedure-kept",
        says: "每件所用的事项规定随件保存",
        weight: 1,
        check: contents::procedure_kept,
    },
    Claim {
        id: "attachment-kept",
        says: "每个附件的内容都在",
        weight: 1,
        check: contents::attachment_kept,
    },
    Claim {
        id: "attachment-same",
        says: "每个附件的内容没有变过",
        weight: 1,
        check: contents::attachment_same,
    },
    Claim {
        id: "parcel-kept",
        says: "发出和收到的公文包、回执都在，发出的都登记了分发，登记的都有件",
        weight: 1,
        check: parcels::kept,
    },
    Claim {
        id: "paper-entered",
        says: "代录的书面意见和台账、原话、照片对得上",
        weight: 1,
        check: paper::entered,
    },
    Claim {
        id: "paper-answered",
        says: "本人对代录意见的答复没有被改过",
        weight: 1,
        check: paper::answered,
    },
    Claim {
        id: "stamp-same",
        says: "用过印的文件和盖章时一致，签名没有被改过",
        weight: 2,
        check: stamped::same,
    },
    Claim {
        id: "stamp-audited",
        says: "每次用印在操作记录里都有，一次不少",
        weight: 1,
        check: stamped::audited,
    },
    Claim {
        id: "writing-numbered",
        says: "公文正文的每一稿从 1 起一稿不缺",
        weight: 1,
        check: writing::numbered,
    },
    Claim {
        id: "writing-last",
        says: "公文正文和它的最后一稿一字不差",
        weight: 1,
        check: writing::last,
    },
    Claim {
        id: "hand-said",
        says: "手写的意见都在，写在谁的意见里、写了什么没有变",
        weight: 1,
        check: writing::by_hand,
    },
    Claim {
        id: "talk-said",
        says: "旁议一句不少，没有被改过",
        weight: 1,
        check: beside::said,
    },
    Claim {
        id: "sealed-same",
        says: "封存的柜子和封条一致，一个字节没有变",
        weight: 10,
        check: sealed::same,
    },
    Claim {
        id: "card-kept",
        says: "脱机的柜子都留着目录卡，和封条对得上",
        weight: 1,
        check: sealed::card_kept,
    },
    Claim {
        id: "todo-equal",
        says: "待办列表和实际待办一致",
        weight: 1,
        check: lists::todo_equal,
    },
    Claim {
        id: "list-equal",
        says: "件的列表和实际一致",
        weight: 2,
        check: lists::list_equal,
    },
    Claim {
        id: "confidential-untold",
        says: "保密部门的标题和文字不在列表里",
        weight: 2,
        check: lists::nothing_told,
    },
    Claim {
        id: "access-equal",
        says: "查看范围和授权一致",
        weight: 3,
        check: lists::access_equal,
    },
    Claim {
        id: "hand-equal",
        says: "我经手的列表和台账一致",
        weight: 4,
        check: lists::hand_equal,
    },
    Claim {
        id: "paper-equal",
        says: "等本人核对的代录意见一条不缺",
        weight: 1,
        check: lists::paper_equal,
    },
    Claim {
        id: "register-equal",
        says: "登记簿里每件一行，不重不漏",
        weight: 2,
        check: lists::register_equal,
    },
    Claim {
        id: "measure-equal",
        says: "统计用的列表和实际一致",
        weight: 3,
        check: beside::measured,
    },
    Claim {
        id: "related-equal",
        says: "关联的列表和实际一致",
        weight: 1,
        check: beside::related,
    },
    Claim {
        id: "child-both",
        says: "一件发起的另一件，两边记的一样，办完了的没有人再等",
        weight: 1,
        check: kin::children,
    },
    Claim {
        id: "delegation-case",
        says: "由件生成的代办期间，件都在，人是件的发起人或者表里写的人，那一步办过",
        weight: 1,
        check: kin::delegations,
    },
    Claim {
        id: "archive-card",
        says: "每张档案卡片和它最后一次改动一致，并入的都有主件",
        weight: 2,
        check: archive::cards,
    },
    Claim {
        id: "archive-number",
        says: "每类档案的件号从 1 起不重不缺，和登记的一致",
        weight: 1,
        check: archive::numbers,
    },
];

pub(super) type Wrong = Vec<String>;

pub(super) fn each(
    files: &Files<'_>,
    wrong: &mut Wrong,
    f: impl Fn(&Volume, &mut Wrong) -> Result<()>,
) -> Result<()> {
    files.volumes.iter().try_for_each(|v| f(v, wrong))
}

/// Adds one line for every row of a statement that yields offending ids.
pub(super) fn none(v: &Volume, statement: &str, what: &str, wrong: &mut Wrong) -> Result<()> {
    for id in rows(&v.conn, statement, |r| r.get::<_, i64>(0))? {
        wrong.push(format!("柜 {}：{} {what}", v.no, Id::from_raw(id)));
    }
    Ok(())
}

fn files_sound(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
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
    for line in rows(conn, "PRAGMA integrity_check", |r| r.get::<_, String>(0))? {
        if line != "ok" {
            wrong.push(format!("{name}：{line}"));
        }
    }
    for table in moving::dangling(conn)? {
        wrong.push(format!("{name}：{table} 里有引用指不到"));
    }
    Ok(())
}

fn outbox_chain(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    outbox_of(&files.hub, ("总库", &files.part), wrong)?;
    each(files, wrong, |v, wrong| {
        outbox_of(&v.conn, (&format!("柜 {}", v.no), &files.part), wrong)
    })
}

/// The chain shows what was changed; SQLite's own count of the numbers given shows a cut-off end.
fn outbox_of(conn: &Connection, (place, part): (&str, &Part<'_>), wrong: &mut Wrong) -> Result<()> {
    chains::check(conn, &chains::OUTBOX, (place, part), wrong)?;
    for seq in rows(
        conn,
        "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'
           AND seq <> (SELECT coalesce(max(seq), 0) FROM outbox)",
        |r| r.get::<_, i64>(0),
    )? {
        wrong.push(format!("{place}：最后一条应当是第 {seq} 条"));
    }
    Ok(())
}

fn audit_chain(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    audit_of(&files.hub, ("总库", &files.part), wrong)?;
    each(files, wrong, |v, wrong| {
        audit_of(&v.conn, (&format!("柜 {}", v.no), &files.part), wrong)
    })
}

/// An action's last id is its audit row's, so that a cut-off end shows.
fn audit_of(conn: &Connection, (place, part): (&str, &Part<'_>), wrong: &mut Wrong) -> Result<()> {
    chains::check(conn, &chains::AUDIT, (place, part), wrong)?;
    for shelf in rows(
        conn,
        "SELECT shelf FROM shelf_owner o WHERE state IN ('active','frozen') AND last_id <>
           coalesce((SELECT max(id) FROM audit a WHERE a.shelf = o.shelf), 0)",
        |r| r.get::<_, i64>(0),
    )? {
        wrong.push(format!("{place}：盒 {shelf} 的操作记录末尾不全"));
    }
    Ok(())
}

fn ledger_chain(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        let place = format!("柜 {}", v.no);
        chains::check(&v.conn, &chains::LEDGER, (&place, &files.part), wrong)
    })
}

fn opinion_chain(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        let place = format!("柜 {}", v.no);
        chains::check(&v.conn, &chains::OPINION, (&place, &files.part), wrong)
    })
}

fn ledger_numbered(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT c.id FROM cases c LEFT JOIN ledger l ON l.case_id = c.id GROUP BY c.id
             HAVING count(l.n) = 0 OR min(l.n) <> 1 OR max(l.n) <> count(l.n)
               OR max(l.at) <> c.changed_at",
            "的台账缺行",
            wrong,
        )
    })
}

fn open_case_held(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
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

fn closed_case_free(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT DISTINCT c.id FROM cases c JOIN task t ON t.case_id = c.id
             WHERE (c.state = 'archived' AND t.purpose <> 'read' AND t.state IN ('open','waiting'))
               OR (c.state = 'void' AND t.state IN ('open','waiting','queued'))",
            "已了结却还有待办",
            wrong,
        )
    })
}

fn one_step(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
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

fn claim_bound(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let statement =
        "SELECT kind, key, n, case_id, shelf FROM claim WHERE state IN ('bound','void')";
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
    for v in files.listed() {
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

/// A case that shows a number must own one, a case that owns one must show it, figure for figure.
fn case_number(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    continued::numbers(files, wrong)?;
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT c.id FROM cases c WHERE (c.number IS NOT NULL) <>
               (c.id IN (SELECT case_id FROM series_number
                 UNION ALL SELECT case_id FROM claim_bound WHERE kind = 'series'))
               AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.case_id = c.id AND l.n = 1 AND l.move = 'continue')",
            "的编号和登记的不符",
            wrong,
        )?;
        for (id, number, n) in rows(
            &v.conn,
            "SELECT c.id, c.number, s.n FROM cases c
               JOIN (SELECT case_id, n FROM series_number
                     UNION ALL SELECT case_id, n FROM claim_bound WHERE kind = 'series') s
               ON s.case_id = c.id WHERE c.number IS NOT NULL",
            |r| {
                Ok((
                    r.get::<_, i64>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, i64>(2)?,
                ))
            },
        )? {
            let mut figures = number.split(|c: char| !c.is_ascii_digit());
            if !figures.any(|f| f.parse() == Ok(n)) {
                wrong.push(format!(
                    "柜 {}：{} 印的是{number}，登记的是 {n}",
                    v.no,
                    Id::from_raw(id)
                ));
            }
        }
        Ok(())
    })
}
