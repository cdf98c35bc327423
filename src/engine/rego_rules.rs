//! Rules written in Rego: what they are asked, and what their answers mean.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::input::{Projections, Related, Seen, Shared, View, input, see};
use super::plan::{ActiveRule, EngineChoice, EngineError, Logic, PlanOptions};
use super::projection::Projection;
use super::recall::Recall;
use super::slot::Slot;
use super::{Run, partial};
use crate::finding::Level;
use crate::inventory::{Body, Kind, Reason, Resource, Time};
use crate::rego::{
    self, Answer, EngineKind, Entry, Evaluator, Options, Own, Program, Source, Unknown, Value,
};
use crate::rule::{Defect, FactDeclaration, Metadata, Outcome, Target, Undecided, Verdict};

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
    /// By rule index, the facts that exempt a resource.
    exemptions: Vec<Vec<FactDeclaration>>,
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
    /// By rule index.
    views: Vec<View>,
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
            return (self.of(&seen.own().known), self.of(&seen.own().unknown));
        };
        match seen.related(slot) {
            Some(Related::Read(found)) => (self.of(&found.known), self.of(&found.unknown)),
            Some(Related::List(list, unread)) => (
                list.iter().any(|(_, found)| self.of(&found.known)),
                list.iter().find_map(|(_, found)| self.of(&found.unknown)).or(*unread),
            ),
            Some(Related::Counts(_)) => (true, None),
            Some(Related::Missing(reason)) => (false, *reason),
            None => (false, None),
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
        let own: Vec<Own> = (by_rule.iter().zip(rules))
            .map(|(entry, active)| own(&program, *entry, active))
            .collect();
        let plan = |name: &str| InputPlan::new(name, rules, &own, options.whole_resources);
        let inputs = types.iter().map(|name| plan(name)).chain([plan("any")]).collect();
        let mut by_kind = vec![types.len(); Kind::Other as usize + 1];
        for (at, name) in types.iter().enumerate() {
            let kind = Kind::of_type(name);
            if kind.type_name().eq_ignore_ascii_case(name) {
                by_kind[kind as usize] = at;
            }
        }
        Ok(Self {
            exemptions: rules.iter().map(|active| exemptions(&active.rule.metadata)).collect(),
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

    /// Whether a fact says that a rule does not speak of a resource.
    fn is_exempt(&self, rule: usize, resource: &Resource<'_>) -> bool {
        let is_of =
            |fact: &&FactDeclaration| fact.r#type.eq_ignore_ascii_case(&resource.type_name());
        self.exemptions[rule].iter().filter(is_of).any(|fact| {
            let value = resource.fact(&fact.path).known().map(Body::to_json);
            let text = value.as_ref().and_then(serde_json::Value::as_str);
            let is = |text: &str| fact.exempt.iter().any(|value| value.eq_ignore_ascii_case(text));
            text.is_some_and(is)
        })
    }

    /// The position of the plan for a resource.
    fn plan_of(&self, resource: &Resource<'_>) -> usize {
        self.plan_at(resource.kind, || resource.type_name().to_ascii_lowercase())
    }

    fn plan_at(&self, kind: Kind, type_name: impl Fn() -> String) -> usize {
        let named = match kind {
            Kind::Other => self.by_type.get(&type_name()),
            kind => self.by_kind.get(kind as usize),
        };
        named.copied().unwrap_or(self.inputs.len().saturating_sub(1))
    }

    /// Puts the rules for a kind, or for a type without one, together that see the same input.
    pub fn group(&self, kind: Kind, type_name: &str, rules: &mut [usize]) {
        let at = self.plan_at(kind, || type_name.to_owned());
        if let Some(plan) = self.inputs.get(at) {
            rules.sort_by_key(|rule| (plan.views.get(*rule).copied(), *rule));
        }
    }

    /// An evaluator for one thread.
    pub fn worker(&self) -> RegoWorker<'_> {
        RegoWorker {
            rules: self,
            evaluator: self.program.as_ref().map(Evaluator::new),
            shared: Shared::new(),
            projections: self.inputs.iter().map(|plan| plan.projections.clone()).collect(),
            recalls: HashMap::new(),
        }
    }
}

/// What of every resource's own members a rule may read, be it that its parameters name it.
fn own(program: &Program, entry: Option<usize>, active: &ActiveRule) -> Own {
    fn named(value: &serde_json::Value) -> Own {
        use serde_json::Value::{Array, Object, String};
        match value {
            String(text) => Own::named(text),
            Array(items) => items.iter().map(named).fold(Own::default(), |all, own| all | own),
            Object(members) => {
                members.values().map(named).fold(Own::default(), |all, own| all | own)
            }
            _ => Own::default(),
        }
    }
    let by_text = entry.map_or(Own::default(), |entry| program.own_of(entry));
    active.parameters.as_map().values().map(named).fold(by_text, |all, own| all | own)
}

/// What exempts a resource from a rule.
fn exemptions(metadata: &Metadata) -> Vec<FactDeclaration> {
    metadata.facts.iter().filter(|fact| !fact.exempt.is_empty()).cloned().collect()
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
    fn new(type_name: &str, rules: &[ActiveRule], read: &[Own], whole: bool) -> Self {
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
        let view = |(own, facts): (&Own, &Vec<FactRef>)| View {
            own: *own,
            slots: facts.iter().filter_map(|fact| fact.slot).fold(0, |all, slot| all | 1 << slot),
        };
        let views = read.iter().zip(&by_rule).map(view).collect();
        let (slots, related) = related.into_iter().unzip();
        Self { projections: Projections { own, related }, slots, facts: by_rule, views }
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
    /// What was answered before, by the position of the plan and the first of the rules that were asked.
    recalls: HashMap<(usize, usize), Recall>,
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
        let resource = target.resource();
        let asked: Vec<usize>;
        let rules = if rules.iter().any(|rule| !self.rules.exemptions[*rule].is_empty()) {
            let (exempt, rest): (Vec<usize>, Vec<usize>) =
                rules.iter().partition(|rule| self.rules.is_exempt(**rule, resource));
            for rule in exempt {
                verdict(rule, Ok(Outcome::NotApplicable));
            }
            asked = rest;
            &asked[..]
        } else {
            rules
        };
        if rules.is_empty() {
            return Vec::new();
        }
        let at = self.rules.plan_of(resource);
        let plan = &self.rules.inputs[at];
        let (seen, veil) = see(&self.shared, &self.projections[at], &plan.slots, target, run);
        let mut errors = Vec::new();
        for rules in rules.chunk_by(|left, right| plan.views[*left] == plan.views[*right]) {
            let Some(&first) = rules.first() else { continue };
            let input = input(&self.shared, resource, &seen, plan.views[first]);
            let mut recall = self.recalls.remove(&(at, first)).unwrap_or_default();
            let mut tell = |rule: usize, mut answer: Answer| {
                veil.show(&mut answer);
                verdict(rule, self.rules.verdict(rule, answer, resource, &seen, plan));
            };
            if let Some(answers) = recall.find(&input) {
                let answers = rules.iter().zip(answers);
                answers.for_each(|(rule, answer)| tell(*rule, answer.clone()));
            } else {
                let asked = self.ask(rules, input.clone(), &mut errors);
                for (rule, answer) in rules.iter().zip(asked.iter().cloned()) {
                    if let Some(answer) = answer {
                        tell(*rule, answer);
                    }
                }
                // What stopped with an error is asked again.
                if let Some(answers) = asked.into_iter().collect() {
                    recall.note(input, answers);
                }
            }
            self.recalls.insert((at, first), recall);
        }
        errors
    }

    /// The answers of several rules on one input; none of a rule that stopped with an error.
    fn ask(
        &mut self,
        rules: &[usize],
        input: Value,
        errors: &mut Vec<(usize, String)>,
    ) -> Vec<Option<Answer>> {
        let Some(evaluator) = &mut self.evaluator else { return Vec::new() };
        evaluator.set_input(input);
        let answer = |&rule: &usize| {
            let entry = self.rules.entries[rule]?;
            let failures = &self.rules.failures[entry];
            if failures.load(Ordering::Relaxed) >= MAX_FAILURES {
                return None;
            }
            let answer = match self.rules.choice {
                EngineChoice::Fitting => evaluator.eval(entry),
                EngineChoice::Interpreter => evaluator.eval_with(entry, EngineKind::Interpreter),
            };
            match answer {
                Ok(answer) => Some(answer),
                Err(failure) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    errors.push((rule, failure.to_string()));
                    None
                }
            }
        };
        rules.iter().map(answer).collect()
    }
}

impl RegoRules {
    /// What the answer of a rule means for a resource.
    fn verdict(
        &self,
        rule: usize,
        mut answer: Answer,
        resource: &Resource<'_>,
        seen: &Seen,
        plan: &InputPlan,
    ) -> Verdict {
        let asked = self.program.as_ref().zip(self.entries[rule]).filter(|_| self.undeclared[rule]);
        let doubt = asked.and_then(|(program, entry)| {
            partial::doubt(&mut answer, program.reads_of(entry), resource)
        });
        match doubt {
            Some(undecided) => Err(undecided),
            None => meaning(answer, &plan.facts[rule], seen),
        }
    }
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
