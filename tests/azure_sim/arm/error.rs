//! Errors in the words of Azure Resource Manager.

use super::super::answer::Answer;
use super::super::world::{Refusal, id};

/// The application that clients are signed in as, in messages.
pub const CLIENT: &str = "b7d1a9c4-6e0f-4c52-9a38-0d5e2f7b1c63";
/// Its object id.
pub const CLIENT_OBJECT: &str = "3c9f0e57-24d8-4b6a-8f11-75a6d0c4e9b2";

/// No right to read a kind at a scope.
pub fn refused(refusal: &Refusal, kind: &str, scope: &str) -> Answer {
    let action = refusal.action.clone().unwrap_or_else(|| format!("{kind}/read"));
    match refusal.status {
        403 => forbidden(&action, scope),
        429 => throttled(17),
        status => Answer::error(
            status,
            "InternalServerError",
            "Encountered internal server error. Diagnostic information: timestamp '20261120T020000Z'.",
        ),
    }
}

/// No right to do this.
pub fn forbidden(action: &str, scope: &str) -> Answer {
    let message = format!(
        "The client '{CLIENT}' with object id '{CLIENT_OBJECT}' does not have authorization to perform \
         action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, \
         please refresh your credentials."
    );
    Answer::error(403, "AuthorizationFailed", &message)
}

/// Too many requests.
pub fn throttled(seconds: u64) -> Answer {
    let message = format!(
        "Number of 'read' requests for actor '{CLIENT_OBJECT}' exceeded. Please try again after \
         '{seconds}' seconds after additional tokens are available. Refer to \
         https://aka.ms/arm-throttling for additional information."
    );
    Answer::error(429, "SubscriptionRequestsThrottled", &message).with("retry-after", seconds)
}

/// Nothing has this id.
pub fn not_found(path: &str) -> Answer {
    let key = id::key(path);
    let group = id::resource_group_of(&key);
    let kind = id::kind_of(&key);
    let name = id::name_of(path);
    match (kind.as_deref(), group) {
        (Some(id::SUBSCRIPTION), _) => subscription_not_found(name),
        (Some(id::RESOURCE_GROUP), _) => group_not_found(name),
        (Some(id::MANAGEMENT_GROUP), _) => {
            let message = format!("The management group '{name}' cannot be found.");
            Answer::error(404, "NotFound", &message)
        }
        (Some(_), Some(group)) => {
            let spelled = path.rsplit_once("/providers/").map_or(path, |(_, named)| named);
            let message = format!(
                "The Resource '{spelled}' under resource group '{group}' was not found. For more \
                 details please go to https://aka.ms/ARMResourceNotFoundFix"
            );
            Answer::error(404, "ResourceNotFound", &message)
        }
        (Some(kind), None) => {
            let message = format!("The resource '{name}' of type '{kind}' was not found.");
            Answer::error(404, "ResourceNotFound", &message)
        }
        (None, _) => no_such_path(path),
    }
}

/// No such subscription.
pub fn subscription_not_found(name: &str) -> Answer {
    let message = format!("The subscription '{name}' could not be found.");
    Answer::error(404, "SubscriptionNotFound", &message)
}

/// No such resource group.
pub fn group_not_found(name: &str) -> Answer {
    let message = format!("Resource group '{name}' could not be found.");
    Answer::error(404, "ResourceGroupNotFound", &message)
}

/// Nothing is served at this path.
pub fn no_such_path(path: &str) -> Answer {
    let message = format!("No HTTP resource was found that matches the request path '{path}'.");
    Answer::error(404, "NotFound", &message)
}

/// A provider that the subscription does not use.
pub fn not_registered(namespace: &str) -> Answer {
    let message = format!(
        "The subscription is not registered to use namespace '{namespace}'. See \
         https://aka.ms/rps-not-found for how to register subscriptions."
    );
    Answer::error(409, "MissingSubscriptionRegistration", &message)
}

/// A provider that is none.
pub fn no_such_namespace(namespace: &str) -> Answer {
    let message = format!("The resource namespace '{namespace}' is invalid.");
    Answer::error(404, "InvalidResourceNamespace", &message)
}

/// The question names no API version, or none that could be one.
pub fn api_version(version: Option<&str>) -> Option<Answer> {
    let Some(version) = version.filter(|version| !version.is_empty()) else {
        return Some(Answer::error(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        ));
    };
    let date = version.split_once("-preview").map_or(version, |(date, _)| date);
    if date.parse::<jiff::civil::Date>().is_ok() {
        return None;
    }
    let message = format!(
        "The api-version '{version}' is invalid. The supported versions are '2022-12-01,2022-09-01'."
    );
    Some(Answer::error(400, "InvalidApiVersionParameter", &message))
}
