//! 卡在哪儿 on A4 laid across, for the leaders' meeting: department after department in the order of the office, each with
//! its own sum. What the page was narrowed to is printed, and named; so is whose eyes the list was made for.
//! Invariant: what stands on paper is what the page lists.

use super::{Light, Narrow, Piece, SeeHanging, pieces};
use crate::kit::{Result, Zone, text};
use crate::ui::book::{Book, BookColumn};
use crate::ui::frame::Page;
use crate::ui::print::{PrintBar, print_page};
use crate::web::{Cx, Reply};

pub(super) const AT: &str = "/hang/print";

/// GET `/hang/print?dept=&person=&age=&procedure=&light=`.
pub(super) fn show(cx: &mut Cx<SeeHanging>) -> Result<Reply> {
    let narrow = Narrow::of(cx);
    let all = pieces(cx)?;
    let mut some: Vec<&Piece> = all.iter().filter(|p| narrow.fits(p)).collect();
    some.sort_by(|a, b| (&a.dept, a.light, -a.waited).cmp(&(&b.dept, b.light, -b.waited)));
    let rows = rows(&some, cx.zone());
    let columns = [
        BookColumn::of("序号", 3, true),
        BookColumn::of("部门", 9, false),
        BookColumn::of("件", 28, false),
        BookColumn::of("编号", 9, false),
        BookColumn::of("事项", 7, false),
        BookColumn::of("现在到", 10, false),
        BookColumn::of("等了", 5, true),
        BookColumn::of("期限", 8, false),
        BookColumn::of("灯", 10, false),
    ];
    let site = cx.site();
    let org = if site.office_full.is_empty() {
        &site.office
    } else {
        &site.office_full
    };
    let title = format!("卡在哪儿　{}", cx.zone().day(cx.at).long());
    let scope = match narrow.said().as_str() {
        "" => format!("范围：{}能看到的在办件", cx.who().name),
        said => format!("范围：{}能看到的在办件，只列“{said}”的", cx.who().name),
    };
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let (leaves, n) = Book {
        org,
        title: &title,
        line: (&scope, &printed),
        columns: &columns,
        rows: &rows,
        total: &format!(
            "合计 {}。督办件按它自己的时限亮灯，不看本环节的期限。",
            sum(&some)
        ),
    }
    .leaves();
    let bar = PrintBar {
        back: &narrow.at(super::AT),
        said: &format!("共 {n} 页，A4 纸横放：打印时方向选“横向”，边距选“无”或“默认”。"),
    };
    Ok(Reply::Page(print_page(
        site,
        &Page::new(&title),
        &bar,
        &leaves,
    )))
}

/// 5 项：红灯 2、黄灯 0、绿灯 3.
fn sum(some: &[&Piece]) -> String {
    let n = |light: Light| some.iter().filter(|p| p.light == light).count();
    format!(
        "{} 项：红灯 {}、黄灯 {}、绿灯 {}",
        some.len(),
        n(Light::Red),
        n(Light::Yellow),
        n(Light::Green)
    )
}

/// The pieces with the sum of each department under its own.
fn rows(some: &[&Piece], zone: Zone) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut n = 0;
    for dept in some.chunk_by(|a, b| a.dept == b.dept) {
        for p in dept {
            n += 1;
            rows.push(row(n, p, zone));
        }
        let name = dept.first().map_or("", |p| p.dept.1.as_str());
        let mut last = vec![String::new(); 9];
        if let [_, at, said, ..] = last.as_mut_slice() {
            name.clone_into(at);
            *said = format!("小计 {}", sum(dept));
        }
        rows.push(last);
    }
    rows
}

fn row(n: usize, p: &Piece, zone: Zone) -> Vec<String> {
    let (own, step) = p.days(zone);
    vec![
        n.to_string(),
        p.dept.1.clone(),
        text::one_line(p.title()),
        p.h.number.clone().unwrap_or_default(),
        p.h.procedure.clone(),
        format!("{}　{}", p.person, p.h.verb),
        format!("{} 天", p.waited),
        match step.as_str() {
            "" => own,
            step => format!("{own}（{step}）"),
        },
        match p.why.as_str() {
            "" => p.light.word().to_owned(),
            why => format!("{}，{why}", p.light.word()),
        },
    ]
}
