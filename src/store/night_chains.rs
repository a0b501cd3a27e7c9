//! The other half of what is looked at at night: the hash chains (opinions, ledger, audit, outbox) of one open file
//! a night, and of sealed years that the file is still what its seal says and the card of what was carried off is
//! here. What was found wrong is looked at again every night until it is well. Not for mending anything.

use super::freeze::Manifest;
use super::night::Checked;
use super::query::Query as _;
use super::{Store, verify};
use crate::kit::Result;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A sealed year, or one that was carried off.
struct Year {
    no: i64,
    away: bool,
    manifest: Option<Manifest>,
}

impl Store {
    /// Looks at the chains and the seals; `None` where `stop` asked for the end.
    pub(super) fn check_chains(
        &self,
        before: &Checked,
        done: &mut Checked,
        stop: &Arc<AtomicBool>,
    ) -> Option<()> {
        self.read_chains(before, done, stop)?;
        if let Err(e) = self.read_seals(before, done, stop) {
            done.seals_wrong.push(format!("封存的年度查不下去：{e}"));
        }
        (!stop.load(Ordering::Acquire)).then_some(())
    }

    /// One file's chains, and those of every file that was wrong the night before.
    fn read_chains(
        &self,
        before: &Checked,
        done: &mut Checked,
        stop: &Arc<AtomicBool>,
    ) -> Option<()> {
        let files: Vec<_> = self.files();
        let all: Vec<i64> = files.iter().map(|f| f.no).collect();
        let turn = in_turn(&all, before.chains_at);
        let mut now: BTreeSet<i64> = before.chains_broken.iter().copied().collect();
        now.extend(turn);
        done.chains_at = turn;
        for file in files.iter().filter(|f| now.contains(&f.no)) {
            let wrong = verify::chains_of(&file.path, (file.no == 0, file.is_frozen()), stop);
            if stop.load(Ordering::Acquire) {
                return None;
            }
            let name = match file.no {
                0 => "总库".to_owned(),
                no => format!("{no:04} 柜"),
            };
            let wrong = wrong.unwrap_or_else(|e| vec![format!("读不下去：{e}")]);
            if let Some(first) = wrong.first() {
                done.chains_broken.push(file.no);
                done.wrong.push(format!(
                    "{name}的记录被改过或者坏了：{first}。请不要改动它，先复制一份，再从备份恢复"
                ));
            } else {
                done.chains += 1;
            }
        }
        Some(())
    }

    /// Every card; of one sealed file, and of those that were wrong, every byte.
    fn read_seals(
        &self,
        before: &Checked,
        done: &mut Checked,
        stop: &Arc<AtomicBool>,
    ) -> Result<()> {
        let years = self.sealed_years()?;
        let here: Vec<i64> = years.iter().filter(|y| !y.away).map(|y| y.no).collect();
        let turn = in_turn(&here, before.seal_at);
        done.seal_at = turn;
        for year in &years {
            let asked = turn == Some(year.no) || before.seals_broken.contains(&year.no);
            let wrong = match year.away {
                true => {
                    done.years_away += 1;
                    self.card_wrong(year)
                }
                false => {
                    done.years_here += 1;
                    match asked {
                        true => self.seal_wrong(year),
                        false => self.manifest_wrong(year),
                    }
                }
            };
            if let Some(wrong) = wrong {
                done.seals_broken.push(year.no);
                done.seals_wrong.push(wrong);
            }
            if stop.load(Ordering::Acquire) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn sealed_years(&self) -> Result<Vec<Year>> {
        self.hub()?.all(
            "SELECT v.no, v.state = 'detached', s.manifest FROM volume v
               LEFT JOIN sealing s ON s.volume = v.no AND s.state = 'sealed'
             WHERE v.state IN ('frozen','detached') ORDER BY v.no",
            [],
            |r| {
                let manifest: Option<String> = r.get(2)?;
                Ok(Year {
                    no: r.get(0)?,
                    away: r.get(1)?,
                    manifest: manifest.and_then(|m| serde_json::from_str(&m).ok()),
                })
            },
        )
    }

    fn card_wrong(&self, year: &Year) -> Option<String> {
        let card = self.inner.catalogue.dir().card(year.no);
        let sound = card.is_file() && super::freeze::older::check(&card).is_ok();
        (!sound).then(|| {
            format!(
                "{:04} 柜已经带走，留在这里的目录卡不见了或者坏了，查不到它的标题。请把存它的盘接上，到 {:04} 柜那一页挂接回来",
                year.no, year.no
            )
        })
    }

    /// Its length and the strip beside it: no more than a look at the folder.
    fn manifest_wrong(&self, year: &Year) -> Option<String> {
        let dir = self.inner.catalogue.dir();
        let Some(manifest) = &year.manifest else {
            return Some(format!("{:04} 柜封存了，封条却不见了", year.no));
        };
        let long = std::fs::metadata(dir.volume(year.no)).map_or(0, |m| m.len());
        (long != manifest.bytes).then(|| differs(year.no))
    }

    fn seal_wrong(&self, year: &Year) -> Option<String> {
        let wrong = self.manifest_wrong(year);
        let manifest = year.manifest.as_ref().filter(|_| wrong.is_none());
        let Some(manifest) = manifest else {
            return wrong;
        };
        let path = self.inner.catalogue.dir().volume(year.no);
        match super::freeze::digest_of(&path) {
            Ok(digest) if digest.hex() == manifest.sm3 => None,
            _ => Some(differs(year.no)),
        }
    }
}

fn differs(no: i64) -> String {
    format!("{no:04} 柜和封条对不上，封存以后被改过或者盘坏了。请用带走的那一份或者备份换掉它")
}

/// The next of them behind `last`, from the first again at the end.
fn in_turn(all: &[i64], last: Option<i64>) -> Option<i64> {
    let mut behind = all.iter().filter(|n| last.is_none_or(|l| **n > l));
    behind.next().or_else(|| all.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::in_turn;

    #[test]
    fn each_has_its_night() {
        assert_eq!(in_turn(&[], None), None);
        assert_eq!(in_turn(&[0, 1, 4], None), Some(0));
        assert_eq!(in_turn(&[0, 1, 4], Some(0)), Some(1));
        assert_eq!(in_turn(&[0, 1, 4], Some(2)), Some(4));
        assert_eq!(in_turn(&[0, 1, 4], Some(4)), Some(0));
    }
}
