//! The letterheads an office has at first, by its name: 党委, 政府, 党政办, 人大, and the formats of letters and minutes.
//! Not here: storing them (`letterhead_store`). What is guessed here the office changes on its page; a code is for ever.

use super::edit::OrganDraft;
use super::letterhead_store::{Letterhead, list_letterheads, set_letterhead};
use crate::kit::{OrganId, Result};
use crate::store::Write;

/// The usual letterheads of an organ of this name; empty where the name tells nothing.
#[must_use]
pub fn usual(organ: OrganId, draft: &OrganDraft, office: &str) -> Vec<Letterhead> {
    let (name, short_name) = (draft.name.as_str(), draft.short_name.as_str());
    let place = match short_name.is_empty() {
        true => place_of(name),
        false => short_name,
    };
    let Some(first) = place.chars().next() else {
        return Vec::new();
    };
    let street = place.ends_with("街道");
    let (party, congress) = match street {
        true => ("工作委员会", "人大工作委员会"),
        false => ("委员会", "人民代表大会主席团"),
    };
    let office = match office.starts_with(place) {
        true => office.to_owned(),
        false => format!("{place}{office}"),
    };
    let party = format!("中共{place}{party}");
    let congress = format!("{place}{congress}");
    let one = |(of, code): (&str, &str), signature: &str, mark: String, form: &str| Letterhead {
        id: 0,
        rev: 0,
        organ,
        code: match draft.codes.get(of).filter(|c| !c.is_empty()) {
            Some(own) => own.clone(),
            None => format!("{first}{code}"),
        },
        mark,
        signature: signature.to_owned(),
        form: form.to_owned(),
        printer: office.clone(),
        on: true,
    };
    vec![
        one(
            ("党委发文", "委发"),
            &party,
            format!("{party}文件"),
            "ordinary",
        ),
        one(
            ("政府发文", "政发"),
            name,
            format!("{name}文件"),
            "ordinary",
        ),
        one(("政府函", "政函"), name, name.to_owned(), "letter"),
        one(
            ("政府纪要", "政纪"),
            name,
            format!("{name}会议纪要"),
            "minutes",
        ),
        one(
            ("党政办发文", "党政办发"),
            &office,
            format!("{office}文件"),
            "ordinary",
        ),
        one(
            ("人大发文", "人发"),
            &congress,
            format!("{congress}文件"),
            "ordinary",
        ),
    ]
}

/// 砚田镇 of 砚田镇人民政府.
fn place_of(name: &str) -> &str {
    let ends = ["人民政府", "办事处", "管理委员会"];
    ends.iter()
        .find_map(|e| name.strip_suffix(e))
        .unwrap_or(name)
}

/// Adds those of the usual ones whose code the organ has not yet; how many.
pub fn plant(w: &Write<'_>, usual: &[Letterhead]) -> Result<usize> {
    let Some(organ) = usual.first().map(|l| l.organ) else {
        return Ok(0);
    };
    let known = list_letterheads(w, organ)?;
    let new = usual
        .iter()
        .filter(|l| known.iter().all(|k| k.code != l.code));
    let mut added = 0;
    for letterhead in new {
        set_letterhead(w, letterhead)?;
        added += 1;
    }
    Ok(added)
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::super::template::organ_named;
    use super::*;

    #[test]
    fn codes_follow_from_the_name() {
        let codes = |name: &str, short: &str| -> Vec<String> {
            let draft = organ_named(name, short);
            let all = usual(OrganId(1), &draft, "党政综合办公室");
            all.into_iter()
                .map(|l| format!("{} {}", l.code, l.signature))
                .collect()
        };
        assert_eq!(
            codes("砚田镇人民政府", "砚田镇"),
            [
                "砚委发 中共砚田镇委员会",
                "砚政发 砚田镇人民政府",
                "砚政函 砚田镇人民政府",
                "砚政纪 砚田镇人民政府",
                "砚党政办发 砚田镇党政综合办公室",
                "砚人发 砚田镇人民代表大会主席团",
            ]
        );
        assert_eq!(
            codes("城北街道办事处", "")[0],
            "城委发 中共城北街道工作委员会"
        );
        assert!(codes("", "").is_empty());
    }
}
