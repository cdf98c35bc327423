//! A rule that claims to judge code has cases in each language that it claims: a failure and a pass that agree with
//! the snapshot of their name, and something that nobody can tell.

use std::path::Path;

use backuplint::engine::Rule;
use backuplint::engine::cases::{self, CASE_ENDING, Promise};
use backuplint::rule::Input;
use libtest_mimic::Trial;

/// What code can never prove, by rule, and why.
const NEVER: [(&str, &[Promise], &str); 7] = [
    ("mua-self-approval", &[Promise::Pass], EVERYBODY),
    ("vault-admin-can-grant-guard-access", &[Promise::Pass], EVERYBODY),
    ("guard-standing-approver", &[Promise::Pass], EVERYBODY),
    ("operator-role-insufficient", &[Promise::Pass, Promise::Fail], EVERYBODY),
    ("guard-dangling", &[Promise::Fail], "a guard is mostly declared by somebody else"),
    ("customer-managed-key-at-risk", &[Promise::Pass], "a key changes its state outside of code"),
    ("prevent-destroy-missing", &[Promise::Unknown], "Terraform takes nothing but literals there"),
];
const EVERYBODY: &str = "code does not show everybody who holds a role";

/// The family whose cases in code stand for themselves: it speaks of what no snapshot shows.
const OF_CODE: &str = "iac";

/// What is missing of the cases of a rule in code.
pub fn judges_code_as_it_claims(folder: &str, rule: &Rule, path: &Path) -> Trial {
    let metadata = &rule.metadata;
    let has_twin = metadata.family != OF_CODE;
    let claimed = Input::CODE.into_iter().filter(|input| metadata.inputs.contains(input));
    let missing: Vec<String> = claimed
        .filter(|_| metadata.family != "scan")
        .flat_map(|input| {
            let lacks =
                move |promise: &Promise| !is_shown(path, &metadata.id, (input, has_twin), *promise);
            let promises = [Promise::Fail, Promise::Pass, Promise::Unknown];
            promises.into_iter().filter(lacks).map(move |promise| format!("{input:?}: {promise:?}"))
        })
        .collect();
    let claims = !metadata.inputs.is_empty();
    Trial::test(format!("{folder}/judges_code_as_it_claims"), move || {
        if !claims {
            return Err("`inputs` of its rule.toml says nothing".into());
        }
        if missing.is_empty() { Ok(()) } else { Err(format!("no case: {missing:?}").into()) }
    })
}

/// Whether a case in this language keeps a promise; failures and passes count with the snapshot they agree with.
fn is_shown(path: &Path, rule: &str, (input, has_twin): (Input, bool), promise: Promise) -> bool {
    if NEVER.iter().any(|(id, never, _)| *id == rule && never.contains(&promise)) {
        return true;
    }
    let ending = match input {
        Input::Terraform => ".tf",
        Input::Arm => ".arm.json",
        _ => ".bicep",
    };
    cases::find_twins(path).iter().any(|case| {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        let Some(stem) = name.strip_suffix(ending) else { return false };
        let has_snapshot = case.with_file_name(format!("{stem}{CASE_ENDING}")).is_file();
        Promise::of(stem) == Some(promise)
            && (promise == Promise::Unknown || has_snapshot || !has_twin)
    })
}
