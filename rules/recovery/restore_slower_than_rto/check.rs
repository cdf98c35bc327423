//! The last restore took longer than the business allows, or none was ever measured.

use serde_json::{Map, Value};

use crate::inventory::{Protection, Reason, RestoreJob, Restored, Span, Vault};
use crate::rule::{
    Check, Class, Context, Defect, Outcome, Undecided, Verdict, classes_of_datasource,
};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let classes = &context.declarations.classes;
    if classes.iter().all(|class| class.rto.is_none()) {
        return Ok(Outcome::NotApplicable);
    }
    let id = vault.resource.id.as_str();
    let mut of_class: Vec<Measured<'_, '_>> = classes.iter().map(|_| Measured::default()).collect();
    let mut undecided = vault.items_read.err().map(|reason| {
        Undecided::because(reason, "the items of the vault were not read to the end")
    });
    for item in context.estate.protections_in(id) {
        match item.is_active() {
            Ok(true) => {}
            Ok(false) => continue,
            Err(reason) => {
                let message = format!("whether {} is active is unknown", item.resource.id.name());
                undecided.get_or_insert(Undecided::because(reason, message));
                continue;
            }
        }
        let matched = classes_of_datasource(context.estate, classes, item);
        undecided = undecided.or(matched.undecided);
        for (class, measured) in classes.iter().zip(&mut of_class) {
            let is_of = matched.known.iter().any(|known| known.name == class.name);
            if is_of && class.rto.is_some() {
                measured.add(item, context);
            }
        }
    }
    let (mut observed, mut expected, mut says) = (Map::new(), Map::new(), Vec::new());
    let mut passed = false;
    for (class, measured) in classes.iter().zip(&of_class) {
        let Some(rto) = class.rto.filter(|_| measured.items > 0) else { continue };
        match measured.judge(class, rto, context) {
            Ok(None) => passed = true,
            Ok(Some((found, message))) => {
                observed.insert(class.name.clone(), found);
                expected.insert(class.name.clone(), format!("{rto} at most").into());
                says.push(message);
            }
            Err(reason) => {
                undecided = undecided.or(Some(reason));
            }
        }
    }
    if !says.is_empty() {
        return Outcome::fail(
            Defect::at("", says.join("; ")).observed(observed).expected(expected),
        );
    }
    match undecided {
        Some(undecided) => Err(undecided),
        None if passed => Ok(Outcome::Pass),
        None => Ok(Outcome::NotApplicable),
    }
}

/// What is known of the restores of a class in a vault.
#[derive(Default)]
struct Measured<'e, 'a> {
    items: u32,
    /// The newest that belongs to one of its items for sure, and the item's name.
    last: Option<(RestoreJob<'e, 'a>, String)>,
    /// One that may be of its items, or may be missing.
    doubt: Option<Reason>,
}

impl<'e, 'a> Measured<'e, 'a> {
    fn add(&mut self, item: &Protection<'a>, context: &Context<'e, 'a>) {
        self.items += 1;
        match context.estate.last_restore(item, context.now) {
            Restored::At(job) => {
                if self.last.as_ref().is_none_or(|(known, _)| job.end > known.end) {
                    let id = item.resource.id.name();
                    let name = id.rsplit(';').next().unwrap_or(id);
                    self.last = Some((job, name.to_owned()));
                }
            }
            Restored::Perhaps(_) => {
                self.doubt.get_or_insert(Reason::SourceCannotSay);
            }
            Restored::Unknown(reason) => {
                self.doubt.get_or_insert(reason);
            }
            Restored::NotSince(since) => {
                let days = context.parameters.integer("max-days");
                if since > context.now.plus(Span::days(-days)) {
                    self.doubt.get_or_insert(Reason::WindowTooShort);
                }
            }
        }
    }

    /// What was observed and how it is said, where it does not keep the time; nothing where it does.
    fn judge(
        &self,
        class: &Class,
        rto: Span,
        context: &Context<'_, '_>,
    ) -> Result<Option<(Value, String)>, Undecided> {
        let Some((job, name)) = &self.last else {
            if let Some(reason) = self.doubt {
                let message =
                    format!("whether a restore of {} was measured is not known", class.described());
                return Err(Undecided::because(reason, message));
            }
            let days = context.parameters.integer("max-days");
            let message = format!(
                "{} allows {rto} for a restore, and none was measured in the last {days} days",
                class.described()
            );
            return Ok(Some(("no measured restore".into(), message)));
        };
        let Some(took) = job.took else {
            let message = format!("how long the last restore of {name} took is not known");
            return Err(Undecided::because(Reason::NotCollected, message));
        };
        if took <= rto {
            return Ok(None);
        }
        let message = format!(
            "the last restore of {}, of {name} on {}, took {took}, but {rto} are allowed",
            class.described(),
            job.end.date()
        );
        Ok(Some((format!("{took} ({name}, {})", job.end.date()).into(), message)))
    }
}
