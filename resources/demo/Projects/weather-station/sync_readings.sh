#!/usr/bin/env bash
# Kopiert die Datenbank der Wetterstation nachts auf das NAS und behält vierzehn Tagesstände.
set -euo pipefail

station_dir=${STATION_DIR:-$HOME/weather-station}
target=${NAS_TARGET:-/mnt/nas/weather}
keep_days=14

snapshot_database() {
    # .backup sperrt nur kurz; ein einfaches cp erwischt die Datei mitten im Schreiben.
    local copy=$1
    sqlite3 "$station_dir/readings.db" ".backup '$copy'"
    gzip --best --force "$copy"
}

prune_old_snapshots() {
    find "$target" -name 'readings-*.db.gz' -mtime "+$keep_days" -print -delete
}

require_mounted_nas() {
    if ! mountpoint --quiet "$(dirname "$target")"; then
        echo "NAS nicht eingehängt, es wird nichts kopiert" >&2
        exit 75
    fi
}

main() {
    require_mounted_nas
    mkdir -p "$target"
    snapshot_database "$target/readings-$(date +%F).db"
    prune_old_snapshots
    echo "$(date --iso-8601=seconds) Sicherung fertig" >> "$station_dir/logs/sync.log"
}

main "$@"
