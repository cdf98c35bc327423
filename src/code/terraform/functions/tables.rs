//! Which functions there are.

use super::{Function, Unknowns, collections, conversion, digest, encoding, format, json, network};
use super::{numbers, patterns, sets, strings, time};

/// Functions whose answer is another one at each run.
pub const OF_THE_MOMENT: [&str; 4] = ["timestamp", "plantimestamp", "uuid", "bcrypt"];

/// Functions of Terraform 1.11 that we do not have. A test compares this with the list of `terraform metadata`.
#[cfg(test)]
pub const MISSING: [&str; 5] = [
    "base64gzip",
    "rsadecrypt",
    "provider::terraform::decode_tfvars",
    "provider::terraform::encode_tfvars",
    "provider::terraform::encode_expr",
];

const ANY: usize = usize::MAX;

pub(super) fn find(name: &str) -> Option<Function> {
    let position = TABLE.binary_search_by(|(own, _)| (*own).cmp(name)).ok()?;
    TABLE.get(position).map(|(_, function)| *function)
}

const fn strict(run: super::Run, least: usize, most: usize) -> Function {
    Function { run, least, most, unknowns: Unknowns::Strict }
}

const fn whole(run: super::Run, least: usize, most: usize) -> Function {
    Function { run, least, most, unknowns: Unknowns::Whole }
}

const fn same(run: super::Run, least: usize, most: usize) -> Function {
    Function { run, least, most, unknowns: Unknowns::Same }
}

const fn own(run: super::Run, least: usize, most: usize) -> Function {
    Function { run, least, most, unknowns: Unknowns::Own }
}

/// In the order of names.
static TABLE: [(&str, Function); 99] = [
    ("abs", strict(numbers::abs, 1, 1)),
    ("alltrue", own(collections::alltrue, 1, 1)),
    ("anytrue", own(collections::anytrue, 1, 1)),
    ("base64decode", strict(encoding::base64decode, 1, 1)),
    ("base64encode", strict(encoding::base64encode, 1, 1)),
    ("base64sha256", strict(digest::base64sha256, 1, 1)),
    ("base64sha512", strict(digest::base64sha512, 1, 1)),
    ("basename", strict(strings::basename, 1, 1)),
    ("ceil", strict(numbers::ceil, 1, 1)),
    ("chomp", strict(strings::chomp, 1, 1)),
    ("chunklist", whole(collections::chunklist, 2, 2)),
    ("cidrhost", strict(network::cidrhost, 2, 2)),
    ("cidrnetmask", strict(network::cidrnetmask, 1, 1)),
    ("cidrsubnet", strict(network::cidrsubnet, 3, 3)),
    ("cidrsubnets", strict(network::cidrsubnets, 1, ANY)),
    ("coalesce", own(collections::coalesce, 1, ANY)),
    ("coalescelist", whole(collections::coalescelist, 1, ANY)),
    ("compact", strict(collections::compact, 1, 1)),
    ("concat", whole(collections::concat, 1, ANY)),
    ("contains", own(collections::contains, 2, 2)),
    ("csvdecode", strict(encoding::csvdecode, 1, 1)),
    ("dirname", strict(strings::dirname, 1, 1)),
    ("distinct", strict(collections::distinct, 1, 1)),
    ("element", whole(collections::element, 2, 2)),
    ("endswith", strict(strings::endswith, 2, 2)),
    ("ephemeralasnull", own(conversion::same, 1, 1)),
    ("flatten", own(collections::flatten, 1, 1)),
    ("floor", strict(numbers::floor, 1, 1)),
    ("format", own(format::format, 1, ANY)),
    ("formatdate", strict(time::formatdate, 2, 2)),
    ("formatlist", strict(format::formatlist, 1, ANY)),
    ("indent", strict(strings::indent, 2, 2)),
    ("index", strict(collections::index, 2, 2)),
    ("issensitive", own(conversion::issensitive, 1, 1)),
    ("join", own(strings::join, 1, ANY)),
    ("jsondecode", strict(json::jsondecode, 1, 1)),
    ("jsonencode", strict(json::jsonencode, 1, 1)),
    ("keys", own(collections::keys, 1, 1)),
    ("length", own(collections::length, 1, 1)),
    ("list", whole(collections::list, 0, ANY)),
    ("log", strict(numbers::log, 2, 2)),
    ("lookup", own(collections::lookup, 2, 3)),
    ("lower", same(strings::lower, 1, 1)),
    ("map", whole(collections::map, 0, ANY)),
    ("matchkeys", strict(collections::matchkeys, 3, 3)),
    ("max", strict(numbers::max, 1, ANY)),
    ("md5", strict(digest::md5, 1, 1)),
    ("merge", own(collections::merge, 0, ANY)),
    ("min", strict(numbers::min, 1, ANY)),
    ("nonsensitive", own(conversion::nonsensitive, 1, 1)),
    ("one", own(collections::one, 1, 1)),
    ("parseint", strict(numbers::parseint, 2, 2)),
    ("pathexpand", strict(strings::pathexpand, 1, 1)),
    ("pow", strict(numbers::pow, 2, 2)),
    ("range", strict(numbers::range, 1, 3)),
    ("regex", strict(patterns::regex, 2, 2)),
    ("regexall", strict(patterns::regexall, 2, 2)),
    ("replace", strict(patterns::replace, 3, 3)),
    ("reverse", whole(collections::reverse, 1, 1)),
    ("sensitive", own(conversion::sensitive, 1, 1)),
    ("setintersection", strict(sets::setintersection, 1, ANY)),
    ("setproduct", whole(sets::setproduct, 1, ANY)),
    ("setsubtract", strict(sets::setsubtract, 2, 2)),
    ("setunion", strict(sets::setunion, 1, ANY)),
    ("sha1", strict(digest::sha1, 1, 1)),
    ("sha256", strict(digest::sha256, 1, 1)),
    ("sha512", strict(digest::sha512, 1, 1)),
    ("signum", strict(numbers::signum, 1, 1)),
    ("slice", whole(collections::slice, 3, 3)),
    ("sort", strict(collections::sort, 1, 1)),
    ("split", strict(strings::split, 2, 2)),
    ("startswith", strict(strings::startswith, 2, 2)),
    ("strcontains", strict(strings::strcontains, 2, 2)),
    ("strrev", strict(strings::strrev, 1, 1)),
    ("substr", strict(strings::substr, 3, 3)),
    ("sum", strict(numbers::sum, 1, 1)),
    ("textdecodebase64", strict(encoding::textdecodebase64, 2, 2)),
    ("textencodebase64", strict(encoding::textencodebase64, 2, 2)),
    ("timeadd", strict(time::timeadd, 2, 2)),
    ("timecmp", strict(time::timecmp, 2, 2)),
    ("title", strict(strings::title, 1, 1)),
    ("tobool", same(conversion::tobool, 1, 1)),
    ("tolist", whole(conversion::tolist, 1, 1)),
    ("tomap", whole(conversion::tomap, 1, 1)),
    ("tonumber", same(conversion::tonumber, 1, 1)),
    ("toset", whole(conversion::toset, 1, 1)),
    ("tostring", same(conversion::tostring, 1, 1)),
    ("transpose", strict(collections::transpose, 1, 1)),
    ("trim", strict(strings::trim, 2, 2)),
    ("trimprefix", strict(strings::trimprefix, 2, 2)),
    ("trimspace", same(strings::trimspace, 1, 1)),
    ("trimsuffix", strict(strings::trimsuffix, 2, 2)),
    ("upper", same(strings::upper, 1, 1)),
    ("urlencode", strict(encoding::urlencode, 1, 1)),
    ("uuidv5", strict(digest::uuidv5, 2, 2)),
    ("values", own(collections::values, 1, 1)),
    ("yamldecode", strict(encoding::yamldecode, 1, 1)),
    ("yamlencode", strict(encoding::yamlencode, 1, 1)),
    ("zipmap", whole(collections::zipmap, 2, 2)),
];
