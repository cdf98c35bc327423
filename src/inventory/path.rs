//! Paths to properties, such as `properties.storageSettings[0].type`.

/// The first step of a path, and what follows its dot. Paths are short: to search them for a byte at a time costs
/// less than to prepare for searching many at once.
pub fn first_step(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'.') {
        Some(dot) => (&path[..dot], Some(&path[dot + 1..])),
        None => (path, None),
    }
}
