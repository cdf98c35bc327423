variable "vault" {
  type = string
}

resource "terraform_data" "vault" {
  input = var.vault
  provisioner "local-exec" {
    when    = destroy
    command = "az backup vault delete --name ${self.input} --resource-group rg-shared --yes" #~ fail script-deletes-vault
  }
}
