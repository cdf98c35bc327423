//! Jobs by the item or instance they worked on, and from when on they are known.
//!
//! A Backup vault's job carries the id of its instance. A Recovery Services vault's job names its item
//! in words: by container, or by nothing but a friendly name, which two items may share. Such a job
//! counts for an item only if no other item of the vault can be meant; where several can, it is
//! uncertain for each of them.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use super::history::Job;
use super::id::ByKey;
use super::join;
use super::protection::Protection;
use super::segmented::Segmented;
use super::vault::Vault;
use super::{Coverage, Fact, Found, IdKey, Kind, Reason, Time, Workload, id};

/// A job of an item or instance.
#[derive(Clone, Copy, Debug)]
pub struct OwnJob<'e, 'a> {
    /// The job.
    pub job: &'e Job<'a>,
    /// Whether it is its own. If not, it may as well be that of another item.
    pub certain: bool,
}

/// Positions of jobs, newest first.
#[derive(Debug, Default)]
pub(super) struct JobIndex {
    by_owner: HashMap<IdKey, Vec<Entry>, ByKey>,
    by_vault: HashMap<IdKey, VaultJobs, ByKey>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    job: u32,
    certain: bool,
}

#[derive(Debug)]
struct VaultJobs {
    jobs: Vec<u32>,
    window: Result<Time, Reason>,
}

/// The items of one vault, by what their jobs call them.
#[derive(Default)]
struct Names {
    /// In lower case, as the next.
    by_container: HashMap<String, Vec<u32>>,
    by_name: HashMap<String, Vec<u32>>,
    /// Items whose friendly name is not known: any name may be theirs.
    nameless: Vec<u32>,
    whole: bool,
}

impl JobIndex {
    /// Indexes jobs; only the items of vaults with jobs that name their item in words are looked at.
    pub fn new<'a>(
        jobs: &Segmented<Job<'a>>,
        protections: &Segmented<Protection<'a>>,
        vaults: &[Vault<'a>],
        coverage: &Coverage,
    ) -> Self {
        let mut index = Self::default();
        let mut scopes: HashMap<IdKey, &str, ByKey> = HashMap::default();
        for vault in vaults {
            scopes.insert(vault.resource.id.key(), vault.resource.id.as_str());
        }
        let mut by_vault: HashMap<IdKey, Vec<u32>, ByKey> = HashMap::default();
        let mut named: HashMap<IdKey, Vec<u32>, ByKey> = HashMap::default();
        for (at, job) in (0..).zip(jobs.iter()) {
            let Some(vault) = job.resource.id.vault() else { continue };
            let key = IdKey::of(vault);
            scopes.entry(key).or_insert(vault);
            by_vault.entry(key).or_default().push(at);
            if let Fact::Known(instance) = &job.instance {
                let entry = Entry { job: at, certain: true };
                index.by_owner.entry(IdKey::of(instance)).or_default().push(entry);
            } else if job.names_an_item() {
                named.entry(key).or_default().push(at);
            }
        }
        index.attribute(jobs, protections, &named, |vault| {
            scopes
                .get(&vault)
                .is_some_and(|scope| coverage.list_of(scope, Kind::ProtectedItem).is_ok())
        });
        let order = |at: &u32| {
            let start = jobs.get(*at).and_then(Job::started);
            // What has no time may be the newest.
            (start.is_some(), Reverse(start), *at)
        };
        for entries in index.by_owner.values_mut() {
            entries.sort_by_key(|entry| order(&entry.job));
        }
        for (key, scope) in scopes {
            let mut own = by_vault.remove(&key).unwrap_or_default();
            own.sort_by_key(order);
            let window = window_of(scope, own.iter().filter_map(|at| jobs.get(*at)), coverage);
            index.by_vault.insert(key, VaultJobs { jobs: own, window });
        }
        index
    }

    /// Finds the items of jobs that name them in words.
    fn attribute<'a>(
        &mut self,
        jobs: &Segmented<Job<'a>>,
        protections: &Segmented<Protection<'a>>,
        named: &HashMap<IdKey, Vec<u32>, ByKey>,
        is_whole: impl Fn(IdKey) -> bool,
    ) {
        if named.is_empty() {
            return;
        }
        let starts = join::starts(protections);
        let items: Vec<(IdKey, u32)> = (protections.segments().par_iter().zip(starts))
            .flat_map_iter(|(segment, start)| {
                (start..).zip(segment).filter_map(|(at, item)| {
                    let recovery_services = item.resource.kind == Kind::ProtectedItem;
                    let vault = IdKey::of(item.resource.id.vault().filter(|_| recovery_services)?);
                    named.contains_key(&vault).then_some((vault, at))
                })
            })
            .collect();
        let mut of_vault: HashMap<IdKey, Vec<u32>, ByKey> = HashMap::default();
        for (vault, at) in items {
            of_vault.entry(vault).or_default().push(at);
        }
        for (vault, jobs_there) in named {
            let Some(items) = of_vault.get(vault) else { continue };
            let names = Names::of(items, protections, is_whole(*vault));
            for at in jobs_there {
                let Some(job) = jobs.get(*at) else { continue };
                let (owners, certain) = names.owners(job, protections);
                for owner in owners.iter().filter_map(|owner| protections.get(*owner)) {
                    let entry = Entry { job: *at, certain };
                    self.by_owner.entry(owner.resource.id.key()).or_default().push(entry);
                }
            }
        }
    }

    /// The jobs of one item or instance, newest first.
    pub fn of<'e, 'a>(
        &'e self,
        protection: &Protection<'_>,
        jobs: &'e Segmented<Job<'a>>,
    ) -> impl Iterator<Item = OwnJob<'e, 'a>> {
        let entries = self.by_owner.get(&protection.resource.id.key());
        entries
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(OwnJob { job: jobs.get(entry.job)?, certain: entry.certain }))
    }

    /// The jobs of one vault, newest first.
    pub fn within<'e, 'a>(
        &'e self,
        vault: &'e str,
        jobs: &'e Segmented<Job<'a>>,
    ) -> impl Iterator<Item = &'e Job<'a>> {
        let found = self.by_vault.get(&IdKey::of(vault));
        found
            .into_iter()
            .flat_map(|found| &found.jobs)
            .filter_map(|at| jobs.get(*at))
            .filter(move |job| job.resource.id.vault().is_some_and(|own| id::same(own, vault)))
    }

    /// See [`super::Estate::job_window`].
    pub fn window(&self, vault: &str, coverage: &Coverage) -> Result<Time, Reason> {
        match self.by_vault.get(&IdKey::of(vault)) {
            Some(found) => found.window,
            None => window_of(vault, std::iter::empty(), coverage),
        }
    }
}

fn window_of<'e, 'a: 'e>(
    vault: &str,
    jobs: impl Iterator<Item = &'e Job<'a>>,
    coverage: &Coverage,
) -> Result<Time, Reason> {
    let kind = if id::has_segment(vault, "backupVaults") {
        Kind::BackupVaultJob
    } else {
        Kind::RecoveryServicesJob
    };
    let list = coverage.list_of(vault, kind);
    coverage.unbroken(vault, kind.type_name())?;
    if coverage.is_declared() {
        return Err(Reason::SourceCannotSay);
    }
    let mut oldest: Option<Time> = None;
    // A job that does not say what it worked on is a hole in the list of every item.
    let mut hole: Option<Time> = None;
    for job in jobs {
        let start = job.started();
        if !matches!(job.instance, Fact::Known(_)) && !job.names_an_item() {
            let start = start.ok_or(Reason::NotCollected)?;
            hole = Some(hole.map_or(start, |hole| hole.max(start)));
        }
        oldest = match (oldest, start) {
            (Some(oldest), Some(start)) => Some(oldest.min(start)),
            (oldest, start) => oldest.or(start),
        };
    }
    // A list without an end of its own reaches back as far as what it shows.
    let from = coverage.since(vault, kind.type_name()).or(oldest);
    match (from, hole) {
        (Some(from), Some(hole)) => Ok(from.max(Time(hole.0 + 1))),
        (Some(from), None) => Ok(from),
        (None, _) if list.is_ok() => Err(Reason::WindowTooShort),
        (None, _) => Err(list.err().unwrap_or(Reason::NotCollected)),
    }
}

impl Job<'_> {
    /// Whether it says in words what it worked on.
    fn names_an_item(&self) -> bool {
        matches!(self.container, Fact::Known(_)) || matches!(self.entity, Fact::Known(_))
    }
}

impl Names {
    fn of(items: &[u32], protections: &Segmented<Protection<'_>>, whole: bool) -> Self {
        let mut names = Self { whole, ..Self::default() };
        for at in items {
            let Some(item) = protections.get(*at) else { continue };
            if let Some(container) = item.container() {
                names
                    .by_container
                    .entry(bare(container).to_ascii_lowercase())
                    .or_default()
                    .push(*at);
            }
            match friendly_name(item) {
                Some(name) => names.by_name.entry(name.to_ascii_lowercase()).or_default().push(*at),
                None => names.nameless.push(*at),
            }
        }
        names
    }

    /// The items that a job may have worked on, and whether that is beyond doubt.
    fn owners(&self, job: &Job<'_>, protections: &Segmented<Protection<'_>>) -> (Vec<u32>, bool) {
        let of_kind = |at: &u32| protections.get(*at).is_some_and(|item| may_be_of(item, job));
        let by_name = || {
            let Fact::Known(entity) = &job.entity else { return Vec::new() };
            // `msdb [server]`: some operations add the server.
            let (name, server) = match entity.trim_end().strip_suffix(']') {
                Some(start) => match start.rsplit_once(" [") {
                    Some((name, server)) => (name, Some(server)),
                    None => (entity.as_ref(), None),
                },
                None => (entity.as_ref(), None),
            };
            let named = self.by_name.get(&name.to_ascii_lowercase()).into_iter().flatten();
            let candidates = named.chain(&self.nameless).copied().filter(of_kind);
            candidates
                .filter(|at| {
                    protections.get(*at).is_some_and(|item| {
                        server.is_none_or(|server| may_be_on(item, server))
                            && may_be_in_account(item, job)
                    })
                })
                .collect::<Vec<u32>>()
        };
        let Fact::Known(container) = &job.container else {
            let owners = by_name();
            let certain = owners.len() == 1 && self.whole;
            return (owners, certain);
        };
        let there =
            self.by_container.get(&bare(container).to_ascii_lowercase()).into_iter().flatten();
        let there: Vec<u32> = there.copied().filter(of_kind).collect();
        // The container of a machine holds that machine and nothing else.
        if job.workload == Fact::Known(Workload::VirtualMachine) && there.len() == 1 {
            return (there, true);
        }
        let named = by_name();
        let mut owners = there;
        if matches!(job.entity, Fact::Known(_)) {
            owners.retain(|at| named.contains(at));
        }
        let certain = owners.len() == 1 && self.whole;
        (owners, certain)
    }
}

/// A container without the type before it, which jobs leave out.
fn bare(container: &str) -> &str {
    const TYPES: [&str; 3] = ["IaasVMContainer", "StorageContainer", "VMAppContainer"];
    match container.split_once(';') {
        Some((first, rest)) if TYPES.iter().any(|name| name.eq_ignore_ascii_case(first)) => rest,
        _ => container,
    }
}

fn friendly_name(item: &Protection<'_>) -> Option<String> {
    match item.resource.find("properties.friendlyName") {
        Found::Value(name) => name.to_text().filter(|name| !name.trim().is_empty()),
        _ => None,
    }
}

/// Whether item and job are of one kind, as far as both say theirs.
fn may_be_of(item: &Protection<'_>, job: &Job<'_>) -> bool {
    match (item.workload, job.workload) {
        (Fact::Known(item), Fact::Known(job)) => item == job,
        _ => true,
    }
}

/// Whether an item may lie on this server, as far as it says its own.
fn may_be_on(item: &Protection<'_>, server: &str) -> bool {
    match item.resource.find("properties.serverName") {
        Found::Value(own) => own.to_text().is_none_or(|own| own.eq_ignore_ascii_case(server)),
        _ => true,
    }
}

/// Whether a share may lie in the job's storage account, whose name is unique in all of Azure.
fn may_be_in_account(item: &Protection<'_>, job: &Job<'_>) -> bool {
    let (Fact::Known(account), Some(container)) = (&job.account, item.container()) else {
        return true;
    };
    container.rsplit(';').next().is_some_and(|last| last.eq_ignore_ascii_case(account))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Body, Completeness, Estate, Part, Reading, Resource, ResourceId};
    use super::*;

    const VAULT: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";

    fn item(container: &str, name: &str, properties: &Value) -> Value {
        let id = format!(
            "{VAULT}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"
        );
        json!({ "id": id, "type": Kind::ProtectedItem.type_name(), "properties": properties })
    }

    fn machine(group: &str, name: &str) -> Value {
        item(
            &format!("IaasVMContainer;iaasvmcontainerv2;{group};{name}"),
            &format!("VM;iaasvmcontainerv2;{group};{name}"),
            &json!({ "friendlyName": name, "backupManagementType": "AzureIaasVM" }),
        )
    }

    fn database(server: &str, name: &str) -> Value {
        let properties = json!({ "friendlyName": name, "serverName": server, "backupManagementType": "AzureWorkload" });
        let container = format!("VMAppContainer;compute;g;{server}");
        item(&container, &format!("SQLDataBase;mssqlserver;{name}"), &properties)
    }

    fn job(name: &str, start: &str, names: &Value) -> Value {
        let mut properties =
            json!({ "operation": "Backup", "status": "Failed", "startTime": start });
        let more = names.as_object().cloned().unwrap_or_default();
        properties.as_object_mut().expect("an object").extend(more);
        json!({
            "id": format!("{VAULT}/backupJobs/{name}"),
            "type": Kind::RecoveryServicesJob.type_name(),
            "properties": properties,
        })
    }

    /// Checks the jobs of each item: `name` if certain, `name?` if not.
    fn check(
        bodies: &[Value],
        coverage: Coverage,
        expected: &[&[&str]],
        window: Result<&str, Reason>,
    ) {
        let texts: Vec<String> = bodies.iter().map(Value::to_string).collect();
        let mut part = Part::default();
        for (body, text) in bodies.iter().zip(&texts) {
            let id = ResourceId::new(body["id"].as_str().expect("an id"));
            let kind = Kind::of_type(body["type"].as_str().expect("a type"));
            let completeness = Completeness::Complete;
            let resource = Resource { id, kind, body: Body::Json(text), completeness, flat: false };
            part.add(resource).expect("a body");
        }
        let estate = Estate::assemble(vec![part], coverage, Reading::default(), Vec::new());
        for (item, expected) in estate.protections.iter().zip(expected) {
            let found: Vec<String> = estate
                .jobs_of(item)
                .map(|own| {
                    own.job.resource.id.name().to_owned() + if own.certain { "" } else { "?" }
                })
                .collect();
            assert_eq!(found, *expected, "{}", item.resource.id.as_str());
        }
        let window = window.map(|time| Time::parse(time).expect("a time"));
        assert_eq!(estate.job_window(&VAULT.to_ascii_uppercase()), window);
    }

    fn whole() -> Coverage {
        let mut coverage = Coverage::default();
        coverage.add_list(VAULT, Kind::ProtectedItem.type_name());
        coverage
    }

    #[test]
    fn a_container_tells_two_machines_of_one_name_apart() {
        let vm = json!({ "containerName": "IAASVMCONTAINERV2;A;vm", "entityFriendlyName": "vm", "backupManagementType": "AzureIaasVM" });
        let bodies = [
            machine("a", "vm"),
            machine("b", "vm"),
            job("old", "2026-11-20T02:00:00Z", &vm),
            job("new", "2026-11-21T02:00:00Z", &vm),
            job("timeless", "", &vm),
        ];
        let expected: [&[&str]; 2] = [&["timeless", "new", "old"], &[]];
        check(&bodies, Coverage::default(), &expected, Ok("2026-11-20T02:00:00Z"));
    }

    #[test]
    fn a_name_counts_only_if_one_item_of_the_whole_list_bears_it() {
        let vm = json!({ "entityFriendlyName": "VM", "backupManagementType": "AzureIaasVM" });
        let jobs = [job("j", "2026-11-20T02:00:00Z", &vm)];
        let bodies = [&[machine("a", "vm"), database("vm", "vm")], &jobs[..]].concat();
        check(&bodies, whole(), &[&["j"], &[]], Ok("2026-11-20T02:00:00Z"));
        check(&bodies, Coverage::default(), &[&["j?"], &[]], Ok("2026-11-20T02:00:00Z"));
        let bodies = [&[machine("a", "vm"), machine("b", "vm")], &jobs[..]].concat();
        check(&bodies, whole(), &[&["j?"], &["j?"]], Ok("2026-11-20T02:00:00Z"));
    }

    #[test]
    fn a_server_in_brackets_tells_two_databases_apart() {
        let names = |name: &str| json!({ "entityFriendlyName": name, "backupManagementType": "AzureWorkload" });
        let bodies = [
            database("one", "msdb"),
            database("two", "msdb"),
            job("a", "2026-11-20T02:00:00Z", &names("msdb [ONE]")),
            job("b", "2026-11-20T01:00:00Z", &names("msdb")),
        ];
        check(&bodies, whole(), &[&["a", "b?"], &["b?"]], Ok("2026-11-20T01:00:00Z"));
    }

    #[test]
    fn the_window_is_what_the_manifest_says_or_the_oldest_job() {
        let vm = json!({ "entityFriendlyName": "vm", "backupManagementType": "AzureIaasVM" });
        let bodies = [job("j", "2026-11-20T02:00:00Z", &vm)];
        let kind = Kind::RecoveryServicesJob.type_name();
        let mut since = Coverage::default();
        let start = Time::parse("2026-08-01T00:00:00Z").expect("a time");
        since.add_list_since("/subscriptions/S", kind, start);
        check(&bodies, since.clone(), &[], Ok("2026-08-01T00:00:00Z"));
        check(&[], since, &[], Ok("2026-08-01T00:00:00Z"));
        check(&[], Coverage::default(), &[], Err(Reason::NotCollected));
        let mut list = Coverage::default();
        list.add_list(VAULT, kind);
        check(&[], list, &[], Err(Reason::WindowTooShort));
        // A job that names nothing may be anybody's.
        let hole = job("k", "2026-11-21T02:00:00Z", &json!({}));
        let bodies = [&bodies[..], &[hole]].concat();
        check(&bodies, Coverage::default(), &[], Ok("2026-11-21T02:00:01Z"));
    }
}
