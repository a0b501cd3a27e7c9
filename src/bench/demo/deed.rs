//! One act of the story and how it is done: as the person would press it, with the stamp of that time.
//! Not here: what happens (`script`). Invariant: every write of an act has its own repeat key.

use super::hours::{DAY, Hours};
use super::town::find;
use crate::access::demo::Filling;
use crate::engine::case::{Task, TaskState, Values};
use crate::engine::definition::MoveId;
use crate::engine::draft_store;
use crate::engine::offer::{Input, Turns};
use crate::engine::paper::{Entry, Proof};
use crate::engine::procedures::Published;
use crate::engine::run::{Acting, Ask};
use crate::kit::sniff::sniff;
use crate::kit::{DeptId, Error, Id, Millis, Principal, Result};
use crate::org::Directory;
use crate::store::{NewAttachment, Stamp, attachments};
use crate::web::State;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A paper that comes in. `{y}` in number and title is the year it came.
pub(super) struct Head {
    pub procedure: &'static str,
    pub from: &'static str,
    pub number: &'static str,
    pub title: &'static str,
    pub urgency: &'static str,
    /// Working days it leaves; none where 0.
    pub due: u32,
    /// Name and text of the file with it.
    pub file: Option<(&'static str, &'static str)>,
}

/// The same paper as it lies on the clerk's desk. `{y}` is still the year it came.
#[derive(Clone)]
pub(super) struct Letter {
    pub procedure: &'static str,
    pub from: &'static str,
    pub number: String,
    pub title: String,
    pub urgency: &'static str,
    pub due: u32,
    pub file: Option<(String, String)>,
}

impl From<&Head> for Letter {
    fn from(head: &Head) -> Self {
        Self {
            procedure: head.procedure,
            from: head.from,
            number: head.number.to_owned(),
            title: head.title.to_owned(),
            urgency: head.urgency,
            due: head.due,
            file: head.file.map(|(n, t)| (n.to_owned(), t.to_owned())),
        }
    }
}

/// What somebody answers on the page.
#[derive(Clone)]
pub(super) struct Wish {
    pub mv: MoveId,
    pub choice: &'static str,
    pub people: Vec<&'static str>,
    pub turns: Turns,
    pub opinion: String,
    pub note: &'static str,
    /// Codes of departments, the principal one first.
    pub parts: Vec<&'static str>,
    /// Codes of departments that countersign.
    pub signers: Vec<&'static str>,
    /// Code of a department chosen.
    pub dept: &'static str,
    pub values: Vec<(&'static str, String)>,
    /// Whose paper is entered; the note is why there is no photograph.
    pub writer: &'static str,
    /// What is wrong with what was entered in one's name.
    pub answer: &'static str,
}

impl Wish {
    pub const fn of(mv: MoveId) -> Self {
        Self {
            mv,
            choice: "",
            people: Vec::new(),
            turns: Turns::AtOnce,
            opinion: String::new(),
            note: "",
            parts: Vec::new(),
            signers: Vec::new(),
            dept: "",
            values: Vec::new(),
            writer: "",
            answer: "",
        }
    }
}

/// A form as somebody fills it in; what stands in it by itself is left alone.
pub(super) struct Form {
    pub procedure: &'static str,
    /// Where it is sent.
    pub choice: &'static str,
    pub values: &'static [(&'static str, Said)],
}

/// What is typed into one field. Days are working days after the one it is filled in on.
#[derive(Clone, Copy)]
pub(super) enum Said {
    Words(&'static str),
    Figure(i64),
    Person(&'static str),
    /// Codes of departments.
    Dept(&'static str),
    Depts(&'static [&'static str]),
    Day(u32),
    Span(u32, u32),
    /// Rows of a table: column and what stands in it.
    Rows(&'static [&'static [(&'static str, &'static str)]]),
}

/// What is done.
pub(super) enum What {
    Register(Letter, Wish),
    /// Fills in a form of the everyday and sends it.
    Begin(Form),
    Move(Wish),
    /// Opens the page.
    Look,
}

/// An act of the story.
pub(super) struct Deed {
    pub at: Millis,
    pub paper: usize,
    /// Place among the acts on its paper.
    pub n: usize,
    pub by: &'static str,
    pub what: What,
}

/// Carries acts out, in the order of their time.
pub(super) struct Teller<'a> {
    state: &'a State,
    filling: &'a Filling,
    directory: Arc<Directory>,
    cases: HashMap<usize, Id>,
}

/// Papers begun and not sent: procedure, issuer, title, working minutes ago.
const DRAFTS: [(&str, &str, &str, i64); 2] = [
    (
        "incoming-handle",
        "墨川县水务局",
        "关于上报农村饮水管护情况的通知",
        95,
    ),
    (
        "incoming-read",
        "墨川县档案馆",
        "关于做好档案移交准备工作的提示",
        DAY + 30,
    ),
];
const CLERK: &str = "宋小笺";

impl<'a> Teller<'a> {
    pub fn new(state: &'a State, filling: &'a Filling) -> Self {
        Self {
            state,
            filling,
            directory: state.org.current(),
            cases: HashMap::new(),
        }
    }

    pub fn tell(&mut self, deed: &Deed) -> Result<()> {
        let acting = Acting::of(&self.directory, find(&self.directory, deed.by)?)?;
        match &deed.what {
            What::Register(head, wish) => self.register(deed, &acting, (head, wish)),
            What::Begin(form) => self.begin(deed, &acting, form),
            What::Move(wish) if !wish.writer.is_empty() => self.enter(deed, &acting, wish),
            What::Move(wish) if !wish.answer.is_empty() => self.answer(deed, &acting, wish),
            What::Move(wish) => self.act(deed, &acting, wish),
            What::Look => self.look(deed, &acting),
        }
        .map_err(|e| {
            Error::Fault(format!(
                "demo paper {} act {} by {}: {e}",
                deed.paper, deed.n, deed.by
            ))
        })
    }

    fn stamp(&self, deed: &Deed, acting: &Acting, action: &'static str, word: &str) -> Stamp {
        let op = format!("{}-{}{word}", deed.paper, deed.n);
        self.filling
            .stamp(acting.viewer.person, action, (deed.at, &op))
    }

    fn register(
        &mut self,
        deed: &Deed,
        acting: &Acting,
        (head, wish): (&Letter, &Wish),
    ) -> Result<()> {
        let engine = &self.state.engine;
        let published = engine.procedures.current(head.procedure)?;
        let mut input = self.input(wish)?;
        let mut values = self.values(head, deed.at);
        values.retain(|id, _| published.procedure.field(id).is_some());
        input.values.extend(values);
        let draft = match &head.file {
            Some(file) => Some(self.with_file(deed, acting, (&published, file, &mut input))?),
            None => None,
        };
        let stamp = self.stamp(deed, acting, "case.start", "");
        let done = engine.start(&self.state.store, stamp, acting, (&published, input, draft))?;
        self.cases.insert(deed.paper, done.value.case);
        Ok(())
    }

    fn begin(&mut self, deed: &Deed, acting: &Acting, form: &Form) -> Result<()> {
        let engine = &self.state.engine;
        let published = engine.procedures.current(form.procedure)?;
        let typed = form.values.iter();
        let values: Result<Values> = typed
            .map(|(id, said)| Ok(((*id).to_owned(), self.said(*said, deed.at)?)))
            .collect();
        let input = Input {
            choice: form.choice.to_owned(),
            values: values?,
            ..Input::default()
        };
        let stamp = self.stamp(deed, acting, "case.start", "");
        let done = engine.start(&self.state.store, stamp, acting, (&published, input, None))?;
        self.cases.insert(deed.paper, done.value.case);
        Ok(())
    }

    fn said(&self, said: Said, at: Millis) -> Result<Value> {
        let day = |n| {
            let today = self.state.engine.zone().day(at);
            self.directory
                .calendar()
                .add_working(today, n)
                .day
                .to_string()
        };
        Ok(match said {
            Said::Words(words) => words.into(),
            Said::Figure(n) => n.into(),
            Said::Person(name) => find(&self.directory, name)?.0.into(),
            Said::Dept(code) => self.dept(code)?.into(),
            Said::Depts(codes) => {
                let all: Result<Vec<i64>> = codes.iter().map(|c| self.dept(c)).collect();
                json!(all?)
            }
            Said::Day(n) => day(n).into(),
            Said::Span(first, last) => json!({ "first": day(first), "last": day(last) }),
            Said::Rows(rows) => rows
                .iter()
                .map(|row| {
                    let cells = row.iter();
                    let cells = cells.map(|(id, words)| ((*id).to_owned(), Value::from(*words)));
                    Value::Object(cells.collect())
                })
                .collect(),
        })
    }

    fn values(&self, head: &Letter, at: Millis) -> Values {
        let zone = self.state.engine.zone();
        let year = zone.year(at).to_string();
        let mut values = Values::new();
        let mut set = |k: &str, v: String| values.insert(k.to_owned(), Value::from(v));
        set("title", head.title.replace("{y}", &year));
        set("from", head.from.to_owned());
        set("from_number", head.number.replace("{y}", &year));
        set("urgency", head.urgency.to_owned());
        if head.number.is_empty() {
            set("head", "白头文件".to_owned());
        }
        if head.due > 0 {
            let calendar = self.directory.calendar();
            let due = calendar.add_working(zone.day(at), head.due);
            set("due_on", due.day.to_string());
        }
        values
    }

    /// Keeps the file in a draft, as the page does, and names it in the form.
    fn with_file(
        &self,
        deed: &Deed,
        acting: &Acting,
        (published, (name, text), input): (&Published, &(String, String), &mut Input),
    ) -> Result<Id> {
        let store = &self.state.store;
        let shelf = self.state.engine.shelf_at(store, acting, deed.at)?;
        let mut upload = store.upload(shelf)?;
        upload.push(text.as_bytes())?;
        let (digest, size) = upload.finish()?;
        let (person, person_name) = (acting.viewer.person, acting.signature.name.clone());
        let (name, procedure) = (name.clone(), published.procedure.id.clone());
        let kind = sniff(text.as_bytes()).label().to_owned();
        let typed = input.values.clone();
        let stamp = self.stamp(deed, acting, "case.draft", "file");
        let kept = store.write(shelf, stamp, move |w| {
            w.quiet("草稿是自己的，不影响各类清单");
            let owner = draft_store::set_draft(w, (None, person), &procedure, &typed)?;
            w.attach(&NewAttachment {
                owner,
                field: "attachments".to_owned(),
                name,
                size,
                digest,
                kind,
                person,
                person_name,
            })?;
            Ok(owner)
        })?;
        let files = attachments::list(&store.shelf(shelf)?, kept.value)?;
        let ids: Vec<Value> = files
            .iter()
            .map(|f| Value::from(f.id.to_string()))
            .collect();
        input.values.insert("attachments".to_owned(), ids.into());
        Ok(kept.value)
    }

    fn act(&self, deed: &Deed, acting: &Acting, wish: &Wish) -> Result<()> {
        let ask = Ask {
            case: self.case(deed)?,
            task: None,
            rev: None,
            mv: wish.mv,
            input: self.input(wish)?,
        };
        let stamp = self.stamp(deed, acting, "case.advance", "");
        let engine = &self.state.engine;
        engine.act(&self.state.store, stamp, acting, ask).map(drop)
    }

    /// What the writer wrote on paper, entered by whoever acts.
    fn enter(&self, deed: &Deed, acting: &Acting, wish: &Wish) -> Result<()> {
        let (store, engine) = (&self.state.store, &self.state.engine);
        let case = self.case(deed)?;
        let person = find(&self.directory, wish.writer)?;
        let view = engine.open(store, acting, (case, None))?;
        let open = engine.enterable(acting, &view);
        let open = open.into_iter().find(|e| e.person == person);
        let open = open.ok_or_else(|| Error::fault("nothing to enter from paper"))?;
        let entry = Entry {
            case,
            task: open.task,
            person,
            mv: open.offer.mv,
            input: Input {
                note: String::new(),
                ..self.input(wish)?
            },
            said_on: engine.zone().day(deed.at),
            proof: Proof::Without(wish.note.to_owned()),
        };
        let stamp = self.stamp(deed, acting, "case.paper", "");
        engine.enter_paper(store, stamp, acting, entry).map(drop)
    }

    fn answer(&self, deed: &Deed, acting: &Acting, wish: &Wish) -> Result<()> {
        let (store, engine) = (&self.state.store, &self.state.engine);
        let case = self.case(deed)?;
        let view = engine.open(store, acting, (case, None))?;
        let me = acting.viewer.person;
        let paper = view.papers.iter().rfind(|p| p.person == me).map(|p| p.id);
        let paper = paper.ok_or_else(|| Error::fault("nothing entered in this name"))?;
        let stamp = self.stamp(deed, acting, "case.paper.answer", "");
        let said = (false, wish.answer.to_owned());
        engine
            .answer_paper(store, stamp, acting, ((case, paper), said))
            .map(drop)
    }

    fn look(&self, deed: &Deed, acting: &Acting) -> Result<()> {
        let (store, engine) = (&self.state.store, &self.state.engine);
        let case = self.case(deed)?;
        let view = engine.open(store, acting, (case, None))?;
        let mine = |t: &&Task| {
            let holds = &acting.viewer.holds;
            t.state == TaskState::Open && holds.iter().any(|h| h.principal == t.holder)
        };
        for (n, task) in view.case.state.tasks.iter().filter(mine).enumerate() {
            let stamp = self.stamp(deed, acting, "case.seen", &format!("-{n}"));
            engine.seen(store, stamp, (case, task.id))?;
        }
        Ok(())
    }

    fn case(&self, deed: &Deed) -> Result<Id> {
        let case = self.cases.get(&deed.paper).copied();
        case.ok_or_else(|| Error::fault("an act before its paper came"))
    }

    fn input(&self, wish: &Wish) -> Result<Input> {
        let d = &self.directory;
        let mut people = Vec::with_capacity(wish.people.len());
        for name in &wish.people {
            let person = find(d, name)?;
            people.push(match (wish.mv, d.main_post(person)) {
                (MoveId::Assign | MoveId::Transfer | MoveId::Issue, _) | (_, None) => {
                    Principal::Person(person)
                }
                (_, Some(post)) => Principal::Post(post.id),
            });
        }
        let typed = wish.values.iter();
        let mut values: Values = typed
            .map(|(id, v)| ((*id).to_owned(), v.as_str().into()))
            .collect();
        let dept = match wish.dept {
            "" => None,
            code => Some(DeptId(self.dept(code)?)),
        };
        if let Some((principal, rest)) = wish.parts.split_first() {
            let rest: Result<Vec<i64>> = rest.iter().map(|code| self.dept(code)).collect();
            values.insert("principal_department".into(), self.dept(principal)?.into());
            values.insert("assisting_departments".into(), json!(rest?));
        }
        if !wish.signers.is_empty() {
            let all: Result<Vec<i64>> = wish.signers.iter().map(|code| self.dept(code)).collect();
            values.insert("countersign_departments".into(), json!(all?));
        }
        Ok(Input {
            choice: wish.choice.to_owned(),
            people,
            opinion: wish.opinion.clone(),
            turns: wish.turns,
            note: wish.note.to_owned(),
            values,
            dept,
            ..Input::default()
        })
    }

    fn dept(&self, code: &str) -> Result<i64> {
        let found = self.directory.all_depts().iter().find(|d| d.code == code);
        let found = found.ok_or_else(|| Error::Fault(format!("no department {code}")))?;
        Ok(found.id.0)
    }

    /// What the clerk has begun to type.
    pub fn leave_drafts(&self, hours: &Hours<'_>) -> Result<()> {
        let person = find(&self.directory, CLERK)?;
        let acting = Acting::of(&self.directory, person)?;
        for (n, (procedure, from, title, ago)) in DRAFTS.into_iter().enumerate() {
            let at = hours.ago(ago);
            let shelf =
                self.state
                    .engine
                    .shelf_at(&self.state.store, &acting, self.filling.at())?;
            let mut values = Values::new();
            values.insert("from".into(), from.into());
            values.insert("title".into(), title.into());
            let op = format!("draft-{n}");
            let stamp = self.filling.stamp(person, "case.draft", (at, &op));
            self.state.store.write(shelf, stamp, move |w| {
                w.quiet("草稿是自己的，不影响各类清单");
                draft_store::set_draft(w, (None, person), procedure, &values)
            })?;
        }
        Ok(())
    }
}
