//! Somebody who is meant to do an operation lacks an action that Azure asks for.

use crate::access::action::ActionTable;
use crate::access::operation::{self, Enforced, Operation};
use crate::access::operator::{Shortfall, needs_of};
use crate::inventory::{Reason, Vault};
use crate::rule::{Check, Context, Defect, Operator, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds, with what the configuration declares of operators.
pub const CHECK: Check = Check::Vault(check);

/// Lacking operations and actions that a finding names, and role assignments that it shows of operators.
const NAMED: usize = 5;

/// One operation of one operator.
struct Task<'d> {
    operator: &'d Operator,
    operation: &'static Operation,
    shortfall: Shortfall,
}

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let id = vault.resource.id.as_str();
    let is_meant = |operator: &&Operator| {
        operator.on.is_empty() || operator.on.iter().any(|on| (on.matches)(id))
    };
    let operators = context.declarations.operators.iter().filter(is_meant);
    let tasks: Vec<Task<'_>> =
        operators.flat_map(|operator| tasks(operator, vault, context)).collect();
    if tasks.is_empty() {
        return Ok(Outcome::NotApplicable);
    }
    if context.estate.coverage.is_declared() {
        let message = "code does not show every role that an operator holds";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    if tasks.iter().any(|task| !task.shortfall.lacks.is_empty()) {
        return Outcome::fail(defect(&tasks, id, context));
    }
    let doubt = tasks.iter().find_map(|task| Some((task, task.shortfall.doubt.as_ref()?)));
    match doubt {
        None => Ok(Outcome::Pass),
        Some((task, (reason, why))) => {
            let (who, what) = (task.who(context), task.operation.id);
            let message = format!("it is not known whether {who} holds all of {what}: {why}");
            Err(Undecided::because(*reason, message))
        }
    }
}

/// The operations of an operator that this kind of vault knows.
fn tasks<'d>(
    operator: &'d Operator,
    vault: &Vault<'_>,
    context: &Context<'_, '_>,
) -> Vec<Task<'d>> {
    let (access, id) = (context.access(), vault.resource.id.as_str());
    let kind = vault.is_recovery_services();
    let by_guide = context.parameters.text("minimum").eq_ignore_ascii_case("guide");
    let operations = operator.operations.iter().filter_map(|name| operation::find(name));
    let tasks = operations.filter_map(|operation| {
        let enforced = operation.way(kind)?.needs.iter().map(|need| (*need).to_vec());
        let mut needs: Vec<Vec<Enforced>> = enforced.collect();
        if by_guide {
            needs.extend(needs_of(&operation.guide_minimum, kind));
        }
        needs.dedup();
        let shortfall = access.shortfall(&operator.principal, id, needs.iter().map(Vec::as_slice));
        Some(Task { operator, operation, shortfall })
    });
    tasks.collect()
}

impl Task<'_> {
    fn who(&self, context: &Context<'_, '_>) -> String {
        context.access().label_of(&self.operator.principal)
    }

    /// What is lacking, one text a need.
    fn lacks(&self) -> Vec<String> {
        let say = |need: &Vec<Enforced>| {
            let ways = need.iter().map(|enforced| {
                format!("{} on {}", ActionTable::CLOSED.name(enforced.action), enforced.on.name())
            });
            ways.collect::<Vec<String>>().join(" or ")
        };
        let mut lacks: Vec<String> = self.shortfall.lacks.iter().map(say).collect();
        lacks.sort();
        lacks.dedup();
        lacks
    }
}

/// The first of some texts, and how many there are besides.
fn first(texts: &[String]) -> String {
    let some = texts.iter().take(NAMED).map(String::as_str).collect::<Vec<&str>>().join(", ");
    match texts.len().saturating_sub(NAMED) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

fn defect(tasks: &[Task<'_>], vault: &str, context: &Context<'_, '_>) -> Defect {
    let access = context.access();
    let lacking: Vec<&Task<'_>> =
        tasks.iter().filter(|task| !task.shortfall.lacks.is_empty()).collect();
    let named = || lacking.iter().take(NAMED);
    let messages: Vec<String> = named()
        .map(|task| {
            let (who, what) = (task.who(context), task.operation);
            format!(
                "{who} is meant to do {} here and lacks {} (Microsoft's minimum: {}; the guide's: {})",
                what.id,
                first(&task.lacks()),
                what.documented_minimum.words("none stated"),
                what.guide_minimum.words("none"),
            )
        })
        .collect();
    let more = match lacking.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let observed: Vec<String> = named().flat_map(|task| task.lacks()).collect();
    let mut defect = Defect::at("", messages.join("; ") + &more)
        .observed(observed)
        .expected("every action that the declared operations take");
    let everything = ActionTable::CLOSED.iter().map(|(action, _)| action).collect();
    let mut shown: Vec<&str> = Vec::new();
    for task in named() {
        let object = task.operator.principal.as_str();
        if shown.contains(&object) {
            continue;
        }
        shown.push(object);
        let Some(principal) = access.find(object) else { continue };
        let mut chains = access.chains(vault, principal, everything);
        chains.truncate(NAMED);
        defect = defect.by_roles(principal, &chains, access);
    }
    defect
}
