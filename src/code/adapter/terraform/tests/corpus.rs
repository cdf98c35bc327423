//! Real code, if it is there: `BACKUPLINT_CORPUS` names the directory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::cases::role;
use crate::code::adapter::LeftOut;
use crate::code::adapter::terraform::declarations;
use crate::code::terraform::project::{Options, Project};

#[test]
fn real_code_declares_resources_and_leaves_nothing_out_without_a_word() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: BACKUPLINT_CORPUS does not name the directory of real code");
        return;
    };
    let project = Project::read(&corpus.join("iac/terraform"), Options::default());
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut not_known: BTreeMap<String, usize> = BTreeMap::new();
    project.evaluate_each(|root| {
        let adapted = declarations(&root, &role);
        for declaration in &adapted.declarations {
            assert!(declaration.body.as_map().is_some(), "{}", declaration.address);
            assert!(declaration.id.form().is_some(), "{} has no id", declaration.address);
            *kinds.entry(declaration.kind.to_string()).or_default() += 1;
        }
        for unmapped in adapted.unmapped.iter().filter(|found| found.why == LeftOut::NotKnown) {
            *not_known.entry(unmapped.kind.to_string()).or_default() += 1;
        }
    });
    assert!(not_known.is_empty(), "{not_known:?}");
    assert!(kinds["Microsoft.RecoveryServices/vaults"] > 70);
}
