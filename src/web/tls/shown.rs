//! The leaf that the listener shows to whoever connects: changed while serving, so that neither a new address nor a
//! new year needs a restart. TLS 1.2 and 1.3, by ring.
//! Invariant: HTTP/1.1 is all that is offered: the limits of the plain listener hold for this one too (S51).

use super::authority::Leaf;
use crate::kit::{Error, Result};
use rustls::ServerConfig;
use rustls::crypto::ring::{default_provider, sign};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, PoisonError, RwLock};

/// The present leaf.
pub(super) struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    pub(super) fn new(leaf: &Leaf) -> Result<Self> {
        Ok(Self(RwLock::new(Arc::new(certified(leaf)?))))
    }

    /// From the next connection on.
    pub(super) fn set(&self, leaf: &Leaf) -> Result<()> {
        let key = Arc::new(certified(leaf)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown(…)")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let held = self.0.read();
        Some(held.unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn certified(leaf: &Leaf) -> Result<CertifiedKey> {
    let key = sign::any_ecdsa_type(&leaf.key).map_err(Error::fault)?;
    Ok(CertifiedKey::new(vec![leaf.der.clone().into()], key))
}

/// What the listener is opened with.
pub(super) fn config(shown: Arc<Shown>) -> Result<ServerConfig> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::fault)?
        .with_no_client_auth()
        .with_cert_resolver(shown);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
