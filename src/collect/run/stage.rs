//! What can be asked at a time.

use super::Run;
use crate::collect::known::{Places, Subscription};
use crate::collect::plan::topic::{Asked, Place, Topic};
use crate::collect::plan::{Query, queries, table};
use crate::snapshot::write::WriteError;

/// The last stage.
pub const LAST: usize = 3;

/// One part of the snapshot that is read by itself.
#[derive(Debug)]
pub enum Task {
    /// A query of Resource Graph.
    Query(Query),
    /// A list of one subscription, and each resource of it.
    Each { topic: &'static Topic, subscription: Subscription },
    /// A question at each of some places of one subscription.
    Places { topic: &'static Topic, subscription: Subscription, places: Vec<String> },
    /// Those whom assignments name.
    Directory(&'static Topic),
}

/// What a stage is called.
pub fn name(number: usize) -> &'static str {
    match number {
        1 => "vaults and what they protect",
        2 => "settings of vaults, and what goes with them",
        _ => "what is left",
    }
}

/// The stage of a topic: one after those it follows from; the subscriptions themselves are before the first.
fn stage_of(topic: &Topic) -> usize {
    let source = |name: &&str| table::TOPICS.iter().find(|topic| topic.name == *name);
    let before = topic.sources().iter().filter_map(source).map(stage_of).max();
    before.unwrap_or_default() + 1
}

/// The tasks of a stage.
pub fn tasks(
    run: &Run<'_>,
    number: usize,
    subscriptions: &[Subscription],
) -> Result<Vec<Task>, WriteError> {
    let mut tasks = Vec::new();
    if number == 1 {
        let all = queries(run.plan).into_iter().filter(|query| !query.is_first());
        tasks.extend(all.map(Task::Query));
    }
    for topic in run.plan.topics().iter().filter(|topic| stage_of(topic) == number) {
        match topic.asked {
            Asked::Graph(..) => {}
            Asked::Directory => tasks.push(Task::Directory(topic)),
            Asked::Each(_) => tasks.extend(
                subscriptions
                    .iter()
                    .map(|subscription| Task::Each { topic, subscription: subscription.clone() }),
            ),
            Asked::List(place, _) | Asked::Get(place, _) => {
                let mut found = run.known().places(place)?;
                add_subscriptions(place, subscriptions, &mut found);
                tasks.extend(found.into_iter().map(|(guid, places)| {
                    let known = subscriptions.iter().find(|known| known.guid == guid).cloned();
                    let subscription =
                        known.unwrap_or_else(|| Subscription { guid, ..Subscription::default() });
                    Task::Places { topic, subscription, places }
                }));
            }
        }
    }
    Ok(tasks)
}

fn add_subscriptions(place: Place, subscriptions: &[Subscription], found: &mut Places) {
    if matches!(place, Place::Subscription | Place::AnyVault) {
        for subscription in subscriptions {
            let id = format!("/subscriptions/{}", subscription.guid);
            found.entry(subscription.guid.clone()).or_default().push(id);
        }
    }
}
