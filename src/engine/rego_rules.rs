//! Rules written in Rego: their input, and what their answers mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::plan::{ActiveRule, EngineChoice, EngineError, Logic, PlanOptions};
use super::projection::{Projected, Projection, is_below};
use super::slot::{Neighbour, Slot};
use super::{Run, partial};
use crate::finding::Level;
use crate::inventory::{Completeness, Estate, Fact, Kind, Reason, Resource, Time};
use crate::rego::{
    self, Answer, EngineKind, Entry, Evaluator, Options, Program, Source, Unknown, Value,
};
use crate::rule::{Defect, FactDeclaration, Outcome, Target, Undecided, Verdict};

/// The Rego rules of a run.
#[derive(Default)]
pub(super) struct RegoRules {
    program: Option<Program>,
    /// By rule index, the entry of the program.
    entries: Vec<Option<usize>>,
    /// One for each type that a rule names; the last one is for types that only rules for every type
    /// judge.
    inputs: Vec<InputPlan>,
    /// Positions in `inputs`: by the number of a kind, and of types without one by lower-case name.
    by_kind: Vec<usize>,
    by_type: HashMap<String, usize>,
    choice: EngineChoice,
    /// By rule index, whether it declares no facts and sees whole resources.
    undeclared: Vec<bool>,
    /// Per entry, how often it failed: a rule that keeps failing is not asked any more.
    failures: Vec<AtomicU32>,
}

/// Failures after which a rule is not asked any more: each may take as long as the time limit allows.
const MAX_FAILURES: u32 = 3;

/// How the input of one type is made.
#[derive(Default)]
struct InputPlan {
    projections: Projections,
    slots: Vec<Slot>,
    /// By rule index.
    facts: Vec<Vec<FactRef>>,
}

/// What of a target and of what stands beside it becomes input.
#[derive(Clone, Default)]
struct Projections {
    own: Projection,
    /// In the order of the slots.
    related: Vec<Projection>,
}

/// A declared fact, found in the projection it belongs to.
struct FactRef {
    /// `None` for the target itself, else an index into the related projections.
    slot: Option<usize>,
    /// The declared path in its projection; `None` where the list itself is the fact.
    leaf: Option<usize>,
    /// As reports name it.
    path: String,
    group: Option<String>,
    optional: bool,
}

impl FactRef {
    /// What one body says of the fact. A list that was read is neither known nor unknown by itself.
    fn of<T: Copy + Default>(&self, leaves: &[T]) -> T {
        self.leaf.and_then(|leaf| leaves.get(leaf)).copied().unwrap_or_default()
    }

    /// Whether a value was read, and why one is unknown.
    fn state(&self, seen: &Seen) -> (bool, Option<Reason>) {
        let Some(slot) = self.slot else {
            return (self.of(&seen.own.known), self.of(&seen.own.unknown));
        };
        match &seen.related[slot] {
            Related::Read(found) => (self.of(&found.known), self.of(&found.unknown)),
            Related::List(list, unread) => (
                list.iter().any(|found| self.of(&found.known)),
                list.iter().find_map(|found| self.of(&found.unknown)).or(*unread),
            ),
            Related::Counts(_) => (true, None),
            Related::Missing(reason) => (false, *reason),
        }
    }
}

impl RegoRules {
    /// Compiles the modules of all active Rego rules into one program.
    pub fn compile(
        rules: &[ActiveRule],
        libraries: &[(String, Arc<str>)],
        clock: Time,
        options: PlanOptions,
    ) -> Result<Self, EngineError> {
        let mut sources: Vec<Source> = Vec::new();
        let (mut entries, mut by_rule) = (Vec::new(), vec![None; rules.len()]);
        for (at, active) in rules.iter().enumerate() {
            let Logic::Rego { name, text } = &active.rule.logic else { continue };
            by_rule[at] = Some(entries.len());
            entries.push(Entry { id: active.rule.metadata.id.clone(), module: sources.len() });
            sources.push(Source { name: name.clone(), text: text.to_string() });
        }
        if entries.is_empty() {
            return Ok(Self::default());
        }
        sources.extend(
            libraries
                .iter()
                .map(|(name, text)| Source { name: name.clone(), text: text.to_string() }),
        );
        let failures = entries.iter().map(|_| AtomicU32::new(0)).collect();
        let engine = Options { strict_builtins: options.strict, ..Options::default() };
        let program = Program::compile(&sources, entries, data(rules, clock), engine)
            .map_err(|diagnostics| EngineError::Rego { count: diagnostics.len(), diagnostics })?;
        let mut types: Vec<String> = rules
            .iter()
            .filter(|active| matches!(active.rule.logic, Logic::Rego { .. }))
            .flat_map(|active| &active.rule.metadata.applies_to)
            .map(|name| name.to_ascii_lowercase())
            .collect();
        types.sort();
        types.dedup();
        let plan = |name: &str| InputPlan::new(name, rules, options.whole_resources);
        let inputs = types.iter().map(|name| plan(name)).chain([plan("any")]).collect();
        let mut by_kind = vec![types.len(); Kind::Other as usize + 1];
        for (at, name) in types.iter().enumerate() {
            let kind = Kind::of_type(name);
            if kind.type_name().eq_ignore_ascii_case(name) {
                by_kind[kind as usize] = at;
            }
        }
        Ok(Self {
            undeclared: rules.iter().map(|active| active.rule.metadata.facts.is_empty()).collect(),
            program: Some(program),
            entries: by_rule,
            inputs,
            by_kind,
            by_type: types.into_iter().enumerate().map(|(at, name)| (name, at)).collect(),
            choice: options.engine,
            failures,
        })
    }

    /// The position of the plan for a resource.
    fn plan_of(&self, resource: &Resource<'_>) -> usize {
        let named = match resource.kind {
            Kind::Other => self.by_type.get(&resource.type_name().to_ascii_lowercase()),
            kind => self.by_kind.get(kind as usize),
        };
        named.copied().unwrap_or(self.inputs.len() - 1)
    }

    /// An evaluator for one thread.
    pub fn worker(&self) -> RegoWorker<'_> {
        RegoWorker {
            rules: self,
            evaluator: self.program.as_ref().map(Evaluator::new),
            shared: Shared::new(),
            projections: self.inputs.iter().map(|plan| plan.projections.clone()).collect(),
        }
    }
}

/// `data.backuplint`: parameters by rule id, and the only clock.
fn data(rules: &[ActiveRule], clock: Time) -> Value {
    let config: serde_json::Map<String, serde_json::Value> = rules
        .iter()
        .map(|active| (active.rule.metadata.id.clone(), active.parameters.as_map().clone().into()))
        .collect();
    Value::from(serde_json::json!({
        "backuplint": {
            "config": config,
            "clock": { "now_ns": clock.0.saturating_mul(1_000_000_000), "now": clock.to_string() },
        }
    }))
}

impl InputPlan {
    fn new(type_name: &str, rules: &[ActiveRule], whole: bool) -> Self {
        let kind = Kind::of_type(type_name);
        let applicable: Vec<(usize, &ActiveRule)> = rules
            .iter()
            .enumerate()
            .filter(|(_, active)| {
                matches!(active.rule.logic, Logic::Rego { .. })
                    && active
                        .rule
                        .metadata
                        .applies_to
                        .iter()
                        .any(|name| name == "any" || name.eq_ignore_ascii_case(type_name))
            })
            .collect();
        let is_own = |fact: &FactDeclaration| fact.r#type.eq_ignore_ascii_case(type_name);
        let facts = || applicable.iter().flat_map(|(_, active)| &active.rule.metadata.facts);
        let whole =
            whole || applicable.iter().any(|(_, active)| active.rule.metadata.whole_resource);
        let own = Projection::new(
            kind,
            facts().filter(|fact| is_own(fact)).map(|fact| fact.path.as_str()),
            whole,
        );
        let mut related: Vec<(Slot, Projection)> = Vec::new();
        for fact in facts() {
            let fact_kind = Kind::of_type(&fact.r#type);
            let Some(slot) = Slot::of(kind, fact_kind) else { continue };
            if related.iter().all(|(known, _)| *known != slot) {
                let paths = facts().filter(|other| other.r#type.eq_ignore_ascii_case(&fact.r#type));
                related.push((
                    slot,
                    Projection::new(fact_kind, paths.map(|fact| fact.path.as_str()), false),
                ));
            }
        }
        let reference = |fact: &FactDeclaration| {
            let slot = if is_own(fact) {
                None
            } else {
                let slot = Slot::of(kind, Kind::of_type(&fact.r#type))?;
                Some(related.iter().position(|(known, _)| *known == slot)?)
            };
            let projection = slot.map_or(&own, |at| &related[at].1);
            let leaf = projection.position(&fact.path);
            let path = match (slot, leaf) {
                // "The list of these resources": only a slot can be unread as a whole.
                (None, leaf) => projection.path(leaf?).to_owned(),
                (Some(at), None) => format!("related.{}", related[at].0.name()),
                (Some(at), Some(leaf)) => {
                    format!("related.{}.{}", related[at].0.name(), projection.path(leaf))
                }
            };
            Some(FactRef { slot, leaf, path, group: fact.group.clone(), optional: fact.optional })
        };
        let mut by_rule: Vec<Vec<FactRef>> = rules.iter().map(|_| Vec::new()).collect();
        for (at, active) in &applicable {
            by_rule[*at] = active.rule.metadata.facts.iter().filter_map(reference).collect();
        }
        let (slots, related) = related.into_iter().unzip();
        Self { projections: Projections { own, related }, slots, facts: by_rule }
    }
}

/// Values that every input shares.
struct Shared {
    id: Value,
    name: Value,
    kind: Value,
    source: Value,
    related: Value,
    declared: Value,
    unknown: Value,
    reasons: Value,
    snapshot: Value,
    code: Value,
}

impl Shared {
    fn new() -> Self {
        let source =
            |kind: &str| Value::from(BTreeMap::from([(Value::from("kind"), Value::from(kind))]));
        Self {
            id: Value::from("id"),
            name: Value::from("name"),
            kind: Value::from("type"),
            source: Value::from("source"),
            related: Value::from("related"),
            declared: Value::from("declared"),
            unknown: Value::from("unknown"),
            reasons: Value::from("reasons"),
            snapshot: source("snapshot"),
            code: source("code"),
        }
    }
}

/// What one thread keeps between resources.
pub(super) struct RegoWorker<'p> {
    rules: &'p RegoRules,
    evaluator: Option<Evaluator>,
    shared: Shared,
    /// By position of the plan. The names in them are counted references, and to count those of
    /// another thread costs more than a rule.
    projections: Vec<Projections>,
}

/// One resource as its rules see it.
struct Seen {
    own: Projected,
    related: Vec<Related>,
    /// Dotted paths of unknown facts, and why.
    unknown: Vec<(String, Reason)>,
    /// Lists of which more may exist than was read, and why.
    cut: Vec<(String, Reason)>,
}

impl Seen {
    /// Why what stands at a path could not be read, if it could not.
    fn why_unknown(&self, path: &str) -> Option<Reason> {
        let mut unknown = self.unknown.iter();
        unknown
            .find(|(known, _)| !path.is_empty() && is_below(path, known))
            // What an element says is proven; what is said of the whole list is not.
            .or_else(|| self.cut.iter().find(|(list, _)| path == *list))
            .map(|(_, reason)| *reason)
    }
}

/// What was read into one slot.
enum Related {
    Read(Projected),
    /// The elements, and why there may be more.
    List(Vec<Projected>, Option<Reason>),
    Counts([(&'static str, u32); 3]),
    Missing(Option<Reason>),
}

impl RegoWorker<'_> {
    /// Judges one target by several rules, and answers the rules that stopped with an error.
    pub fn judge(
        &mut self,
        rules: &[usize],
        target: Target<'_, '_>,
        run: &Run<'_, '_>,
        mut verdict: impl FnMut(usize, Verdict),
    ) -> Vec<(usize, String)> {
        let Some(evaluator) = &mut self.evaluator else { return Vec::new() };
        let resource = target.resource();
        let at = self.rules.plan_of(resource);
        let (plan, projections) = (&self.rules.inputs[at], &self.projections[at]);
        let mut seen = see(projections, plan, target, run.estate);
        let staging =
            resource.kind == Kind::StorageAccount && run.declarations.staging.names(resource);
        evaluator.set_input(input(&self.shared, resource, plan, &mut seen, staging));
        let mut errors = Vec::new();
        for &rule in rules {
            let Some(entry) = self.rules.entries[rule] else { continue };
            let failures = &self.rules.failures[entry];
            if failures.load(Ordering::Relaxed) >= MAX_FAILURES {
                continue;
            }
            let answer = match self.rules.choice {
                EngineChoice::Fitting => evaluator.eval(entry),
                EngineChoice::Interpreter => evaluator.eval_with(entry, EngineKind::Interpreter),
            };
            match answer {
                Ok(mut answer) => {
                    let program = self.rules.program.as_ref();
                    let doubt =
                        program.filter(|_| self.rules.undeclared[rule]).and_then(|program| {
                            partial::doubt(&mut answer, program.reads_of(entry), resource)
                        });
                    let meaning = match doubt {
                        Some(undecided) => Err(undecided),
                        None => meaning(answer, &plan.facts[rule], &seen),
                    };
                    verdict(rule, meaning);
                }
                Err(failure) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    errors.push((rule, failure.to_string()));
                }
            }
        }
        errors
    }
}

fn see(
    projections: &Projections,
    plan: &InputPlan,
    target: Target<'_, '_>,
    estate: &Estate<'_>,
) -> Seen {
    let own = &projections.own;
    let projected = own.apply(target.resource());
    let mut unknown: Vec<(String, Reason)> = Vec::new();
    let note = |prefix: &str, projection: &Projection, found: &Projected, unknown: &mut Vec<_>| {
        if found.is_known() {
            return;
        }
        for (path, reason) in found.unknown_paths(projection) {
            unknown.push((format!("{prefix}{path}"), reason));
        }
    };
    note("", own, &projected, &mut unknown);
    let (mut related, mut cut) = (Vec::new(), Vec::new());
    for (slot, projection) in plan.slots.iter().zip(&projections.related) {
        let prefix = format!("related.{}", slot.name());
        related.push(match slot.find(target, estate) {
            Fact::Known(Neighbour::One(resource)) => {
                let found = projection.apply(resource);
                note(&format!("{prefix}."), projection, &found, &mut unknown);
                Related::Read(found)
            }
            Fact::Known(Neighbour::Many(resources, unread)) => {
                cut.extend(unread.map(|reason| (prefix.clone(), reason)));
                let list = resources.into_iter().enumerate().map(|(at, resource)| {
                    let mut found = projection.apply(resource);
                    note(&format!("{prefix}[{at}]."), projection, &found, &mut unknown);
                    found.members.insert(Value::from("id"), Value::from(resource.id.as_str()));
                    found
                });
                Related::List(list.collect(), unread)
            }
            Fact::Known(Neighbour::Counts(counts)) => Related::Counts(counts),
            Fact::Absent => Related::Missing(None),
            Fact::Unknown(reason) => {
                unknown.push((prefix, reason));
                Related::Missing(Some(reason))
            }
        });
    }
    Seen { own: projected, related, unknown, cut }
}

/// The document that rules see as `input`.
fn input(
    shared: &Shared,
    resource: &Resource<'_>,
    plan: &InputPlan,
    seen: &mut Seen,
    staging: bool,
) -> Value {
    let mut members = std::mem::take(&mut seen.own.members);
    members.insert(shared.id.clone(), Value::from(resource.id.as_str()));
    members.insert(shared.name.clone(), Value::from(resource.id.name()));
    members.insert(shared.kind.clone(), Value::from(resource.type_name().as_ref()));
    let declared = resource.completeness == Completeness::Declared;
    let source = if declared { &shared.code } else { &shared.snapshot };
    members.insert(shared.source.clone(), source.clone());
    let related: BTreeMap<Value, Value> = plan
        .slots
        .iter()
        .zip(&mut seen.related)
        .filter_map(|(slot, related)| match related {
            Related::Read(found) => {
                Some((Value::from(slot.name()), Value::from(std::mem::take(&mut found.members))))
            }
            Related::List(list, _) => {
                let elements =
                    list.iter_mut().map(|found| Value::from(std::mem::take(&mut found.members)));
                Some((Value::from(slot.name()), Value::from(elements.collect::<Vec<_>>())))
            }
            Related::Counts(counts) => {
                let counts = counts
                    .iter()
                    .map(|(name, count)| (Value::from(*name), Value::from(u64::from(*count))));
                Some((Value::from(slot.name()), Value::from(counts.collect::<BTreeMap<_, _>>())))
            }
            Related::Missing(_) => None,
        })
        .collect();
    members.insert(shared.related.clone(), Value::from(related));
    if resource.kind == Kind::StorageAccount {
        let staging = BTreeMap::from([(Value::from("staging"), Value::from(staging))]);
        members.insert(shared.declared.clone(), Value::from(staging));
    }
    let whole = seen.unknown.iter().map(|(path, reason)| (pointer(path), *reason));
    // What a list lacks stands after its last element, which `-` names in a pointer.
    let rest = seen.cut.iter().map(|(list, reason)| (pointer(list) + "/-", *reason));
    let (pointers, reasons): (Vec<Value>, Vec<Value>) = whole
        .chain(rest)
        .map(|(pointer, reason)| (Value::from(pointer), Value::from(reason.name())))
        .unzip();
    let reasons: BTreeMap<Value, Value> = pointers.iter().cloned().zip(reasons).collect();
    members.insert(shared.unknown.clone(), Value::from(pointers));
    members.insert(shared.reasons.clone(), Value::from(reasons));
    Value::from(members)
}

/// A dotted path as a JSON pointer (RFC 6901).
fn pointer(path: &str) -> String {
    path.split(['.', '[']).fold(String::new(), |mut pointer, part| {
        pointer.push('/');
        pointer.push_str(&part.trim_end_matches(']').replace('~', "~0").replace('/', "~1"));
        pointer
    })
}

/// A path as a rule writes it, dotted or as a JSON pointer, in dotted form.
pub(super) fn dotted(path: &str) -> String {
    let Some(pointer) = path.strip_prefix('/') else { return path.to_owned() };
    let mut dotted = String::new();
    for part in pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            dotted.push('[');
            dotted.push_str(&part);
            dotted.push(']');
        } else {
            if !dotted.is_empty() {
                dotted.push('.');
            }
            dotted.push_str(&part);
        }
    }
    dotted
}

/// What an answer means, given what is unknown: a proven defect wins; then what cannot be decided;
/// a pass needs every fact the rule declares, unless the rule says that it has enough.
fn meaning(answer: Answer, facts: &[FactRef], seen: &Seen) -> Verdict {
    let mut proven = Vec::new();
    let mut blind: Option<Undecided> = None;
    for finding in answer.deny {
        let path = dotted(&finding.path);
        let proof = finding.proof.map_or_else(|| path.clone(), |proof| dotted(&proof));
        if let Some(reason) = seen.why_unknown(&proof) {
            let (path, message) = (proof.into(), String::new());
            blind.get_or_insert(Undecided { reason, path, message });
        } else {
            proven.push(Defect {
                path: path.into(),
                observed: finding.observed.unwrap_or_default(),
                expected: finding.expected.unwrap_or_default(),
                message: finding.message,
                related: (finding.related.into_iter())
                    .map(|related| (related.id, related.message))
                    .collect(),
                level: finding.level.map(level),
            });
        }
    }
    if !proven.is_empty() {
        return Ok(Outcome::Fail(proven));
    }
    if let Some(undecided) = blind {
        return Err(undecided);
    }
    if let Some(unknown) = answer.unknown.into_iter().next() {
        return Err(undecided(unknown, seen));
    }
    if let Some(undecided) = first_unknown(facts, seen).filter(|_| !answer.decided) {
        return Err(undecided);
    }
    Ok(if answer.not_applicable { Outcome::NotApplicable } else { Outcome::Pass })
}

/// What a rule says it cannot decide. Without a reason of its own, why the place could not be read.
fn undecided(unknown: Unknown, seen: &Seen) -> Undecided {
    let path = dotted(&unknown.path);
    let (reason, message) = match unknown.reason {
        None => (seen.why_unknown(&path).unwrap_or(Reason::NotCollected), unknown.message),
        Some(name) => match Reason::from_name(&name) {
            Some(reason) => (reason, unknown.message),
            None if unknown.message.is_empty() => (Reason::SourceCannotSay, name),
            None => (Reason::SourceCannotSay, unknown.message),
        },
    };
    Undecided { reason, path: path.into(), message }
}

fn level(level: rego::Level) -> Level {
    match level {
        rego::Level::Note => Level::Note,
        rego::Level::Warning => Level::Warning,
        rego::Level::Error => Level::Error,
    }
}

/// The first declared fact that is unknown although the rule needs it. Of a group, one known
/// member suffices.
fn first_unknown(facts: &[FactRef], seen: &Seen) -> Option<Undecided> {
    facts.iter().filter(|fact| !fact.optional).find_map(|fact| {
        let reason = fact.state(seen).1?;
        // A place that was not read is outweighed by one that was; a value that stands there and that
        // nobody knows is not.
        let saved = reason.is_unread()
            && fact.group.as_ref().is_some_and(|group| {
                facts.iter().any(|other| other.group.as_ref() == Some(group) && other.state(seen).0)
            });
        (!saved).then(|| Undecided {
            reason,
            path: fact.path.clone().into(),
            message: String::new(),
        })
    })
}
