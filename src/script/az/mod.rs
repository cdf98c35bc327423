//! The command line of the Azure CLI, bound as its own parser (Python's argparse) binds it.

mod bind;
mod name;
mod table;
mod value;

pub(super) use bind::bind;
