//! What the projects declare, whatever the language: vaults with their settings, policies, items, guards, locks and
//! assignments, in turns with literal, variable, parameter, conditional and repeated values.

#[path = "project/around.rs"]
mod around;
#[path = "project/backup_vault.rs"]
mod backup_vault;
#[path = "project/vault.rs"]
mod vault;

use around::{assignment, guard, lock, logs};
use backup_vault::{backup_vault, disk_policy, instance};
use vault::{config, item, policy, vault};

/// A value, or how each language says it.
#[derive(Clone)]
pub enum Node {
    Text(String),
    Number(u32),
    Bool(bool),
    Code(Code),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

/// An expression of ARM (without brackets) and of Bicep.
#[derive(Clone)]
pub struct Code {
    pub arm: String,
    pub bicep: String,
}

/// A resource.
pub struct Resource {
    pub symbol: String,
    pub kind: &'static str,
    pub version: &'static str,
    pub name: Node,
    /// The resource that it extends.
    pub scope: Option<Code>,
    pub condition: Option<Code>,
    /// The list parameter over which it is repeated, and the name of an element.
    pub repeat: Option<(&'static str, &'static str)>,
    pub body: Vec<(&'static str, Node)>,
}

/// A project.
pub struct Project {
    /// Name, type, default if there is one, description.
    pub parameters: Vec<(&'static str, &'static str, Option<Node>, &'static str)>,
    pub variables: Vec<(&'static str, Node)>,
    pub resources: Vec<Resource>,
}

pub fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

pub fn code(arm: &str, bicep: &str) -> Code {
    Code { arm: arm.to_owned(), bicep: bicep.to_owned() }
}

fn said(arm: &str, bicep: &str) -> Node {
    Node::Code(code(arm, bicep))
}

/// How a project says the settings that rules look at.
#[derive(Clone, Copy)]
pub enum Form {
    Literal,
    Variable,
    Parameter,
    Conditional,
    Repeated,
}

pub const FORMS: [Form; 5] =
    [Form::Literal, Form::Variable, Form::Parameter, Form::Conditional, Form::Repeated];

impl Form {
    /// A setting in this form; `name` is a variable, or a parameter.
    fn of(self, name: &str, value: Node, other: &str) -> Node {
        match (self, &value) {
            (Self::Literal | Self::Repeated, _) => value,
            (Self::Variable, _) => {
                said(&format!("variables('settings').{name}"), &format!("settings.{name}"))
            }
            (Self::Parameter, _) => said(&format!("parameters('{name}')"), name),
            (Self::Conditional, Node::Text(value)) => said(
                &format!("if(equals(parameters('stage'), 'prod'), '{value}', '{other}')"),
                &format!("stage == 'prod' ? '{value}' : '{other}'"),
            ),
            (Self::Conditional, Node::Number(value)) => said(
                &format!("if(equals(parameters('stage'), 'prod'), {value}, {other})"),
                &format!("stage == 'prod' ? {value} : {other}"),
            ),
            (Self::Conditional, _) => value,
        }
    }
}

/// The project with a number.
pub fn project(number: usize) -> Project {
    let form = FORMS[number % FORMS.len()];
    let mut resources =
        vec![vault(number, form), config(form), backup_vault(number, form), guard()];
    for (at, kind) in ["daily", "weekly", "monthly"].into_iter().enumerate() {
        resources.push(policy(kind, at, form));
    }
    match form {
        Form::Repeated => resources.push(item(None)),
        _ => (0..5).for_each(|at| resources.push(item(Some(at)))),
    }
    resources.extend([disk_policy(form), instance(number), lock(), assignment(number), logs()]);
    Project { parameters: parameters(), variables: variables(), resources }
}

fn parameters() -> Vec<(&'static str, &'static str, Option<Node>, &'static str)> {
    let machines = (0..5).map(|at| text(&format!("vm-app-{at}"))).collect();
    vec![
        (
            "location",
            "string",
            Some(said("resourceGroup().location", "resourceGroup().location")),
            "The region of all resources of this template.",
        ),
        (
            "stage",
            "string",
            Some(text("prod")),
            "The stage, which is part of the names and decides how strict the settings are.",
        ),
        (
            "softDelete",
            "string",
            Some(text("AlwaysON")),
            "Whether deleted backups are kept for a while.",
        ),
        ("keepDays", "int", Some(Node::Number(30)), "How many days deleted backups are kept."),
        (
            "immutability",
            "string",
            Some(text("Unlocked")),
            "Whether backups can be changed before their time is over.",
        ),
        (
            "redundancy",
            "string",
            Some(text("GeoRedundant")),
            "How many copies are kept, and where they are.",
        ),
        (
            "machines",
            "array",
            Some(Node::List(machines)),
            "The names of the machines that are protected.",
        ),
        ("workspace", "string", None, "The id of the workspace to which the logs are sent."),
        ("operators", "string", None, "The object id of the group that operates the backups."),
    ]
}

fn variables() -> Vec<(&'static str, Node)> {
    vec![
        (
            "settings",
            Node::Map(vec![
                ("softDelete", text("AlwaysON")),
                ("keepDays", Node::Number(30)),
                ("immutability", text("Unlocked")),
                ("redundancy", text("GeoRedundant")),
            ]),
        ),
        ("vaultName", said("format('rsv-{0}', parameters('stage'))", "'rsv-${stage}'")),
        ("backupVaultName", said("concat('bv-', parameters('stage'))", "'bv-${stage}'")),
        (
            "tags",
            Node::Map(vec![
                ("environment", said("parameters('stage')", "stage")),
                ("owner", text("platform")),
                ("tier", text("gold")),
            ]),
        ),
    ]
}

fn location() -> (&'static str, Node) {
    ("location", said("parameters('location')", "location"))
}

fn tags() -> (&'static str, Node) {
    ("tags", said("variables('tags')", "tags"))
}

fn resource(
    symbol: &str,
    kind: &'static str,
    version: &'static str,
    name: Node,
    body: Vec<(&'static str, Node)>,
) -> Resource {
    let symbol = symbol.to_owned();
    Resource { symbol, kind, version, name, scope: None, condition: None, repeat: None, body }
}

fn map(members: Vec<(&'static str, Node)>) -> Node {
    Node::Map(members)
}
