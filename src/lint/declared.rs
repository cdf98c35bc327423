//! What all roots declare, as one estate.

use rayon::prelude::*;

use super::link::Ids;
use super::operation::DeclaredScript;
use super::workspace::{Root, Workspace};
use crate::change::{Changes, Planned};
use crate::code::stored::Stored;
use crate::inventory::{
    Address, Body, Completeness, Coverage, Estate, Evaluated, Gap, GapReason, Kind, Part, Reading,
    Reason, Resource, ResourceId, id,
};

/// Everything that the roots of a workspace declare.
#[derive(Debug)]
pub struct Declared<'w> {
    pub(super) workspace: &'w Workspace,
    resources: Vec<DeclaredResource<'w>>,
    scripts: Vec<DeclaredScript<'w>>,
    /// What plans say was there before.
    earlier: Vec<DeclaredResource<'w>>,
}

/// One declaration, ready to be judged.
#[derive(Debug)]
pub struct DeclaredResource<'w> {
    /// Its ARM id, with placeholders for what code does not tell.
    pub id: &'w str,
    /// Its ARM type.
    pub type_name: &'w str,
    /// What it is called in its code, and in which project.
    pub address: Address<'w>,
    /// Its body.
    pub body: Evaluated<'w>,
    /// Why it may not exist.
    pub doubt: Option<Reason>,
    /// It is declared elsewhere, and only named here.
    pub only_referred_to: bool,
}

/// What stands beside a resource and counts for it: if it may not exist, so may what it proves.
const COMPANIONS: &[Kind] = &[
    Kind::Lock,
    Kind::RoleAssignment,
    Kind::RecoveryServicesGuardLink,
    Kind::BackupVaultGuardLink,
    Kind::BackupConfig,
    Kind::StorageConfig,
    Kind::EncryptionConfig,
    Kind::PrivateEndpoint,
    Kind::PrivateDnsZoneGroup,
    Kind::DiagnosticSetting,
    Kind::ActivityLogAlert,
    Kind::MetricAlert,
    Kind::ScheduledQueryRule,
    Kind::ActionGroup,
    Kind::AlertProcessingRule,
    Kind::VirtualMachineExtension,
    Kind::KubernetesExtension,
    Kind::BlobContainer,
    Kind::KeyVaultKey,
];

/// Those whose parent their id alone tells, so that one of an unknown parent may belong to any.
const CHILDREN: &[Kind] = &[
    Kind::Lock,
    Kind::RoleAssignment,
    Kind::RecoveryServicesGuardLink,
    Kind::BackupVaultGuardLink,
    Kind::BackupConfig,
    Kind::StorageConfig,
    Kind::EncryptionConfig,
    Kind::PrivateDnsZoneGroup,
    Kind::DiagnosticSetting,
    Kind::VirtualMachineExtension,
    Kind::KubernetesExtension,
    Kind::BlobContainer,
    Kind::KeyVaultKey,
    Kind::ReplicatedItem,
];

impl<'w> Declared<'w> {
    /// What a workspace declares.
    pub fn new(workspace: &'w Workspace) -> Self {
        let roots = workspace.roots.iter();
        let resources = roots.clone().flat_map(|root| of_root(root, &root.stored)).collect();
        let before = |root: &'w Root| Some(of_root(root, &root.change.as_ref()?.before));
        let earlier = roots.filter_map(before).flatten().collect();
        let scripts = workspace.scripts.par_iter();
        let scripts = scripts.map(|file| DeclaredScript::new(workspace, file)).collect();
        Self { workspace, resources, scripts, earlier }
    }

    /// The declarations, in the order of their roots.
    pub fn resources(&self) -> &[DeclaredResource<'w>] {
        &self.resources
    }

    /// What is declared, and what scripts do, with its address, and the text that it begins with.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let resources =
            self.resources.iter().map(|resource| (resource.address.text, resource.body.origin()));
        resources.chain(self.scripts.iter().flat_map(DeclaredScript::headers))
    }

    /// The estate that they make: one complete project, or a part of something larger.
    pub fn estate(&self, is_partial: bool) -> Estate<'_> {
        let mut coverage = coverage(is_partial);
        self.workspace.gaps.iter().for_each(|gap| coverage.add_gap(gap.clone()));
        let [ids, _] = &self.workspace.ids;
        self.assemble((&self.resources, ids), &self.scripts, coverage)
    }

    /// What was there before the plans among the code, in the same form.
    pub fn before(&self, is_partial: bool) -> Estate<'_> {
        let [_, ids] = &self.workspace.ids;
        self.assemble((&self.earlier, ids), &[], coverage(is_partial))
    }

    /// What the plans change; none without a plan.
    pub fn changes<'e>(
        &'e self,
        before: &'e Estate<'e>,
        after: &'e Estate<'e>,
    ) -> Option<Changes<'e, 'e>> {
        self.workspace.roots.iter().find(|root| root.change.is_some())?;
        Some(Changes::planned(before, after, self.planned()))
    }

    /// What plans and `removed` blocks say of single resources.
    pub fn planned(&self) -> impl Iterator<Item = Planned<'_>> {
        let roots = self.workspace.roots.iter();
        let planned = roots.filter_map(|root| Some((root, root.change.as_ref()?)));
        planned.flat_map(|(root, change)| change.deeds(root))
    }

    fn assemble<'s>(
        &'s self,
        (resources, ids): (&'s [DeclaredResource<'w>], &Ids),
        scripts: &'s [DeclaredScript<'w>],
        mut coverage: Coverage,
    ) -> Estate<'s> {
        let mut part = Part::default();
        for declared in resources.iter().filter(|declared| !declared.only_referred_to) {
            add(declared, ids, &mut part, &mut coverage);
        }
        for script in scripts {
            script.add(&mut part);
        }
        let (mut documents, mut bytes) = (0, 0);
        for (_, text) in self.workspace.files() {
            documents += 1;
            bytes += text.len() as u64;
        }
        let reading = Reading { documents, bytes, ..Reading::default() };
        let mut estate = Estate::assemble(vec![part], coverage, reading, Vec::new());
        for declared in resources.iter().filter(|declared| !declared.only_referred_to) {
            let key = ResourceId::new(declared.id).key();
            estate.name_in_code(key, declared.address);
            if declared.doubt.is_some() {
                estate.doubt(key);
            }
        }
        for script in scripts {
            script.name_in(&mut estate);
        }
        estate
    }
}

/// One complete project, or a part of something larger.
fn coverage(is_partial: bool) -> Coverage {
    let mut coverage = Coverage::default();
    if is_partial {
        coverage.declare_partial();
    } else {
        coverage.declare_complete();
    }
    coverage
}

fn add<'s>(
    declared: &'s DeclaredResource<'_>,
    ids: &Ids,
    part: &mut Part<'s>,
    coverage: &mut Coverage,
) {
    let kind = Kind::of_type(declared.type_name);
    let parent = id::parent_of(declared.id).unwrap_or("/");
    if let Some(reason) = declared.doubt.filter(|_| COMPANIONS.contains(&kind)) {
        coverage.add_doubtful(parent, declared.type_name, reason);
        return;
    }
    if CHILDREN.contains(&kind) && !ids.holds(parent) {
        let reason = Reason::UnresolvedExpression;
        coverage.add_unplaced(parent, declared.type_name, reason);
    }
    let resource = Resource {
        id: ResourceId::new(declared.id),
        kind,
        body: Body::Evaluated(declared.body),
        completeness: Completeness::Declared,
        flat: false,
    };
    if let Err(error) = part.add(resource) {
        let place = declared.address.text;
        let gap = Gap::of_input(place, declared.type_name, GapReason::Malformed, error.to_string());
        coverage.add_gap(gap);
    }
}

fn of_root<'w>(root: &'w Root, stored: &'w Stored) -> impl Iterator<Item = DeclaredResource<'w>> {
    stored.declarations.iter().map(|declaration| DeclaredResource {
        id: &declaration.id,
        type_name: &declaration.kind,
        address: root.address(&declaration.address),
        body: stored.tree.at(declaration.body),
        doubt: declaration.doubt,
        only_referred_to: declaration.only_referred_to,
    })
}
