//! 砚田镇: who exists in the stories. One post a person; a department without anybody for the refusals.

use inkstone::engine::facts::{Hold, People, Viewer};
use inkstone::kit::{DeptId, PersonId, PostId, Principal};

pub const ROLES: &[&str] = &[
    "principal_leader",
    "leader",
    "office_director",
    "records_clerk",
    "dept_head",
    "receiver",
    "handler",
    "archivist",
    "seal_keeper",
    "window",
    "duty",
    "village_clerk",
];

struct Someone {
    name: &'static str,
    dept: i64,
    roles: &'static [&'static str],
    leads: &'static [i64],
}

const DEPTS: &[&str] = &[
    "镇领导",
    "党政办",
    "应急办",
    "农服中心",
    "平安办",
    "文化中心",
    "财政所",
];

const fn someone(
    name: &'static str,
    dept: i64,
    roles: &'static [&'static str],
    leads: &'static [i64],
) -> Someone {
    Someone {
        name,
        dept,
        roles,
        leads,
    }
}

const PEOPLE: &[Someone] = &[
    someone("江若川", 1, &["principal_leader"], &[2]),
    someone("温敬之", 1, &["leader"], &[5]),
    someone("陆平章", 1, &["leader"], &[3, 4]),
    someone("纪文澜", 2, &["office_director", "dept_head"], &[]),
    someone("宋小笺", 2, &["records_clerk"], &[]),
    someone("柳行简", 2, &["records_clerk"], &[]),
    someone("卷帙清", 2, &["archivist"], &[]),
    someone("雷有备", 3, &["dept_head"], &[]),
    someone("安小防", 3, &["handler"], &[]),
    someone("石守夜", 3, &["handler"], &[]),
    someone("田丰收", 4, &["dept_head"], &[]),
    someone("麦知秋", 4, &["receiver"], &[]),
    someone("禾青苗", 4, &["handler"], &[]),
    someone("和为贵", 5, &["dept_head"], &[]),
    someone("章守印", 2, &["seal_keeper"], &[]),
    someone("钱细清", 7, &["dept_head"], &[]),
];

/// The town.
pub struct Town;

fn id(i: usize) -> i64 {
    i64::try_from(i).unwrap() + 1
}

impl Town {
    /// Everybody: name, department counted from 1, roles, departments in charge.
    pub fn people()
    -> impl Iterator<Item = (&'static str, i64, &'static [&'static str], &'static [i64])> {
        PEOPLE.iter().map(|p| (p.name, p.dept, p.roles, p.leads))
    }

    pub fn depts() -> &'static [&'static str] {
        DEPTS
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        PEOPLE.iter().map(|p| p.name)
    }

    pub fn person(name: &str) -> Option<PersonId> {
        PEOPLE
            .iter()
            .position(|p| p.name == name)
            .map(|i| PersonId(id(i)))
    }

    pub fn dept(name: &str) -> Option<DeptId> {
        DEPTS.iter().position(|d| *d == name).map(|i| DeptId(id(i)))
    }

    /// What a person is by himself.
    pub fn viewer(name: &str) -> Option<Viewer> {
        let person = Self::person(name)?;
        Some(Viewer {
            person,
            holds: own(person)
                .map(|principal| Hold {
                    principal,
                    acting_for: None,
                })
                .collect(),
            roles: them(person).roles.iter().map(|r| (*r).to_owned()).collect(),
        })
    }

    /// What a deputy is beside himself.
    pub fn deputise(viewer: &mut Viewer, for_whom: &str) {
        let whom = Self::person(for_whom).unwrap();
        viewer.holds.extend(own(whom).map(|principal| Hold {
            principal,
            acting_for: Some(whom),
        }));
    }
}

fn own(p: PersonId) -> impl Iterator<Item = Principal> {
    [Principal::Person(p), Principal::Post(PostId(p.0))].into_iter()
}

fn them(p: PersonId) -> &'static Someone {
    &PEOPLE[usize::try_from(p.0 - 1).unwrap()]
}

fn which(test: impl Fn(&Someone) -> bool) -> impl Iterator<Item = i64> {
    PEOPLE
        .iter()
        .enumerate()
        .filter(move |(_, p)| test(p))
        .map(|(i, _)| id(i))
}

fn posts(test: impl Fn(&Someone) -> bool) -> Vec<Principal> {
    which(test).map(|i| Principal::Post(PostId(i))).collect()
}

impl People for Town {
    fn with_role(&self, role: &str) -> Vec<Principal> {
        posts(|p| p.roles.contains(&role))
    }

    fn with_role_in(&self, role: &str, dept: DeptId) -> Vec<Principal> {
        posts(|p| p.dept == dept.0 && p.roles.contains(&role))
    }

    fn head_of(&self, dept: DeptId) -> Option<Principal> {
        self.with_role_in("dept_head", dept).into_iter().next()
    }

    fn receiver_of(&self, dept: DeptId) -> Option<Principal> {
        self.with_role_in("receiver", dept).into_iter().next()
    }

    fn leaders_of(&self, dept: DeptId) -> Vec<Principal> {
        posts(|p| p.leads.contains(&dept.0))
    }

    fn staff_of(&self, dept: DeptId) -> Vec<Principal> {
        which(|p| p.dept == dept.0)
            .map(|i| Principal::Person(PersonId(i)))
            .collect()
    }

    fn headed_by(&self, person: PersonId) -> Vec<DeptId> {
        let p = them(person);
        let heads = p.roles.contains(&"dept_head");
        heads.then_some(DeptId(p.dept)).into_iter().collect()
    }

    fn charges_of(&self, person: PersonId) -> Vec<DeptId> {
        them(person).leads.iter().map(|d| DeptId(*d)).collect()
    }

    fn departments(&self) -> Vec<DeptId> {
        (0..DEPTS.len()).map(|i| DeptId(id(i))).collect()
    }

    fn everybody(&self) -> Vec<Principal> {
        which(|_| true)
            .map(|i| Principal::Person(PersonId(i)))
            .collect()
    }

    fn fills(&self, person: PersonId, principal: Principal) -> bool {
        own(person).any(|p| p == principal)
    }

    fn name(&self, principal: Principal) -> String {
        match principal {
            Principal::Person(PersonId(i)) | Principal::Post(PostId(i)) => {
                them(PersonId(i)).name.to_owned()
            }
            Principal::Pool(d) => self.dept_name(d),
            Principal::Organ(_) | Principal::Everyone => "全体".to_owned(),
        }
    }

    fn dept_name(&self, dept: DeptId) -> String {
        DEPTS[usize::try_from(dept.0 - 1).unwrap()].to_owned()
    }

    fn role_name(&self, role: &str) -> String {
        match role {
            "records_clerk" => "收发文员",
            "office_director" => "办公室主任",
            other => other,
        }
        .to_owned()
    }
}
