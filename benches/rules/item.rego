# What the benchmark's rules share.
package backuplint.bench.item

# What a rule answers about one property of the item.
finding(path, message, expected) := {
	"path": path,
	"message": message,
	"observed": object.get(input, split(path, "."), null),
	"expected": expected,
}

is_empty(name) if object.get(input.properties, name, "") == ""
