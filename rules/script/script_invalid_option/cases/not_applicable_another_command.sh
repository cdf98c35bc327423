az vm create --unheard-of
