//! A procedure to begin with: an almost empty one, or a copy of another under a new name; and the bare field
//! and step that edits fill in. All are read from text, so that what the format grows by is at rest in them.
//! Invariant: a blank one can be published as it is.

use super::ids;
use crate::engine::definition::{Field, Procedure, Step, Who, part};
use crate::kit::{Error, Result};
use serde::de::DeserializeOwned;

const TEXT: &str = include_str!("../../../assets/blank.toml");

/// An almost empty procedure of this name; `taken` are the ids of all others.
///
/// # Errors
/// Invalid where the name is none.
pub fn blank(name: &str, group: &str, taken: impl Fn(&str) -> bool) -> Result<Procedure> {
    let mut p = Procedure::parse(TEXT).map_err(Error::fault)?;
    rename(&mut p, name, taken)?;
    // the directory lists procedures by what their buttons say
    p.start.label.clone_from(&p.name);
    if !group.trim().is_empty() {
        p.group = super::name(group, "目录里的组名").map_err(|e| Error::invalid("group", e))?;
    }
    Ok(p)
}

/// Another's form and flow under a new name, with a register and a number of its own.
///
/// # Errors
/// Invalid where the name is none.
pub fn copy(of: &Procedure, name: &str, taken: impl Fn(&str) -> bool) -> Result<Procedure> {
    let mut p = of.clone();
    rename(&mut p, name, taken)?;
    let typed = p.name.clone();
    if let Some(series) = &mut p.series {
        series.pattern = series.pattern.replace(&series.key, &typed);
        series.key = typed;
    }
    Ok(p)
}

fn rename(p: &mut Procedure, name: &str, taken: impl Fn(&str) -> bool) -> Result<()> {
    let name = super::name(name, "事项名称").map_err(|e| Error::invalid("name", e))?;
    p.id = ids::made(&name, "matter", taken);
    p.register.id = p.id.replace('-', "_");
    p.register.name = format!("{name}登记簿");
    let old = std::mem::replace(&mut p.name, name.clone());
    for sheet in p.sheets.iter_mut().filter(|s| s.title == old) {
        sheet.title.clone_from(&name);
    }
    Ok(())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    part(text).ok_or_else(|| "这一步没有做成，请再试一次".to_owned())
}

/// A field of one line that nobody may write yet.
pub fn field(id: &str, label: &str) -> Result<Field, String> {
    let text = format!("id = \"{id}\"\nlabel = \"\"\nkind = \"text\"");
    let mut field: Field = read(&text)?;
    label.clone_into(&mut field.label);
    Ok(field)
}

/// A step that can do nothing yet.
pub fn step(id: &str, name: &str, who: Who) -> Result<Step, String> {
    let text = format!("id = \"{id}\"\nname = \"\"\nwho = \"starter\"");
    let mut step: Step = read(&text)?;
    name.clone_into(&mut step.name);
    step.who = who;
    Ok(step)
}
