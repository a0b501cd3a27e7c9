//! A case with its document, as one person sees it: what every page of this module begins with.
//! Not here: drawing. Invariant: a case that is not the reader's, or makes no document, is not found.

use crate::access::Action;
use crate::engine::definition::{Document as Elements, Field};
use crate::engine::official;
use crate::engine::run::Acting;
use crate::engine::view::{CaseView, Stands};
use crate::engine::writing::Version;
use crate::engine::writing_store::list_versions;
use crate::kit::{Error, Id, Result};
use crate::layout::document::Document;
use crate::web::{Cx, Visit};

/// A case with a document.
pub struct Opened {
    pub acting: Acting,
    pub view: CaseView,
    pub elements: Elements,
    pub versions: Vec<Version>,
}

impl Opened {
    /// The case of the path.
    pub fn of<A: Action>(cx: &Cx<A>) -> Result<Self> {
        let case: Id = cx.path("case")?;
        let acting = acting(cx)?;
        let store = &cx.state.store;
        let view = cx.state.engine.open(store, &acting, (case, None))?;
        let elements = view.procedure.document.clone().ok_or(Error::NotFound)?;
        let shown = view
            .procedure
            .field(&elements.body)
            .is_some_and(|f| view.shows(f));
        if !shown {
            return Err(Error::NotFound);
        }
        let read = store.shelf(case.shelf())?;
        let versions = list_versions(&read, (case, &elements.body))?;
        Ok(Self {
            acting,
            view,
            elements,
            versions,
        })
    }

    /// Address of the document's page.
    #[must_use]
    pub fn at(&self) -> String {
        format!("{}/document", self.view.at)
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self) -> &str {
        official::body(&self.view.procedure, &self.view.case.state.values)
    }

    /// The last version's number; 0 before the first.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.versions.last().map_or(0, |v| v.n)
    }

    /// The text's field, where this person may write it now.
    #[must_use]
    pub fn writes(&self) -> Option<&Field> {
        let step = self.view.writing_at()?;
        let field = self.view.procedure.field(&self.elements.body)?;
        let open = self.view.stands == Stands::Open && field.writable_at(&step.id);
        open.then_some(field)
    }

    /// Whether this person has something to do on the case now, and may therefore write on it by hand.
    #[must_use]
    pub fn may_draw(&self) -> bool {
        self.view.stands == Stands::Open && self.view.task.is_some()
    }

    /// The document as it stands.
    pub fn document(&self, visit: &Visit) -> Result<Document> {
        let of = (&self.view.case, &*self.view.procedure);
        let found = official::of_case(&visit.state.store, of, &self.view.files, visit.zone())?;
        found.ok_or(Error::NotFound)
    }
}

/// Who acts in this request.
pub fn acting<A: Action>(cx: &Cx<A>) -> Result<Acting> {
    Acting::of(&cx.state.org.current(), cx.who().person)
}
