//! What a register says of a case in one column: what some must not see stays out, what is personal is covered.

use super::definition::{Procedure, Source};
use super::printed;
use super::run::Engine;
use super::stored::Stored;
use serde_json::Value;

pub(super) fn is_masked(procedure: &Procedure, source: &Source) -> bool {
    let field = printed::field_of(source).and_then(|id| procedure.field(id));
    field.is_some_and(|f| f.masked)
}

/// What a register says of a case in one column.
pub(super) fn register_cell(
    engine: &Engine,
    c: &super::definition::RegisterColumn,
    (procedure, case): (&Procedure, &Stored),
) -> Value {
    // A register is one book for all who see the case: what some must not see stays out of it.
    let of = printed::field_of(&c.from).and_then(|id| procedure.field(id));
    if of.is_some_and(|f| !f.hidden_from.is_empty()) {
        return Value::Null;
    }
    let own = of.filter(|_| matches!(c.from, Source::Field(_)));
    let raw = own.and_then(|f| printed::sorted(procedure, f, c.kind, &case.state.values));
    printed::column(
        &printed::fact(&c.from, procedure, case, None),
        raw.as_ref(),
        engine.zone(),
    )
}
