//! A server of this machine that answers as it is told and remembers what it was asked.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::azure::client::RESOURCE_GRAPH;

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The server's own address.
    pub base: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Asked {
    /// A field of the form that is the body.
    pub fn field(&self, name: &str) -> Option<String> {
        let form = reqwest::Url::parse(&format!("form:?{}", self.body)).ok()?;
        form.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// What is sent back, byte by byte.
pub type Sent = Vec<u8>;

/// A whole answer.
pub fn reply(status: u16, body: &str) -> Sent {
    reply_with(status, &[], body.as_bytes())
}

/// A whole answer with headers.
pub fn reply_with(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Sent {
    let mut sent = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(sent, "{name}: {value}\r\n");
    }
    sent.push_str("\r\n");
    [sent.as_bytes(), body].concat()
}

type Answers = dyn Fn(&Asked) -> Sent + Send + Sync;

/// The server. It ends with the runtime of the test, and fails it if it was asked to change anything.
pub struct Scripted {
    base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        for asked in self.asked() {
            let path = asked.target.split('?').next().unwrap_or_default();
            let is_read = match asked.method.as_str() {
                "GET" => true,
                "POST" => path == RESOURCE_GRAPH || path.ends_with("/oauth2/v2.0/token"),
                _ => false,
            };
            assert!(is_read || std::thread::panicking(), "{} {path} was sent", asked.method);
        }
    }
}

impl Scripted {
    pub async fn start(answers: impl Fn(&Asked) -> Sent + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, answers)
    }

    /// Must be called within a runtime.
    pub fn on(
        listener: TcpListener,
        answers: impl Fn(&Asked) -> Sent + Send + Sync + 'static,
    ) -> Self {
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, log, own): (Arc<Answers>, _, _) =
            (Arc::new(answers), Arc::clone(&asked), base.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, own.clone(), Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        Self { base, asked }
    }

    pub fn url(&self) -> String {
        self.base.clone()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(
    stream: TcpStream,
    base: String,
    answers: Arc<Answers>,
    log: Arc<Mutex<Vec<Asked>>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let asked = read(&mut stream, &base).await?;
        log.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        let sent = answers(&asked);
        stream.write_all(&sent).await.ok()?;
        stream.flush().await.ok()?;
        let is_whole = sent.windows(4).any(|window| window == b"\r\n\r\n") && !cut(&sent);
        if !is_whole {
            return None;
        }
    }
}

/// Whether less is sent than `content-length` says: the connection is to break.
fn cut(sent: &[u8]) -> bool {
    let text = String::from_utf8_lossy(sent);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return true };
    let told = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let body = sent.len() - head.len() - 4;
    told.is_some_and(|told: usize| told > body)
}

async fn read(stream: &mut BufReader<TcpStream>, base: &str) -> Option<Asked> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut first = lines.first()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut asked = Asked { method, target, headers, body: String::new(), base: base.to_owned() };
    let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    Some(asked)
}
