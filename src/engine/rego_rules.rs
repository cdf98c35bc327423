//! Rules written in Rego: their input, and what their answers mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::plan::{ActiveRule, EngineChoice, EngineError, Logic, PlanOptions};
use super::projection::{Projected, Projection, is_below};
use super::{Run, partial};
use crate::finding::Level;
use crate::inventory::{Completeness, Estate, Fact, Kind, Reason, Resource, Time};
use crate::rego::{self, Answer, EngineKind, Entry, Evaluator, Options, Program, Source, Value};
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

/// What stands beside a target under `input.related`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    BackupConfig,
    StorageConfig,
    Vault,
    Policy,
    GuardLinks,
    DiagnosticSettings,
    LinkedVaults,
    Extensions,
    Held,
}

/// What a slot holds for one target.
enum Neighbour<'e, 'a> {
    /// One resource.
    One(&'e Resource<'a>),
    /// A list of resources, and why there may be more.
    Many(Vec<&'e Resource<'a>>, Option<Reason>),
    /// Numbers by name.
    Counts([(&'static str, u32); 3]),
}

impl Slot {
    const ALL: [Self; 9] = [
        Self::BackupConfig,
        Self::StorageConfig,
        Self::Vault,
        Self::Policy,
        Self::GuardLinks,
        Self::DiagnosticSettings,
        Self::LinkedVaults,
        Self::Extensions,
        Self::Held,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::BackupConfig => "backup_config",
            Self::StorageConfig => "storage_config",
            Self::Vault => "vault",
            Self::Policy => "policy",
            Self::GuardLinks => "guard_links",
            Self::DiagnosticSettings => "diagnostic_settings",
            Self::LinkedVaults => "linked_vaults",
            Self::Extensions => "extensions",
            Self::Held => "held",
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
            (Kind::RecoveryServicesVault, Kind::RecoveryServicesGuardLink)
            | (Kind::BackupVault, Kind::BackupVaultGuardLink) => Some(Self::GuardLinks),
            (Kind::RecoveryServicesVault, Kind::ProtectedItem)
            | (Kind::BackupVault, Kind::BackupInstance) => Some(Self::Held),
            (Kind::ResourceGuard, Kind::RecoveryServicesVault | Kind::BackupVault) => {
                Some(Self::LinkedVaults)
            }
            (Kind::ManagedCluster, Kind::KubernetesExtension) => Some(Self::Extensions),
            (_, Kind::DiagnosticSetting) => Some(Self::DiagnosticSettings),
            _ => None,
        }
    }

    fn find<'e, 'a>(
        self,
        target: Target<'e, 'a>,
        estate: &'e Estate<'a>,
    ) -> Fact<Neighbour<'e, 'a>> {
        let unread = Fact::Unknown(Reason::NotCollected);
        let resource = target.resource();
        match (self, target) {
            (Self::BackupConfig, Target::Vault(vault)) => {
                vault.backup_config.as_ref().map(Neighbour::One)
            }
            (Self::StorageConfig, Target::Vault(vault)) => {
                vault.storage_config.as_ref().map(Neighbour::One)
            }
            (Self::Vault, Target::Protection(item)) => estate
                .vault_holding(item)
                .map_or(unread, |vault| Fact::Known(Neighbour::One(&vault.resource))),
            (Self::Policy, Target::Protection(item)) => item.policy.as_ref().and_then(|id| {
                estate.policy_of(item).map_or_else(
                    || Fact::Unknown(estate.policy_unread(id)),
                    |policy| Fact::Known(Neighbour::One(&policy.resource)),
                )
            }),
            (Self::GuardLinks, Target::Vault(vault)) => vault
                .guard_links
                .as_ref()
                .map(|links| Neighbour::Many(links.iter().collect(), None)),
            (Self::Held, Target::Vault(vault)) => {
                let held = estate.held_by(vault.resource.id.as_str());
                let counts = [
                    ("total", held.total),
                    ("active", held.active),
                    ("soft_deleted", held.soft_deleted),
                ];
                vault
                    .items_read
                    .map_or_else(Fact::Unknown, |()| Fact::Known(Neighbour::Counts(counts)))
            }
            (Self::LinkedVaults, _) => {
                Fact::Known(Neighbour::Many(estate.vaults_guarded_by(resource.id.as_str()), None))
            }
            (Self::DiagnosticSettings, _) => children(resource, Kind::DiagnosticSetting, estate),
            (Self::Extensions, _) => children(resource, Kind::KubernetesExtension, estate),
            _ => Fact::Absent,
        }
    }
}

/// The children of one type; unknown as a whole if none was read and the list was not. Of a list that was
/// not read to its end, what was read is known and the rest is not.
fn children<'e, 'a>(
    resource: &'e Resource<'a>,
    kind: Kind,
    estate: &'e Estate<'a>,
) -> Fact<Neighbour<'e, 'a>> {
    let found: Vec<_> = estate.children_of(resource.id.as_str(), kind).collect();
    match estate.coverage.list_of(resource.id.as_str(), kind) {
        Err(reason) if found.is_empty() => Fact::Unknown(reason),
        list => Fact::Known(Neighbour::Many(found, list.err())),
    }
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
}

/// The name under `input.related` of a fact of this type beside a target of that type.
pub(super) fn slot_name(target: &str, fact: &str) -> Option<&'static str> {
    Slot::of(Kind::of_type(target), Kind::of_type(fact)).map(Slot::name)
}

/// Whether `input.related` has facts of a resource under this name.
pub(super) fn is_slot(name: &str) -> bool {
    Slot::ALL.iter().any(|slot| slot.name() == name)
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
/// a pass needs every fact the rule declares.
fn meaning(answer: Answer, facts: &[FactRef], seen: &Seen) -> Verdict {
    let mut proven = Vec::new();
    let mut blind: Option<Undecided> = None;
    for finding in answer.deny {
        let path = dotted(&finding.path);
        let unknown = (seen.unknown.iter())
            .find(|(known, _)| !path.is_empty() && is_below(&path, known))
            // What an element says is proven; what is said of the whole list is not.
            .or_else(|| seen.cut.iter().find(|(list, _)| path == *list));
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
    if let Some(undecided) = first_unknown(facts, seen) {
        return Err(undecided);
    }
    Ok(if answer.not_applicable { Outcome::NotApplicable } else { Outcome::Pass })
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
    let state = |fact: &FactRef| match fact.slot {
        None => (fact.of(&seen.own.known), fact.of(&seen.own.unknown)),
        Some(slot) => match &seen.related[slot] {
            Related::Read(found) => (fact.of(&found.known), fact.of(&found.unknown)),
            Related::List(list, unread) => (
                list.iter().any(|found| fact.of(&found.known)),
                list.iter().find_map(|found| fact.of(&found.unknown)).or(*unread),
            ),
            Related::Counts(_) => (true, None),
            Related::Missing(reason) => (false, *reason),
        },
    };
    facts.iter().filter(|fact| !fact.optional).find_map(|fact| {
        let reason = state(fact).1?;
        // A place that was not read is outweighed by one that was; a value that stands there and that
        // nobody knows is not.
        let saved = reason.is_unread()
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
