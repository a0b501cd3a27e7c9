//! The light of address and certificate: whether other PCs get here as they were told. Pure.
//! Invariant: what keeps people out stands before what merely is not encrypted.

use super::lights::{Act, Facts, Grade, Light, WAY_IN, light};
use crate::kit::Millis;
use crate::web::tls::force::Force;
use crate::web::{ADDRESS_AT, HTTPS_AT};

/// How other PCs get here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    /// The address people were told and the present one, where they differ.
    pub moved: Option<(String, String)>,
    /// Whether the encrypted address stands open.
    pub open: bool,
    /// Until when this server's certificate holds, and whether it vouches for every private address of it.
    pub holds: (Millis, bool),
    /// How 强制 HTTPS stands.
    pub force: Force,
}

/// Address and certificate: what is wrong with the worse of them.
pub(super) fn way_in(f: &Facts) -> Option<Light> {
    let w = f.way_in.as_ref()?;
    let https = Some(Act::Open("看加密访问", HTTPS_AT));
    let (grade, says, act) = if let Some((told, now)) = &w.moved {
        (
            Grade::Bad,
            format!("服务器的地址变了：原来是 {told}，现在是 {now}。请把新地址告诉大家"),
            Some(Act::Open("看地址卡", ADDRESS_AT)),
        )
    } else if w.force.back.is_some() {
        (
            Grade::Bad,
            "强制 HTTPS 以后 10 分钟里没有人登录成功，已经自动退回，普通地址也能用。多半是防火墙没有放行加密的地址：再办一次“放行防火墙”，再强制".into(),
            https,
        )
    } else if !w.open {
        (
            Grade::Note,
            "加密的地址这次没有开，普通的地址照常用".into(),
            https,
        )
    } else if f.now.0 >= w.holds.0.0 || !w.holds.1 {
        // where everybody is led to the encrypted address it keeps them out
        let (grade, then) = match w.force.since {
            Some(_) => (Grade::Bad, "现在强制 HTTPS，大家可能打不开。请重启砚台"),
            None => (Grade::Note, "加密的地址可能打不开。一直这样请重启砚台"),
        };
        let says = format!("证书没有管到这台电脑现在的地址，{then}");
        (grade, says, https)
    } else {
        let until = f.zone.day(w.holds.0).long();
        (
            Grade::Good,
            format!("地址没有变，证书用到 {until}，会自动换"),
            None,
        )
    };
    Some(light(WAY_IN, grade, says, act))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_ended_certificate_is_red_where_everybody_is_led_to_it() {
        let grade = |until: i64, force: Force| {
            let way_in = Some(WayIn {
                moved: None,
                open: true,
                holds: (Millis(until), true),
                force,
            });
            let now = Millis(1_800_000_000_000);
            let facts = Facts {
                way_in,
                now,
                ..Facts::default()
            };
            super::way_in(&facts).unwrap().grade
        };
        let (past, later) = (1_700_000_000_000, 1_900_000_000_000);
        let forced = Force::on(Millis(0));
        assert_eq!(grade(later, forced.clone()), Grade::Good);
        assert_eq!(grade(past, Force::default()), Grade::Note);
        assert_eq!(grade(past, forced), Grade::Bad);
    }
}
