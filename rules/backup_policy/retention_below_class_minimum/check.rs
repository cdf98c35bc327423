//! The backup policy keeps recovery points for a shorter time than the class of the data demands.

use crate::inventory::{Fact, Protection, Reason, Span, Tiers};
use crate::rule::{Check, Class, Context, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.declarations.classes.iter().all(|class| class.min_retention.is_empty()) {
        return Ok(Outcome::NotApplicable);
    }
    if !context.is_active(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let classes = context.classes_of_datasource(item);
    let demanding: Vec<&Class> =
        classes.known.into_iter().filter(|class| !class.min_retention.is_empty()).collect();
    if demanding.is_empty() {
        return classes.undecided.map_or(Ok(Outcome::NotApplicable), Err);
    }
    let policy = context.policy_of(item)?;
    let undecided = |reason| Undecided {
        reason,
        path: item.policy_path().into(),
        message: format!("how long policy {} keeps points is unknown", policy.resource.id.name()),
    };
    // A policy for logs alone keeps no full point at all.
    let tiers = policy.retention.or_default(Tiers::default()).map_err(undecided)?;
    let (mut observed, mut expected, mut unknown) = (Vec::new(), Vec::new(), None);
    for class in &demanding {
        let mut missed = Vec::new();
        for demand in demands(class) {
            match demand.is_met(&tiers) {
                Ok(true) => {}
                Ok(false) => {
                    observed.push(demand.observed(&tiers));
                    missed.push(demand.expected());
                }
                Err(reason) => unknown = Some(reason),
            }
        }
        if !missed.is_empty() {
            expected.push(format!("{} demands {}", class.described(), missed.join(" and ")));
        }
    }
    if expected.is_empty() {
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

/// One thing that a class demands: a tier, or the longest of them all.
struct Demand {
    /// The tier's place from daily to yearly, and its name.
    tier: Option<(usize, &'static str)>,
    days: u32,
}

fn demands(class: &Class) -> impl Iterator<Item = Demand> {
    let tiers = class.min_retention.tiers().into_iter().enumerate();
    let tiers =
        tiers.filter_map(|(at, (name, days))| Some(Demand { tier: Some((at, name)), days: days? }));
    let longest = class.min_retention.longest.map(|days| Demand { tier: None, days });
    longest.into_iter().chain(tiers)
}

impl Demand {
    /// Points of a more frequent tier that are kept long enough hold one of each week, month or year.
    fn is_met(&self, tiers: &Tiers) -> Result<bool, Reason> {
        let mut counting = *tiers;
        if let Some((at, _)) = self.tier {
            let rarer = [&mut counting.weekly, &mut counting.monthly, &mut counting.yearly];
            rarer.into_iter().skip(at).for_each(|tier| *tier = Fact::Absent);
        }
        counting.reach(Span::days(self.days.into()))
    }

    fn observed(&self, tiers: &Tiers) -> String {
        match self.tier.map_or((None, tiers.longest()), |(at, name)| (Some(name), tiers.all()[at]))
        {
            (Some(name), Fact::Known(span)) => format!("{name} points for {}", days(span)),
            (Some(name), _) => format!("no {name} points"),
            (None, Fact::Known(span)) => format!("points for {} at most", days(span)),
            (None, _) => "no full points".to_owned(),
        }
    }

    fn expected(&self) -> String {
        let what = self.tier.map_or(String::new(), |(_, name)| format!("{name} points for "));
        format!("{what}{} days", self.days)
    }
}

fn days(span: Span) -> String {
    let days = span.0 / Span::days(1).0;
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}
