//! Who can do something: golden files, the schema, and one estate in which everybody stands otherwise.

use backuplint::access::action::ActionTable;
use backuplint::access::question::Question;
use backuplint::access::who_can::{NoTarget, ask};
use backuplint::access::{Access, AccessIndex};
use backuplint::inventory::Time;
use backuplint::report::{Format, Unread, who_can};
use backuplint::snapshot::Inputs;
use serde_json::{Value, json};

use super::{assert_valid, golden, options, strict};

/// Ada is assigned, Bob through two groups, Carol eligible, Dave may grant, Erin has a condition,
/// nobody knows Frank's role, an application has one item, Grace is denied, Harry approves, and Ivan has
/// the guard in hand.
const ESTATE: &str = include_str!("who-can.snapshot.json");

const GROUP: &str = "/subscriptions/5a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup";

fn vault(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.RecoveryServices/vaults/{name}")
}

fn asked_of(
    estate: &str,
    question: &str,
    on: &[String],
    format: Format,
) -> Result<String, NoTarget> {
    let inputs = Inputs::of_text("estate.json", estate);
    let estate = inputs.read();
    let mut table = ActionTable::CLOSED;
    let question = Question::read(question, &mut table).unwrap();
    let now = Time::parse("2026-11-20T02:00:00Z").unwrap();
    let index = AccessIndex::new(&estate, now, &table);
    let access = Access::new(&index, &estate);
    let answer = ask(access, &estate, question, on)?;
    let mut out = Vec::new();
    who_can::write(&answer, access, &Unread::of(&estate), format, &mut out, &options()).unwrap();
    Ok(String::from_utf8(out).unwrap())
}

fn asked(question: &str, on: &[String], format: Format) -> String {
    asked_of(ESTATE, question, on, format).unwrap()
}

fn answer(question: &str, on: &[String]) -> Value {
    serde_json::from_str(&asked(question, on, Format::Json)).unwrap()
}

/// Numbers of principals with their effects, as `2 allowed`.
fn effects(answer: &Value) -> Vec<String> {
    let principals = answer["principals"].as_array().unwrap().iter();
    principals
        .map(|principal| {
            let id = principal["principalId"].as_str().unwrap();
            let number = id.split('-').next().unwrap().trim_start_matches('0');
            format!("{number} {}", principal["effect"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn golden_who_can() {
    golden("who-can.txt", &asked("stop-delete-data", &[], Format::Human));
    golden("who-can-vault.txt", &asked("delete-vault", &[vault("rsv-a")], Format::Human));
    golden("who-can-vault.json", &asked("stop-delete-data", &[vault("rsv-a")], Format::Json));
}

#[test]
fn answers_are_what_the_schema_says() {
    let mut schema: Value = serde_json::from_str(who_can::WHO_CAN_SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    strict(&mut schema);
    for question in [
        "stop-delete-data",
        "delete-vault",
        "restore-create-new",
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Compute/snapshots/delete",
    ] {
        assert_valid(&schema, &answer(question, &[]));
    }
}

#[test]
fn everybody_stands_as_the_assignments_say() {
    let on_a = answer("stop-delete-data", &[vault("rsv-a")]);
    assert_eq!(on_a["on"], vault("rsv-a").to_lowercase());
    assert_eq!(
        effects(&on_a),
        ["1 allowed", "2 allowed", "3 eligible", "4 can-grant", "5 conditional", "6 unknown"]
    );
    // Read for one item only; who is denied is told apart.
    let on_b = answer("stop-delete-data", &[vault("rsv-b")]);
    assert_eq!(
        effects(&on_b),
        ["1 allowed", "2 allowed", "7 allowed", "4 can-grant", "5 conditional", "6 unknown"]
    );
    let cleaner = &on_b["targets"][0]["principals"][2];
    assert!(cleaner["only"][0].as_str().unwrap().ends_with("/vm;iaasvmcontainerv2;rg-app;vm-1"));
    let deny = &on_b["targets"][0]["blockedBy"][0];
    assert_eq!((&deny["kind"], &deny["certain"]), (&json!("deny"), &json!(true)));
    assert_eq!(deny["principals"][0]["name"], "Grace");
    // The same by the action, and on all that it is about.
    let action = "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems/delete";
    let by_action = answer(action, &[vault("rsv-b")]);
    assert_eq!(by_action["principals"], on_b["principals"]);
    let all = answer("stop-delete-data", &[]);
    assert_eq!((&all["on"], all["targets"].as_array().unwrap().len()), (&Value::Null, 3));
    assert_eq!(effects(&all).len(), 7);
}

#[test]
fn the_chain_goes_through_every_group() {
    let found = answer("stop-delete-data", &[vault("rsv-a")]);
    let via = &found["principals"][1]["via"][0];
    assert_eq!(via["roleName"], "Contributor");
    let groups = via["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2);
    assert_eq!(
        (&groups[0]["name"], &groups[1]["name"]),
        (&json!("backup-operations"), &json!("night-shift"))
    );
    assert_eq!(via["group"], groups[0]["id"]);
    let direct = &found["principals"][0]["via"][0];
    assert_eq!((&direct["group"], &direct["scope"]), (&Value::Null, &json!(GROUP.to_lowercase())));
    assert!(found["principals"][4]["via"][0]["condition"].is_string());
    assert_eq!(found["principals"][2]["via"][0]["until"], "2026-12-31T00:00:00Z");
}

#[test]
fn what_is_in_the_way_is_told_with_who_clears_it() {
    let found = answer("stop-delete-data", &[vault("rsv-a")]);
    let target = &found["targets"][0];
    let mua = &target["blockedBy"][0];
    assert_eq!((&mua["kind"], &mua["certain"]), (&json!("mua"), &json!(true)));
    let approvers: Vec<&Value> =
        mua["approvers"].as_array().unwrap().iter().map(|approver| &approver["name"]).collect();
    assert_eq!(approvers, ["Bob", "Harry", "Dave"]);
    let controllers = mua["controllers"].as_array().unwrap().iter();
    let controllers: Vec<&Value> = controllers.map(|controller| &controller["name"]).collect();
    assert_eq!(controllers, ["Ivan", "Dave"]);
    let itself: Vec<bool> = target["principals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|principal| principal["approvesItself"] == true)
        .collect();
    assert_eq!(itself, [false, true, false, true, false, false]);
    // Nobody says whether a lock holds the deletion of backup data; that it holds the link is documented.
    let lock_of = |target: &Value| {
        let blocks = target["blockedBy"].as_array().unwrap();
        let lock = blocks.iter().find(|block| block["kind"] == "lock").unwrap();
        lock["certain"].clone()
    };
    assert_eq!(lock_of(target), false);
    let unlinks = answer("remove-mua", &[vault("rsv-a")]);
    assert_eq!(lock_of(&unlinks["targets"][0]), true);
    let locks = answer("Microsoft.Authorization/locks/delete", &[vault("rsv-a")]);
    assert_eq!(locks["targets"][0]["blockedBy"], json!([]));
    assert_eq!(
        target["blockedBy"][2],
        json!({"kind": "immutability", "certain": true, "state": "Unlocked"})
    );
    let found = answer("delete-vault", &[vault("rsv-a")]);
    let lock = &found["targets"][0]["blockedBy"][0];
    assert_eq!((&lock["kind"], &lock["level"]), (&json!("lock"), &json!("CanNotDelete")));
    assert_eq!(lock["removers"][0]["name"], "Dave");
    // A guard that leaves the operation out holds nothing.
    let key = "microsoft.recoveryservices/vaults/backupFabrics/protectionContainers/protectedItems/delete";
    let open = ESTATE.replace(
        "\"vaultCriticalOperationExclusionList\": []",
        &format!("\"vaultCriticalOperationExclusionList\": [\"{key}\"]"),
    );
    assert_ne!(open, ESTATE);
    let text = asked_of(&open, "stop-delete-data", &[vault("rsv-a")], Format::Json).unwrap();
    assert!(!text.contains("\"mua\""), "{text}");
}

#[test]
fn what_was_not_read_is_a_gap() {
    let found = answer("stop-delete-data", &[vault("rsv-a")]);
    let kinds: Vec<&Value> =
        found["gaps"].as_array().unwrap().iter().map(|gap| &gap["kind"]).collect();
    assert_eq!(kinds, ["Microsoft.Authorization/roleDefinitions"]);
    for (part, missing) in [
        ("Microsoft.Authorization/roleAssignments", "role assignments: not read"),
        ("Microsoft.Authorization/denyAssignments", "deny assignments: not read"),
        ("Microsoft.Authorization/locks", "locks was read"),
    ] {
        let blind = ESTATE.replace(&format!("\"kind\": \"{part}\""), "\"kind\": \"Contoso.X/y\"");
        assert_ne!(blind, ESTATE);
        let text = asked_of(&blind, "delete-vault", &[vault("rsv-b")], Format::Json).unwrap();
        // The lock that was found is in the way already.
        let is_lock = part.ends_with("locks");
        assert_eq!(text.contains(missing), !is_lock, "{part}: {text}");
    }
    let guardless =
        ESTATE.replace("Microsoft.DataProtection/resourceGuards\"", "Contoso.X/guards\"");
    let guardless = guardless.replace(
        "/Microsoft.DataProtection/resourceGuards/guard-a\",\n   \"name\"",
        "/Contoso.X/guards/guard-a\",\n   \"name\"",
    );
    let text = asked_of(&guardless, "stop-delete-data", &[vault("rsv-a")], Format::Json).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["targets"][0]["blockedBy"][0]["certain"], false, "{text}");
    assert!(text.contains("the Resource Guard was not read"), "{text}");
}

#[test]
fn what_was_not_read_is_never_nothing_in_the_way() {
    let on = |question: &str, on: &str, format| asked(question, &[on.to_owned()], format);
    let machine = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-x");
    let elsewhere = vault("rsv-b").replace("rg-backup", "rg-bakcup");
    for (target, near) in [
        (vault("rsv-aa"), Some("`rsv-a`")),
        (elsewhere, Some("/resourceGroups/rg-backup/")),
        (machine, None),
        (
            "/providers/Microsoft.Management/managementGroups/mg-fabrikm".to_owned(),
            Some("`mg-fabrikam`"),
        ),
        (GROUP.replace("rg-backup", "rg-none"), None),
    ] {
        let found: Value =
            serde_json::from_str(&on("stop-delete-data", &target, Format::Json)).unwrap();
        let shown = &found["targets"][0];
        assert_eq!((&shown["read"], &shown["blockedByIsComplete"]), (&json!(false), &json!(false)));
        let mut gaps = found["gaps"].as_array().unwrap().iter();
        let gap = gaps.find(|gap| gap["scope"] == target.to_lowercase()).expect(&target);
        let message = gap["message"].as_str().unwrap();
        assert!(message.starts_with("nothing of it was read"), "{message}");
        assert_eq!(message.contains("did you mean"), near.is_some(), "{message}");
        assert!(message.contains(near.unwrap_or_default()), "{message}");
        let text = on("stop-delete-data", &target, Format::Human);
        assert!(text.contains("not known: the target was not read"), "{text}");
    }
    // A scope has nothing in the way itself.
    let open = ESTATE.replace("CanNotDelete", "NotSpecified");
    let scope = [GROUP.to_owned()];
    let text = asked_of(&open, "stop-delete-data", &scope, Format::Human).unwrap();
    assert!(text.contains("not told of a scope") && !text.contains("  nothing"), "{text}");
    // Whatever was read leaves nothing, unless a list of what may be there was not.
    let of_b = |estate: &str| {
        let estate = estate.replace("CanNotDelete", "NotSpecified");
        asked_of(&estate, "stop-delete-data", &[vault("rsv-b")], Format::Human).unwrap()
    };
    assert!(of_b(ESTATE).contains("  nothing\n"), "{}", of_b(ESTATE));
    for part in ["Microsoft.Authorization/denyAssignments", "Microsoft.Authorization/locks"] {
        let blind = ESTATE.replace(&format!("\"kind\": \"{part}\""), "\"kind\": \"Contoso.X/y\"");
        assert_ne!(blind, ESTATE);
        assert!(of_b(&blind).contains("  nothing that was read"), "{}", of_b(&blind));
    }
}

#[test]
fn what_was_not_taken_or_breaks_off_is_shown() {
    let broken =
        format!("{{\"name\": \"no id\"}}\n{}\n{{\"id\": \"/subscr", ESTATE.replace('\n', " "));
    let text = asked_of(&broken, "stop-delete-data", &[], Format::Human).unwrap();
    for part in ["Not readable", "this answer is incomplete", "estate.json:3", "Not taken"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = asked_of(&broken, "stop-delete-data", &[], Format::Json).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    let mut gaps = found["gaps"].as_array().unwrap().iter();
    assert!(gaps.any(|gap| gap["reason"] == "malformed"), "{text}");
    assert_eq!(found["reading"]["notTaken"].as_object().map(serde_json::Map::len), Some(1));
}

/// The members of every body of a type one level up, as the Azure CLI prints many of them.
fn flattened(kind: &str) -> String {
    let mut estate: Value = serde_json::from_str(ESTATE).unwrap();
    let mut changed = 0;
    for resource in estate["resources"].as_array_mut().unwrap() {
        if resource["type"] != kind {
            continue;
        }
        let body = resource.as_object_mut().unwrap();
        let Some(Value::Object(properties)) = body.remove("properties") else { continue };
        changed += 1;
        for (name, mut value) in properties {
            if name == "permissions" {
                for block in value.as_array_mut().unwrap() {
                    // A model prints each of its members.
                    for member in ["notActions", "dataActions", "notDataActions", "condition"] {
                        block.as_object_mut().unwrap().entry(member).or_insert(Value::Null);
                    }
                }
            }
            body.insert(if name == "type" { "roleType".to_owned() } else { name }, value);
        }
    }
    assert!(changed > 0, "{kind} is not in the estate");
    estate.to_string()
}

#[test]
fn flattened_bodies_answer_as_those_with_properties() {
    for kind in [
        "Microsoft.Authorization/roleDefinitions",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Authorization/roleEligibilityScheduleInstances",
        "Microsoft.Authorization/denyAssignments",
        "Microsoft.Authorization/locks",
        "Microsoft.Management/managementGroups",
        "Microsoft.Management/managementGroups/subscriptions",
        "Microsoft.DataProtection/resourceGuards",
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        "Microsoft.RecoveryServices/vaults",
        "Microsoft.DataProtection/backupVaults",
    ] {
        let estate = flattened(kind);
        for question in ["stop-delete-data", "delete-vault"] {
            let found = asked_of(&estate, question, &[], Format::Json).unwrap();
            let is_same = found == asked(question, &[], Format::Json);
            assert!(is_same, "{kind}: {question} is answered otherwise: {found}");
        }
    }
}

/// The shipped table knows what Azure's own roles allow of the operations, and nothing else.
#[test]
fn a_built_in_role_without_its_definition_is_known_as_far_as_the_table_goes() {
    let estate = r#"[
        {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v", "properties": {}},
        {"id": "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a", "properties": {
            "principalId": "00000001-aaaa-4bbb-8ccc-000000000000", "principalType": "User", "scope": "/subscriptions/s",
            "roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/B24988AC-6180-42a0-ab88-20f7382dd24c"}}
    ]"#;
    let ask = |question: &str| -> Value {
        let on = ["/subscriptions/s".to_owned()];
        serde_json::from_str(&asked_of(estate, question, &on, Format::Json).unwrap()).unwrap()
    };
    let known = ask("delete-vault");
    assert_eq!(effects(&known), ["1 allowed"]);
    assert_eq!(known["principals"][0]["via"][0]["roleName"], "Contributor");
    let unknown = ask("Contoso.Backup/vaults/delete");
    assert_eq!(effects(&unknown), ["1 unknown"]);
    let gaps = unknown["gaps"].as_array().unwrap().iter();
    assert!(gaps.clone().any(|gap| gap["kind"] == "Microsoft.Authorization/roleDefinitions"));
}

#[test]
fn other_scopes_can_be_asked_about() {
    let item = format!(
        "{}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;rg-app;vm-1/protectedItems/VM;iaasvmcontainerv2;rg-app;vm-1",
        vault("rsv-b")
    );
    let on_item = answer("stop-delete-data", &[item]);
    assert_eq!(on_item["targets"][0]["principals"][2]["only"], json!([]));
    assert_eq!(effects(&on_item)[2], "7 allowed");
    let on_group = answer("stop-delete-data", &[GROUP.to_owned()]);
    assert_eq!(effects(&on_group)[..2], ["1 allowed", "2 allowed"]);
    let at_root = answer("Microsoft.Authorization/roleAssignments/write", &["/".to_owned()]);
    assert_eq!(effects(&at_root), Vec::<String>::new());
    // What a restore takes elsewhere is told, not judged.
    let restore = answer("restore-create-new", &[vault("rsv-a")]);
    assert!(!restore["targets"][0]["alsoNeeded"].as_array().unwrap().is_empty());
    let refused = |question: &str, on: &str| {
        asked_of(ESTATE, question, &[on.to_owned()], Format::Json).unwrap_err()
    };
    assert!(matches!(refused("delete-vault", "rsv-a"), NoTarget::NoId(_)));
    assert!(matches!(refused("delete-vault", "/subscriptions/x"), NoTarget::Foreign(_)));
    let backup_vault = format!("{GROUP}/providers/Microsoft.DataProtection/backupVaults/bv-c");
    assert!(matches!(refused("file-recovery", &backup_vault), NoTarget::OtherKind(_)));
    let empty =
        r#"{"id": "/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/disks/d"}"#;
    assert_eq!(asked_of(empty, "delete-vault", &[], Format::Json), Err(NoTarget::None));
}

#[test]
fn names_of_strangers_are_shown_and_never_obeyed() {
    for format in [Format::Human, Format::Json] {
        let text = asked("stop-delete-data", &[], format);
        assert!(text.contains("Red") && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    let text = asked("stop-delete-data", &[], Format::Human);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn one_thread_or_many_the_answer_is_the_same() {
    let once = || asked("stop-delete-data", &[], Format::Json);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(once), once());
}
