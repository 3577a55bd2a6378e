#!/usr/bin/env bash
# Nightly archive of the music schools, started by cron at 02:10. Needs bash 5 and GNU tools.
#
# Every folder under $SCHOOLS is a school; its name may hold blanks. Its database (the PostgreSQL service
# of the same name) and its uploads are packed into $ARCHIVE/<school>/. Everything that is said, errors
# too, goes to the log. The exit code is 0 only where every school was archived: cron mails the log
# otherwise. There is never more than one run at a time.
set -eu

SCHOOLS=${SCHOOLS:-/srv/schools}
ARCHIVE=${ARCHIVE:-/srv/archive}
KEEP_DAYS=${KEEP_DAYS:-35}
LOCK=$ARCHIVE/nightly.lock

trap 'rmdir "$LOCK"' EXIT

if ! mkdir "$LOCK" 2>/dev/null; then
  echo "another run holds $LOCK" >&2
  exit 75
fi

exec >>"$ARCHIVE/nightly.log" 2>&1

# One archive of the uploads for each week of the month: days 1 to 7 write week 0, days 8 to 14 week 1, ...
week=$(( ($(date +%d) - 1) / 7 ))
today=$(date +%F)

# A dump appears under its name only when it is whole.
dump_database() {
  PGSERVICE="$1" pg_dump --no-owner | gzip -9 >"$2.partial" && mv "$2.partial" "$2"
}

pack_uploads() {
  tar -C "$1" -czf "$2.partial" uploads && mv "$2.partial" "$2"
}

# Archives (*.gz) that are older than $KEEP_DAYS go; the notes that people keep beside them stay.
expire() {
  find "$ARCHIVE" -mindepth 2 -type f -mtime +"$KEEP_DAYS" -delete -name '*.gz'
}

failed=0
find "$SCHOOLS" -mindepth 1 -maxdepth 1 -type d -print0 | while IFS= read -r -d '' folder; do
  school=${folder##*/}
  target=$ARCHIVE/$school
  mkdir -p "$target"
  if dump_database "$school" "$target/$today.sql.gz" && pack_uploads "$folder" "$target/uploads-$week.tar.gz"; then
    echo "$today $school: archived"
  else
    echo "$today $school: FAILED"
    failed=$((failed + 1))
  fi
done

expire
if [ "$failed" -gt 0 ]; then
  echo "$today: $failed of the schools failed"
  exit 1
fi
