//! What a precondition comes to: holds, does not hold, or cannot be told, with what was seen.

use std::borrow::Cow;

use crate::access::operation::Precondition;
use crate::inventory::Reason;

/// One precondition of one target.
#[derive(Clone, Debug)]
pub struct Check {
    /// Which.
    pub precondition: &'static Precondition,
    /// What it comes to.
    pub judged: Judged,
}

/// What a precondition comes to.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The answer.
    pub answer: Answer,
    /// What it is based on, as one sentence without a full stop.
    pub says: Cow<'static, str>,
    /// What was seen.
    pub evidence: Vec<Evidence>,
    /// What to do about it.
    pub fix: Option<String>,
    /// What the guide and the documentation say, where they differ.
    pub claims: Option<Box<Claims>>,
}

/// The answer of a precondition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Pass,
    /// It does not.
    Fail(Weight),
    /// It cannot be told.
    Unknown(Reason),
    /// It does not apply to this target.
    NotApplicable,
}

/// What it means that a precondition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The operation fails, or must not be done so.
    Stops,
    /// It works; somebody has to accept what it means.
    Decides,
    /// It works; whoever does it should know.
    Informs,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The ARM id, or `the request`.
    pub resource: String,
    /// The property; empty for the resource as a whole.
    pub path: String,
    /// What stands there.
    pub observed: String,
}

/// Two sources that differ, and the parameter that decides between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What the guide says.
    pub guide: &'static str,
    /// What Microsoft's documentation says.
    pub documentation: &'static str,
    /// The parameter that decides between them; none where the documentation counts.
    pub parameter: Option<&'static str>,
    /// Its value, or what counts.
    pub value: String,
}

/// Where evidence stands that comes from the request.
pub const REQUEST: &str = "the request";

impl Answer {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(_) => "fail",
            Self::Unknown(_) => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Whether it speaks against the change, or may.
    pub const fn is_against(self) -> bool {
        matches!(self, Self::Fail(Weight::Stops | Weight::Decides) | Self::Unknown(_))
    }
}

impl Weight {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Decides => "decides",
            Self::Informs => "informs",
        }
    }
}

impl Judged {
    fn new(answer: Answer, says: impl Into<Cow<'static, str>>) -> Self {
        Self { answer, says: says.into(), evidence: Vec::new(), fix: None, claims: None }
    }

    /// It holds.
    pub fn pass(says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::Pass, says)
    }

    /// It does not hold, and the operation must not be done so.
    pub fn stops(says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::Fail(Weight::Stops), says)
    }

    /// It does not hold, and somebody has to accept that.
    pub fn decides(says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::Fail(Weight::Decides), says)
    }

    /// It does not hold, which is good to know.
    pub fn informs(says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::Fail(Weight::Informs), says)
    }

    /// It cannot be told.
    pub fn unknown(reason: Reason, says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::Unknown(reason), says)
    }

    /// It cannot be told, since the request does not say what has to be known.
    pub fn unsaid(key: &str, says: impl Into<Cow<'static, str>>) -> Self {
        Self::unknown(Reason::NotCollected, says)
            .at(REQUEST, key, "left out")
            .fix(format!("say `{key}` in the request"))
    }

    /// It does not apply.
    pub fn not_applicable(says: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Answer::NotApplicable, says)
    }

    /// Adds what was seen.
    #[must_use]
    pub fn at(
        mut self,
        resource: impl Into<String>,
        path: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        let (resource, path, observed) = (resource.into(), path.into(), observed.into());
        self.evidence.push(Evidence { resource, path, observed });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Adds two sources that differ.
    #[must_use]
    pub fn claims(mut self, claims: Claims) -> Self {
        self.claims = Some(Box::new(claims));
        self
    }
}
