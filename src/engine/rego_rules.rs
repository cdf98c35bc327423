//! Rules written in Rego: their input, and what their answers mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::plan::{ActiveRule, EngineChoice, EngineError, Logic, PlanOptions};
use super::projection::{Projected, Projection, is_below};
use crate::inventory::{Completeness, Estate, Fact, Kind, Reason, Resource, Time};
use crate::rego::{Answer, EngineKind, Entry, Evaluator, Options, Program, Source, Value};
use crate::rule::{Defect, FactDeclaration, Outcome, Target, Undecided, Verdict};

/// The Rego rules of a run.
#[derive(Default)]
pub(super) struct RegoRules {
    program: Option<Program>,
    /// Rule index to entry of the program.
    entries: HashMap<usize, usize>,
    /// By lower-case type name; types that only rules for every type judge use the last one.
    inputs: HashMap<String, InputPlan>,
    other: InputPlan,
    choice: EngineChoice,
    /// Per entry, how often it failed: a rule that keeps failing is not asked any more.
    failures: Vec<AtomicU32>,
}

/// Failures after which a rule is not asked any more: each may take as long as the time limit allows.
const MAX_FAILURES: u32 = 3;

/// How the input of one type is made.
#[derive(Default)]
struct InputPlan {
    own: Option<Projection>,
    related: Vec<(Slot, Projection)>,
    facts: HashMap<usize, Vec<FactRef>>,
}

/// Resources that stand beside a target under `input.related`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    BackupConfig,
    StorageConfig,
    Vault,
    Policy,
}

impl Slot {
    fn name(self) -> &'static str {
        match self {
            Self::BackupConfig => "backup_config",
            Self::StorageConfig => "storage_config",
            Self::Vault => "vault",
            Self::Policy => "policy",
        }
    }

    /// Where a fact of `fact` stands for a target of type `target`.
    fn of(target: Kind, fact: Kind) -> Option<Self> {
        match (target, fact) {
            (Kind::RecoveryServicesVault, Kind::BackupConfig) => Some(Self::BackupConfig),
            (Kind::RecoveryServicesVault, Kind::StorageConfig) => Some(Self::StorageConfig),
            (Kind::ProtectedItem, Kind::RecoveryServicesVault)
            | (Kind::BackupInstance, Kind::BackupVault) => Some(Self::Vault),
            (Kind::ProtectedItem, Kind::RecoveryServicesPolicy)
            | (Kind::BackupInstance, Kind::BackupVaultPolicy) => Some(Self::Policy),
            _ => None,
        }
    }

    fn find<'e, 'a>(
        self,
        target: Target<'e, 'a>,
        estate: &'e Estate<'a>,
    ) -> Fact<&'e Resource<'a>> {
        match (self, target) {
            (Self::BackupConfig, Target::Vault(vault)) => vault.backup_config.as_ref(),
            (Self::StorageConfig, Target::Vault(vault)) => vault.storage_config.as_ref(),
            (Self::Vault, Target::Protection(item)) => item
                .resource
                .id
                .vault()
                .and_then(|vault| estate.vault(vault))
                .map_or(Fact::Unknown(Reason::NotCollected), |vault| Fact::Known(&vault.resource)),
            (Self::Policy, Target::Protection(item)) => item.policy.as_ref().and_then(|policy| {
                estate.policy(policy).map_or(Fact::Unknown(Reason::NotCollected), |policy| {
                    Fact::Known(&policy.resource)
                })
            }),
            _ => Fact::Absent,
        }
    }
}

/// A declared fact, found in the projection it belongs to.
struct FactRef {
    /// `None` for the target itself, else an index into the related projections.
    slot: Option<usize>,
    leaf: usize,
    /// As reports name it.
    path: String,
    group: Option<String>,
    optional: bool,
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
        let (mut entries, mut by_rule) = (Vec::new(), HashMap::new());
        for (at, active) in rules.iter().enumerate() {
            let Logic::Rego { name, text } = &active.rule.logic else { continue };
            by_rule.insert(at, entries.len());
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
        let inputs = types
            .into_iter()
            .map(|name| (name.clone(), InputPlan::new(&name, rules, options.whole_resources)))
            .collect();
        Ok(Self {
            program: Some(program),
            entries: by_rule,
            inputs,
            other: InputPlan::new("any", rules, options.whole_resources),
            choice: options.engine,
            failures,
        })
    }

    /// An evaluator for one thread.
    pub fn worker(&self) -> RegoWorker<'_> {
        RegoWorker {
            rules: self,
            evaluator: self.program.as_ref().map(Evaluator::new),
            shared: Shared::new(),
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
            let leaf = projection.position(&fact.path)?;
            let path = match slot {
                None => projection.path(leaf).to_owned(),
                Some(at) => format!("related.{}.{}", related[at].0.name(), projection.path(leaf)),
            };
            Some(FactRef { slot, leaf, path, group: fact.group.clone(), optional: fact.optional })
        };
        let facts = applicable
            .iter()
            .map(|(at, active)| {
                (*at, active.rule.metadata.facts.iter().filter_map(reference).collect())
            })
            .collect();
        Self { own: Some(own), related, facts }
    }
}

/// Values that every input shares.
struct Shared {
    id: Value,
    name: Value,
    kind: Value,
    source: Value,
    related: Value,
    unknown: Value,
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
            unknown: Value::from("unknown"),
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
}

/// One resource as its rules see it.
struct Seen {
    own: Projected,
    related: Vec<Related>,
    /// Dotted paths of unknown facts, and why.
    unknown: Vec<(String, Reason)>,
}

/// One neighbour.
enum Related {
    Read(Projected),
    Missing(Option<Reason>),
}

impl RegoWorker<'_> {
    /// Judges one target by several rules, and answers the rules that stopped with an error.
    pub fn judge(
        &mut self,
        rules: &[usize],
        target: Target<'_, '_>,
        estate: &Estate<'_>,
        mut verdict: impl FnMut(usize, Verdict),
    ) -> Vec<(usize, String)> {
        let Some(evaluator) = &mut self.evaluator else { return Vec::new() };
        let resource = target.resource();
        let plan = self
            .rules
            .inputs
            .get(&resource.type_name().to_ascii_lowercase())
            .unwrap_or(&self.rules.other);
        let Some(own) = &plan.own else { return Vec::new() };
        let mut seen = see(own, plan, target, estate);
        evaluator.set_input(input(&self.shared, resource, plan, &mut seen));
        let mut errors = Vec::new();
        for &rule in rules {
            let Some(entry) = self.rules.entries.get(&rule) else { continue };
            let failures = &self.rules.failures[*entry];
            if failures.load(Ordering::Relaxed) >= MAX_FAILURES {
                continue;
            }
            let answer = match self.rules.choice {
                EngineChoice::Fitting => evaluator.eval(*entry),
                EngineChoice::Interpreter => evaluator.eval_with(*entry, EngineKind::Interpreter),
            };
            match answer {
                Ok(answer) => verdict(rule, meaning(answer, plan.facts.get(&rule), &seen)),
                Err(failure) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    errors.push((rule, failure.to_string()));
                }
            }
        }
        errors
    }
}

fn see(own: &Projection, plan: &InputPlan, target: Target<'_, '_>, estate: &Estate<'_>) -> Seen {
    let projected = own.apply(target.resource());
    let mut unknown: Vec<(String, Reason)> = Vec::new();
    let note = |prefix: &str, projection: &Projection, found: &Projected, unknown: &mut Vec<_>| {
        for (path, reason) in found.unknown_paths(projection) {
            unknown.push((format!("{prefix}{path}"), reason));
        }
    };
    note("", own, &projected, &mut unknown);
    let mut related = Vec::new();
    for (slot, projection) in &plan.related {
        let prefix = format!("related.{}", slot.name());
        related.push(match slot.find(target, estate) {
            Fact::Known(resource) => {
                let found = projection.apply(resource);
                note(&format!("{prefix}."), projection, &found, &mut unknown);
                Related::Read(found)
            }
            Fact::Absent => Related::Missing(None),
            Fact::Unknown(reason) => {
                unknown.push((prefix, reason));
                Related::Missing(Some(reason))
            }
        });
    }
    Seen { own: projected, related, unknown }
}

/// The document that rules see as `input`.
fn input(shared: &Shared, resource: &Resource<'_>, plan: &InputPlan, seen: &mut Seen) -> Value {
    let mut members = std::mem::take(&mut seen.own.members);
    members.insert(shared.id.clone(), Value::from(resource.id.as_str()));
    members.insert(shared.name.clone(), Value::from(resource.id.name()));
    members.insert(shared.kind.clone(), Value::from(resource.type_name().as_ref()));
    let declared = resource.completeness == Completeness::Declared;
    let source = if declared { &shared.code } else { &shared.snapshot };
    members.insert(shared.source.clone(), source.clone());
    let related: BTreeMap<Value, Value> = plan
        .related
        .iter()
        .zip(&mut seen.related)
        .filter_map(|((slot, _), related)| match related {
            Related::Read(found) => {
                Some((Value::from(slot.name()), Value::from(std::mem::take(&mut found.members))))
            }
            Related::Missing(_) => None,
        })
        .collect();
    members.insert(shared.related.clone(), Value::from(related));
    let pointers: Vec<Value> =
        seen.unknown.iter().map(|(path, _)| Value::from(pointer(path))).collect();
    members.insert(shared.unknown.clone(), Value::from(pointers));
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
fn dotted(path: &str) -> String {
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
/// a pass needs every fact the rule declares.
fn meaning(answer: Answer, facts: Option<&Vec<FactRef>>, seen: &Seen) -> Verdict {
    let mut proven = Vec::new();
    let mut blind: Option<Undecided> = None;
    for finding in answer.deny {
        let path = dotted(&finding.path);
        let unknown =
            seen.unknown.iter().find(|(known, _)| !path.is_empty() && is_below(&path, known));
        if let Some((_, reason)) = unknown {
            blind.get_or_insert(Undecided {
                reason: *reason,
                path: path.into(),
                message: String::new(),
            });
        } else {
            proven.push(Defect {
                path: path.into(),
                observed: finding.observed.unwrap_or_default(),
                expected: finding.expected.unwrap_or_default(),
                message: finding.message,
                related: finding.related.into_iter().map(|id| (id, String::new())).collect(),
                level: None,
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
        return Err(Undecided {
            reason: Reason::from_name(&unknown.reason).unwrap_or(Reason::SourceCannotSay),
            path: dotted(&unknown.path).into(),
            message: if Reason::from_name(&unknown.reason).is_some() {
                String::new()
            } else {
                unknown.reason
            },
        });
    }
    if let Some(undecided) = facts.and_then(|facts| first_unknown(facts, seen)) {
        return Err(undecided);
    }
    Ok(if answer.not_applicable { Outcome::NotApplicable } else { Outcome::Pass })
}

/// The first declared fact that is unknown although the rule needs it. Of a group, one known
/// member suffices.
fn first_unknown(facts: &[FactRef], seen: &Seen) -> Option<Undecided> {
    let state = |fact: &FactRef| match fact.slot {
        None => (seen.own.known[fact.leaf], seen.own.unknown[fact.leaf]),
        Some(slot) => match &seen.related[slot] {
            Related::Read(found) => (found.known[fact.leaf], found.unknown[fact.leaf]),
            Related::Missing(reason) => (false, *reason),
        },
    };
    facts.iter().filter(|fact| !fact.optional).find_map(|fact| {
        let reason = state(fact).1?;
        // A place that was not read is outweighed by one that was; a value that stands there and that
        // nobody knows is not.
        let outweighed = !matches!(
            reason,
            Reason::UnrecognisedValue | Reason::UnresolvedExpression | Reason::Conditional
        );
        let saved = outweighed
            && fact.group.as_ref().is_some_and(|group| {
                facts.iter().any(|other| other.group.as_ref() == Some(group) && state(other).0)
            });
        (!saved).then(|| Undecided {
            reason,
            path: fact.path.clone().into(),
            message: String::new(),
        })
    })
}
