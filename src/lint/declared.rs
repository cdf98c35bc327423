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
        let roots = workspace.roots.par_iter().map(|root| of_root(workspace, root));
        let mut resources: Vec<DeclaredResource<'w>> =
            roots.collect::<Vec<_>>().into_iter().flatten().collect();
        let mut ids = Ids::default();
        for resource in resources.iter().filter(|resource| !resource.only_referred_to) {
            ids.add(&resource.id, resource.type_name);
        }
        resources.par_iter_mut().for_each(|resource| ids.resolve(&mut resource.body));
        attach::tell_disks(&mut resources);
        let scripts = workspace.scripts.par_iter();
        let scripts = scripts.map(|file| DeclaredScript::new(workspace, file)).collect();
        Self { workspace, resources, scripts, ids }
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
        let mut coverage = Coverage::default();
        if is_partial {
            coverage.declare_partial();
        } else {
            coverage.declare_complete();
        }
        self.workspace.gaps.iter().for_each(|gap| coverage.add_gap(gap.clone()));
        let mut part = Part::default();
        for declared in self.resources.iter().filter(|declared| !declared.only_referred_to) {
            self.add(declared, &mut part, &mut coverage);
        }
        self.scripts.iter().for_each(|script| script.add(&mut part));
        let texts = &self.workspace.texts;
        let reading = Reading {
            documents: texts.len() as u64,
            bytes: texts.iter().map(|text| text.text.len() as u64).sum(),
            ..Reading::default()
        };
        let mut estate = Estate::assemble(vec![part], coverage, reading, Vec::new());
        for declared in self.resources.iter().filter(|declared| !declared.only_referred_to) {
            let key = ResourceId::new(declared.id.as_str()).key();
            estate.name_in_code(key, declared.address);
            if declared.doubt.is_some() {
                estate.doubt(key);
            }
        }
        self.scripts.iter().for_each(|script| script.name_in(&mut estate));
        estate
    }

    fn add<'s>(
        &'s self,
        declared: &'s DeclaredResource<'w>,
        part: &mut Part<'s>,
        coverage: &mut Coverage,
    ) {
        let kind = Kind::of_type(declared.type_name);
        let parent = id::parent_of(&declared.id).unwrap_or("/");
        if let Some(reason) = declared.doubt.filter(|_| COMPANIONS.contains(&kind)) {
            coverage.add_doubtful(parent, declared.type_name, reason);
            return;
        }
        if CHILDREN.contains(&kind) && !self.ids.holds(parent) {
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
            let gap =
                Gap::of_input(place, declared.type_name, GapReason::Malformed, error.to_string());
            coverage.add_gap(gap);
        }
    }
}

fn of_root<'w>(workspace: &'w Workspace, root: &'w Root) -> Vec<DeclaredResource<'w>> {
    let mut names = Names::new(&root.name);
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
            address: Address { project: &root.name, text: &declaration.address },
            body,
            doubt,
            only_referred_to: declaration.only_referred_to,
        }
    };
    root.declarations.iter().map(one).collect()
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
    let EvaluatedValue::Map(members) = &mut body.value else { return };
    let at = members.iter().position(|(name, _)| name == "properties").unwrap_or_else(|| {
        let empty = Evaluated::new(EvaluatedValue::Map(Vec::new()), origin);
        members.push((Cow::Borrowed("properties"), empty));
        members.len() - 1
    });
    let EvaluatedValue::Map(properties) = &mut members[at].1.value else { return };
    for state in ["protectionState", "currentProtectionState"] {
        properties.retain(|(name, _)| name != state);
        let unknown = Evaluated::new(EvaluatedValue::Unknown(reason), origin);
        properties.push((Cow::Borrowed(state), unknown));
    }
}
