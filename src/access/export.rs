//! Reads an export of role definitions: what `az role definition list`, `Get-AzRoleDefinition` in JSON,
//! the ARM list or a query of Azure Resource Graph answers.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inventory::Permission;

/// A role definition of an export.
#[derive(Debug)]
pub struct Role<'a> {
    /// The id of the definition, or its last part.
    pub definition: Cow<'a, str>,
    /// The display name.
    pub name: Cow<'a, str>,
    /// `BuiltInRole` or `CustomRole`, where the export says it.
    pub kind: Option<Cow<'a, str>>,
    /// Permission blocks.
    pub permissions: Vec<Permission<'a>>,
}

impl Role<'_> {
    /// The last part of its id.
    pub fn id(&self) -> &str {
        self.definition.rsplit('/').next().unwrap_or_default()
    }

    /// Whether Azure brought it along.
    pub fn is_built_in(&self) -> bool {
        self.kind.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("BuiltInRole"))
    }
}

/// An export that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Which definition, from 1; none where it is not about one.
    pub item: Option<usize>,
    /// Why.
    pub why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some(item) => write!(f, "role definition {item}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for Unreadable {}

/// One of the envelopes that lists come in.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, alias = "data")]
    value: Option<Vec<&'a RawValue>>,
    #[serde(rename = "nextLink")]
    next_link: Option<Cow<'a, str>>,
}

/// Azure CLI flattens `properties`; ARM and Resource Graph do not.
#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    properties: Option<Properties<'a>>,
    #[serde(flatten, borrow)]
    flat: Properties<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    #[serde(borrow)]
    role_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    role_type: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    permissions: Option<Vec<Permission<'a>>>,
}

/// The role definitions of an export.
///
/// # Errors
/// When it is no list of role definitions, when one of them has no name or no permissions, or when the
/// list is only a page: leaving one out would leave out who it lets in.
pub fn read(text: &str) -> Result<Vec<Role<'_>>, Unreadable> {
    let whole = |why: String| Unreadable { item: None, why };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let items = if text.starts_with('[') {
        serde_json::from_str::<Vec<&RawValue>>(text).map_err(|error| whole(error.to_string()))?
    } else {
        let only: &RawValue =
            serde_json::from_str(text).map_err(|error| whole(error.to_string()))?;
        let envelope: Envelope<'_> = serde_json::from_str(text)
            .map_err(|error| whole(format!("neither a list nor an object: {error}")))?;
        if envelope.next_link.is_some() {
            return Err(whole("a page of a list: its `nextLink` leads to more".to_owned()));
        }
        envelope.value.unwrap_or_else(|| vec![only])
    };
    let roles: Vec<Role<'_>> = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| role(item).map_err(|why| Unreadable { item: Some(at + 1), why }))
        .collect::<Result<_, _>>()?;
    if roles.is_empty() {
        return Err(whole("no role definition".to_owned()));
    }
    Ok(roles)
}

fn role(item: &RawValue) -> Result<Role<'_>, String> {
    let item: Item<'_> = serde_json::from_str(item.get()).map_err(|error| error.to_string())?;
    let (properties, inner) = match item.properties {
        Some(properties) => (properties, true),
        None => (item.flat, false),
    };
    // The `type` of a flat definition is the type of the resource.
    let kind = properties.role_type.or(if inner { properties.kind } else { None });
    Ok(Role {
        definition: item.id.or(item.name).ok_or("it has neither `id` nor `name`")?,
        name: properties.role_name.ok_or("it has no `roleName`")?,
        kind,
        permissions: properties.permissions.ok_or("it has no `permissions`")?,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    const ARM: &str = r#"{"value":[{"id":"/providers/Microsoft.Authorization/roleDefinitions/AB","name":"AB",
        "type":"Microsoft.Authorization/roleDefinitions","properties":{"roleName":"One","type":"BuiltInRole",
        "permissions":[{"actions":["*"],"notActions":[],"condition":null}]}}]}"#;

    #[test]
    fn every_shape_is_read() {
        let flat = r#"[{"id":"/x/AB","name":"AB","roleName":"One","roleType":"BuiltInRole",
            "type":"Microsoft.Authorization/roleDefinitions","permissions":[{"actions":["*"]}]}]"#;
        let graph = ARM.replace("\"value\"", "\"data\"");
        let single = &flat[1..flat.len() - 1];
        for text in [ARM, flat, &graph, &format!("\u{feff} {flat}"), single] {
            let roles = read(text).expect(text);
            assert_eq!(roles.len(), 1);
            assert_eq!((roles[0].id(), &*roles[0].name), ("AB", "One"));
            assert!(roles[0].is_built_in());
            assert_eq!(roles[0].permissions[0].actions, ["*"]);
        }
        let unnamed_kind = flat.replace("\"roleType\":\"BuiltInRole\",", "");
        assert!(!read(&unnamed_kind).expect("readable")[0].is_built_in());
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for (text, part) in [
            ("", "EOF"),
            ("7", "neither a list"),
            ("[]", "no role definition"),
            (r#"{"value":[]}"#, "no role definition"),
            (r#"{"id":"x"}"#, "role definition 1: it has no `roleName`"),
            (
                &*ARM.replace("[{\"id\"", "[],\"nextLink\":\"https://x\",\"rest\":[{\"id\""),
                "nextLink",
            ),
            (r#"[{"roleName":"One","permissions":[]}]"#, "role definition 1: it has neither"),
            (r#"[{"name":"AB","permissions":[]}]"#, "no `roleName`"),
            (r#"[{"name":"AB","roleName":"One"}]"#, "no `permissions`"),
            (
                r#"[{"name":"AB","roleName":"One","permissions":[{"actions":7}]}]"#,
                "role definition 1",
            ),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
