# Runs one program inside the sandbox, as bash: unpacks what standard input brings, starts the program, and says
# afterwards on standard error what became of it, in frames of one line "NAME SIZE" and SIZE bytes.
#   $1 scratch folder; $2 "alone" where every other process here may be killed; $3 bytes read of a collected file
#   then options of prlimit, "--", and the program with its arguments
scratch=$1 where=$2 largest=$3
shift 3
exec 3>&2 2>/dev/null
# What the grader's own parent left open is none of the program's business.
for open in /proc/self/fd/*; do
    [ "${open##*/}" -le 3 ] || eval "exec ${open##*/}>&-"
done
cd "$scratch" && tar -xof - && mkdir -p work tmp && cd work || { echo "cannot unpack into $scratch" >&3; exit 1; }
exec </dev/null

# Read before the program starts, which owns these files too.
collect=$(cat ../control/collect)
after=$(cat ../control/after)
printf 'ready 0\n' >&3
[ ! -s ../control/before ] || sh ../control/before >/dev/null

prlimit "$@" <../control/stdin 2>../control/stderr 3>&-
code=$?
exec >/dev/null
[ "$where" != alone ] || kill -KILL -1

frame() { # name, file
    size=$(wc -c <"$2")
    [ "$size" -le "$largest" ] || size=$largest
    printf '%s %s\n' "$1" "$size" >&3
    head -c "$size" "$2" >&3
}
text() { # name, text
    printf '%s %s\n%s' "$1" "$(printf %s "$2" | wc -c)" "$2" >&3
}
text exit "$code"
text stderr "$(tail -c 4000 ../control/stderr)"
[ -z "$after" ] || text after "$(sh -c "$after" 2>&1 </dev/null | head -c "$largest")"
number=0
printf %s "$collect" | while IFS= read -r path || [ -n "$path" ]; do
    if [ -f "$path" ]; then frame "file-$number" "$path"; fi
    number=$((number + 1))
done
printf 'end 0\n' >&3
