//! Cmdlets of Azure PowerShell, bound as PowerShell binds parameters.

mod bind;
mod table;

pub(super) use bind::bind;
