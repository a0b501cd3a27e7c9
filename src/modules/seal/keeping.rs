//! A seal taken into the list: whose, which kind, who keeps it, its picture or the words to draw it with. It wears 样章
//! until somebody compared it with the real one. Not here: what becomes of it (`show`).

use super::seal_store::{By, NewSeal, insert_seal};
use super::{KeepSeals, SEALS_AT, SealKind};
use crate::access::Action;
use crate::kit::{
    DeptId, Error, FieldErrors, OrganId, PersonId, PostId, Principal, Result, ShelfNo,
    picture_seal, text,
};
use crate::org::Directory;
use crate::screens::people::sheet::Filled;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// A scan of a seal is never larger.
const MOST: i64 = 10 << 20;
/// Letters round the star.
const LONGEST: usize = 26;

pub(super) fn new(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let by = by(cx);
    let added =
        typed(cx).and_then(|seal| cx.write(ShelfNo::HUB, move |w| insert_seal(w, &seal, &by)));
    match added {
        Ok(receipt) => {
            cx.tell("已登记为样章。请和实物印章比对，无误后按“核对无误，正式启用”");
            Ok(Reply::To(format!("{SEALS_AT}/{}", receipt.value)))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Who writes it down.
pub(super) fn by<A: Action>(cx: &Cx<A>) -> By {
    By {
        person: cx.who().person,
        name: cx.who().name.clone(),
    }
}

fn typed(cx: &Cx<KeepSeals>) -> Result<NewSeal> {
    let d = cx.state.org.current();
    let mut errors = FieldErrors::default();
    let owner = owner(&d, cx.form("owner"));
    if owner.is_none() {
        errors.add("owner", "请选这枚印章是哪个机关、哪个部门的");
    }
    let name = text::one_line(cx.form("name"));
    if name.is_empty() || name.chars().count() > 40 {
        errors.add(
            "name",
            "请写印章的名称，40 个字以内，例如 砚田镇人民政府印章",
        );
    }
    let kind = SealKind::of(cx.form("kind"));
    if kind.is_none() {
        errors.add("kind", "请选是哪一类印章");
    }
    let keeper = keeper(&d, cx.form("keeper"));
    if keeper.is_none() {
        errors.add("keeper", "请选由哪个岗位或哪个人保管");
    }
    let (legend, under) = (
        text::one_line(cx.form("legend")),
        text::one_line(cx.form("under")),
    );
    let image = match image(cx) {
        Ok(image) => image,
        Err(Error::Invalid(more)) => {
            errors.0.extend(more.0);
            None
        }
        Err(other) => return Err(other),
    };
    if image.is_none() && errors.of("image").is_none() {
        drawable(&mut errors, kind, (&legend, &under));
    }
    let width = width(cx.form("width"), kind);
    if width.is_none() {
        errors.add(
            "width",
            "宽度请写 20 到 45 毫米，例如 42；镇政府印章是 42 毫米",
        );
    }
    errors.check(())?;
    let (Some((organ, dept)), Some(kind), Some(keeper), Some(width)) = (owner, kind, keeper, width)
    else {
        return Err(Error::fault("a seal without an error lacks a part"));
    };
    Ok(NewSeal {
        organ,
        dept,
        name,
        kind,
        legend,
        under,
        keeper,
        image,
        width,
    })
}

/// What is drawn wants its words; the party's emblem is never drawn by us.
fn drawable(errors: &mut FieldErrors, kind: Option<SealKind>, (legend, under): (&str, &str)) {
    if kind == Some(SealKind::Party) {
        errors.add("image", "党委印章中间是党徽，平台不画，请上传印模的扫描图");
        return;
    }
    if legend.is_empty() || legend.chars().count() > LONGEST {
        errors.add(
            "legend",
            "没有图样的由平台画一枚，请写环绕的文字，26 个字以内，镇政府的要带县名，例如 青石县砚田镇人民政府",
        );
    }
    if under.chars().count() > 10 {
        errors.add("under", "下面一行请写短一点，10 个字以内，例如 合同专用章");
    }
}

/// The picture that was sent, its white clear.
fn image(cx: &Cx<KeepSeals>) -> Result<Option<Vec<u8>>> {
    let sent = cx
        .files()
        .iter()
        .find(|f| f.field() == "image" && f.size() > 0);
    let Some(file) = sent else {
        return Ok(None);
    };
    file.check_size()
        .map_err(|why| Error::invalid("image", why))?;
    picture_seal::clear(&file.bytes(MOST)?).map(|(png, _)| Some(png))
}

/// Tenths of a millimetre; what the kind has where nothing is typed.
fn width(typed: &str, kind: Option<SealKind>) -> Option<i64> {
    let typed = text::fold(typed);
    if typed.is_empty() {
        return kind.map(SealKind::width);
    }
    let mm: f64 = typed.trim_end_matches("mm").trim().parse().ok()?;
    let fits = (20.0..=45.0).contains(&mm);
    fits.then_some((mm * 10.0).round() as i64)
}

/// `organ:1`, `dept:3`.
fn owner(d: &Directory, typed: &str) -> Option<(OrganId, Option<DeptId>)> {
    let (what, id) = typed.split_once(':')?;
    let id: i64 = id.parse().ok()?;
    match what {
        "organ" => d.organ(OrganId(id)).map(|o| (o.id, None)),
        "dept" => {
            let dept = d.dept(DeptId(id)).filter(|x| d.is_open_dept(x.id))?;
            Some((dept.organ, Some(dept.id)))
        }
        _ => None,
    }
}

/// `post:1`, `person:3`.
pub(super) fn keeper(d: &Directory, typed: &str) -> Option<Principal> {
    let (what, id) = typed.split_once(':')?;
    let id: i64 = id.parse().ok()?;
    match what {
        "post" => Some(PostId(id))
            .filter(|p| d.is_open_post(*p))
            .map(Principal::Post),
        "person" => Some(PersonId(id))
            .filter(|p| d.is_here(*p))
            .map(Principal::Person),
        _ => None,
    }
}

/// Posts first: a seal stays with the post when people change.
pub(super) fn keepers(d: &Directory) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "请选岗位或人员")];
    for organ in d.organs() {
        for dept in d.depts_of(organ.id) {
            let posts = d.posts_in(dept.id);
            all.extend(posts.map(|p| {
                Choice::new(
                    format!("post:{}", p.id),
                    format!("岗位　{}", d.post_title(p.id)),
                )
            }));
        }
    }
    let person = |p: &crate::org::Person| {
        let dept = d.dept_of(p.id).map_or("", |x| x.short_name.as_str());
        Choice::new(
            format!("person:{}", p.id),
            format!("人员　{}（{dept}）", p.name),
        )
    };
    all.extend(d.people().map(person));
    all
}

fn owners(d: &Directory) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "请选机关或部门")];
    for organ in d.organs() {
        all.push(Choice::new(format!("organ:{}", organ.id), &organ.name));
        let depts = d.depts_of(organ.id);
        all.extend(depts.map(|x| Choice::new(format!("dept:{}", x.id), format!("　{}", x.name))));
    }
    all
}

fn draw(cx: &Cx<KeepSeals>, filled: &Filled<'_>) -> Result<Reply> {
    let title = "登记印章";
    let content = html! {
        (crumbs(&Link::new("印章", SEALS_AT), &[], title))
        (heading(title, "", &html! {}))
        (form::errors(&filled.errors))
        (note(Tone::Plain, "先是样章。", &"登记以后图样上有“样章”二字，和实物比对无误、正式启用以后才没有。"))
        form method="post" action={ (SEALS_AT) "/new" } enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (fields(&cx.state.org.current(), filled))
            p.acts {
                button.btn.key type="submit" { "登记这枚印章" }
                (Link::new("不登记了", SEALS_AT).button())
            }
        }
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(match filled.is_fresh() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}

fn fields(d: &Directory, filled: &Filled<'_>) -> Markup {
    let kinds = SealKind::ALL
        .map(|k| Choice::new(k.id(), k.label()))
        .to_vec();
    let first = d
        .first_organ()
        .map(|o| format!("organ:{}", o.id))
        .unwrap_or_default();
    html! {
        (filled.put(form::select("owner", "谁的印章", owners(d)).need(), "owner", &first))
        (filled.put(form::text("name", "名称").line().need().hint("例如 砚田镇人民政府印章"), "name", ""))
        (filled.put(form::radios("kind", "类别", kinds), "kind", SealKind::Government.id()))
        (filled.put(form::select("keeper", "谁保管", keepers(d)).need()
            .hint("选岗位的，换了人接着管；用印只有保管人本人能办"), "keeper", ""))
        (form::file("image", "印章图样").accept(".png,.jpg,.jpeg,.bmp").check(&filled.errors)
            .hint("把印模清楚地盖在白纸上，用 300 以上的分辨率扫描；白底会自动变透明。没有图样就空着，由平台画一枚"))
        (filled.put(form::text("legend", "环绕的文字").line().hint("平台画的时候用，镇政府的要带县名，例如 青石县砚田镇人民政府"), "legend", ""))
        (filled.put(form::text("under", "下面一行").line().hint("只有专用章有，例如 合同专用章"), "under", ""))
        (filled.put(form::number("width", "宽度（毫米）").few().hint("空着就是政府、党委印章 42，其他 40"), "width", ""))
    }
}
