//! The office's own certificate authority: a P-256 root of ten years, and the leaves it signs. The root may vouch for
//! private addresses, `localhost` and the office's own names alone (RFC 5280, 4.2.1.10): whoever trusts it for the
//! office trusts it for nothing else.
//! Not here: where it is kept (`kept_store.rs`), which leaf is shown (`shown.rs`).
//! Invariant: every name of a leaf lies within the root's constraints; one name outside would spoil the others.

use crate::kit::{Error, Millis, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// A PC whose clock is a little behind believes a certificate made just now.
const BEFORE_MS: i64 = 86_400_000;
/// Ten years.
const ROOT_MS: i64 = 3_650 * 86_400_000;
/// 397 days in all: what browsers ask of certificates.
const LEAF_MS: i64 = 396 * 86_400_000;

/// Ranges that no public server has (RFC 1918, 1122, 3927, 6598, 4193, 4291).
const PRIVATE: [(IpAddr, u8); 9] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];
const LOCAL_NAME: &str = "localhost";

/// What everybody may know of the root, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its name as systems list it.
    pub name: String,
    /// The certificate.
    pub der: Vec<u8>,
    /// Names of the office it may vouch for, beside `localhost`.
    pub names: Vec<String>,
    /// This PC's own addresses outside the private ranges when the root was made: some offices' networks have such.
    pub also: Vec<IpAddr>,
    /// Until when it holds.
    pub until: Millis,
}

impl Root {
    /// Whether a leaf may carry this address.
    #[must_use]
    pub fn covers(&self, ip: IpAddr) -> bool {
        self.also.contains(&ip) || is_private(ip)
    }

    /// SHA-256 in groups of four: what a person compares before trusting.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        grouped(digest(&SHA256, &self.der).as_ref())
    }

    /// SHA-1 as Windows calls it 指纹 and shows it when asking.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        grouped(digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der).as_ref())
    }

    /// Two numbers of sixteen bytes each that belong to this root and no other: a profile for phones wants such.
    #[must_use]
    pub fn numbers(&self) -> [String; 2] {
        let whole = digest(&SHA256, &self.der);
        let (left, right) = whole.as_ref().split_at(16);
        [left, right].map(number)
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = called(&self.name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ranges = PRIVATE.iter().copied();
        let also = self
            .also
            .iter()
            .map(|ip| (*ip, if ip.is_ipv4() { 32 } else { 128 }));
        let addresses = ranges
            .chain(also)
            .map(|(ip, n)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, n)));
        let names = [LOCAL_NAME.to_owned()]
            .into_iter()
            .chain(self.names.clone());
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: names
                .map(GeneralSubtree::DnsName)
                .chain(addresses)
                .collect(),
            excluded_subtrees: Vec::new(),
        });
        params
    }
}

fn called(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

/// Whether an address is of a range that no public server has.
fn is_private(ip: IpAddr) -> bool {
    PRIVATE.iter().any(|(range, bits)| match (ip, range) {
        (IpAddr::V4(ip), IpAddr::V4(range)) => {
            (ip.to_bits() ^ range.to_bits()).leading_zeros() >= u32::from(*bits)
        }
        (IpAddr::V6(ip), IpAddr::V6(range)) => {
            (ip.to_bits() ^ range.to_bits()).leading_zeros() >= u32::from(*bits)
        }
        _ => false,
    })
}

fn grouped(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes
        .chunks(2)
        .map(|two| two.iter().map(|b| format!("{b:02X}")).collect())
        .collect();
    pairs.join(" ")
}

/// As `8-4-4-4-12` hexadecimal digits.
fn number(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
    let mut out = String::new();
    for (n, c) in digits.chars().enumerate() {
        if matches!(n, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// A root with its key: it can sign.
pub struct Authority {
    root: Root,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate for this server.
pub struct Leaf {
    /// The certificate.
    pub der: Vec<u8>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
    /// What it vouches for.
    pub addresses: Vec<IpAddr>,
    /// When it begins to hold.
    pub from: Millis,
    /// Until when it holds.
    pub until: Millis,
}

impl Authority {
    /// A new one, named so that two offices' roots in one list can be told apart.
    pub fn new(names: Vec<String>, cards: &[IpAddr], now: Millis) -> Result<Self> {
        let mut mark = [0u8; 3];
        getrandom::fill(&mut mark).map_err(Error::fault)?;
        let mark: String = mark.iter().map(|b| format!("{b:02X}")).collect();
        let also = cards.iter().copied().filter(|ip| !is_private(*ip));
        let mut root = Root {
            name: format!("砚台局域网证书 {mark}"),
            der: Vec::new(),
            names,
            also: also.collect(),
            until: Millis(now.0 + ROOT_MS),
        };
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(Error::fault)?;
        let mut params = root.params();
        hold(&mut params, Millis(now.0 - BEFORE_MS), root.until);
        let made = params.self_signed(&key).map_err(Error::fault)?;
        root.der = made.der().to_vec();
        Ok(Self::of(root, key))
    }

    /// The one that was kept; `None` where the key is no key.
    #[must_use]
    pub fn open(root: Root, key: &[u8]) -> Option<Self> {
        let key = PrivatePkcs8KeyDer::from(key.to_vec());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256).ok()?;
        Some(Self::of(root, key))
    }

    fn of(root: Root, key: KeyPair) -> Self {
        Self {
            issuer: Issuer::new(root.params(), key),
            root,
        }
    }

    /// What everybody may know.
    #[must_use]
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// The key, to be sealed at once.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        self.issuer.key().serialize_der()
    }

    /// A leaf with a key of its own, for those of these addresses that the root may vouch for.
    pub fn sign(&self, addresses: &[IpAddr], now: Millis) -> Result<Leaf> {
        let covered = addresses.iter().copied().filter(|ip| self.root.covers(*ip));
        let mut leaf = Leaf {
            der: Vec::new(),
            key: PrivateKeyDer::Pkcs8(Vec::new().into()),
            addresses: covered.collect(),
            from: Millis(now.0 - BEFORE_MS),
            until: Millis((now.0 + LEAF_MS).min(self.root.until.0)),
        };
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(Error::fault)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = called("砚台");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        hold(&mut params, leaf.from, leaf.until);
        let names = [LOCAL_NAME]
            .into_iter()
            .chain(self.root.names.iter().map(String::as_str));
        for name in names {
            let name = name.try_into().map_err(Error::fault)?;
            params.subject_alt_names.push(SanType::DnsName(name));
        }
        let addresses = leaf.addresses.iter().map(|ip| SanType::IpAddress(*ip));
        params.subject_alt_names.extend(addresses);
        let made = params.signed_by(&key, &self.issuer).map_err(Error::fault)?;
        leaf.der = made.der().to_vec();
        leaf.key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        Ok(leaf)
    }
}

/// From when to when a certificate holds, in whole seconds as certificates have them.
fn hold(params: &mut CertificateParams, from: Millis, until: Millis) {
    let at = |when: Millis| {
        let seconds = u64::try_from(when.0 / 1000).unwrap_or(0);
        rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds)
    };
    params.not_before = at(from);
    params.not_after = at(until);
}
