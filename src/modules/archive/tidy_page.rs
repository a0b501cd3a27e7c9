//! 年度整理: one table of the year's cards with what is suggested, what is missing, what belongs together. A form that is
//! saved as one goes; works with the keyboard alone and without a script. Not here: what the buttons do (`tidy_deeds`).
//! Invariant: what was typed and could not be saved stands in the table again.

use super::card::{Card, State, Term};
use super::piece::pairs;
use super::retention::Keep;
use super::year::{Archive, Year};
use super::{AT, NEW_AT, NUMBER_AT, TIDY_AT, TidyArchive, asked_year, open};
use crate::access::Action;
use crate::kit::{FieldErrors, Id, Result};
use crate::store::Standing;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{Tone, note};
use crate::ui::table::{
    Column, Filter, Leaf, PICK, Pager, Phone, Row, filters, ledger, page_leaves, pager,
};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, encode};

/// Rows of one page.
const ROWS: usize = 100;

/// Which cards are shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Sight {
    pub year: i16,
    pub state: String,
    pub dept: String,
    pub words: String,
    pub page: usize,
}

impl Sight {
    /// As the address or the form says.
    pub(super) fn of<A: Action>(cx: &Cx<A>) -> Self {
        let said = |name: &str| match cx.query(name) {
            "" => cx.form(name).to_owned(),
            text => text.to_owned(),
        };
        Self {
            year: asked_year(cx),
            state: said("state"),
            dept: said("dept"),
            words: said("q"),
            page: said("page").parse().unwrap_or(1).max(1),
        }
    }

    /// The address of a page of it.
    pub(super) fn href(&self, page: usize) -> String {
        let [state, dept, q] = [&self.state, &self.dept, &self.words].map(|said| encode(said));
        let year = self.year;
        format!("{TIDY_AT}?year={year}&state={state}&dept={dept}&q={q}&page={page}")
    }

    fn shows(&self, year: &Year, card: &Card) -> bool {
        let dept = year.drawers.iter().find(|d| d.shelf == card.id.shelf());
        let here = self.dept.is_empty() || dept.is_some_and(|d| d.dept.0.to_string() == self.dept);
        let said = self.words.is_empty()
            || [&card.words.title, &card.words.doc_no, &card.words.author]
                .iter()
                .any(|t| t.contains(&self.words));
        let numbered = card.place.is_some();
        here && said
            && match self.state.as_str() {
                "draft" => card.state == State::Draft,
                "sorted" => card.state == State::Sorted && !numbered,
                "left_out" => card.state == State::LeftOut,
                "numbered" => numbered,
                "missing" => card.is_piece() && !year.missing(card).is_empty(),
                _ => card.state != State::Joined,
            }
    }
}

pub(super) fn show(cx: &mut Cx<TidyArchive>) -> Result<Reply> {
    let sight = Sight::of(cx);
    let archive = open(cx);
    let year = archive.year(sight.year)?;
    Ok(Reply::Page(draw(
        cx,
        (&archive, &year, &sight),
        &FieldErrors::default(),
    )?))
}

/// The page; with errors, what was typed stands in it.
pub(super) fn draw(
    cx: &Cx<TidyArchive>,
    (archive, year, sight): (&Archive, &Year, &Sight),
    errors: &FieldErrors,
) -> Result<Markup> {
    let mut all: Vec<&Card> = year.cards.iter().filter(|c| sight.shows(year, c)).collect();
    // a row stays where it is while terms and offices are chosen
    all.sort_by_key(|c| (c.id.shelf(), c.words.date, c.id));
    let last = all.len().div_ceil(ROWS).max(1);
    let page = sight.page.min(last);
    let shown: Vec<&Card> = all
        .iter()
        .copied()
        .skip((page - 1) * ROWS)
        .take(ROWS)
        .collect();
    let title = format!("{} 年档案整理", sight.year);
    let waiting = archive.count_waiting(sight.year)?;
    let content = html! {
        (crumbs(&Link::new("档案", AT), &[], "年度整理"))
        (heading(&title, &summary(year), &acts(sight)))
        (form::errors(errors))
        (notes(year))
        (gathering(cx, sight, waiting)?)
        (hints(year))
        (filter(archive, year, sight)?)
        @if shown.is_empty() {
            (empty("这里还没有卡片。", "上面的“收入候选件”把已归档的件按规则做成卡片；只有纸的文件用“加一张卡片”。", &[]))
        } @else {
            (table(cx, (year, sight, page), &shown)?)
            (pager(&Pager { said: format!("共 {} 张", all.len()), pages: leaves(sight, (page, last)), ..Pager::default() }))
        }
    };
    Ok(cx.draw(&Page::new(&title).wide().wrong(errors), &content))
}

fn leaves(sight: &Sight, (page, last): (usize, usize)) -> Vec<Leaf> {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    page_leaves(number(page), number(last), |n| {
        sight.href(usize::try_from(n).unwrap_or(1))
    })
}

fn summary(year: &Year) -> String {
    let (by, numbered) = year.counts();
    let of = |state: State| by.get(state.id()).copied().unwrap_or(0);
    format!(
        "待整理 {}　已整理 {}（已编号 {numbered}）　并入别件 {}　不归档 {}",
        of(State::Draft),
        of(State::Sorted),
        of(State::Joined),
        of(State::LeftOut)
    )
}

fn acts(sight: &Sight) -> Markup {
    let year = sight.year;
    html! {
        (Link::new("加一张卡片", format!("{NEW_AT}?year={year}")).button())
        (Link::new("下一步：编号", format!("{NUMBER_AT}?year={year}")).button())
    }
}

/// What of the year cannot be tidied here, and why.
fn notes(year: &Year) -> Markup {
    let count =
        |f: &dyn Fn(&Standing) -> bool| year.drawers.iter().filter(|d| f(&d.standing)).count();
    let sealed = count(&|s| *s == Standing::Sealed);
    let away = count(&|s| matches!(s, Standing::Away(_)));
    let hidden = year.drawers.iter().filter(|d| d.hidden).count();
    html! {
        @if year.settings.fonds.is_empty() {
            (note(Tone::Plain, "还没有填全宗号和机构代码。", &"整理可以先做，编号前请到“档案设置”填好。"))
        }
        @if sealed > 0 { (note(Tone::Plain, "这一年有已封存的柜子。", &format!("{sealed} 个部门的卡片只能看，不能再改。"))) }
        @if away > 0 { (note(Tone::Plain, "有柜子不在这台电脑上。", &format!("{away} 个部门的卡片没有列出来。"))) }
        @if hidden > 0 { (note(Tone::Plain, "保密部门的件不在这里。", &format!("{hidden} 个部门由本部门的人整理，题名不给别人看。"))) }
    }
}

fn gathering(cx: &Cx<TidyArchive>, sight: &Sight, waiting: usize) -> Result<Markup> {
    Ok(html! {
        form.inl method="post" action=(TIDY_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (kept(sight, 1))
            @if waiting > 0 {
                button.btn.key type="submit" name="do" value="gather" { "收入候选件（" (waiting) " 件已归档）" }
            }
            button.btn type="submit" name="do" value="gather_all" { "连同办结没有归档的也收入" }
            button.btn type="submit" name="do" value="undo" { "撤销我上一步" }
        }
    })
}

/// What the form carries so that the same page comes back.
fn kept(sight: &Sight, page: usize) -> Markup {
    html! {
        (form::hidden("year", &sight.year.to_string()))
        (form::hidden("state", &sight.state))
        (form::hidden("dept", &sight.dept))
        (form::hidden("q", &sight.words))
        (form::hidden("page", &page.to_string()))
    }
}

fn hints(year: &Year) -> Markup {
    let found = pairs(&year.cards);
    html! {
        @if !found.is_empty() {
            details {
                summary { "有 " (found.len()) " 对来文和复文，可以合为一件，也可以各为一件" }
                ul { @for (answer, letter) in found.iter().take(20) {
                    li { (answer.words.title) " ← " (letter.words.title) }
                } }
                p.hint { "要合为一件的，两份都勾上，按“合为一件”；这一件用复文的题名，复文在前、来文在后。" }
            }
        }
    }
}

fn filter(archive: &Archive, year: &Year, sight: &Sight) -> Result<Markup> {
    let choices = |all: Vec<(String, String)>| {
        let all = all.into_iter();
        all.map(|(value, label)| Choice::new(value, label))
            .collect::<Vec<_>>()
    };
    let mut years = archive.years()?;
    if !years.contains(&sight.year) {
        years.push(sight.year);
    }
    let years = choices(
        years
            .iter()
            .map(|y| (y.to_string(), format!("{y} 年")))
            .collect(),
    );
    let states = [
        ("", "全部"),
        ("draft", "待整理"),
        ("missing", "缺东西的"),
        ("sorted", "已整理未编号"),
        ("numbered", "已编号"),
        ("left_out", "不归档"),
    ];
    let states = choices(states.map(|(v, l)| (v.to_owned(), l.to_owned())).into());
    let mut depts = vec![(String::new(), "各部门".to_owned())];
    depts.extend(year.drawers.iter().filter(|d| d.is_read()).map(|d| {
        (
            d.dept.0.to_string(),
            archive.directory.dept_name(d.dept).to_owned(),
        )
    }));
    let all = [
        Filter::One(form::select("year", "年度", years).value(sight.year.to_string())),
        Filter::One(form::select("state", "哪些", states).value(&sight.state)),
        Filter::One(form::select("dept", "部门", choices(depts)).value(&sight.dept)),
        Filter::One(form::text("q", "题名、文号、责任者").value(&sight.words)),
    ];
    Ok(filters(TIDY_AT, &all, &[]))
}

fn table(
    cx: &Cx<TidyArchive>,
    (year, sight, page): (&Year, &Sight, usize),
    shown: &[&Card],
) -> Result<Markup> {
    let columns = [
        Column::new("题名").phone(Phone::Title),
        Column::new("责任者、文号"),
        Column::new("日期").short(),
        Column::new("保管期限").spine(),
        Column::new("机构"),
        Column::new("页数"),
        Column::new("缺什么"),
        Column::new("状态").short(),
    ];
    let rows: Vec<Row> = shown.iter().map(|c| row(cx, year, c)).collect();
    Ok(html! {
        form.tidy method="post" action=(TIDY_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (kept(sight, page))
            (buttons(year))
            (ledger("本年度的卡片", &columns, &rows, ""))
            (below())
        }
    })
}

fn buttons(year: &Year) -> Markup {
    html! {
        div.acts {
            button.btn.key type="submit" name="do" value="accept" { "接受勾选的" }
            button.btn type="submit" name="do" value="accept_all" { "本页待整理的全部接受" }
            button.btn type="submit" name="do" value="save" { "只保存改动" }
            button.btn type="submit" name="do" value="join" { "合为一件" }
            button.btn type="submit" name="do" value="split" { "拆开" }
            button.btn type="submit" name="do" value="leave" { "不归档" }
            button.btn type="submit" name="do" value="draft" { "退回待整理" }
        }
        div.acts {
            label { "勾选的期限改为 " select name="all.term" { option value="" { "不改" } @for t in Term::ALL { option value=(t.label()) { (t.label()) } } } }
            label { " 机构改为 " select name="all.office" { option value="" { "不改" } @for code in year.settings.codes() { option value=(code) { (code) } } } }
            button.btn type="submit" name="do" value="set" { "改" }
        }
    }
}

fn below() -> Markup {
    html! {
        p.hint { "键盘：Tab 到下一格；期限一栏按“永”“3”“1”“不”直接选；按 Enter 不会提交。改过期限的件保存后就算已整理；想错了用“撤销我上一步”。" }
        p.acts { button.btn.key type="submit" name="do" value="save" { "保存本页改动" } }
    }
}

fn row(cx: &Cx<TidyArchive>, year: &Year, card: &Card) -> Row {
    let missing = year.missing(card);
    let parts = year.inside(card);
    let cells = vec![
        html! {
            a href=(format!("{AT}/card/{}", card.id)) { (card.words.printed_title()) }
            @if parts.len() > 1 {
                small.aside { "本件共 " (parts.len()) " 份：" @for (i, p) in parts.iter().enumerate() { @if i > 0 { "；" } (p.words.part.label()) " " (p.words.title) } }
            }
            @if !card.words.why.is_empty() { small.aside { "依据：" (card.words.why) } }
        },
        html! { (card.words.author) @if !card.words.doc_no.is_empty() { br; (card.words.doc_no) } },
        html! { (card.words.printed_date()) },
        term_cell(cx, (year, card)),
        office_cell(cx, (year, card)),
        pages_cell(cx, (year, card)),
        html! { @if missing.is_empty() { "齐" } @else { (missing.join("、")) } },
        html! { @if let Some(place) = &card.place { (place.text) } @else { (card.state.label()) } },
    ];
    Row {
        cells,
        pick: year
            .is_open(card)
            .then(|| (card.id.to_string(), format!("勾选 {}", card.words.title))),
    }
}

/// What was typed for a card, else what it has.
fn typed<'c>(cx: &'c Cx<TidyArchive>, (name, id): (&str, Id), has: &'c str) -> &'c str {
    let name = format!("{name}.{id}");
    match cx.input.has(&name) {
        true => cx.form(&name),
        false => has,
    }
}

fn term_cell(cx: &Cx<TidyArchive>, (year, card): (&Year, &Card)) -> Markup {
    let has = match (card.state, card.term) {
        (State::LeftOut, _) => Keep::Not.label(),
        (_, Some(term)) => term.label(),
        (_, None) => "",
    };
    if card.place.is_some() || !year.is_open(card) {
        return html! { (has) };
    }
    let now = typed(cx, ("t", card.id), has);
    html! {
        (form::hidden(&format!("r.{}", card.id), &card.rev.to_string()))
        select name=(format!("t.{}", card.id)) aria-label=(format!("保管期限：{}", card.words.title)) {
            @if has.is_empty() { option value="" { "请选" } }
            @for keep in Keep::ALL { option value=(keep.label()) selected[keep.label() == now] { (keep.label()) } }
        }
    }
}

fn office_cell(cx: &Cx<TidyArchive>, (year, card): (&Year, &Card)) -> Markup {
    if card.place.is_some() || !year.is_open(card) {
        return html! { (card.office) };
    }
    let now = typed(cx, ("o", card.id), &card.office);
    let codes = year.settings.codes();
    html! {
        select name=(format!("o.{}", card.id)) aria-label=(format!("机构代码：{}", card.words.title)) {
            option value="" selected[now.is_empty()] { "—" }
            @if !card.office.is_empty() && !codes.contains(&card.office.as_str()) {
                option value=(card.office) selected[now == card.office] { (card.office) }
            }
            @for code in codes { option value=(code) selected[code == now] { (code) } }
        }
    }
}

fn pages_cell(cx: &Cx<TidyArchive>, (year, card): (&Year, &Card)) -> Markup {
    let has = card.words.pages.map_or_else(String::new, |n| n.to_string());
    if !year.is_open(card) {
        return html! { (has) };
    }
    let now = typed(cx, ("p", card.id), &has).to_owned();
    html! {
        @if card.place.is_some() { (form::hidden(&format!("r.{}", card.id), &card.rev.to_string())) }
        input.pages type="text" inputmode="numeric" size="4" maxlength="5" name=(format!("p.{}", card.id)) value=(now)
            aria-label=(format!("页数：{}", card.words.title));
    }
}

/// Name under which ticked rows are sent.
pub(super) const TICKED: &str = PICK;
