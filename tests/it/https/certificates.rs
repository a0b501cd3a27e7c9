//! The root and its leaves as others check them: rustls, webpki, and openssl, which the house never links.

use super::{LAN, Server, roots, trusting};
use crate::support::http::Http;
use crate::support::town::Folder;
use inkstone::kit::{Clock, Millis};
use inkstone::web::tls::authority::{Authority, Root};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

/// Connects and says which leaf was shown and what was agreed on.
fn handshake(server: &Server, config: ClientConfig) -> (Vec<u8>, Option<Vec<u8>>) {
    let address = SocketAddr::from((LAN, server.https_port()));
    let name = ServerName::from(address.ip());
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    stream.flush().unwrap();
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).unwrap();
    }
    let leaf = stream.conn.peer_certificates().unwrap()[0].to_vec();
    (leaf, stream.conn.alpn_protocol().map(<[u8]>::to_vec))
}

fn leaf_of(server: &Server) -> Vec<u8> {
    let config = trusting(&server.tls().root().der, rustls::ALL_VERSIONS);
    handshake(server, ClientConfig::clone(&config)).0
}

/// What webpki says of a leaf shown under a name.
fn verdict(root: &[u8], leaf: &[u8], name: &str) -> Result<(), String> {
    let provider = Arc::new(default_provider());
    let roots = Arc::new(roots(root));
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider).build();
    let now = UnixTime::now();
    let name = ServerName::try_from(name).unwrap();
    let leaf = CertificateDer::from(leaf.to_vec());
    let said = verifier
        .unwrap()
        .verify_server_cert(&leaf, &[], &name, &[], now);
    said.map(drop).map_err(|e| format!("{e:?}"))
}

/// What openssl says of it.
fn openssl(folder: &Path, root: &[u8], leaf: &[u8], more: &[&str]) -> (bool, String) {
    std::fs::create_dir_all(folder).unwrap();
    let pem = |name: &str, der: &[u8]| {
        let (from, to) = (folder.join(format!("{name}.der")), folder.join(name));
        std::fs::write(&from, der).unwrap();
        let (from, to_said) = (from.to_str().unwrap(), to.to_str().unwrap());
        let args = ["x509", "-inform", "der", "-in", from, "-out", to_said];
        assert!(
            Command::new("openssl")
                .args(args)
                .status()
                .unwrap()
                .success()
        );
        to_said.to_owned()
    };
    let (root, leaf) = (pem("root.pem", root), pem("leaf.pem", leaf));
    let done = Command::new("openssl")
        .args(["verify", "-x509_strict", "-purpose", "sslserver"])
        .args(more)
        .args(["-CAfile", &root, &leaf])
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn the_chain_holds_in_both_versions_and_over_http_1_alone() {
    let folder = Folder::new("https-chain");
    let server = Server::new(&folder);
    let root = server.lan().get("/trust/root.crt").body;
    assert_eq!(root, server.tls().root().der);
    for version in [&TLS12, &TLS13] {
        let config = trusting(&root, &[version]);
        let address = SocketAddr::from((LAN, server.https_port()));
        let page = Http::sealed(address, config).get("/login");
        assert_eq!(page.status, 200, "{version:?}");
    }
    let mut offers = ClientConfig::clone(&trusting(&root, rustls::ALL_VERSIONS));
    offers.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let (leaf, agreed) = handshake(&server, offers);
    assert_eq!(agreed.as_deref(), Some(&b"http/1.1"[..]));
    let work = folder.0.join("openssl");
    let (good, said) = openssl(&work, &root, &leaf, &["-verify_ip", "127.0.0.2"]);
    assert!(good, "{said}");
    let (good, said) = openssl(&work, &root, &leaf, &["-verify_ip", "192.168.77.77"]);
    assert!(!good && said.contains("IP address mismatch"), "{said}");
    let text = Command::new("openssl")
        .args(["x509", "-noout", "-text", "-in"])
        .arg(work.join("root.pem"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for part in [
        "CA:TRUE, pathlen:0",
        "X509v3 Name Constraints: critical",
        "DNS:localhost",
        "IP:192.168.0.0/255.255.0.0",
        "prime256v1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn the_root_vouches_for_nothing_outside_the_office() {
    let folder = Folder::new("https-outside");
    let now = Clock::System.now();
    let authority = Authority::new(Vec::new(), &[], now).unwrap();
    let root = authority.root().der.clone();
    let ours = IpAddr::from([10, 0, 0, 5]);
    let public = IpAddr::from([203, 0, 113, 9]);
    let leaf = authority.sign(&[ours, public], now).unwrap();
    assert_eq!(leaf.addresses, [ours], "a public address is left out");
    assert_eq!(verdict(&root, &leaf.der, "10.0.0.5"), Ok(()));
    assert_eq!(verdict(&root, &leaf.der, "localhost"), Ok(()));
    assert!(verdict(&root, &leaf.der, "203.0.113.9").is_err());

    // the same key in a thief's hands
    let thief = Root {
        names: vec!["www.gov.cn".into()],
        also: vec![public],
        ..authority.root().clone()
    };
    let thief = Authority::open(thief, &authority.key()).unwrap();
    let forged = thief.sign(&[ours, public], now).unwrap();
    assert!(forged.addresses.contains(&public));
    for name in ["www.gov.cn", "203.0.113.9", "10.0.0.5"] {
        let said = verdict(&root, &forged.der, name).unwrap_err();
        assert!(said.contains("NameConstraintViolation"), "{name}: {said}");
    }
    let (good, said) = openssl(&folder.0, &root, &forged.der, &[]);
    assert!(
        !good && said.contains("permitted subtree violation"),
        "{said}"
    );
}

#[test]
fn the_leaf_follows_the_addresses_and_the_years_without_a_restart() {
    let folder = Folder::new("https-leaf");
    let server = Server::new(&folder);
    let (tls, root) = (server.tls(), server.tls().root().der.clone());
    let first = leaf_of(&server);
    assert!(verdict(&root, &first, "10.9.8.7").is_err());
    assert!(!tls.renew(&[IpAddr::from(LAN)]).unwrap(), "nothing is new");
    let cards = [IpAddr::from(LAN), IpAddr::from([10, 9, 8, 7])];
    assert!(tls.renew(&cards).unwrap());
    let second = leaf_of(&server);
    assert_eq!(verdict(&root, &second, "10.9.8.7"), Ok(()));
    assert!(
        !tls.renew(&cards[..1]).unwrap(),
        "an address less is no matter"
    );

    let until = tls.told().until;
    assert_eq!(until.0 - tls.told().from.0, 397 * DAY_MS);
    server.clock.advance(360 * DAY_MS);
    assert!(!tls.renew(&cards).unwrap());
    server.clock.advance(10 * DAY_MS);
    assert!(tls.renew(&cards).unwrap(), "its end is near");
    assert!(tls.told().until > until);
    assert!(!tls.renew(&cards).unwrap());
}

#[test]
fn the_root_stays_and_its_key_is_kept_sealed() {
    let folder = Folder::new("https-root");
    let server = Server::new(&folder);
    let root = server.tls().root().clone();
    assert!(root.until > Millis(server.clock.now().0 + 3_600 * DAY_MS));
    let server = server.again(&folder);
    assert_eq!(server.tls().root(), &root);
    let leaf = leaf_of(&server);
    assert_eq!(verdict(&root.der, &leaf, "127.0.0.2"), Ok(()));
    server.running.stop().unwrap();
    drop(server.state);

    // with another folder's key it does not open, and the office is served all the same
    std::fs::write(folder.0.join("machine.key"), [7; 32]).unwrap();
    let state = inkstone::app::serve::open(&folder.dir(), Clock::System).unwrap();
    let said = inkstone::app::https::open(&state, &folder.dir());
    let said = said.unwrap_err().to_string();
    assert!(said.contains("machine.key"), "{said}");
    assert!(state.tls().is_none());
}
