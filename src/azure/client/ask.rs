//! One question until there is an answer that can be read, or no hope of one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::call::{Call, Lane};
use super::failure::{Failure, FailureKind, NetworkFault};
use super::judge::{Wrong, judge};
use super::observe::{Exchange, Pause, PauseReason};
use super::patience::{Verdict, asked_wait, told_wait};
use super::transport::{Broken, Reply};
use super::{Answer, Client};
use crate::azure::text::printable;
use crate::azure::token::Token;

/// What to make of an answer; an error is told as its cause.
pub(super) type Reader<'r, P> = &'r (dyn Fn(&Reply) -> Result<P, String> + Sync);

impl Client {
    /// Asks. Every request counts, also of a question that fails.
    pub(super) async fn ask<P>(
        &self,
        call: &Call,
        lane: &Lane,
        read: Reader<'_, P>,
    ) -> Result<(Answer, P), Failure> {
        let requests = AtomicU32::new(0);
        let asking = Asking { client: self, call, lane, requests: &requests };
        let result = tokio::select! {
            biased;
            () = self.options.cancellation.cancelled() => {
                Err(Wrong::new(FailureKind::Cancelled, "the run was ended before the answer came"))
            }
            result = asking.until_answered(read) => result,
        };
        let requests = requests.into_inner();
        match result {
            Ok((reply, page)) => Ok((Answer { body: reply.body, requests }, page)),
            Err(wrong) => Err(wrong.into_failure(requests, printable(call.path()))),
        }
    }
}

struct Asking<'a> {
    client: &'a Client,
    call: &'a Call,
    lane: &'a Lane,
    requests: &'a AtomicU32,
}

impl Asking<'_> {
    async fn until_answered<P>(&self, read: Reader<'_, P>) -> Result<(Reply, P), Wrong> {
        let began = Instant::now();
        let mut token = self.token().await?;
        let mut is_token_new = false;
        loop {
            let (answer, asked) = self.once(&token, read).await;
            let mut wrong = match answer {
                Ok(answer) => return Ok(answer),
                Err(wrong) => wrong,
            };
            if wrong.kind == FailureKind::Unauthorized {
                if std::mem::replace(&mut is_token_new, true) {
                    return Err(wrong);
                }
                token = self.replace(&token).await?;
                continue;
            }
            let requests = self.requests.load(Ordering::Relaxed);
            let is_down = self.client.is_down.load(Ordering::Relaxed);
            let elapsed = began.elapsed();
            match self
                .client
                .options
                .patience
                .verdict(wrong.kind, requests, elapsed, asked, is_down)
            {
                Verdict::Again(wait) => self.pause(wrong.kind, wait).await,
                Verdict::TooLong(wait) => {
                    let said =
                        format!("{}; Azure asks to wait {} s", wrong.message, wait.as_secs());
                    wrong.message = said;
                    return Err(wrong);
                }
                Verdict::GiveUp => {
                    self.note_if_down(wrong.kind);
                    return Err(wrong);
                }
            }
            // It may have expired in the meantime.
            token = self.token().await?;
        }
    }

    /// Sends one request, when it is its turn. Tells too how long the server asks to wait.
    async fn once<P>(
        &self,
        token: &Token,
        read: Reader<'_, P>,
    ) -> (Result<(Reply, P), Wrong>, Option<Duration>) {
        let tell = |length| self.tell_pause(PauseReason::Quota, length);
        let turn = self.client.pace.turn(self.lane, tell).await;
        let attempt = 1 + self.requests.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let reply =
            self.client.transport.exchange(self.call, token, self.client.options.max_body_bytes);
        let reply = reply.await;
        let elapsed = began.elapsed();
        if let Ok(reply) = &reply {
            turn.answered(&reply.headers);
            self.client.is_down.store(false, Ordering::Relaxed);
        }
        let status = reply.as_ref().ok().map(|reply| reply.status);
        let headers = reply.as_ref().ok().map(|reply| reply.headers.clone());
        let answer = match reply {
            Ok(reply) => judge(reply, read),
            Err(broken) => Err(self.wrong(broken)),
        };
        let failure = answer.as_ref().err().map(|wrong| wrong.kind);
        let asked = answer.as_ref().err().and_then(|wrong| asked(wrong, headers.as_ref()));
        if failure == Some(FailureKind::Throttled) {
            let longest = self.client.options.patience.longest_asked;
            // Whoever is told to wait for an hour gives up; that says nothing of other questions.
            if let Some(wait) = asked.filter(|wait| *wait <= longest) {
                turn.refused(wait);
            }
        }
        if let Some(observer) = &self.client.options.observer {
            let path = &printable(self.call.path());
            let method = self.call.method();
            observer.answered(&Exchange { method, path, status, failure, elapsed, attempt });
        }
        (answer, asked)
    }

    async fn token(&self) -> Result<Token, Wrong> {
        let token = self.client.tokens.token(self.call.audience()).await;
        token.map_err(|error| Wrong::new(FailureKind::SignIn, &error.message))
    }

    async fn replace(&self, refused: &Token) -> Result<Token, Wrong> {
        let token = self.client.tokens.replace(self.call.audience(), refused).await;
        token.map_err(|error| Wrong::new(FailureKind::SignIn, &error.message))
    }

    async fn pause(&self, kind: FailureKind, length: Duration) {
        let reason = match kind {
            FailureKind::Throttled => PauseReason::Throttled,
            _ => PauseReason::Retry,
        };
        self.tell_pause(reason, length);
        tokio::time::sleep(length).await;
    }

    fn tell_pause(&self, reason: PauseReason, length: Duration) {
        if let Some(observer) = &self.client.options.observer {
            observer.waiting(&Pause { path: &printable(self.call.path()), reason, length });
        }
    }

    /// Where nothing was reached in all this time, the next question need not try for as long.
    fn note_if_down(&self, kind: FailureKind) {
        let is_down =
            matches!(kind, FailureKind::Network(NetworkFault::Dns | NetworkFault::Connect));
        if is_down {
            self.client.is_down.store(true, Ordering::Relaxed);
        }
    }

    fn wrong(&self, broken: Broken) -> Wrong {
        match broken {
            Broken::Network(fault, text) => Wrong::new(FailureKind::Network(fault), &text),
            Broken::Undecodable => {
                Wrong::new(FailureKind::Malformed, "the answer cannot be unpacked")
            }
            Broken::TooLarge => {
                let most = self.client.options.max_body_bytes >> 20;
                let said = format!("the answer is larger than {most} MiB");
                Wrong::new(FailureKind::TooLarge, &said)
            }
        }
    }
}

fn asked(wrong: &Wrong, headers: Option<&HeaderMap>) -> Option<Duration> {
    let is_throttled = wrong.kind == FailureKind::Throttled;
    headers.and_then(asked_wait).or_else(|| told_wait(&wrong.message).filter(|_| is_throttled))
}
