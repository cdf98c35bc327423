//! `backuplint.who-can/1`: who can do something.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::super::unread::{GapShape, ReadingShape};
use super::super::{Unread, layout};
use crate::access::who_can::{Answer, Block, Effect, Obstacle, ObstacleView, Targeted, Via};
use crate::access::{Access, PrincipalId, Tenure};

#[derive(Serialize)]
struct Root<'a> {
    schema: &'static str,
    query: &'a str,
    on: Option<String>,
    principals: Vec<Principal<'a>>,
    targets: Vec<TargetShape<'a>>,
    gaps: Vec<GapShape<'a>>,
    reading: ReadingShape<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Who<'a> {
    principal_id: &'a str,
    principal_type: &'static str,
    name: Option<&'a str>,
    sign_in_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Principal<'a> {
    #[serde(flatten)]
    who: Who<'a>,
    effect: &'static str,
    enabled: Option<bool>,
    can_act: bool,
    unresolved: Option<&'static str>,
    via: Vec<ViaShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViaShape<'a> {
    assignment: String,
    role_definition: String,
    role_name: Option<&'a str>,
    scope: String,
    group: Option<&'a str>,
    groups: Vec<GroupShape<'a>>,
    effect: &'static str,
    tenure: &'static str,
    until: Option<String>,
    condition: Option<&'a str>,
}

#[derive(Serialize)]
struct GroupShape<'a> {
    id: &'a str,
    name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TargetShape<'a> {
    on: String,
    #[serde(rename = "type")]
    type_name: &'static str,
    principals: Able<'a>,
    read: bool,
    blocked_by: Vec<BlockShape<'a>>,
    blocked_by_is_complete: bool,
    also_needed: Vec<Needed<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct On<'a> {
    principal_id: &'a str,
    effect: &'static str,
    only: Vec<String>,
    approves_itself: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct With<'a> {
    #[serde(flatten)]
    who: Who<'a>,
    effect: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockShape<'a> {
    kind: &'static str,
    certain: bool,
    #[serde(flatten)]
    more: More<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum More<'a> {
    Deny {
        assignment: String,
        scope: String,
        principals: Vec<Who<'a>>,
    },
    Mua {
        guard: Option<String>,
        operations: &'a [&'static str],
        approvers: Vec<With<'a>>,
        controllers: Vec<With<'a>>,
    },
    Lock {
        lock: String,
        level: &'a str,
        removers: Vec<With<'a>>,
    },
    Immutability {
        state: &'a str,
    },
}

#[derive(Serialize)]
struct Needed<'a> {
    action: &'a str,
    at: &'static str,
}

/// Writes the answer as JSON, one principal and one target a line.
pub fn write(
    answer: &Answer<'_, '_>,
    access: Access<'_, '_>,
    unread: &Unread,
    out: &mut dyn Write,
) -> io::Result<()> {
    let root = Root {
        schema: "backuplint.who-can/1",
        query: answer.question.text(),
        on: match answer.targets.as_slice() {
            [only] => Some(only.on.to_lowercase()),
            _ => None,
        },
        principals: principals(answer, access),
        targets: answer.targets.iter().map(|target| shape(target, access)).collect(),
        gaps: answer
            .gaps
            .iter()
            .map(|gap| GapShape {
                scope: gap.scope.to_lowercase(),
                kind: gap.kind,
                reason: gap.reason.name(),
                message: &gap.message,
            })
            .chain(unread.gaps())
            .collect(),
        reading: unread.reading(),
    };
    layout::write(&root, out, 2)
}

/// Everybody on any target, with the strongest effect; by effect, then by id.
fn principals<'a>(answer: &'a Answer<'_, '_>, access: Access<'a, '_>) -> Vec<Principal<'a>> {
    let mut strongest: BTreeMap<PrincipalId, Effect> = BTreeMap::new();
    for able in answer.targets.iter().flat_map(|target| &target.able) {
        let known = strongest.entry(able.principal).or_insert(able.effect);
        *known = able.effect.min(*known);
    }
    let mut all: Vec<(Effect, PrincipalId)> =
        strongest.into_iter().map(|(principal, effect)| (effect, principal)).collect();
    all.sort_unstable();
    let principal = |(effect, principal): (Effect, PrincipalId)| {
        let known = access.principal(principal);
        let via = answer.via.get(&principal).map_or(&[][..], Vec::as_slice);
        Principal {
            who: who(principal, access),
            effect: effect.name(),
            enabled: known.enabled.as_ref().known().copied(),
            can_act: known.can_act(),
            unresolved: known.unresolved.map(crate::inventory::Reason::name),
            via: via.iter().map(|via| via_shape(via, access)).collect(),
        }
    };
    all.into_iter().map(principal).collect()
}

fn who<'a>(principal: PrincipalId, access: Access<'a, '_>) -> Who<'a> {
    let known = access.principal(principal);
    Who {
        principal_id: &known.id,
        principal_type: known.kind.name(),
        name: known.name.as_deref(),
        sign_in_name: known.sign_in_name.as_deref(),
    }
}

fn via_shape<'a>(via: &'a Via<'_, '_>, access: Access<'a, '_>) -> ViaShape<'a> {
    let chain = &via.chain;
    let groups: Vec<GroupShape<'a>> = chain
        .groups
        .iter()
        .map(|group| access.principal(*group))
        .map(|group| GroupShape { id: &group.id, name: group.name.as_deref() })
        .collect();
    let (tenure, until) = match chain.tenure {
        Tenure::Permanent => ("permanent", None),
        Tenure::Until(time) => ("until", Some(time)),
        Tenure::Activated(time) => ("activated", time),
        Tenure::Unknown(_) => ("unknown", None),
    };
    ViaShape {
        assignment: chain.assignment.to_lowercase(),
        role_definition: chain.role.to_lowercase(),
        role_name: chain.role_name,
        scope: chain.scope.to_lowercase(),
        group: groups.first().map(|group| group.id),
        groups,
        effect: via.effect.name(),
        tenure,
        until: until.map(|time| time.to_string()),
        condition: chain.condition.as_deref(),
    }
}

fn shape<'a>(target: &'a Targeted<'_>, access: Access<'a, '_>) -> TargetShape<'a> {
    TargetShape {
        on: target.on.to_lowercase(),
        type_name: target.kind.type_name(),
        principals: Able { target, access },
        read: target.view != ObstacleView::Nothing,
        blocked_by_is_complete: target.view == ObstacleView::Whole,
        blocked_by: target.blocks.iter().map(|block| block_shape(block, access)).collect(),
        also_needed: target
            .elsewhere
            .iter()
            .map(|enforced| Needed { action: enforced.name(), at: enforced.on.name() })
            .collect(),
    }
}

/// Those who can do it on a target, made one at a time while they are written.
struct Able<'a> {
    target: &'a Targeted<'a>,
    access: Access<'a, 'a>,
}

impl Serialize for Able<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.target.able.iter().map(|able| {
            let parts = self.target.only.get(&able.principal).map_or(&[][..], Vec::as_slice);
            On {
                principal_id: &self.access.principal(able.principal).id,
                effect: able.effect.name(),
                only: parts.iter().map(|part| part.to_lowercase()).collect(),
                approves_itself: able.approves_itself,
            }
        }))
    }
}

fn block_shape<'a>(block: &'a Block<'_>, access: Access<'a, '_>) -> BlockShape<'a> {
    let with = |list: &[(PrincipalId, Effect)]| -> Vec<With<'a>> {
        list.iter()
            .map(|(principal, effect)| With { who: who(*principal, access), effect: effect.name() })
            .collect()
    };
    let more = match &block.obstacle {
        Obstacle::Deny { assignment, scope, principals } => More::Deny {
            assignment: assignment.to_lowercase(),
            scope: scope.to_lowercase(),
            principals: principals.iter().map(|principal| who(*principal, access)).collect(),
        },
        Obstacle::Mua { guard, operations, approvers, controllers } => More::Mua {
            guard: guard.as_ref().map(|guard| guard.to_lowercase()),
            operations,
            approvers: with(approvers),
            controllers: with(controllers),
        },
        Obstacle::Lock { id, level, removers } => {
            More::Lock { lock: id.to_lowercase(), level, removers: with(removers) }
        }
        Obstacle::Immutability { state } => More::Immutability { state },
    };
    BlockShape { kind: block.obstacle.name(), certain: block.is_certain, more }
}
