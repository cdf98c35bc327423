//! Random estates with every feature of access in them, small enough that most features meet.

use serde_json::{Value, json};

/// A generator of numbers (xorshift64*, Marsaglia 2003, Vigna 2016): the same for the same seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.below(list.len())]
    }
}

pub const NOW: &str = "2026-11-20T02:00:00Z";
const PAST: &str = "2026-11-01T00:00:00Z";
const FUTURE: &str = "2026-12-01T00:00:00Z";

pub const PRINCIPALS: &[&str] = &["u0", "u1", "u2", "u3", "s0", "s1", "g0", "g1", "g2", "g3", "x0"];
const GROUPS: &[&str] = &["g0", "g1", "g2", "g3"];

pub const SCOPES: &[&str] = &[
    "/",
    "/providers/Microsoft.Management/managementGroups/m0",
    "/providers/Microsoft.Management/managementGroups/m1",
    "/providers/Microsoft.Management/managementGroups/m2",
    "/subscriptions/a",
    "/subscriptions/b",
    "/subscriptions/a/resourceGroups/g",
    "/subscriptions/a/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v",
    "/subscriptions/a/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/backupFabrics/Azure/protectionContainers/c/protectedItems/i",
    "/subscriptions/a/resourceGroups/g2/providers/Microsoft.RecoveryServices/vaults/v2",
];

pub const ACTIONS: &[&str] = &[
    "Microsoft.RecoveryServices/vaults/write",
    "Microsoft.RecoveryServices/vaults/delete",
    "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/locks/delete",
];

const PATTERNS: &[&str] = &[
    "*",
    "*/write",
    "*/Delete",
    "Microsoft.RecoveryServices/*",
    "microsoft.recoveryservices/VAULTS/*",
    "Microsoft.RecoveryServices/vaults/write",
    "Microsoft.RecoveryServices/*/protectedItems/*",
    "Microsoft.Authorization/*",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/locks/delete",
    "Microsoft.Compute/*",
    "*/read",
];

const ROLES: &[&str] = &["r0", "r1", "r2", "r3", "r4"];

/// A snapshot in one file. Larger seeds give larger estates.
pub fn estate(seed: u64, size: usize) -> Value {
    let mut random = Random::new(seed);
    let mut resources = Vec::new();
    hierarchy(&mut random, &mut resources);
    directory(&mut random, &mut resources);
    for role in ROLES {
        // One role in five has no definition, a few have two.
        for scope in ["", "/subscriptions/a"] {
            let wanted = if scope.is_empty() { !random.one_in(5) } else { random.one_in(8) };
            if wanted {
                resources.push(definition(&mut random, scope, role));
            }
        }
    }
    let mut taken = Vec::new();
    for at in 0..=random.below(size) {
        let assignment = assignment(&mut random, at, "roleAssignments");
        let content = content_of(&assignment);
        if !taken.contains(&content) {
            taken.push(content);
            resources.push(assignment);
        }
    }
    for at in 0..random.below(size) {
        let kind = if random.one_in(2) {
            "roleAssignmentScheduleInstances"
        } else {
            "roleEligibilityScheduleInstances"
        };
        let instance = instance(&mut random, at, kind, &resources);
        resources.push(instance);
    }
    for at in 0..random.below(3) {
        if random.one_in(2) {
            resources.push(denial(&mut random, at));
        }
    }
    if random.one_in(4) {
        grant_and_deny(&mut random, &mut resources);
    }
    let mut collections = Vec::new();
    for kind in ["user", "group", "servicePrincipal"] {
        if random.one_in(3) {
            collections.push(json!({"scope": "/", "kind": format!("microsoft.graph.{kind}")}));
        }
    }
    json!({
        "schema": "backuplint.snapshot/1", "collectedAt": NOW, "scopes": ["/"],
        "collections": collections, "gaps": [], "resources": resources,
    })
}

fn content_of(assignment: &Value) -> [String; 3] {
    ["principalId", "roleDefinitionId", "scope"]
        .map(|name| assignment["properties"][name].as_str().unwrap_or_default().to_lowercase())
}

/// Upper case now and then: ids compare without it.
fn spelled(random: &mut Random, id: &str) -> String {
    if random.one_in(4) { id.to_uppercase() } else { id.to_owned() }
}

fn group(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

fn hierarchy(random: &mut Random, resources: &mut Vec<Value>) {
    for subscription in ["a", "b"] {
        let id = format!("/subscriptions/{subscription}");
        let chains: [&[&str]; 5] =
            [&["m0"], &["m1", "m0"], &["m2", "m0"], &["m2", "m1", "m0"], &[]];
        let mut properties = json!({});
        if random.one_in(2) {
            let chain = chains[random.below(5)];
            let chain: Vec<Value> = chain.iter().map(|name| json!({"name": name})).collect();
            properties = json!({"managementGroupAncestorsChain": chain});
        }
        resources.push(json!({"id": id, "type": "Microsoft.Resources/subscriptions", "properties": properties}));
    }
    for name in ["m0", "m1", "m2"] {
        if random.one_in(3) {
            continue;
        }
        let mut properties = json!({"displayName": name});
        if !random.one_in(4) {
            let parents =
                [json!({}), json!({"id": group("m0")}), json!({"id": group("M1")}), json!(null)];
            properties["details"] = json!({"parent": parents[random.below(4)]});
        }
        if random.one_in(4) {
            let id = spelled(random, "/subscriptions/a");
            properties["children"] = json!([{"id": id, "type": "/subscriptions"}]);
        }
        resources.push(json!({"id": group(name), "type": "Microsoft.Management/managementGroups", "properties": properties}));
    }
}

fn kind_of(principal: &str) -> &'static str {
    match &principal[..1] {
        "u" => "user",
        "s" => "servicePrincipal",
        "g" => "group",
        _ => "",
    }
}

fn directory(random: &mut Random, resources: &mut Vec<Value>) {
    for id in PRINCIPALS {
        let kind = kind_of(id);
        if kind.is_empty() || random.one_in(3) {
            continue;
        }
        let mut object = json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": spelled(random, id), "displayName": id});
        if kind == "group" && !random.one_in(4) {
            let is_transitive = random.one_in(5);
            let list = if is_transitive { "transitiveMembers" } else { "members" };
            let members: Vec<Value> = (0..random.below(4)).map(|_| member(random)).collect();
            object[list] = json!(members);
            if !is_transitive && random.one_in(6) {
                object["members@odata.nextLink"] = json!("https://graph.example/next");
            }
        }
        resources.push(object);
    }
}

fn member(random: &mut Random) -> Value {
    if random.one_in(12) {
        return json!({"@odata.type": "#microsoft.graph.device", "id": "d0"});
    }
    let id = random.pick(PRINCIPALS);
    let kind = kind_of(id);
    let id = spelled(random, id);
    if kind.is_empty() {
        return json!({"id": id});
    }
    json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id})
}

fn definition(random: &mut Random, scope: &str, role: &str) -> Value {
    let blocks: Vec<Value> = (0..=random.below(2)).map(|_| block(random)).collect();
    let mut properties = json!({"roleName": role, "type": "CustomRole", "permissions": blocks});
    if random.one_in(12) {
        properties = json!({"roleName": role});
    }
    let id = format!(
        "{scope}/providers/Microsoft.Authorization/roleDefinitions/{}",
        spelled(random, role)
    );
    json!({"id": id, "type": "Microsoft.Authorization/roleDefinitions", "properties": properties})
}

fn block(random: &mut Random) -> Value {
    let mut some = |most: usize| -> Vec<&str> {
        (0..random.below(most)).map(|_| random.pick(PATTERNS)).collect()
    };
    let mut block = json!({"actions": some(4), "notActions": some(3), "dataActions": some(2)});
    if random.one_in(5) {
        block["condition"] = json!("@Request[x] StringEquals 'y'");
    }
    block
}

fn given(random: &mut Random) -> Value {
    // Half of them meet at few places: what nobody holds twice shows little.
    let among = if random.one_in(2) { &["u0", "g0", "g1"] } else { PRINCIPALS };
    let principal = random.pick(among);
    let kind = match kind_of(principal) {
        "user" => "User",
        "servicePrincipal" => "ServicePrincipal",
        "group" => "Group",
        _ => "",
    };
    let role = random.pick(ROLES);
    let scopes = if random.one_in(2) { &SCOPES[4..8] } else { SCOPES };
    let scope = random.pick(scopes);
    let mut properties = json!({
        "principalId": spelled(random, principal),
        "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{}", spelled(random, role)),
        "scope": spelled(random, scope),
        "condition": null,
    });
    if !kind.is_empty() {
        properties["principalType"] = json!(kind);
    }
    if random.one_in(5) {
        properties["condition"] = json!(random.pick(&["(@Resource[x])", "", " "]));
    }
    properties
}

fn assignment(random: &mut Random, at: usize, kind: &str) -> Value {
    let properties = given(random);
    let scope = properties["scope"].as_str().unwrap_or_default().trim_end_matches('/');
    let id = format!("{scope}/providers/Microsoft.Authorization/{kind}/{}{at}", &kind[4..5]);
    json!({"id": id, "type": format!("Microsoft.Authorization/{kind}"), "properties": properties})
}

fn instance(random: &mut Random, at: usize, kind: &str, resources: &[Value]) -> Value {
    let mut instance = assignment(random, at, kind);
    let assignments: Vec<&Value> = resources
        .iter()
        .filter(|body| body["type"] == "Microsoft.Authorization/roleAssignments")
        .collect();
    if kind.starts_with("roleAssignment") && !random.one_in(4) {
        let of = random.pick(&assignments);
        for name in ["principalId", "principalType", "roleDefinitionId", "scope", "condition"] {
            instance["properties"][name] = of["properties"][name].clone();
        }
        if random.one_in(2) {
            instance["properties"]["originRoleAssignmentId"] = of["id"].clone();
        }
        instance["properties"]["assignmentType"] = json!(random.pick(&["Activated", "Assigned"]));
    }
    let windows = [
        (PAST, None),
        (PAST, Some(FUTURE)),
        (PAST, Some(NOW)),
        (FUTURE, None),
        (NOW, Some(FUTURE)),
    ];
    let (start, end) = windows[random.below(windows.len())];
    instance["properties"]["startDateTime"] = json!(start);
    instance["properties"]["endDateTime"] = json!(end);
    instance
}

/// Somebody who can give itself every role, and a denial of what these would allow: of all but reading and
/// rights as on a managed application, or of one action.
fn grant_and_deny(random: &mut Random, resources: &mut Vec<Value>) {
    let role = "/providers/Microsoft.Authorization/roleDefinitions/uaa";
    resources.push(
        json!({"id": role, "type": "Microsoft.Authorization/roleDefinitions", "properties": {
        "roleName": "uaa", "type": "CustomRole",
        "permissions": [{"actions": ["*/read", "Microsoft.Authorization/*"], "notActions": []}]}}),
    );
    let mut assigned = assignment(random, 99, "roleAssignments");
    assigned["properties"]["roleDefinitionId"] = json!(role);
    resources.push(assigned);
    let mut denied = denial(random, 99);
    let everything =
        json!({"actions": ["*"], "notActions": ["*/read", "Microsoft.Authorization/*"]});
    let one = json!({"actions": [random.pick(ACTIONS)], "notActions": []});
    denied["properties"]["permissions"] = json!([if random.one_in(2) { everything } else { one }]);
    resources.push(denied);
}

fn denial(random: &mut Random, at: usize) -> Value {
    const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";
    let mut list = |everyone: bool, most: usize| -> Vec<Value> {
        if everyone && random.one_in(2) {
            return vec![json!({"id": EVERYONE, "type": "SystemDefined"})];
        }
        (0..random.below(most))
            .map(|_| {
                let id =
                    if random.one_in(2) { random.pick(GROUPS) } else { random.pick(PRINCIPALS) };
                let mut entry = json!({"id": spelled(random, id)});
                match kind_of(id) {
                    "user" => entry["type"] = json!("User"),
                    "servicePrincipal" => entry["type"] = json!("ServicePrincipal"),
                    "group" => entry["type"] = json!("Group"),
                    _ => {}
                }
                entry
            })
            .collect()
    };
    let (principals, excluded) = (list(true, 3), list(false, 3));
    let scope = random.pick(SCOPES);
    let mut properties = json!({
        "denyAssignmentName": "d", "scope": spelled(random, scope), "principals": principals,
        "excludePrincipals": excluded, "permissions": [block(random)],
        "doNotApplyToChildScopes": random.one_in(3),
    });
    if random.one_in(6) {
        properties["condition"] = json!("(x)");
    }
    let scope = scope.trim_end_matches('/');
    let id = format!("{scope}/providers/Microsoft.Authorization/denyAssignments/d{at}");
    json!({"id": id, "type": "Microsoft.Authorization/denyAssignments", "properties": properties})
}
