# Nothing keeps Terraform from destroying what backups depend on.
package backuplint.rules.iac.prevent_destroy_missing

deny contains {
	"path": "terraform.lifecycle.prevent_destroy",
	"message": "nothing keeps Terraform from destroying it",
	"observed": prevented,
	"expected": true,
} if {
	is_judged
	prevented != true
}

prevented := object.get(input, ["terraform", "lifecycle", "prevent_destroy"], null)

not_applicable if not is_judged

is_judged if {
	is_object(object.get(input, "terraform", null))
	lower(input.type) in {lower(name) | some name in data.backuplint.config["prevent-destroy-missing"].types}
}
