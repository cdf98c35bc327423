//! What is declared in one project of code.

use std::collections::HashMap;

use super::{Address, Estate, Protection, Resource};

/// Positions of the items and instances that each project declares.
pub(super) type ItemsByProject = HashMap<String, Vec<u32>>;

fn deployment(address: Address<'_>) -> String {
    format!("{}\n{}", address.project, address.variant.unwrap_or_default())
}

impl<'a> Estate<'a> {
    /// The items and instances that are declared in the project of a resource.
    pub fn protections_declared_with(
        &self,
        resource: &Resource<'_>,
    ) -> impl Iterator<Item = &Protection<'a>> {
        let project = self.address(resource.id.key()).map(deployment);
        let items = project.and_then(|project| self.items_by_project().get(&project));
        items.into_iter().flatten().filter_map(|at| self.protections.get(*at))
    }

    fn items_by_project(&self) -> &ItemsByProject {
        self.declared_items.get_or_init(|| {
            let mut items = ItemsByProject::new();
            for (at, item) in (0..).zip(self.protections.iter()) {
                if let Some(address) = self.address(item.resource.id.key()) {
                    items.entry(deployment(address)).or_default().push(at);
                }
            }
            items
        })
    }
}
