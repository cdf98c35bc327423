//! Resources of ARM templates and Bicep as declarations: their bodies have the shape of ARM already.

mod address;
mod answers;
mod body;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::subject::left_out;
use super::{Adapted, Unmapped};
use crate::code::declaration::{Call, Declaration};
use crate::code::template::{Condition, Evaluation, Instance, Link};
use crate::inventory::Kind;
use address::Addresses;

/// What a template declares, once it is evaluated.
pub fn declarations(evaluation: &Evaluation) -> Adapted {
    let mut adapted = Adapted { deployed: evaluation.deployed.clone(), ..Adapted::default() };
    let mut addresses = Addresses::default();
    let answers = answers::Answers::of(evaluation);
    for instance in &evaluation.resources {
        let kind = Kind::of_type(&instance.kind);
        let canonical: Arc<str> = match kind {
            Kind::Other => instance.kind.clone(),
            kind => kind.type_name().into(),
        };
        let address = addresses.of(instance, &canonical);
        if kind == Kind::Other
            && !instance.is_existing
            && let Some(why) = left_out(&instance.kind)
        {
            adapted.unmapped.push(Unmapped {
                address: address.clone(),
                kind: instance.kind.clone(),
                place: instance.header,
                why,
            });
        }
        let mut declared = declaration(instance, kind, canonical, address);
        declared.body = answers.resolved(&declared.body).unwrap_or(declared.body);
        adapted.declarations.push(declared);
    }
    adapted
}

fn declaration(
    instance: &Instance,
    kind: Kind,
    canonical: Arc<str>,
    address: Arc<str>,
) -> Declaration {
    Declaration {
        id: instance.id.clone(),
        address,
        body: body::of(instance, kind, &canonical),
        kind: canonical,
        header: instance.header,
        place: instance.place,
        calls: calls(instance.chain.as_ref()),
        doubt: match &instance.condition {
            Condition::Always => None,
            Condition::Perhaps(unknown) => Some(unknown.clone()),
        },
        only_referred_to: instance.is_existing,
    }
}

/// The modules and nested deployments around a resource, outermost first.
fn calls(chain: Option<&Arc<Link>>) -> Arc<[Call]> {
    let mut calls: Vec<Call> = std::iter::successors(chain, |link| link.next.as_ref())
        .map(|link| Call {
            name: address::step(&link.name, link.position).into(),
            place: link.place,
        })
        .collect();
    calls.reverse();
    calls.into()
}
