variable "name" {
  type = string
}

variable "settings" {
  type = object({
    immutability = optional(string, "Unlocked")
    soft_delete  = optional(string, "On")
  })
  default = {}
}
