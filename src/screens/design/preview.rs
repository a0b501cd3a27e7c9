//! 预览: the form as whoever starts it will see it, and the print sheets on A4, by the same renderers as real cases.

use super::DesignProcedure;
use super::desk::{self, Desk, Tab};
use super::trial;
use crate::engine::design::sample::{self, Played};
use crate::engine::run::Acting;
use crate::kit::{Error, FieldErrors, Result};
use crate::screens::case::print;
use crate::ui::frame::Page;
use crate::ui::print::{PrintBar, print_page};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::sync::Arc;

/// GET `/procedures/{procedure}/design/preview`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

/// GET `/procedures/{procedure}/design/paper`.
pub fn paper(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let desk = Desk::open(cx)?;
    let leaves = leaves(cx, &desk)?;
    let said = format!("样张，{} 页 A4 纸，没有保存。", leaves.len());
    let back = desk.at(Tab::Preview);
    let bar = PrintBar {
        back: &back,
        said: &said,
    };
    let all = html! { @for l in &leaves { (l) } };
    Ok(Reply::Page(print_page(
        cx.site(),
        &Page::new(&desk.procedure.name),
        &bar,
        &all,
    )))
}

fn leaves(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Vec<Markup>> {
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let people = acting.people();
    let procedure = Arc::new(desk.procedure.clone());
    let begun = Played::begin(acting.viewer.person, cx.at).replay(&procedure, &people);
    let state = match begun {
        Ok(it) => it.case,
        // whoever designs it need not be one who may start it
        Err(Error::Denied(_)) => trial::blank(&acting, cx.at),
        Err(e) => return Err(e),
    };
    let view = sample::view(&procedure, &acting, state, cx.at);
    print::sample(cx, &acting, &view)
}

fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let leaves = leaves(cx, desk)?;
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let paper = format!("{}/paper", desk.at(Tab::Form));
    let content = html! {
        section {
            h2.band { span { "屏幕上的样子" } i { "发起人打开时看到的" } }
            (trial::screen(cx, &acting, &desk.procedure))
        }
        section {
            h2.band { span { "打印出来的样子" } i { "A4 纸，" (leaves.len()) " 页" } }
            p.acts { (Link::new("单独打开，可以打印", &paper).button()) }
            @if leaves.is_empty() { p { "还没有打印稿，到“名称和登记簿”里加一张。" } }
            div.scroll.leaves tabindex="0" { @for l in &leaves { (l) } }
        }
    };
    Ok(desk.draw(cx, (Tab::Preview, errors), &content))
}
