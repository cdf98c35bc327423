//! Which major versions of a provider the code may run with.

use crate::code::terraform::result::Root;

/// The newest major version that the tables know.
const NEWEST: u8 = 5;

/// The major versions of a provider that the code allows, from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Majors {
    /// The least.
    pub least: u8,
    /// The most.
    pub most: u8,
}

impl Majors {
    /// Any version.
    pub const ANY: Majors = Majors { least: 0, most: u8::MAX };

    /// What a lock file says, or else every constraint together.
    pub fn of(root: &Root, provider: &str) -> Majors {
        let all = root.requirements.iter().filter(|found| &*found.name == provider);
        let locked = all.clone().find(|found| found.locked).and_then(|found| major(&found.version));
        if let Some(major) = locked {
            return Majors { least: major, most: major };
        }
        let mut majors = Majors::ANY;
        for requirement in all {
            for constraint in requirement.version.split(',') {
                majors.narrow(constraint.trim());
            }
        }
        majors
    }

    /// The one version, if there is only one.
    pub fn only(self) -> Option<u8> {
        (self.least == self.most).then_some(self.least)
    }

    /// Whether every version is older than this one.
    pub fn are_before(self, major: u8) -> bool {
        self.most < major
    }

    /// <https://developer.hashicorp.com/terraform/language/expressions/version-constraints>
    fn narrow(&mut self, constraint: &str) {
        let at =
            constraint.find(|letter: char| letter.is_ascii_digit()).unwrap_or(constraint.len());
        let (operator, version) = constraint.split_at(at);
        let Some(found) = major(version) else { return };
        let is_bare = !version.contains('.');
        let is_first =
            version.split(['.', '-']).skip(1).all(|part| part.trim_matches('0').is_empty());
        let (least, most) = match operator.trim().trim_end_matches('v').trim() {
            "~>" if is_bare => (found, u8::MAX),
            "" | "=" | "~>" => (found, found),
            ">=" | ">" => (found, u8::MAX),
            "<" if is_first => (0, found.saturating_sub(1)),
            "<" | "<=" => (0, found),
            _ => return,
        };
        self.least = self.least.max(least);
        self.most = self.most.min(most);
        if self.least > self.most {
            // Nothing satisfies all of them; then nothing is known.
            *self = Majors::ANY;
        }
    }

    /// The one version; what is newer than the tables counts as the newest that they know.
    pub fn known(self) -> Option<u8> {
        match (self.only(), self.least, self.most) {
            (Some(major), ..) => Some(major),
            (None, least, most) if least >= NEWEST && most == u8::MAX => Some(NEWEST),
            _ => None,
        }
    }
}

fn major(version: &str) -> Option<u8> {
    let version = version.trim().trim_start_matches('v');
    version.split(['.', '-']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::terraform::result::Requirement;
    use crate::code::value::Place;

    fn majors(versions: &[(&str, bool)]) -> (u8, u8) {
        let requirements = versions.iter().map(|(version, locked)| Requirement {
            name: "azurerm".into(),
            source: None,
            version: (*version).into(),
            locked: *locked,
            module: "".into(),
            place: Place::default(),
        });
        let root = Root { requirements: requirements.collect(), ..Root::default() };
        let majors = Majors::of(&root, "azurerm");
        (majors.least, majors.most)
    }

    #[test]
    fn constraints_leave_some_versions() {
        for (constraint, least, most) in [
            ("~> 4.0", 4, 4),
            ("~> 3.71", 3, 3),
            ("4.81.0", 4, 4),
            ("= 5.0.1", 5, 5),
            (">= 3.0", 3, 255),
            (">= 3.0, < 5.0", 3, 4),
            (">= 3.0.0, < 5.0.0", 3, 4),
            (">= 4.1, < 5.2", 4, 5),
            ("<= 4.80", 0, 4),
            ("~> 4", 4, 255),
            ("!= 4.0", 0, 255),
            ("", 0, 255),
            ("< 3.0, > 4.0", 0, 255),
        ] {
            assert_eq!(majors(&[(constraint, false)]), (least, most), "{constraint}");
        }
    }

    #[test]
    fn all_modules_get_one_version_and_a_lock_file_decides() {
        assert_eq!(majors(&[(">= 3.0", false), ("< 5.0", false)]), (3, 4));
        assert_eq!(majors(&[(">= 3.0", false), ("4.2.0", true)]), (4, 4));
    }
}
