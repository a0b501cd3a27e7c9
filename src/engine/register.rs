//! What a register is: the columns of all procedures that share it, and how each column is looked
//! through. Not here: SQL (`register_sql`), rows (`register_store`).
//! Invariant: a column filters only where its definition says so.

use super::compute::is_money;
use super::definition::{ColumnKind, Counts, Kind, Procedure, RegisterColumn, SeenBy, Source};

/// A register as all procedures that share it define it together.
#[derive(Debug, Clone)]
pub struct Table {
    pub id: String,
    pub name: String,
    pub columns: Vec<RegisterColumn>,
    /// What its statistics count by besides: the first of its procedures that says it.
    pub counts: Option<Counts>,
    /// How each column is looked through, in the same order.
    pub looks: Vec<Look>,
    /// What stands on the sheets of its procedures: id and title.
    pub sheets: Vec<(String, String)>,
    /// Its number among the registers, from 1: the rows of rights carry it.
    pub number: usize,
    /// Whether where a case is may be seen only from one's own step downstream.
    pub downstream: bool,
}

/// How a column is looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// By words in it.
    Words,
    /// The same; its numbers grow with their length: 9号 before 10号.
    Series,
    /// By one of these.
    Choice(Vec<String>),
    /// By a department named in it.
    Department,
    /// By a name in it.
    Person,
    /// From a day to a day.
    Days,
    /// From a number to a number.
    Numbers,
    /// The same of yuan, shown with two decimals.
    Money,
    /// By where a case is: words of the state.
    State,
    /// Who has it now: shown by the rule of visibility, and never looked through.
    Where,
}

/// The registers of these procedures, each once, with the union of their columns in order.
#[must_use]
pub fn tables<'a>(procedures: impl Iterator<Item = &'a Procedure>) -> Vec<Table> {
    let mut all: Vec<Table> = Vec::new();
    for p in procedures {
        let number = all.len() + 1;
        let place = all.iter().position(|t| t.id == p.register.id);
        let place = place.unwrap_or_else(|| {
            all.push(Table {
                id: p.register.id.clone(),
                name: p.register.name.clone(),
                columns: Vec::new(),
                counts: None,
                looks: Vec::new(),
                sheets: Vec::new(),
                number,
                downstream: false,
            });
            number - 1
        });
        if let Some(table) = all.get_mut(place) {
            table.join(p);
        }
    }
    all
}

impl Table {
    fn join(&mut self, procedure: &Procedure) {
        if self.counts.is_none() {
            self.counts.clone_from(&procedure.register.counts);
        }
        self.downstream |= procedure.visibility.rule == SeenBy::Downstream;
        for sheet in &procedure.sheets {
            if self.sheets.iter().all(|(id, _)| *id != sheet.id) {
                self.sheets.push((sheet.id.clone(), sheet.title.clone()));
            }
        }
        for c in &procedure.register.columns {
            let look = look(c, procedure);
            match self.columns.iter().position(|k| k.id == c.id) {
                None => {
                    self.columns.push(c.clone());
                    self.looks.push(look);
                }
                Some(i) => {
                    if let Some(known) = self.looks.get_mut(i) {
                        known.join(look);
                    }
                }
            }
        }
    }

    /// Columns with how they are looked through.
    pub fn looked(&self) -> impl Iterator<Item = (&RegisterColumn, &Look)> {
        self.columns.iter().zip(&self.looks)
    }

    /// Those that filter.
    pub fn filters(&self) -> impl Iterator<Item = (&RegisterColumn, &Look)> {
        self.looked()
            .filter(|(c, look)| c.filter && !matches!(look, Look::State | Look::Where))
    }

    /// Those whose values are few enough to count by.
    pub fn counted(&self) -> impl Iterator<Item = &RegisterColumn> {
        let few = |look: &Look| matches!(look, Look::Choice(_) | Look::State);
        self.looked()
            .filter(move |(c, look)| c.filter && few(look))
            .map(|(c, _)| c)
    }

    /// Those with a sum.
    pub fn summed(&self) -> impl Iterator<Item = (&RegisterColumn, &Look)> {
        self.looked().filter(|(c, _)| c.kind == ColumnKind::Number)
    }
}

impl Look {
    /// What two procedures say of the same column.
    fn join(&mut self, other: Self) {
        match (self, other) {
            (Self::Choice(all), Self::Choice(more)) => {
                for one in more {
                    if !all.contains(&one) {
                        all.push(one);
                    }
                }
            }
            // One of them has nothing to say there.
            (known @ Self::Words, more) => *known = more,
            _ => {}
        }
    }
}

fn figures(column: &RegisterColumn, procedure: &Procedure) -> Look {
    let field = match &column.from {
        Source::Field(id) => procedure.field(id),
        _ => None,
    };
    match field.is_some_and(|f| is_money(procedure, f)) {
        true => Look::Money,
        false => Look::Numbers,
    }
}

fn look(column: &RegisterColumn, procedure: &Procedure) -> Look {
    match column.kind {
        ColumnKind::Date => return Look::Days,
        ColumnKind::Number => return figures(column, procedure),
        ColumnKind::Text => {}
    }
    let kind = match &column.from {
        Source::Procedure => return Look::Choice(vec![procedure.name.clone()]),
        Source::State => return Look::State,
        Source::Holder | Source::Step => return Look::Where,
        Source::Field(id) => procedure.field(id).map(|f| &f.kind),
        _ => None,
    };
    match kind {
        Some(Kind::Choice { options }) => Look::Choice(options.clone()),
        Some(Kind::Department | Kind::Departments) => Look::Department,
        Some(Kind::Person | Kind::People) => Look::Person,
        Some(Kind::SeriesNumber) => Look::Series,
        _ => Look::Words,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::procedures::Procedures;

    #[test]
    fn procedures_that_share_a_register_make_one_table() {
        let shipped = Procedures::shipped().unwrap();
        let all = tables(shipped.all().iter().map(|p| &*p.procedure));
        let table = all.first().unwrap();
        assert_eq!(table.columns.len(), table.looks.len());
        assert!(table.downstream);
        let of = |label: &str| {
            let mut looked = table.looked();
            looked.find(|(c, _)| c.label == label).unwrap().1.clone()
        };
        assert_eq!(of("收文号"), Look::Series);
        assert_eq!(of("收文日期"), Look::Days);
        assert_eq!(of("份数"), Look::Numbers);
        assert_eq!(of("承办单位"), Look::Department);
        assert_eq!(of("现在到"), Look::Where);
        assert_eq!(
            of("缓急"),
            Look::Choice(["普通", "急", "特急"].map(str::to_owned).to_vec())
        );
        assert!(matches!(of("办阅"), Look::Choice(kinds) if kinds.len() == 2));
        let titles: Vec<&str> = table.sheets.iter().map(|(_, t)| t.as_str()).collect();
        assert!(titles.contains(&"收文处理单") && titles.contains(&"公文传阅单"));
    }
}
