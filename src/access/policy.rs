//! The one decision "may this person do this from here", before the facts of a case: those are checked
//! by what loads them, in the same write. Pure; the only maker of permits.
//! Invariant: a refusal says who may, or where, or what to do first.

use super::{Action, AdminRole, Allowed, Peer, Permit, Place, Who};
use crate::kit::{Error, Millis, Result};
use crate::org::Role;
use std::sync::Arc;

/// To whoever may, but not from here.
pub const ELSEWHERE: &str = "这一步涉及账号和安全，请到服务器那台电脑上打开砚台办理";

/// A permit for `A`, or the sentence that says who may. `op` is the form's repeat key, empty for reads.
pub fn permit<A: Action>(
    who: Arc<Who>,
    peer: &Peer,
    now: Millis,
    request: &str,
    op: &str,
) -> Result<Permit<A>> {
    check(&who, peer, A::WHO, A::PLACE)?;
    Ok(Permit::granted(who, now, request, op))
}

/// Whether menus and buttons offer `A` to this person here: the same decision.
#[must_use]
pub fn may<A: Action>(who: &Who, peer: &Peer) -> bool {
    check(who, peer, A::WHO, A::PLACE).is_ok()
}

/// The decision itself, on values: menus and the table of rights ask it for every action.
pub fn check(who: &Who, peer: &Peer, allowed: Allowed, place: Place) -> Result<()> {
    if who.must_change && allowed != Allowed::Newcomer {
        return Err(Error::Denied("请先设一个自己的密码，再继续办理".into()));
    }
    if who.must_enrol && allowed != Allowed::Newcomer {
        return Err(Error::Denied(
            "请先在手机上开通动态验证码，再继续办理".into(),
        ));
    }
    let fits = match allowed {
        Allowed::Newcomer | Allowed::SignedIn => true,
        Allowed::Roles(roles) => roles.iter().any(|r| who.has(*r)),
        Allowed::Admins(roles) => roles.iter().any(|r| who.is_admin(*r)),
        Allowed::DeptAdmin => !who.runs.is_empty(),
        Allowed::Keepers => {
            who.has(Role::Archivist) || who.is_admin(AdminRole::System) || !who.runs.is_empty()
        }
        Allowed::Designers => who.designs || !who.runs.is_empty(),
        Allowed::Either(roles, admins) => {
            roles.iter().any(|r| who.has(*r)) || admins.iter().any(|r| who.is_admin(*r))
        }
    };
    if !fits {
        let may = allowed.words();
        return Err(Error::Denied(format!("这一步由{may}办理，请与他们联系")));
    }
    match place {
        Place::ServerOrHttps if !peer.https && !peer.at_server() => {
            Err(Error::Denied(ELSEWHERE.into()))
        }
        Place::ServerOrHttps | Place::Anywhere => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::access::{action, who};
    use std::net::IpAddr;

    action!(
        Open,
        "case.open",
        "查看件",
        Allowed::SignedIn,
        Place::Anywhere
    );
    action!(
        Change,
        "account.password",
        "修改密码",
        Allowed::Newcomer,
        Place::Anywhere
    );
    action!(
        Register,
        "incoming.register",
        "登记收文",
        Allowed::Roles(&[Role::RecordsClerk]),
        Place::Anywhere
    );
    action!(
        Grant,
        "account.admin",
        "授予管理角色",
        Allowed::Admins(&[AdminRole::Security]),
        Place::ServerOrHttps
    );

    fn peer(addr: [u8; 4], https: bool) -> Peer {
        Peer {
            addr: IpAddr::from(addr),
            local: IpAddr::from(addr),
            https,
        }
    }

    const LAN: [u8; 4] = [192, 168, 1, 8];

    fn ask<A: Action>(who: &Who, peer: &Peer) -> Result<Permit<A>> {
        permit::<A>(Arc::new(who.clone()), peer, Millis(5), "r1", "op1")
    }

    fn why<A: Action>(who: &Who, peer: &Peer) -> String {
        match ask::<A>(who, peer) {
            Err(Error::Denied(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_says_who_may() {
        let mut who = who::sample(7);
        let lan = peer(LAN, false);
        assert!(ask::<Open>(&who, &lan).is_ok());
        assert!(why::<Register>(&who, &lan).contains("收发文员"));
        who.roles = vec![Role::RecordsClerk];
        assert!(ask::<Register>(&who, &lan).is_ok());
        assert!(may::<Register>(&who, &lan));
        assert!(!may::<Grant>(&who, &lan));
    }

    #[test]
    fn accounts_are_changed_at_the_server_or_over_https() {
        let mut who = who::sample(7);
        let here = peer([127, 0, 0, 1], false);
        assert!(
            why::<Grant>(&who, &here).contains("安全管理员"),
            "the place gives no right"
        );
        who.admin = vec![AdminRole::Security];
        assert!(ask::<Grant>(&who, &here).is_ok());
        assert!(ask::<Grant>(&who, &peer(LAN, true)).is_ok());
        assert!(why::<Grant>(&who, &peer(LAN, false)).contains("服务器"));
        assert!(why::<Grant>(&who, &peer([127, 0, 0, 2], false)).contains("服务器"));
    }

    #[test]
    fn a_one_time_password_opens_nothing_but_its_change() {
        let mut who = who::sample(7);
        who.must_change = true;
        who.roles = vec![Role::RecordsClerk];
        who.admin = vec![AdminRole::Security];
        let here = peer([127, 0, 0, 1], false);
        assert!(why::<Open>(&who, &here).contains("密码"));
        assert!(why::<Register>(&who, &here).contains("密码"));
        assert!(why::<Grant>(&who, &here).contains("密码"));
        assert!(ask::<Change>(&who, &here).is_ok());
    }

    #[test]
    fn who_has_to_have_a_code_opens_nothing_but_its_set_up() {
        let mut who = who::sample(7);
        who.must_enrol = true;
        who.admin = vec![AdminRole::Security];
        let here = peer([127, 0, 0, 1], false);
        assert!(why::<Open>(&who, &here).contains("动态验证码"));
        assert!(why::<Grant>(&who, &here).contains("动态验证码"));
        assert!(ask::<Change>(&who, &here).is_ok());
    }

    #[test]
    fn a_permit_becomes_the_stamp() {
        let permit = ask::<Open>(&who::sample(7), &peer(LAN, false)).unwrap();
        let stamp = permit.stamp_on("0123");
        assert_eq!(
            (stamp.actor.as_str(), stamp.action, stamp.target.as_str()),
            ("person:7", "case.open", "0123")
        );
        assert_eq!((stamp.request.as_str(), stamp.op.as_str()), ("r1", "op1"));
        assert_eq!(stamp.at, Millis(5));
    }
}
