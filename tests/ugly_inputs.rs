//! Inputs that no service should write and some tool, disk or attacker will: what can be read is
//! still audited, what cannot is a gap, and neither hides a defect.

#![cfg(feature = "rego")]
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod audit;

use std::fs;
use std::path::{Path, PathBuf};

use audit::{Auditor, by_rule_and_resource};
use backuplint::engine::PlanOptions;
use backuplint::snapshot::{InputError, Inputs, MAX_BODY_BYTES};
use tempfile::TempDir;

const GROUP: &str = "/subscriptions/s/resourceGroups/g/providers";

/// A vault whose soft delete is off, with more members in front of its properties and in them.
fn vault(name: &str, members: &str, properties: &str) -> String {
    format!(
        r#"{{"id":"{GROUP}/Microsoft.RecoveryServices/vaults/{name}","type":"Microsoft.RecoveryServices/vaults",{members}"properties":{{{properties}"securitySettings":{{"softDeleteSettings":{{"softDeleteState":"Disabled"}}}}}}}}"#
    )
}

fn machine(name: &str) -> String {
    format!(
        r#"{{"id":"{GROUP}/Microsoft.Compute/virtualMachines/{name}","type":"Microsoft.Compute/virtualMachines","properties":{{}}}}"#
    )
}

/// A protected item of vault `v` and a machine, with more members in its properties.
fn item(machine: &str, properties: &str) -> String {
    format!(
        r#"{{"id":"{GROUP}/Microsoft.RecoveryServices/vaults/v/backupFabrics/Azure/protectionContainers/c/protectedItems/{machine}","type":"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems","properties":{{{properties}"sourceResourceId":"{GROUP}/Microsoft.Compute/virtualMachines/{machine}"}}}}"#
    )
}

/// What is expected of an input: resources, gaps as `kind reason`, reasons for not taking a value,
/// verdicts as `rule name outcome`.
struct Case<'c> {
    name: &'c str,
    file: &'c str,
    content: Vec<u8>,
    resources: usize,
    gaps: &'c [&'c str],
    not_taken: &'c [&'c str],
    verdicts: &'c [&'c str],
}

impl<'c> Case<'c> {
    fn new(name: &'c str, file: &'c str, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name,
            file,
            content: content.into(),
            resources: 1,
            gaps: &[],
            not_taken: &[],
            verdicts: &[],
        }
    }
}

fn check(case: &Case<'_>) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(case.file), &case.content).unwrap();
    check_folder(case, folder.path())
}

fn check_folder(case: &Case<'_>, folder: &Path) -> Vec<String> {
    let inputs = Inputs::open(&[folder.to_path_buf()]).unwrap();
    let estate = inputs.read();
    let report = Auditor::of_all_rules(PlanOptions::default()).report(&estate, inputs.documents());
    let mut wrong = Vec::new();
    let mut same = |what: &str, found: Vec<String>, expected: &[&str]| {
        if found != expected {
            wrong.push(format!("{}: {what} {found:?}, expected {expected:?}", case.name));
        }
    };
    same("resources", vec![estate.len().to_string()], &[&case.resources.to_string()]);
    let gaps = estate.gaps().iter().map(|gap| format!("{} {}", gap.kind, gap.reason)).collect();
    same("gaps", gaps, case.gaps);
    same("not taken", estate.reading.not_taken.keys().cloned().collect(), case.not_taken);
    let verdicts = by_rule_and_resource(&report);
    for expected in case.verdicts {
        let (rule, name) = expected.rsplit_once(' ').unwrap().0.split_once(' ').unwrap();
        let found = verdicts.iter().filter(|((found, resource), _)| {
            *found == rule && resource.ends_with(&format!("/{}", name.to_ascii_lowercase()))
        });
        let found = found.map(|(_, finding)| format!("{rule} {name} {}", finding.outcome.name()));
        same("verdict", found.collect(), &[expected]);
    }
    wrong
}

fn deep(levels: usize) -> String {
    format!("{}1{}", r#"{"a":["#.repeat(levels), "]}".repeat(levels))
}

/// Lines of a snapshot's file; the manifest says that every list was read.
const MANIFEST: &str = r#"{"schema":"backuplint.snapshot/1","collectedAt":"2026-11-20T02:00:00Z",
    "files":[{"path":"subscriptions/s/items.jsonl","body":"complete"}],
    "collections":[
        {"scope":"/subscriptions/s","kind":"Microsoft.RecoveryServices/vaults"},
        {"scope":"/subscriptions/s","kind":"Microsoft.Compute/virtualMachines"},
        {"scope":"/subscriptions/s","kind":"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"}]}"#;

#[test]
fn values() {
    let one = |name, content: String| Case {
        verdicts: &["soft-delete-disabled v fail"],
        ..Case::new(name, "a.json", content)
    };
    let cases = [
        one("float", vault("v", "", r#""count":14.0,"#)),
        one(
            "number beyond every type",
            vault("v", "", r#""count":1e400,"more":99999999999999999999999,"#),
        ),
        one(
            "nulls",
            vault("v", r#""tags":null,"location":null,"name":null,"#, r#""encryption":null,"#),
        ),
        one("empty texts", vault("v", r#""location":"","name":"","kind":"","#, "")),
        Case {
            gaps: &["body malformed"],
            ..one("depth beside", vault("v", "", &format!(r#""deep":{},"#, deep(50_000))))
        },
        one("depth in a text", vault("v", "", &format!(r#""note":"{}","#, "[{".repeat(10_000)))),
        // Azure finds a resource by its id.
        one(
            "a type that contradicts the id",
            vault("v", "", "").replace(
                r#""type":"Microsoft.RecoveryServices/vaults""#,
                r#""type":"Microsoft.Compute/virtualMachines""#,
            ),
        ),
        one(
            "an id of a type that nobody here knows",
            vault("v", "", "").replace("Microsoft.RecoveryServices/vaults/v", "A.B/c/v"),
        ),
        one("lone surrogate beside", vault("v", r#""name":"\ud800","#, r#""note":"\udfff","#)),
        one("lone surrogate in a name of a member beside", vault("v", r#""x":{"\ud800":1},"#, "")),
        one("control characters escaped", vault("v", r#""name":"a\u0000b\u001b[31m","#, "")),
        one("members in other cases", vault("v", r#""ID":"x","Type":"y","#, "")),
        Case {
            verdicts: &["storage-redundancy-not-allowed bv unknown"],
            ..Case::new(
                "null list",
                "a.json",
                format!(
                    r#"{{"id":"{GROUP}/Microsoft.DataProtection/backupVaults/bv","properties":{{"storageSettings":null,"securitySettings":{{}}}}}}"#
                ),
            )
        },
        // What makes a body unreadable makes its settings unknown: never Azure's default.
        Case {
            gaps: &["body malformed"],
            verdicts: &["soft-delete-disabled v unknown"],
            ..Case::new(
                "depth in what rules see",
                "a.json",
                vault("v", &format!(r#""tags":{},"#, deep(10_000)), ""),
            )
        },
        Case {
            verdicts: &["soft-delete-disabled v unknown"],
            ..Case::new(
                "lone surrogate in a tag",
                "a.json",
                vault("v", r#""tags":{"owner":"\ud800"},"#, ""),
            )
        },
        Case {
            verdicts: &["soft-delete-disabled v unknown", "mua-disabled v unknown"],
            ..Case::new(
                "lone surrogate in the name of a property",
                "a.json",
                vault("v", "", r#""\ud800":1,"#),
            )
        },
        Case {
            verdicts: &["soft-delete-disabled v unknown"],
            ..Case::new(
                "a block twice",
                "a.json",
                vault(
                    "v",
                    "",
                    r#""securitySettings":{"softDeleteSettings":{"softDeleteState":"Enabled"}},"#,
                ),
            )
        },
        Case {
            verdicts: &["soft-delete-disabled v unknown"],
            ..Case::new("properties twice", "a.json", vault("v", r#""properties":{},"#, ""))
        },
        Case {
            resources: 0,
            gaps: &["body malformed"],
            ..Case::new("lone surrogate in an id", "a.json", vault(r"v\ud800", "", ""))
        },
        Case {
            resources: 0,
            not_taken: &["no ARM id (keys: id, type, properties)"],
            ..Case::new("empty id", "a.json", r#"{"id":"","type":"a/b","properties":{}}"#)
        },
        Case {
            resources: 0,
            not_taken: &["no ARM id (keys: id, type, properties)"],
            ..Case::new("null id", "a.json", r#"{"id":null,"type":"a/b","properties":{}}"#)
        },
        Case {
            resources: 0,
            not_taken: &["an empty file"],
            ..Case::new("nothing but blanks", "a.jsonl", "\r\n\n")
        },
        Case {
            resources: 0,
            not_taken: &["not an object"],
            ..Case::new("a number", "a.json", "12")
        },
        Case {
            resources: 0,
            not_taken: &["nested too deep"],
            ..Case::new(
                "lists in lists without end",
                "a.json",
                "[".repeat(10_000) + &"]".repeat(10_000),
            )
        },
    ];
    let wrong: Vec<String> = cases.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files() {
    let two = |between: &str| format!("{}{between}{}", vault("v", "", ""), vault("w", "", ""));
    let both = |name, file, content: Vec<u8>| Case {
        resources: 2,
        verdicts: &["soft-delete-disabled v fail", "soft-delete-disabled w fail"],
        ..Case::new(name, file, content)
    };
    let with_gap = |name, file, content: Vec<u8>, gaps| Case { gaps, ..both(name, file, content) };
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let list = format!("[{}]", two(","));
    let broken: &[&str] = &["body malformed"];
    let cases = [
        both("LF", "a.jsonl", two("\n").into()),
        both("CRLF", "a.jsonl", (two("\r\n") + "\r\n").into()),
        both("blank lines", "a.jsonl", two("\n\n \t\n").into()),
        both("byte order mark", "a.jsonl", [b"\xEF\xBB\xBF".to_vec(), two("\n").into()].concat()),
        both("UTF-16, little", "a.json", utf16(&list, true)),
        both("UTF-16, big", "a.jsonl", utf16(&two("\r\n"), false)),
        both(
            "lists in a list",
            "a.json",
            format!("[[{}],[[{}]]]", vault("v", "", ""), vault("w", "", "")).into(),
        ),
        both("two values on a line", "a.jsonl", two(" ").into()),
        both("a list's elements on lines", "a.jsonl", (two(",\n") + ",").into()),
        both("values without lines", "a.json", two("").into()),
        with_gap(
            "cut line in the middle",
            "a.jsonl",
            two("\n{\"id\":\"/subscriptions/s/res\n").into(),
            broken,
        ),
        with_gap(
            "cut line in a file that does not say lines",
            "a.json",
            two("\n{\"id\":\"/subscriptions/s/res\n").into(),
            broken,
        ),
        with_gap("rubbish after a value", "a.jsonl", two(" } rubbish\n").into(), broken),
        with_gap("NUL bytes", "a.jsonl", two("\n\0\0\0\n").into(), broken),
        with_gap(
            "invalid UTF-8",
            "a.jsonl",
            [
                vault("v", "", "").into(),
                b"\n{\"id\":\"\xFF\"}\n".to_vec(),
                vault("w", "", "").into(),
            ]
            .concat(),
            &["line malformed"],
        ),
        with_gap(
            "an unescaped control character",
            "a.jsonl",
            two("\n{\"id\":\"/subscriptions/s/\x01\"}\n").into(),
            broken,
        ),
        with_gap(
            "a list cut short",
            "a.json",
            format!("{{\"value\":[{}]}}\n[{}", vault("v", "", ""), vault("w", "", "")).into(),
            broken,
        ),
        Case {
            resources: 0,
            gaps: broken,
            ..Case::new("a page cut short", "a.json", format!("{{\"value\":[{list}"))
        },
        Case {
            resources: 0,
            gaps: &["file malformed"],
            ..Case::new("UTF-16 that is none", "a.json", b"\xFF\xFE\x00\xD8".to_vec())
        },
        Case {
            resources: 0,
            gaps: &["file malformed"],
            ..Case::new("zstd that is none", "a.jsonl.zst", b"\x28\xB5\x2F\xFDrubbish".to_vec())
        },
        Case { resources: 0, not_taken: &["an empty file"], ..Case::new("nothing", "a.json", "") },
        Case {
            resources: 0,
            not_taken: &["an empty file"],
            ..Case::new("a mark and nothing", "a.json", "\u{FEFF}")
        },
    ];
    let wrong: Vec<String> = cases.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_was_lost_is_no_absence() {
    let vault =
        format!(r#"{{"id":"{GROUP}/Microsoft.RecoveryServices/vaults/v","properties":{{}}}}"#);
    let world = format!("{vault}\n{}\n{}\n", machine("a"), machine("b"));
    let state = r#""protectionState":"Protected","#;
    let lost = |name, second: String| Case {
        resources: 4,
        gaps: &["body malformed"],
        verdicts: &["vm-not-backed-up a pass", "vm-not-backed-up b unknown"],
        ..Case::new(name, "", second)
    };
    let read = |name, second: String, resources, verdict| Case {
        resources,
        verdicts: verdict,
        ..Case::new(name, "", second)
    };
    let deep = format!(r#""policyId":{},{state}"#, deep(10_000));
    let mut wrong = Vec::new();
    for case in [
        read("whole", item("b", state), 5, &["vm-not-backed-up b pass"]),
        read("never there", String::new(), 4, &["vm-not-backed-up b fail"]),
        read("depth where a text should be", item("b", &deep), 5, &["vm-not-backed-up b pass"]),
        lost("cut", item("b", state)[..200].to_owned()),
        lost("state twice", item("b", &state.repeat(2))),
        lost("a time that no type holds", item("b", r#""lastRecoveryPoint":1e999,"#)),
        lost("an error", r#"{"error":{"code":"ResourceNotFound","message":"gone"}}"#.to_owned()),
        lost("no resource", r#"{"hello":"world"}"#.to_owned()),
        lost("no object", "null".to_owned()),
        Case {
            gaps: &["body forbidden"],
            ..lost(
                "refused",
                r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#.to_owned(),
            )
        },
        lost("a lone surrogate", item("b", r#""protectionState":"\ud800","#)),
    ] {
        let folder = TempDir::new().unwrap();
        let subscription = folder.path().join("subscriptions/s");
        fs::create_dir_all(&subscription).unwrap();
        fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
        fs::write(subscription.join("world.jsonl"), &world).unwrap();
        let items = [item("a", state).as_bytes(), b"\n", &case.content, b"\n"].concat();
        fs::write(subscription.join("items.jsonl"), items).unwrap();
        wrong.extend(check_folder(&case, folder.path()));
    }
    // Files that the manifest promises.
    for (name, records, file) in
        [("missing", "", None), ("short", r#","records":2"#, Some(item("a", state)))]
    {
        let folder = TempDir::new().unwrap();
        let subscription = folder.path().join("subscriptions/s");
        fs::create_dir_all(&subscription).unwrap();
        let manifest =
            MANIFEST.replace(r#""body":"complete""#, &format!(r#""body":"complete"{records}"#));
        fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        fs::write(subscription.join("world.jsonl"), &world).unwrap();
        let (resources, gaps) = if let Some(text) = &file {
            fs::write(subscription.join("items.jsonl"), text).unwrap();
            (4, ["file truncated"])
        } else {
            (3, ["file skipped"])
        };
        let verdicts = &["vm-not-backed-up b unknown"];
        let case = Case { resources, gaps: &gaps, verdicts, ..Case::new(name, "", "") };
        wrong.extend(check_folder(&case, folder.path()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Without a manifest nothing proves that all vaults were listed: pages are often cut to one group.
#[test]
fn no_page_proves_that_a_machine_has_no_backup() {
    let vault =
        format!(r#"{{"id":"{GROUP}/Microsoft.RecoveryServices/vaults/v","properties":{{}}}}"#);
    let iaas = r#""backupManagementType":"AzureIaasVM","protectionState":"Protected","#;
    let broken = format!("{iaas}{iaas}");
    let gap: &[&str] = &["body malformed"];
    let mut wrong = Vec::new();
    for (name, second, resources, gaps, verdict) in [
        ("whole", iaas, 5, &[][..], "vm-not-backed-up c unknown"),
        ("broken", broken.as_str(), 4, gap, "vm-not-backed-up c unknown"),
    ] {
        let text = format!(
            "[[{vault}],[{},{}],{},{}]",
            item("a", iaas),
            item("b", second),
            machine("a"),
            machine("c"),
        );
        let verdicts = &["vm-not-backed-up a pass", verdict];
        wrong.extend(check(&Case { resources, gaps, verdicts, ..Case::new(name, "a.json", text) }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_join_in_every_casing() {
    let respelled: [fn(&str) -> String; 4] =
        [str::to_owned, str::to_ascii_uppercase, str::to_ascii_lowercase, |text| {
            text.replace("/subscriptions/", "/Subscriptions/")
                .replace("resourceGroups", "resourcegroups")
        }];
    let mut wrong = Vec::new();
    for spelling in respelled {
        // Values of a member keep their case, so only the ids are spelled anew.
        let item = item("a", r#""protectionState":"protected","#)
            .replace(GROUP, &spelling(GROUP))
            .replace("virtualMachines/a", &spelling("virtualMachines/a"));
        let vault =
            format!(r#"{{"id":"{GROUP}/Microsoft.RecoveryServices/vaults/v","properties":{{}}}}"#);
        let child = spelling(&format!(
            "{GROUP}/Microsoft.RecoveryServices/vaults/v/backupconfig/vaultconfig"
        ));
        let child =
            format!(r#"{{"id":"{child}","properties":{{"softDeleteFeatureState":"DISABLED"}}}}"#);
        let again = machine("a").replace(GROUP, &spelling(GROUP));
        let text = [vault, item, child, machine("a"), again].join("\n");
        let verdicts = &["vm-not-backed-up a pass", "soft-delete-disabled v fail"];
        let case = Case { resources: 4, verdicts, ..Case::new("casing", "a.jsonl", text) };
        wrong.extend(check(&case));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_line_larger_than_any_resource() {
    let mut content = vault("v", "", "").into_bytes();
    content.extend(b"\n{\"id\":\"/subscriptions/s/resourceGroups/g\",\"x\":\"");
    content.resize(content.len() + 100_000_000, b'x');
    content.extend(b"\"}\n");
    content.extend(vault("w", "", "").into_bytes());
    assert!(content.len() > MAX_BODY_BYTES);
    let verdicts = &["soft-delete-disabled v fail", "soft-delete-disabled w fail"];
    let case = Case {
        resources: 2,
        gaps: &["line skipped"],
        verdicts,
        ..Case::new("large", "a.jsonl", content)
    };
    assert_eq!(check(&case), [""; 0]);
}

#[test]
fn a_manifest_that_cannot_be_read_is_a_gap() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("manifest.json"), &MANIFEST[..MANIFEST.len() / 2]).unwrap();
    fs::write(folder.path().join("a.json"), vault("v", "", "")).unwrap();
    let verdicts = &["soft-delete-disabled v fail"];
    let case = Case { gaps: &["file malformed"], verdicts, ..Case::new("manifest", "", "") };
    assert_eq!(check_folder(&case, folder.path()), [""; 0]);
}

#[test]
fn inputs_with_nothing_in_them_are_errors() {
    let folder = TempDir::new().unwrap();
    let open = |path: PathBuf| Inputs::open(&[path]).map(|_| ()).unwrap_err();
    assert!(matches!(open(folder.path().to_path_buf()), InputError::Empty { .. }));
    assert!(matches!(open(folder.path().join("no such file")), InputError::Unreadable { .. }));
    fs::write(folder.path().join("manifest.json"), r#"{"schema":"backuplint.snapshot/99"}"#)
        .unwrap();
    assert!(matches!(open(folder.path().to_path_buf()), InputError::Manifest { .. }));
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_are_followed_once() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("a.json"), vault("v", "", "")).unwrap();
    std::os::unix::fs::symlink(folder.path(), inner.join("back")).unwrap();
    std::os::unix::fs::symlink("nowhere", inner.join("dangling.json")).unwrap();
    let verdicts = &["soft-delete-disabled v fail"];
    let case = Case { gaps: &["file skipped"], verdicts, ..Case::new("circle", "", "") };
    assert_eq!(check_folder(&case, folder.path()), [""; 0]);
    let inputs = Inputs::open(&[folder.path().to_path_buf()]).unwrap();
    assert_eq!((inputs.documents().len(), inputs.notices().len()), (1, 1));
}
