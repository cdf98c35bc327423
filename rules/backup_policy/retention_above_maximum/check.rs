//! The backup policy keeps recovery points for longer than the class of the data allows.

use crate::inventory::{Fact, Protection, Span, Tiers};
use crate::rule::{Check, Class, Context, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.declarations.classes.iter().all(|class| class.max_retention.is_empty()) {
        return Ok(Outcome::NotApplicable);
    }
    if !context.is_active(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let classes = context.classes_of_datasource(item);
    let limiting: Vec<&Class> =
        classes.known.into_iter().filter(|class| !class.max_retention.is_empty()).collect();
    if limiting.is_empty() {
        return classes.undecided.map_or(Ok(Outcome::NotApplicable), Err);
    }
    let policy = context.policy_of(item)?;
    let undecided = |reason| Undecided {
        reason,
        path: item.policy_path().into(),
        message: format!("how long policy {} keeps points is unknown", policy.resource.id.name()),
    };
    let tiers = policy.retention.or_default(Tiers::default()).map_err(undecided)?;
    let (mut observed, mut expected, mut unknown) = (Vec::new(), Vec::new(), None);
    for (at, kept) in tiers.all().into_iter().enumerate() {
        let limits = limiting.iter().filter_map(|class| Limit::on(class, at));
        let Some(limit) = limits.min_by_key(|limit| limit.days) else { continue };
        match kept {
            Fact::Known(span) if span > Span::days(limit.days.into()) => {
                observed.push(format!(
                    "{} points for {} days",
                    limit.tier,
                    span.0 / Span::days(1).0
                ));
                let expectation = limit.described();
                if !expected.contains(&expectation) {
                    expected.push(expectation);
                }
            }
            Fact::Known(_) | Fact::Absent => {}
            Fact::Unknown(reason) => unknown = Some(reason),
        }
    }
    if observed.is_empty() {
        unknown.map_or(Ok(()), |reason| Err(undecided(reason)))?;
        return classes.undecided.map_or(Ok(Outcome::Pass), Err);
    }
    let message = format!(
        "backup policy {} keeps {}, but {}",
        policy.resource.id.name(),
        observed.join(" and "),
        expected.join(", "),
    );
    Outcome::fail(
        Defect::at(item.policy_path(), message)
            .observed(observed)
            .expected(expected)
            .related(policy.resource.id.as_str(), "the backup policy that decides it"),
    )
}

/// What a class allows of one tier.
struct Limit<'c> {
    class: &'c Class,
    tier: &'static str,
    days: u32,
    /// It holds for every tier.
    of_all: bool,
}

impl<'c> Limit<'c> {
    /// The stricter of the tier's own limit and that of all tiers.
    fn on(class: &'c Class, at: usize) -> Option<Self> {
        let limits = class.max_retention;
        let (tier, own) = limits.tiers()[at];
        let days = [own, limits.longest].into_iter().flatten().min()?;
        Some(Self { class, tier, days, of_all: limits.longest == Some(days) })
    }

    fn described(&self) -> String {
        let what = if self.of_all { String::new() } else { format!("{} points for ", self.tier) };
        format!("{} allows {what}{} days", self.class.described(), self.days)
    }
}
