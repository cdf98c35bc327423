az vm list
