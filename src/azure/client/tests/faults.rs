//! Real connections that go wrong.

use tokio::net::TcpListener;

use super::*;
use crate::azure::tests::server::{reply, reply_with};

fn get() -> Get {
    Get::arm("/subscriptions/S/vaults", "1")
}

async fn failure_of(url: &str, timeouts: Timeouts, max_body_bytes: usize) -> Failure {
    let patience =
        Patience { requests: 2, first_wait: Duration::from_millis(1), ..Patience::default() };
    let options = Options { patience, max_body_bytes, ..Options::default() };
    let http = Http::new(timeouts).expect("TLS");
    let client = Client::new(&http, cloud(url), Arc::new(Two), options);
    client.get(&get()).await.expect_err("a failure")
}

fn short() -> Timeouts {
    let short = Duration::from_millis(200);
    Timeouts { connect: Duration::from_secs(5), read: short, whole: Duration::from_secs(5) }
}

#[tokio::test]
async fn every_fault_of_a_connection_has_its_name() {
    let network = FailureKind::Network;
    let cases: [(&str, Vec<u8>, FailureKind); 6] = [
        ("nothing", Vec::new(), network(NetworkFault::Cut)),
        ("cut head", b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(), network(NetworkFault::Cut)),
        (
            "cut body",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec(),
            network(NetworkFault::Cut),
        ),
        ("no HTTP", b"\x16\x03\x01 hello\r\n\r\n".to_vec(), network(NetworkFault::Cut)),
        (
            "no gzip",
            reply_with(200, &[("content-encoding", "gzip")], b"{}"),
            FailureKind::Malformed,
        ),
        ("a list", reply(200, "[]"), FailureKind::Malformed),
    ];
    for (name, sent, kind) in cases {
        let server = Scripted::start(move |_| sent.clone()).await;
        let failure = failure_of(&server.url(), Timeouts::default(), 1 << 20).await;
        assert_eq!((failure.kind, failure.requests), (kind, 2), "{name}: {}", failure.message);
        assert!(!failure.message.contains("127.0.0.1"), "{name}: {}", failure.message);
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let failure = failure_of(&url, short(), 1 << 20).await;
    assert_eq!(failure.kind, FailureKind::Network(NetworkFault::Timeout), "{}", failure.message);
}

#[tokio::test]
async fn nobody_home_is_a_fault_of_connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let failure = failure_of(&url, Timeouts::default(), 1 << 20).await;
    assert_eq!(failure.kind, FailureKind::Network(NetworkFault::Connect), "{}", failure.message);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_fault_of_names() {
    let failure = failure_of("https://backuplint.invalid", Timeouts::default(), 1 << 20).await;
    // Behind a proxy it is the proxy that does not know it.
    let is_proxied =
        std::env::var_os("HTTPS_PROXY").is_some() || std::env::var_os("https_proxy").is_some();
    let expected = FailureKind::Network(NetworkFault::Dns);
    assert!(failure.kind == expected || is_proxied, "{failure:?}");
}

#[tokio::test]
async fn a_stranger_with_a_certificate_is_a_fault_of_tls() {
    let certified =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .expect("a certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    let failure = failure_of(&url, Timeouts::default(), 1 << 20).await;
    assert_eq!(failure.kind, FailureKind::Network(NetworkFault::Tls), "{}", failure.message);
}

#[tokio::test]
async fn a_body_without_end_is_not_taken() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(5_000));
    let told = reply(200, &long);
    let untold = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{long}").into_bytes();
    let lying = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{".to_vec();
    for sent in [told, untold, lying] {
        let server = Scripted::start(move |_| sent.clone()).await;
        let failure = failure_of(&server.url(), Timeouts::default(), 4_096).await;
        assert_eq!((failure.kind, failure.requests), (FailureKind::TooLarge, 1));
    }
}
