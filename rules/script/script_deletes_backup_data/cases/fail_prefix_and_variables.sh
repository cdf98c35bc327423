DELETE="TRUE"
stop() {
  az backup protection disable -g rg-backup -v rsv-orders -c "$1" -i "$1" --del "$DELETE" -y
}
stop vm-orders
