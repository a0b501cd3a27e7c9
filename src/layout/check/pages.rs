//! Rules that only the laid-out document answers: what stands on its first page and beside its seal.

use super::{Finding, Severity, Spot};
use crate::layout::document::Form;
use crate::layout::page::{Element, Pages};

/// What the pages show to be wrong.
#[must_use]
pub fn check_pages(pages: &Pages) -> Vec<Finding> {
    let mut all = Vec::new();
    let page_of = |wanted: fn(&Element) -> bool| {
        let found = pages.places.iter().find(|p| wanted(&p.element));
        found.map(|p| p.page)
    };
    let body = |e: &Element| matches!(e, Element::Body(_));
    if pages.form != Form::Minutes && page_of(body).is_some_and(|page| page > 0) {
        all.push(finding(
            "first-page",
            "GB/T 9704-2012 第 7.3.3 条：公文首页必须显示正文",
            (Element::Body(0), "首页没有正文。请把标题或主送机关缩短"),
        ));
    }
    let seal = page_of(|e| *e == Element::Seal);
    let beside = |page: usize| {
        let mut places = pages.places.iter();
        places
            .any(|p| p.page == page && matches!(p.element, Element::Body(_) | Element::Enclosures))
    };
    if seal.is_some_and(|page| !beside(page)) {
        all.push(finding(
            "seal-page",
            "GB/T 9704-2012 第 7.3.5.5 条",
            (
                Element::Seal,
                "印章页没有正文。请增减几个字，让正文和印章在同一页",
            ),
        ));
    }
    all
}

fn finding(rule: &'static str, article: &'static str, (element, says): (Element, &str)) -> Finding {
    Finding {
        rule,
        severity: Severity::Must,
        article,
        spot: Spot::Element(element),
        says: says.to_owned(),
        mend: None,
    }
}
