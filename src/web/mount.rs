//! The one way from a request to a handler and back: admission, body, then the handler on the blocking
//! pool. Everything between those is in `admit` (before the body) and `run` (after it).
//! Invariant: no handler runs unless its route was found here, and every answer leaves through `send`.

use super::body::{self, Kind, Refused};
use super::errors::{self, Trouble};
use super::headers::Sort;
use super::menu::Menu;
use super::reply::{Answer, Body};
use super::route::{Manifest, Method, Route};
use super::router::{Router, Slot, segments};
use super::visit::Visit;
use super::{CLAIM, Input, State, admit, old, run};
use crate::kit::{Error, Result};
use actix_web::http::{Method as Verb, header};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

/// All routes over one state.
pub(super) struct Edge {
    pub state: Arc<State>,
    pub routes: Vec<Route>,
    pub router: Router,
    pub menu: Arc<Menu>,
    /// Numbers of the routes that answer before the claim.
    pub claim: std::ops::Range<usize>,
}

impl Edge {
    /// Two routes at one place, or a menu entry without a page, is a fault of ours.
    pub(super) fn new(state: Arc<State>, manifests: &[Manifest]) -> Result<Self> {
        let (mut routes, mut items, mut claim) = (Vec::new(), Vec::new(), 0..0);
        for manifest in manifests {
            let from = routes.len();
            routes.extend((manifest.routes)());
            items.extend_from_slice(manifest.menu);
            if manifest.id == CLAIM {
                claim = from..routes.len();
            }
        }
        let mut router = Router::default();
        for (n, route) in routes.iter().enumerate() {
            let slot = match route.method {
                Method::Get => Slot::Get,
                Method::Post => Slot::Post,
            };
            if !router.add(route.path, slot, n) {
                return Err(Error::Fault(format!("two routes at {}", route.path)));
            }
        }
        Ok(Self {
            menu: Arc::new(Menu::new(&items, &routes)?),
            state,
            routes,
            router,
            claim,
        })
    }

    /// Whether this thread draws the page itself; not where it would have to wait.
    fn at_once(&self, n: usize) -> bool {
        let state = &self.state;
        self.routes.get(n).is_some_and(|r| r.at_once)
            && state.store.lists_are_free()
            && state.unshown.is_empty(&state.store)
    }
}

/// Answers everything that is not an asset.
pub(super) async fn serve(req: HttpRequest, payload: Payload, edge: Data<Edge>) -> HttpResponse {
    if let Some(answer) = edge.state.gate.answer(&req, &edge.state) {
        return answer.send();
    }
    match edge.admit(&req) {
        Ok(_) if old::is_old(&req) => old::answer(&edge.state).send(),
        Ok((n, visit)) => answer(&req, payload, &edge, (n, visit)).await,
        Err(admit::No::Away(path)) => Answer::to(&path).send(),
        Err(admit::No::Nowhere(visit)) => {
            let done = web::block(move || run::nowhere(*visit)).await;
            done.unwrap_or_else(|e| refuse(Refused::Failed(Error::fault(e)), &req, &edge))
                .send()
        }
        Err(admit::No::Trouble(trouble)) => {
            if req.method() != Verb::GET {
                body::drain(payload).await;
            }
            errors::at_door(&trouble, &edge.state, admit::wants_json(&req)).send()
        }
    }
}

async fn answer(
    req: &HttpRequest,
    payload: Payload,
    edge: &Data<Edge>,
    (n, mut visit): (usize, Visit),
) -> HttpResponse {
    if visit.method == Method::Post {
        visit = match read(req, payload, edge, (n, visit)).await {
            Ok(visit) => visit,
            Err(refused) => return refuse(refused, req, edge).send(),
        };
    }
    if edge.at_once(n) {
        return edge.run(n, visit).send();
    }
    let held = edge.clone();
    let done = web::block(move || held.run(n, visit)).await;
    done.unwrap_or_else(|e| refuse(Refused::Failed(Error::fault(e)), req, edge))
        .send()
}

/// The visit with what was sent. Files are taken only from somebody who may post them.
async fn read(
    req: &HttpRequest,
    payload: Payload,
    edge: &Data<Edge>,
    (n, mut visit): (usize, Visit),
) -> Result<Visit, Refused> {
    let kind = match body::kind(req.headers()) {
        Ok(kind) => kind,
        Err(refused) => {
            body::drain(payload).await;
            return Err(refused);
        }
    };
    visit.input = match kind {
        Kind::Nothing => Input::default(),
        Kind::Text => body::text(payload).await?,
        Kind::Multipart => {
            let held = edge.clone();
            let asked = web::block(move || (held.takes_files(n, &mut visit), visit)).await;
            let (taken, known) = asked.map_err(|e| Refused::Failed(Error::fault(e)))?;
            visit = known;
            let spool = taken.then(|| edge.state.spool.clone());
            body::multipart(req.headers(), payload, spool).await?
        }
    };
    Ok(visit)
}

fn refuse(refused: Refused, req: &HttpRequest, edge: &Edge) -> Answer {
    let trouble = match refused {
        Refused::TooBig => Trouble::too_big(),
        Refused::TooSlow => Trouble::too_slow(),
        Refused::Unknown => Trouble::unknown_kind(),
        Refused::Broken => Trouble::broken(),
        Refused::Failed(error) => {
            let path = req.uri().to_string();
            let request = edge.state.next_request();
            Trouble::fault(edge.state.fault(&error.to_string(), &request, &path))
        }
    };
    errors::at_door(&trouble, &edge.state, admit::wants_json(req))
}

/// Answers `/assets/{digest}/{name}`.
pub(super) async fn asset(req: HttpRequest, edge: Data<Edge>) -> HttpResponse {
    match find_asset(&req, &edge) {
        Ok(answer) => answer.send(),
        Err(trouble) => errors::at_door(&trouble, &edge.state, false).send(),
    }
}

fn find_asset(req: &HttpRequest, edge: &Edge) -> Result<Answer, Trouble> {
    edge.check_host(req)?;
    if !matches!(*req.method(), Verb::GET | Verb::HEAD) {
        return Err(Trouble::wrong_method("GET"));
    }
    let path = segments(req.uri().path()).ok_or_else(Trouble::not_found)?;
    let [_, digest, name] = path.as_slice() else {
        return Err(Trouble::not_found());
    };
    let found = edge.state.assets.find(digest, name);
    let (asset, own) = found.ok_or_else(Trouble::not_found)?;
    let mut answer = Answer {
        status: 200,
        sort: if own { Sort::Asset } else { Sort::Page },
        headers: Vec::new(),
        body: Body::Bytes(asset.bytes.clone()),
    };
    answer.add(header::CONTENT_TYPE, asset.kind);
    Ok(answer)
}
