//! A server that is being set up, and the steps as a person fills them in.

use crate::support::http::Http;
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::app::serve::office;
use inkstone::kit::{Clock, Millis};
use inkstone::modules;
use inkstone::web::machine::Machine;
use inkstone::web::{self, Running, State};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

pub const SENTENCE: &str = "门前老槐树开花了";
pub const STEPS: [&str; 5] = [
    "/setup",
    "/setup/choose",
    "/setup/office",
    "/setup/org",
    "/setup/admins",
];

/// A server over a folder, as `inkstone serve` puts it together, on a clock the test moves.
pub struct Server {
    pub state: Arc<State>,
    pub running: Running,
    pub clock: Clock,
    pub announced: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn over(folder: &Folder) -> Self {
        Self::of(folder, Machine::default())
    }

    /// The same on a PC that answers so.
    pub fn of(folder: &Folder, machine: Machine) -> Self {
        let clock = Clock::held(Millis(1_773_016_200_000));
        let state = office(&folder.dir(), clock.clone(), None, machine).unwrap();
        let announced = Arc::new(Mutex::new(Vec::new()));
        let heard = announced.clone();
        let hear = move |code: &str| heard.lock().unwrap().push(code.to_owned());
        state.access.announce_codes(Box::new(hear));
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let running = web::serve(state.clone(), &modules::every(), vec![listener]).unwrap();
        Self {
            state,
            running,
            clock,
            announced,
        }
    }

    pub fn visitor(&self, ip: [u8; 4]) -> Http {
        let port = self.running.addresses()[0].port();
        Http::to(SocketAddr::from((ip, port)))
    }

    /// At the server's own screen.
    pub fn here(&self) -> Http {
        self.visitor([127, 0, 0, 1])
    }

    /// Away from it: another local address.
    pub fn lan(&self) -> Http {
        self.visitor([127, 0, 0, 2])
    }

    pub fn code(&self) -> String {
        self.state.access.setup_code().unwrap().unwrap()
    }

    /// Stops, and starts over the same files, as after a kill: nothing of memory is left.
    pub fn again(self, folder: &Folder) -> Self {
        self.running.stop().unwrap();
        drop(self.state);
        Self::over(folder)
    }
}

pub fn to(reply: &Reply) -> (u16, Option<&str>) {
    (reply.status, reply.header("Location"))
}

pub fn enter(visitor: &mut Http, code: &str) -> Reply {
    visitor.submit("/setup", "/setup", &[("code", code)])
}

pub const OFFICE: [(&str, &str); 3] = [
    ("name", "墨川县砚田镇人民政府"),
    ("short_name", "砚田镇"),
    ("zone", "480"),
];

pub fn choose(visitor: &mut Http) -> Reply {
    visitor.submit("/setup/choose", "/setup/choose", &[])
}

/// Names first, then the proposed codes come with the page.
pub fn name_office(visitor: &mut Http) -> Reply {
    let page = visitor.submit("/setup/office", "/setup/office", &OFFICE);
    assert!(page.text().contains("value=\"砚政发\""), "{}", page.text());
    let csrf = page.hidden("/setup/office");
    let mut fields: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.extend(OFFICE);
    let codes = [
        ("code-1", "砚政发"),
        ("code-2", "砚函"),
        ("code-3", ""),
        ("code-4", "砚党政办发"),
        ("code-5", ""),
    ];
    fields.extend(codes);
    visitor.post("/setup/office", &fields)
}

pub fn list_departments(visitor: &mut Http) -> Reply {
    let fields = [
        ("name-LD", "党政领导"),
        ("short-LD", "领导"),
        ("name-DZB", "党政综合办公室"),
        ("short-DZB", "党政办"),
        ("keep", "YJB"),
        ("name-YJB", "应急管理办公室"),
        ("short-YJB", "应急办"),
        ("keep", "CZS"),
        ("name-CZS", "财政所"),
        ("short-CZS", "财政所"),
        ("villages", "东溪村、西岭村\n南塘社区"),
        ("count", "3"),
    ];
    visitor.submit("/setup/org", "/setup/org", &fields)
}

pub fn one_admin(visitor: &mut Http, name: &str) -> Reply {
    let fields = [
        ("mode", "one"),
        ("name-1", name),
        ("mobile-1", "13800000001"),
        ("post-1", "DZB-1"),
        ("password-1", SENTENCE),
        ("again-1", SENTENCE),
    ];
    visitor.submit("/setup/admins", "/setup/admins", &fields)
}

pub fn claim(visitor: &mut Http) -> Reply {
    assert_eq!(to(&choose(visitor)), (303, Some("/setup/office")));
    assert_eq!(to(&name_office(visitor)), (303, Some("/setup/org")));
    assert_eq!(to(&list_departments(visitor)), (303, Some("/setup/admins")));
    one_admin(visitor, "苏简")
}
