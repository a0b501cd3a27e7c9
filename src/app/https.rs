//! HTTPS at start and each minute: the authority, its listener beside the plain one, a leaf that follows the addresses,
//! 强制 HTTPS that goes back where nobody proved it, and the address that people were told.
//! Invariant: whatever is wrong here, the office is served over plain HTTP.

use super::{alerts, port};
use crate::kit::{Millis, Result};
use crate::store::{DataDir, Stamp};
use crate::web::hosts::card_addresses;
use crate::web::{State, lan, tls};
use std::net::{IpAddr, TcpListener};

fn stamp(action: &'static str, at: Millis) -> Stamp {
    Stamp::new("system:https", action, at)
}

/// Opens the authority and the listener; why there is none otherwise.
pub fn open(state: &State, dir: &DataDir) -> Result<TcpListener> {
    state.open_tls(&card_addresses(), stamp)?;
    port::listen_https(dir)
}

/// The encrypted address as people type it, where there is one.
#[must_use]
pub fn address(state: &State, best: Option<&IpAddr>) -> Option<String> {
    let tls = state.tls().filter(|tls| tls.is_open())?;
    best.map(|ip| tls.origin(&lan::host(*ip)))
}

/// A job of each minute, and of the start.
pub fn each_minute(state: &State, best: Option<&IpAddr>) {
    if let Some(tls) = state.tls() {
        match tls.renew(&card_addresses()) {
            Ok(true) => tracing::info!("a new certificate is shown"),
            Ok(false) => {}
            Err(e) => tracing::error!(cause = %e, "no new certificate was made"),
        }
        if let Err(e) = tls.round() {
            tracing::error!(cause = %e, "who trusts the certificates was not kept");
        }
    }
    if let Err(e) = tell_address(state, best) {
        tracing::error!(cause = %e, "the address was not compared with the one people know");
    }
}

/// The first address of a claimed server is the one people are told; another one is told to the administrator.
fn tell_address(state: &State, best: Option<&IpAddr>) -> Result<()> {
    let Some(now) = best.filter(|_| state.claimed()).map(IpAddr::to_string) else {
        return Ok(());
    };
    let told = tls::address_told(&state.store.hub()?)?;
    match told {
        None => {
            let made = stamp("address.told", state.clock.now());
            state
                .store
                .write(crate::kit::ShelfNo::HUB, made, move |w| {
                    w.quiet("记下本机的局域网地址");
                    tls::keep_address(w, &now)
                })?;
        }
        Some(told) => {
            let moved = (told != now).then_some((told, now));
            if moved != state.reach.moved() {
                state.reach.set_moved(moved.clone());
                if let Some((before, now)) = moved {
                    alerts::tell_moved(state, &before, &now)?;
                }
            }
        }
    }
    Ok(())
}
