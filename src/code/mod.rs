//! Reading infrastructure code: languages in, values with places out. Starts no program and asks nobody; what
//! only the cloud can tell stays unknown, with the cause.

pub mod adapter;
pub mod bicep;
pub mod declaration;
pub mod edit;
pub mod embedded;
mod names;
pub mod stored;
pub mod template;
pub mod terraform;
pub mod value;
