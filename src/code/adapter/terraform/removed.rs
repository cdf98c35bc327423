//! What `removed` blocks take out of the management of Terraform, and mostly out of Azure as well.
//! <https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources>

use std::sync::Arc;

use super::draft::Draft;
use super::row::Target;
use super::tables;
use crate::code::declaration::Declaration;
use crate::code::terraform::result::{Change, Root};
use crate::code::value::{Cause, Value};

/// A resource that a `removed` block names.
#[derive(Debug)]
pub struct Removed {
    /// It as it was, of which the code no longer says anything but the type.
    pub declaration: Declaration,
    /// Whether it is destroyed; nothing where the block does not say.
    pub destroy: Option<bool>,
}

/// The resources that the `removed` blocks of a root name; a whole module may hold anything.
pub fn removed(root: &Root) -> Vec<Removed> {
    let blocks = root.changes.iter().filter(|change| &*change.kind == "removed");
    blocks.filter_map(of_block).collect()
}

fn of_block(block: &Change) -> Option<Removed> {
    let from = block.from.as_deref()?;
    let kind = from.rsplit('.').nth(1)?;
    let own = |mapping: &&super::row::Mapping| matches!(mapping.target, Target::Resource(_));
    let mapping = tables::of(kind).find(own)?;
    let header = block.header;
    let address: Arc<str> = format!("{}{from}", block.module).into();
    let detail = "the code no longer declares it";
    let unknown = || Value::unknown_here(Cause::ComputedAttribute, detail, header);
    let mut draft = Draft::default();
    draft.put("type", header, Value::text(mapping.kind, header));
    draft.put("properties", header, unknown());
    let name = format!("{address}.id");
    Some(Removed {
        declaration: Declaration {
            kind: mapping.kind.into(),
            id: Value::hole(Cause::ComputedAttribute, detail, header, &name),
            address,
            body: draft.finish(header),
            header,
            place: header,
            calls: Arc::from([]),
            doubt: None,
            only_referred_to: false,
        },
        destroy: block.destroy,
    })
}
