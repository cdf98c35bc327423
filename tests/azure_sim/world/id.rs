//! ARM resource ids, in lower case: what they name and where that lies.

/// The type of a subscription, as Resource Graph writes it.
pub const SUBSCRIPTION: &str = "microsoft.resources/subscriptions";
/// The type of a resource group, as Resource Graph writes it.
pub const RESOURCE_GROUP: &str = "microsoft.resources/subscriptions/resourcegroups";
/// The type of a management group.
pub const MANAGEMENT_GROUP: &str = "microsoft.management/managementgroups";

const PROVIDERS: &str = "/providers/";

/// An id to compare by: ARM ignores the case of ids, and a slash at their end.
pub fn key(id: &str) -> String {
    id.trim_end_matches('/').to_ascii_lowercase()
}

/// A type to compare by. Resource groups have two names.
pub fn kind_key(kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "microsoft.resources/resourcegroups" => RESOURCE_GROUP.to_owned(),
        kind => kind.to_owned(),
    }
}

/// The type of what a key names; none if it names nothing, or a list.
pub fn kind_of(key: &str) -> Option<String> {
    if let Some((_, named)) = key.rsplit_once(PROVIDERS) {
        let parts: Vec<&str> = named.split('/').collect();
        if parts.len() < 3 || parts.len().is_multiple_of(2) {
            return None;
        }
        let types = parts.iter().skip(1).step_by(2).copied();
        return Some([parts[0]].into_iter().chain(types).collect::<Vec<_>>().join("/"));
    }
    match key.split('/').collect::<Vec<_>>()[..] {
        ["", "subscriptions", _] => Some(SUBSCRIPTION.to_owned()),
        ["", "subscriptions", _, "resourcegroups", _] => Some(RESOURCE_GROUP.to_owned()),
        _ => None,
    }
}

/// Whether `key` is `scope` or lies below it; the root is the empty scope.
pub fn is_within(key: &str, scope: &str) -> bool {
    key.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The scope that an assignment, a lock or another extension is made at.
pub fn scope_of(key: &str) -> &str {
    key.rsplit_once(PROVIDERS).map_or(key, |(scope, _)| scope)
}

/// What directly holds this: the resource, the group, the subscription; none above subscriptions.
pub fn parent_of(key: &str) -> Option<&str> {
    let two_up = |key: &str| key.rmatch_indices('/').nth(1).map(|(at, _)| at);
    let Some((scope, named)) = key.rsplit_once(PROVIDERS) else {
        let at = two_up(key)?;
        return Some(&key[..at]).filter(|parent| !parent.is_empty());
    };
    if named.matches('/').count() > 2 { two_up(key).map(|at| &key[..at]) } else { Some(scope) }
}

/// The subscription that a key lies in.
pub fn subscription_of(key: &str) -> Option<&str> {
    let rest = key.strip_prefix("/subscriptions/")?;
    rest.split('/').next().filter(|name| !name.is_empty())
}

/// The resource group that a key lies in, by its name.
pub fn resource_group_of(key: &str) -> Option<&str> {
    let mut parts = key.split('/').skip(3);
    (parts.next() == Some("resourcegroups")).then(|| parts.next())?
}

/// The last segment.
pub fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// The id without its last segment: the list that it stands in.
pub fn list_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(list, _)| list)
}
