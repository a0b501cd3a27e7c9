//! The township behind a server: somebody in every role of domain §4.6, the three administrators apart,
//! somebody with a one-time password, somebody shut out, and cases that stand at several steps.

use crate::support::http::Http;
use crate::support::town::Town;
use inkstone::access::change::{ChangePassword, DisableAccount, Founder, GrantAdmin, NewPassword};
use inkstone::access::slip::IssueSlips;
use inkstone::access::{
    Access, Action, AdminRole, Attempt, Chance, Cost, LoginOutcome, Peer, Setup, Token, change,
    policy,
};
use inkstone::kit::{PersonId, Zone};
use inkstone::org::DeptKind;
use inkstone::org::edit::{self, DeptDraft, PersonDraft, PostDraft};
use inkstone::web::{self, Running, State};
use inkstone::{access, modules, screens};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

/// Everybody's password.
pub const SENTENCE: &str = "门前老槐树开花了";
/// Who each role of the table is. 安守 handles, 钱细清 heads a department that has no part in any case.
pub const ROLES: &[(&str, &str)] = &[
    ("principal_leader", "江若川"),
    ("leader", "陆平章"),
    ("office_director", "纪文澜"),
    ("records_clerk", "宋小笺"),
    ("dept_head", "雷有备"),
    ("dept_head2", "钱细清"),
    ("receiver", "纳百川"),
    ("handler", "安守"),
    ("village_clerk", "文东溪"),
    ("seal_keeper", "印可知"),
    ("archivist", "苏简"),
    ("window", "窗前明"),
    ("duty", "守长夜"),
    ("no_post", "无所任"),
    ("must_change", "初来到"),
    ("disabled", "已停用"),
    ("system", "管事成"),
    ("security", "卫安宁"),
    ("audit", "查有据"),
];
/// Whom administrators' deeds of the tests are done to.
pub const TARGET: &str = "靶中心";

const MORE: &[(&str, &str, &str)] = &[
    ("纳百川", "YJB", "业务综合代表"),
    ("文东溪", "DX", "文书"),
    ("印可知", "DZB", "印章"),
    ("窗前明", "DQZ", "1号窗口"),
    ("守长夜", "DZB", "值班员"),
    ("初来到", "WZB", "干事"),
    ("已停用", "TYZ", "干事"),
    ("靶中心", "TYZ", "站长"),
    ("管事成", "WHZ", "干事"),
    ("卫安宁", "RDB", "干事"),
    ("查有据", "JWB", "干事"),
];

pub struct Office {
    // stopped before the folder goes away
    pub running: Running,
    pub state: Arc<State>,
    pub town: Town,
}

pub fn peer(ip: [u8; 4]) -> Peer {
    let ip = IpAddr::from(ip);
    Peer {
        addr: ip,
        local: ip,
        https: false,
    }
}

pub const HERE: [u8; 4] = [127, 0, 0, 1];
/// Away from the server: another local address.
pub const LAN: [u8; 4] = [127, 0, 0, 2];

impl Office {
    pub fn new(name: &str) -> Self {
        let town = Town::new(&format!("access-{name}"));
        settle_more(&town);
        let access = Access::open(
            &town.store,
            Setup {
                chance: Chance::System,
                cost: Cost::TEST,
                zone: Zone::BEIJING,
            },
        )
        .unwrap();
        let office = Self::serve(town, access);
        office.open_accounts();
        office
    }

    /// A server over the files of a town, before anybody claimed it or as it was left.
    pub fn serve(town: Town, access: Access) -> Self {
        let dir = town.folder.dir();
        let state = State::new(&dir, town.store.clone(), town.org.clone(), access)
            .unwrap()
            .with_engine(town.engine.clone())
            .unwrap()
            .with_counting(screens::todo::count);
        state.name_office(Zone::BEIJING);
        let state = Arc::new(state);
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let running = web::serve(state.clone(), &modules::every(), vec![listener]).unwrap();
        Self {
            running,
            state,
            town,
        }
    }

    fn open_accounts(&self) {
        let (directory, access) = (self.town.directory(), &self.state.access);
        let first = self.town.person("管事成");
        access
            .found(&Founder {
                person: first,
                password: SENTENCE,
                about: &change::personal(&directory, first),
                peer: &peer(HERE),
                request: "r0",
            })
            .unwrap();
        let admin = self.permit::<IssueSlips>("管事成");
        let others: Vec<PersonId> = directory
            .people()
            .map(|p| p.id)
            .filter(|p| *p != first)
            .collect();
        let slips = access.issue_slips(&admin, &directory, &others).unwrap();
        for slip in slips {
            let name = directory.person_name(slip.person).to_owned();
            if name != "初来到" {
                self.own_password(&name, &slip.words);
            }
        }
        for (name, role) in [
            ("卫安宁", AdminRole::Security),
            ("查有据", AdminRole::Audit),
        ] {
            self.grant("管事成", name, role);
        }
        self.grant("卫安宁", "管事成", AdminRole::System);
        let shut = self.permit::<DisableAccount>("卫安宁");
        access.disable(&shut, self.town.person("已停用")).unwrap();
    }

    fn own_password(&self, name: &str, words: &str) {
        let who = self.who(&self.token(name, words, LAN));
        let permit =
            policy::permit::<ChangePassword>(who, &peer(LAN), self.town.clock.now(), "r", "")
                .unwrap();
        let new = NewPassword {
            old: "",
            new: SENTENCE,
            again: SENTENCE,
        };
        let directory = self.town.directory();
        self.state
            .access
            .change_password(&permit, &directory, &new, &peer(LAN))
            .unwrap();
    }

    fn grant(&self, by: &str, to: &str, role: AdminRole) {
        let permit = self.permit::<GrantAdmin>(by);
        let to = self.town.person(to);
        self.state
            .access
            .set_admin_roles(&permit, to, &[role])
            .unwrap();
    }

    /// A permit as a route would give it, at the server.
    pub fn permit<A: Action>(&self, name: &str) -> access::Permit<A> {
        let who = self.who(&self.token(name, SENTENCE, HERE));
        policy::permit::<A>(who, &peer(HERE), self.town.clock.now(), "r", "").unwrap()
    }

    fn who(&self, token: &Token) -> Arc<access::Who> {
        let directory = self.town.directory();
        self.state.access.identify(&directory, token).unwrap()
    }

    /// A session's token, without the log-in page.
    pub fn token(&self, name: &str, password: &str, ip: [u8; 4]) -> Token {
        let outcome = self.state.access.login(
            &self.town.directory(),
            &Attempt {
                name,
                password,
                dept: None,
                peer: &peer(ip),
                device: None,
                replaces: None,
                request: "r1",
            },
        );
        match outcome.unwrap() {
            LoginOutcome::Entered(entered) => entered.token,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub fn visitor(&self, ip: [u8; 4]) -> Http {
        let port = self.running.addresses()[0].port();
        Http::to(SocketAddr::from((ip, port)))
    }

    /// A browser on the LAN, logged in.
    pub fn lan(&self, name: &str) -> Http {
        self.enter(name, LAN)
    }

    /// A browser at the server, logged in.
    pub fn here(&self, name: &str) -> Http {
        self.enter(name, HERE)
    }

    pub fn enter(&self, name: &str, ip: [u8; 4]) -> Http {
        let mut http = self.visitor(ip);
        let token = self.token(name, SENTENCE, ip);
        http.cookies.push(("ink".into(), token.text()));
        http
    }

    /// Logs in by the page, as people do.
    pub fn log_in(
        &self,
        http: &mut Http,
        name: &str,
        password: &str,
    ) -> crate::support::reply::Reply {
        http.submit(
            "/login",
            "/login",
            &[("name", name), ("password", password)],
        )
    }

    pub fn drain(&self) {
        assert!(self.town.store.drain(std::time::Duration::from_secs(20)));
    }
}

fn settle_more(town: &Town) {
    let organ = town.directory().first_organ().unwrap().id;
    let from = crate::support::town::day("2026-01-01");
    let village = DeptDraft {
        code: "DX".into(),
        name: "东溪村".into(),
        short_name: "东溪村".into(),
        kind: DeptKind::Village,
        sort: 90,
    };
    town.hub(move |w| {
        let dept = edit::add_dept(w, organ, &village, from)?;
        let post = PostDraft {
            name: "文书".into(),
            roles: vec![inkstone::org::Role::VillageClerk],
            sort: 1,
        };
        edit::add_post(w, dept, &post, from)?;
        let nobody = PersonDraft {
            name: "无所任".into(),
            ..PersonDraft::default()
        };
        edit::add_person(w, &nobody, from).map(|p| p.0)
    });
    for (name, dept, post) in MORE {
        town.settle(name, dept, post);
    }
}
