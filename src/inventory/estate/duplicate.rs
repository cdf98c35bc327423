//! Bodies that repeat an id: which of them stays.

use super::super::join::{Entry, Join, Shares};
use super::super::resource::Resource;
use super::super::segmented::Segmented;
use super::super::{Body, Completeness, Gap, GapReason};
use super::contradiction::contradict;
use super::origin::{Origin, Origins};

/// Contradictions that are named; the rest is counted.
const MOST: usize = 100;

/// Keeps one body of each id: of two from snapshots of different times the newer one, otherwise a complete one over a
/// partial one, then the later one. Answers the index by id and what was dropped.
pub(super) fn deduplicate<'a, T: Sync>(
    list: &mut Segmented<T>,
    origins: &Origins<'_>,
    noted: impl Fn(&T) -> (&Resource<'a>, u32) + Sync,
) -> (Join, Repeated) {
    let shares = Shares::of(list.len());
    let indexed = |list: &Segmented<T>| {
        Join::new(list, shares, |value| {
            let (resource, note) = noted(value);
            Some((resource.id.key(), note))
        })
    };
    let index = indexed(list);
    let mut doomed = Vec::new();
    let mut repeated = Repeated::default();
    for group in index.groups() {
        let mut best: Option<(u32, &Resource<'a>)> = None;
        for Entry { at, .. } in group {
            let Some((value, _)) = list.get(*at).map(&noted) else { continue };
            let Some((old_at, old)) = best else {
                best = Some((*at, value));
                continue;
            };
            if repeated.is_first_better(old, value, origins) {
                doomed.push(*at);
            } else {
                doomed.push(old_at);
                best = Some((*at, value));
            }
        }
    }
    if doomed.is_empty() {
        return (index, Repeated::default());
    }
    doomed.sort_unstable();
    list.remove(&doomed);
    repeated.bodies = doomed.len() as u64;
    (indexed(list), repeated)
}

/// Bodies that repeat an id.
#[derive(Default)]
pub(super) struct Repeated {
    pub bodies: u64,
    /// Those that contradict another one, although both are equally complete and nothing says which is newer.
    contradictions: Vec<Gap>,
    /// How many more there are of them.
    more: u64,
}

impl Repeated {
    fn is_first_better(
        &mut self,
        first: &Resource<'_>,
        second: &Resource<'_>,
        origins: &Origins<'_>,
    ) -> bool {
        let of = |resource: &Resource<'_>| origins.of(resource.body.origin());
        if let (Some(one), Some(other)) = (of(first), of(second)) {
            match (one.taken, other.taken) {
                (Some(one), Some(other)) if one != other => return one > other,
                // Read twice for one snapshot: whatever changed in between, the later one is newer.
                (Some(_), Some(_)) => {}
                _ => self.compare((first, one), (second, other)),
            }
        }
        rank(first) > rank(second)
    }

    fn compare(
        &mut self,
        (first, one): (&Resource<'_>, &Origin<'_>),
        (second, other): (&Resource<'_>, &Origin<'_>),
    ) {
        let is_open =
            rank(first) == rank(second) && contradict(first.body.origin(), second.body.origin());
        if !is_open {
            return;
        }
        if self.contradictions.len() >= MOST {
            self.more += 1;
            return;
        }
        let (one, other) = (one.name, other.name);
        let who = if one == other {
            format!("two bodies in {one} contradict each other")
        } else {
            format!("{one} and {other} contradict each other")
        };
        let message =
            format!("{who}, and nothing says which is newer: the last counts, so name one");
        let scope = second.id.as_str();
        self.contradictions.push(Gap::of_input(scope, "body", GapReason::Contradictory, message));
    }

    /// The contradictions, as gaps.
    pub fn gaps(self) -> impl Iterator<Item = Gap> {
        let more = (self.more > 0).then(|| {
            let message = format!("and {} more like it", self.more);
            Gap::of_input("/", "body", GapReason::Contradictory, message)
        });
        self.contradictions.into_iter().chain(more)
    }
}

impl std::ops::AddAssign for Repeated {
    fn add_assign(&mut self, more: Self) {
        self.bodies += more.bodies;
        self.contradictions.extend(more.contradictions);
        self.more += more.more;
    }
}

fn rank(resource: &Resource<'_>) -> u8 {
    let evaluated = matches!(resource.body, Body::Evaluated(_));
    u8::from(resource.completeness != Completeness::Partial) + u8::from(evaluated)
}
