//! The small commands: `init`, `explain`, `rules list`, `completions`, `man`.

use crate::{backuplint, code, says, stderr, stdout};

#[test]
fn small_commands_work() {
    let folder = tempfile::tempdir().expect("a folder");
    code(&backuplint(folder.path(), &["init"]), 0);
    code(&backuplint(folder.path(), &["audit", "--demo", "--config", "backuplint.toml"]), 1);
    let again = backuplint(folder.path(), &["init"]);
    code(&again, 2);
    says(&stderr(&again), &["backuplint.toml is there already", "--force"]);
    says(
        &stdout(&backuplint(folder.path(), &["explain", "mua-disabled"])),
        &["# `mua-disabled`", "How to mend it"],
    );
    says(
        &stdout(&backuplint(folder.path(), &["explain", "stop-delete-data"])),
        &[
            "# `stop-delete-data`",
            "Microsoft's minimum: Backup Contributor",
            "protectedItems/delete",
            "P22",
        ],
    );
    says(&stdout(&backuplint(folder.path(), &["explain", "--help"])), &["remove-mua"]);
    for (wrong, right) in [("mua-disable", "mua-disabled"), ("remove-mau", "remove-mua")] {
        let shown = backuplint(folder.path(), &["explain", wrong]);
        code(&shown, 2);
        let there_is_none = format!("there is no rule or operation `{wrong}`");
        says(&stderr(&shown), &[&there_is_none, &format!("did you mean `{right}`?")]);
    }
    says(
        &stdout(&backuplint(folder.path(), &["rules", "list"])),
        &["mua-disabled", "vm-not-backed-up"],
    );
    let controls = stdout(&backuplint(folder.path(), &["rules", "list", "--control", "BR-2"]));
    says(&controls, &["mua-disabled"]);
    assert!(!controls.contains("vm-not-backed-up"));
    let shouted = stdout(&backuplint(folder.path(), &["rules", "list", "--control", "br-2"]));
    assert_eq!(shouted, controls);
    // Exact: an enhancement is a control of its own.
    let enhanced = backuplint(folder.path(), &["rules", "list", "--control", "CP-9(8)"]);
    says(&stdout(&enhanced), &["customer-managed-key-missing"]);
    assert!(!stdout(&enhanced).contains("soft-delete-disabled"));
    let wrong = backuplint(folder.path(), &["rules", "list", "--control", "BR-22"]);
    code(&wrong, 2);
    says(&stderr(&wrong), &["no rule speaks of control `BR-22`", "did you mean `BR-2`?"]);
    for (selector, wrong, parts) in [
        ("--family", "valut", ["no rule is of family `valut`", "did you mean `vault`?"]),
        ("--family", "nope", ["no rule is of family `nope`", "one of access, backup_policy,"]),
        ("--profile", "strickt", ["invalid value 'strickt'", "'strict'"]),
        ("--format", "jsno", ["invalid value 'jsno'", "'json'"]),
    ] {
        let refused = backuplint(folder.path(), &["rules", "list", selector, wrong]);
        code(&refused, 2);
        says(&stderr(&refused), &parts);
        assert!(refused.stdout.is_empty(), "{selector} {wrong}");
    }
    // Right, but none of this family.
    let none = ["rules", "list", "--control", "BR-2", "--family", "coverage"];
    code(&backuplint(folder.path(), &none), 0);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(stdout(&backuplint(folder.path(), &["completions", shell])).contains("backuplint"));
    }
    assert!(stdout(&backuplint(folder.path(), &["man"])).contains(".TH backuplint"));
    says(&stdout(&backuplint(folder.path(), &["--version"])), &["backuplint"]);
}
