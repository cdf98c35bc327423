//! A property has a value that this version does not know, so rules on it cannot decide.

use crate::inventory::{Fact, Found, PROPERTIES, Reason};
use crate::rule::{Check, Context, Defect, Outcome, Target, Verdict};

/// Judges every resource that has a property with a closed set of values.
pub const CHECK: Check = Check::Any(check);

fn check(target: &Target<'_, '_>, _: &Context<'_, '_>) -> Verdict {
    let resource = target.resource();
    // Read with the item or machine itself: no second look at a million bodies.
    let seen = match target {
        Target::Protection(item) => item.state != Fact::Unknown(Reason::UnrecognisedValue),
        Target::VirtualMachine(machine) => {
            machine.security != Fact::Unknown(Reason::UnrecognisedValue)
        }
        _ => false,
    };
    if seen {
        return Ok(Outcome::Pass);
    }
    let mut judged = false;
    let mut defects = Vec::new();
    for property in PROPERTIES
        .iter()
        .filter(|property| property.kind == resource.kind && !property.values.is_empty())
    {
        judged = true;
        for path in resource.paths(property.path) {
            let value = match resource.find(&path) {
                Found::Value(value) => value,
                Found::Unknown(Reason::UnrecognisedValue) => {
                    let message = "something else stands where an object or a list was expected; rules on it are undecided";
                    defects.push(Defect::at(path, message).expected(property.values.to_vec()));
                    continue;
                }
                Found::Null | Found::Absent | Found::Unknown(_) => continue,
            };
            let observed = value.to_json();
            // Azure's own word for "not set up" is no unknown value.
            let known = observed.as_str().is_some_and(|text| {
                property.recognises(text) || text.eq_ignore_ascii_case("Invalid")
            });
            if !known {
                defects.push(
                    Defect::at(
                        path,
                        "this value is not one that this version knows; rules on it are undecided",
                    )
                    .observed(observed)
                    .expected(property.values.to_vec()),
                );
            }
        }
    }
    Ok(match (judged, defects.is_empty()) {
        (false, _) => Outcome::NotApplicable,
        (true, true) => Outcome::Pass,
        (true, false) => Outcome::Fail(defects),
    })
}
