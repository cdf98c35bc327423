//! Sockets: HTTP/1.1, HTTP/2 and TLS on one port, told apart by their first byte.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use futures::stream::{self, Stream, StreamExt};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::answer::{Answer, Delivery};
use super::request::Request;
use super::state::State;

/// What a TLS handshake begins with.
const HANDSHAKE: u8 = 22;
/// Longer questions are none of Azure's.
const MAX_REQUEST: usize = 4 << 20;

/// Accepts connections until told to stop.
pub async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    state: Arc<State>,
    mut stopped: oneshot::Receiver<()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            _ = &mut stopped => return,
        };
        tokio::spawn(connection(stream, acceptor.clone(), Arc::clone(&state)));
    }
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, state: Arc<State>) {
    let mut first = [0];
    let Ok(1) = stream.peek(&mut first).await else { return };
    // Small answers must not wait for more to come.
    let _ = stream.set_nodelay(true);
    if first[0] == HANDSHAKE {
        if let Ok(stream) = acceptor.accept(stream).await {
            speak(TokioIo::new(stream), "https", state).await;
        }
    } else {
        speak(TokioIo::new(stream), "http", state).await;
    }
}

async fn speak<I>(io: I, scheme: &'static str, state: Arc<State>)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let service = service_fn(|request| exchange(request, scheme, Arc::clone(&state)));
    // A client may go at any time, and faults drop connections on purpose.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(io, service).await;
}

async fn exchange(
    request: hyper::Request<Incoming>,
    scheme: &str,
    state: Arc<State>,
) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
    let (head, body) = request.into_parts();
    let body =
        Limited::new(body, MAX_REQUEST).collect().await.map_err(io::Error::other)?.to_bytes();
    let authority = head.uri.authority().map(ToString::to_string);
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).map(str::to_owned);
    let origin = format!("{scheme}://{}", authority.or(host).unwrap_or_default());
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let request = Request::new(head.method, target, head.headers, body, origin);
    response(state.handle(request).await)
}

fn response(answer: Answer) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let bytes = Bytes::from(answer.body);
    let body = match answer.delivery {
        Delivery::Nothing => return Err(io::ErrorKind::ConnectionReset.into()),
        Delivery::Whole if has_length(&answer.headers) => streamed(stream::iter([Ok(bytes)])),
        Delivery::Whole => Full::new(bytes).map_err(|never: Infallible| match never {}).boxed(),
        Delivery::CutAfter(length) => {
            response = response.header("content-length", bytes.len());
            let part = bytes.slice(..length.min(bytes.len()));
            // The part goes out before the connection ends.
            let end = stream::once(async {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                Err(io::ErrorKind::ConnectionReset.into())
            });
            streamed(stream::iter([Ok(part)]).chain(end))
        }
        Delivery::Slowly(size, pause) => {
            let chunks: Vec<Bytes> =
                bytes.chunks(size.max(1)).map(Bytes::copy_from_slice).collect();
            streamed(stream::iter(chunks).then(move |chunk| async move {
                tokio::time::sleep(pause).await;
                Ok(chunk)
            }))
        }
    };
    response.body(body).map_err(io::Error::other)
}

/// Whether the answer brings a length of its own, which may be wrong.
fn has_length(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, _)| name == "content-length")
}

fn streamed(
    chunks: impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static,
) -> BoxBody<Bytes, io::Error> {
    BodyExt::boxed(StreamBody::new(chunks.map(|chunk| chunk.map(Frame::data))))
}
