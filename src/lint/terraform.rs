//! Terraform code of a run.

use std::path::PathBuf;

use super::discover::Found;
use super::workspace::{Folders, Workspace};
use crate::code::terraform::project::Options;

/// Reads the Terraform code that was found.
pub(super) fn read(_: &mut Workspace, _: &Folders, _: &Found, _: &[PathBuf], _: &Options) {}
