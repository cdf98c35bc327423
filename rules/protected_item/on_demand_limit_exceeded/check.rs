//! More backups were started by hand on one day than are supported.

use crate::inventory::{Fact, Moment, Protection, Reason, Time, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict, is_running};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

/// File shares have a limit of their own
/// (<https://learn.microsoft.com/azure/backup/azure-file-share-support-matrix>).
const FILE_SHARE: u32 = 10;

/// The backups that began on one day, UTC.
#[derive(Default)]
struct Day {
    number: i64,
    all: u32,
    /// Those that say that somebody asked for them.
    by_hand: u32,
    /// Those that do not say whether somebody did.
    silent: u32,
    /// Those that may be another item's.
    doubtful: u32,
}

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if !is_running(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let limit = |name| u32::try_from(context.parameters.integer(name)).unwrap_or(u32::MAX);
    let (mut supported, mut hard_cap) = (limit("supported"), limit("hard-cap"));
    let is_share = item.workload == Fact::Known(Workload::FileShare);
    if is_share {
        supported = supported.max(FILE_SHARE);
        hard_cap = u32::MAX;
    }
    let window = context.estate.job_window_of(item);
    let mut doubt = None;
    // Newest first, so the first day over the limit is the newest one.
    for day in days_of(item, context) {
        // Jobs of machines do not say who asked for them, recorded ones of shares say nobody did.
        let at_least = if day.silent == 0 && !is_share {
            day.by_hand
        } else {
            let surplus = day.all > supported;
            let scheduled = if surplus { scheduled(item, context) } else { Ok(0) };
            match scheduled {
                Ok(scheduled) => day.all.saturating_sub(scheduled).max(day.by_hand),
                Err(undecided) => {
                    doubt = Some(undecided);
                    day.by_hand
                }
            }
        };
        if at_least > supported {
            return Outcome::fail(defect(&day, at_least, supported, hard_cap));
        }
        if at_least + day.doubtful > supported {
            let message =
                "some of the backups on one day may be another item's: their jobs name both";
            doubt = Some(Undecided::because(Reason::SourceCannotSay, message));
        }
    }
    window.map_err(|reason| Undecided::because(reason, "its backup jobs were not read"))?;
    doubt.map_or(Ok(Outcome::Pass), Err)
}

/// The scheduled backups of a day, at most.
fn scheduled(item: &Protection<'_>, context: &Context<'_, '_>) -> Result<u32, Undecided> {
    let path = item.policy_path();
    let policy = item.policy.as_ref().decide(path)?.and_then(|id| context.estate.policy(id));
    let runs = policy.map(|policy| policy.runs_a_day.decide(path)).transpose()?.flatten();
    runs.ok_or_else(|| Undecided {
        reason: Reason::NotCollected,
        path: path.into(),
        message: "many backups ran on one day, and its backup policy, which says how many of them were scheduled, was not read".to_owned(),
    })
}

/// Days with backups, newest first. Log backups run by the minute, and nobody starts them by hand.
fn days_of(item: &Protection<'_>, context: &Context<'_, '_>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for own in context.estate.jobs_of(item).filter(|own| own.job.is_backup()) {
        let Fact::Known(Moment::At(Time(start))) = own.job.start else { continue };
        if matches!(&own.job.operation, Fact::Known(name) if name.to_ascii_lowercase().contains("log"))
        {
            continue;
        }
        let number = start.div_euclid(86_400);
        if days.last().is_none_or(|day| day.number != number) {
            days.push(Day { number, ..Day::default() });
        }
        let Some(day) = days.last_mut() else { continue };
        if !own.certain {
            day.doubtful += 1;
            continue;
        }
        day.all += 1;
        day.by_hand += u32::from(own.job.user_triggered == Fact::Known(true));
        day.silent += u32::from(!matches!(own.job.user_triggered, Fact::Known(_)));
    }
    days
}

fn defect(day: &Day, count: u32, supported: u32, hard_cap: u32) -> Defect {
    let date = Time(day.number * 86_400).date();
    let cap = if count >= hard_cap {
        format!(", and at {hard_cap} attempts a day the service refuses more")
    } else {
        String::new()
    };
    Defect::at(
        "",
        format!(
            "{count} backups were started by hand on {date}; {supported} a day are supported{cap}"
        ),
    )
    .observed(count)
    .expected(format!("at most {supported} on-demand backups a day"))
}
