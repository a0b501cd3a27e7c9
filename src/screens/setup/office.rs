//! The office: names, organ codes, time zone. Short name and codes are proposed once the full name is known, shown,
//! and taken only when they were seen.

use super::{CHOOSE_AT, Leaf, OFFICE_AT, ORG_AT, draw};
use crate::access::setup_draft::{CODE_KINDS, Draft, OfficeDraft, suggest_codes, suggest_short};
use crate::kit::{FieldErrors, Result, Zone, text};
use crate::ui::form::{self, Choice};
use crate::ui::note;
use crate::ui::{Markup, html};
use crate::web::{OpenCx, Reply};

const NAME_MOST: usize = 40;
const SHORT_MOST: usize = 12;
const CODE_MOST: usize = 12;

pub(super) fn page(cx: &mut OpenCx, draft: Draft) -> Result<Reply> {
    let office = draft.office.unwrap_or_default();
    let seen = Seen::from(!office.codes.is_empty());
    Ok(Reply::Page(show(
        cx,
        &office,
        seen,
        &FieldErrors::default(),
    )))
}

/// Whether the page shows the organ codes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Yes,
    No,
}

impl From<bool> for Seen {
    fn from(seen: bool) -> Self {
        if seen { Self::Yes } else { Self::No }
    }
}

pub(super) fn save(cx: &mut OpenCx, mut draft: Draft) -> Result<Reply> {
    let seen = Seen::from(cx.input.has("code-1"));
    let mut office = typed(cx);
    if seen == Seen::No && office.short_name.is_empty() {
        office.short_name = suggest_short(&office.name);
    }
    let errors = wrong(&office);
    if !errors.is_empty() {
        return Ok(Reply::Wrong(show(cx, &office, seen, &errors)));
    }
    if seen == Seen::No {
        office.codes = suggest_codes(&office.name, &office.short_name);
        return Ok(Reply::Page(show(cx, &office, Seen::Yes, &errors)));
    }
    draft.office = Some(office);
    cx.state.access.save_setup_draft(&draft, cx.request())?;
    Ok(Reply::To(ORG_AT.into()))
}

fn typed(cx: &OpenCx) -> OfficeDraft {
    let codes = (1..).zip(CODE_KINDS).filter_map(|(n, kind)| {
        let code = text::one_line(cx.form(&format!("code-{n}")));
        (!code.is_empty()).then(|| (kind.to_owned(), code))
    });
    OfficeDraft {
        name: text::one_line(cx.form("name")),
        short_name: text::one_line(cx.form("short_name")),
        codes: codes.collect(),
        zone: if cx.form("zone") == zone_value(Zone::URUMQI) {
            Zone::URUMQI
        } else {
            Zone::BEIJING
        },
    }
}

fn zone_value(zone: Zone) -> String {
    zone.0.to_string()
}

fn wrong(office: &OfficeDraft) -> FieldErrors {
    let mut errors = FieldErrors::default();
    match office.name.chars().count() {
        0 => errors.add("name", "请写单位全称，例如“墨川县砚田镇人民政府”"),
        n if n > NAME_MOST => errors.add("name", format!("单位全称不超过 {NAME_MOST} 个字")),
        _ => {}
    }
    match office.short_name.chars().count() {
        0 => errors.add("short_name", "请写单位简称，例如“砚田镇”"),
        n if n > SHORT_MOST => {
            errors.add("short_name", format!("单位简称不超过 {SHORT_MOST} 个字"));
        }
        _ => {}
    }
    for (n, kind) in (1..).zip(CODE_KINDS) {
        let long = |code: &String| code.chars().count() > CODE_MOST;
        if office.codes.get(kind).is_some_and(long) {
            let why = format!("{kind}的机关代字不超过 {CODE_MOST} 个字，例如“砚政发”");
            errors.add(format!("code-{n}"), why);
        }
    }
    errors
}

fn show(cx: &OpenCx, office: &OfficeDraft, seen: Seen, errors: &FieldErrors) -> Markup {
    let leaf = Leaf {
        title: "您的单位",
        at: OFFICE_AT,
        back: Some(CHOOSE_AT),
        key: if seen == Seen::Yes {
            "下一步：部门"
        } else {
            "下一步：机关代字"
        },
        errors,
    };
    let zones = vec![
        Choice::new(zone_value(Zone::BEIJING), "北京时间"),
        Choice::new(zone_value(Zone::URUMQI), "新疆时间（比北京时间晚两小时）"),
    ];
    let fields = html! {
        (form::text("name", "单位全称").need().value(&office.name)
            .hint("和公章上的一样，例如“墨川县砚田镇人民政府”").check(errors))
        (short_name(office, seen, errors))
        @if seen == Seen::Yes { (codes(office, errors)) }
        (form::radios("zone", "本单位用哪个时间上班", zones).value(zone_value(office.zone))
            .hint("期限、编号按这个时间换日、换年。启用以后不能再改。").check(errors))
    };
    draw(cx, &leaf, &fields)
}

/// It may be left out until it was proposed.
fn short_name(office: &OfficeDraft, seen: Seen, errors: &FieldErrors) -> Markup {
    let field = form::text("short_name", "单位简称").value(&office.short_name);
    let field = match seen {
        Seen::Yes => field.need().hint("平时怎么叫就怎么写，例如“砚田镇”"),
        Seen::No => field.hint("平时怎么叫就怎么写，例如“砚田镇”；空着，下一步按全称拟好"),
    };
    html! { (field.check(errors)) }
}

fn codes(office: &OfficeDraft, errors: &FieldErrors) -> Markup {
    html! {
        section {
            h2.band { span { "机关代字" } }
            (note::note(note::Tone::Plain, "已按简称拟好。", &"就是发文字号“砚政发〔2026〕1号”里的“砚政发”。请和本单位用着的对一对，不一样就改，不用的清空。"))
            @for (n, kind) in (1..).zip(CODE_KINDS) {
                (form::text(&format!("code-{n}"), kind)
                    .value(office.codes.get(kind).map_or("", String::as_str)).check(errors))
            }
        }
    }
}
