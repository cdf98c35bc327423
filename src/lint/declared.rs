//! What all roots declare, as one estate.

use std::borrow::Cow;

use rayon::prelude::*;

use super::attach;
use super::convert::Converter;
use super::link::Ids;
use super::name::Names;
use super::operation::DeclaredScript;
use super::text::Texts;
use super::workspace::{Root, Workspace};
use crate::change::Changes;
use crate::code::declaration::Declaration;
use crate::inventory::{
    Address, Body, Completeness, Coverage, Estate, Evaluated, EvaluatedValue, Gap, GapReason, Kind,
    Part, Reading, Reason, Resource, ResourceId, id,
};

/// Everything that the roots of a workspace declare.
#[derive(Debug)]
pub struct Declared<'w> {
    pub(super) workspace: &'w Workspace,
    resources: Vec<DeclaredResource<'w>>,
    scripts: Vec<DeclaredScript<'w>>,
    ids: Ids,
    /// What plans say was there before.
    earlier: Vec<DeclaredResource<'w>>,
    earlier_ids: Ids,
}

/// One declaration, ready to be judged.
#[derive(Debug)]
pub struct DeclaredResource<'w> {
    /// Its ARM id, with placeholders for what code does not tell.
    pub id: String,
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
        let (resources, ids) = linked(workspace, |root| &root.declarations);
        let earlier =
            |root: &'w Root| root.change.as_ref().map_or(&[][..], |change| &change.before);
        let (earlier, earlier_ids) = linked(workspace, earlier);
        let scripts = workspace.scripts.par_iter();
        let scripts = scripts.map(|file| DeclaredScript::new(workspace, file)).collect();
        Self { workspace, resources, scripts, ids, earlier, earlier_ids }
    }

    /// The declarations, in the order of their roots.
    pub fn resources(&self) -> &[DeclaredResource<'w>] {
        &self.resources
    }

    /// What is declared, and what scripts do, with its address, and the text that it begins with.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &'w str)> {
        let resources =
            self.resources.iter().map(|resource| (resource.address.text, resource.body.origin));
        resources.chain(self.scripts.iter().flat_map(DeclaredScript::headers))
    }

    /// The estate that they make: one complete project, or a part of something larger.
    pub fn estate(&self, is_partial: bool) -> Estate<'_> {
        let mut coverage = coverage(is_partial);
        self.workspace.gaps.iter().for_each(|gap| coverage.add_gap(gap.clone()));
        self.assemble((&self.resources, &self.ids), &self.scripts, coverage)
    }

    /// What was there before the plans among the code, in the same form.
    pub fn before(&self, is_partial: bool) -> Estate<'_> {
        self.assemble((&self.earlier, &self.earlier_ids), &[], coverage(is_partial))
    }

    /// What the plans change; none without a plan.
    pub fn changes<'e>(
        &'e self,
        before: &'e Estate<'e>,
        after: &'e Estate<'e>,
    ) -> Option<Changes<'e, 'e>> {
        let roots = self.workspace.roots.iter();
        let planned = roots.filter_map(|root| Some((root, root.change.as_ref()?)));
        planned.clone().next()?;
        let deeds = planned.flat_map(|(root, change)| change.deeds(root));
        Some(Changes::planned(before, after, deeds))
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
        let texts = &self.workspace.texts;
        let reading = Reading {
            documents: texts.len() as u64,
            bytes: texts.iter().map(|text| text.text.len() as u64).sum(),
            ..Reading::default()
        };
        let mut estate = Estate::assemble(vec![part], coverage, reading, Vec::new());
        for declared in resources.iter().filter(|declared| !declared.only_referred_to) {
            let key = ResourceId::new(declared.id.as_str()).key();
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
    let parent = id::parent_of(&declared.id).unwrap_or("/");
    if let Some(reason) = declared.doubt.filter(|_| COMPANIONS.contains(&kind)) {
        coverage.add_doubtful(parent, declared.type_name, reason);
        return;
    }
    if CHILDREN.contains(&kind) && !ids.holds(parent) {
        let reason = Reason::UnresolvedExpression;
        coverage.add_unplaced(parent, declared.type_name, reason);
    }
    let resource = Resource {
        id: ResourceId::new(declared.id.as_str()),
        kind,
        body: Body::Evaluated(&declared.body),
        completeness: Completeness::Declared,
        flat: false,
    };
    if let Err(error) = part.add(resource) {
        let place = declared.address.text;
        let gap = Gap::of_input(place, declared.type_name, GapReason::Malformed, error.to_string());
        coverage.add_gap(gap);
    }
}

/// The declarations of all roots, with every link in them told from what only may be one.
fn linked<'w>(
    workspace: &'w Workspace,
    declarations: impl Fn(&'w Root) -> &'w [Declaration] + Sync,
) -> (Vec<DeclaredResource<'w>>, Ids) {
    let roots = workspace.roots.par_iter().map(|root| of_root(workspace, root, declarations(root)));
    let mut resources: Vec<DeclaredResource<'w>> =
        roots.collect::<Vec<_>>().into_iter().flatten().collect();
    let mut ids = Ids::default();
    for resource in resources.iter().filter(|resource| !resource.only_referred_to) {
        ids.add(&resource.id, resource.type_name);
    }
    resources.par_iter_mut().for_each(|resource| ids.resolve(&mut resource.body));
    attach::tell_disks(&mut resources);
    (resources, ids)
}

fn of_root<'w>(
    workspace: &'w Workspace,
    root: &'w Root,
    declarations: &'w [Declaration],
) -> Vec<DeclaredResource<'w>> {
    let scope = root.scope();
    let mut names = Names::new(&scope);
    let texts = Texts::new(&workspace.texts, root.first_text);
    let mut converter = Converter { texts, is_terraform: root.is_terraform, names: &mut names };
    let one = |declaration: &'w Declaration| {
        let mut body = converter.body(declaration);
        let doubt = declaration.doubt.as_ref().map(|_| Reason::Conditional);
        if let Some(reason) = doubt {
            doubt_protection(&mut body, &declaration.kind, reason);
        }
        DeclaredResource {
            id: id_of(declaration, converter.names),
            type_name: &declaration.kind,
            address: root.address(&declaration.address),
            body,
            doubt,
            only_referred_to: declaration.only_referred_to,
        }
    };
    declarations.iter().map(one).collect()
}

fn id_of(declaration: &Declaration, names: &mut Names<'_>) -> String {
    match declaration.id.form() {
        Some(form) => {
            let text = names.text(&form);
            let told = id::type_of(&text);
            if told.is_some_and(|told| told.eq_ignore_ascii_case(&declaration.kind)) {
                return text;
            }
            names.id(&declaration.kind, &declaration.address)
        }
        None => names.id(&declaration.kind, &declaration.address),
    }
}

/// An item that may not exist protects nothing for sure: its state is what nobody knows.
fn doubt_protection(body: &mut Evaluated<'_>, kind: &str, reason: Reason) {
    if !Kind::of_type(kind).is_protection() {
        return;
    }
    let origin = body.origin;
    let Some(members) = body.members_mut() else { return };
    let is_named = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let found = members.iter().position(|(name, _)| is_named(name, "properties"));
    let at = found.unwrap_or_else(|| {
        let empty = Evaluated::new(EvaluatedValue::Map(Vec::new()), origin);
        members.push((Cow::Borrowed("properties"), empty));
        members.len() - 1
    });
    let Some(properties) = members[at].1.members_mut() else { return };
    for state in ["protectionState", "currentProtectionState"] {
        properties.retain(|(name, _)| !is_named(name, state));
        let unknown = Evaluated::new(EvaluatedValue::Unknown(reason), origin);
        properties.push((Cow::Borrowed(state), unknown));
    }
}
