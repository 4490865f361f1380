# For stages: ok NAME · not_ok NAME [WHY] · add_counts FILE (sums a program's last line) · finish.
# shellcheck shell=bash
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
good=0
bad=0

ok()
{
    printf 'ok %s\n' "$1"
    good=$((good + 1))
}

not_ok()
{
    printf 'not ok %s\n' "$1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/#   /'
    bad=$((bad + 1))
}

# Adds the last line of a test program's output to the stage's sums; none means one failure.
add_counts() # NAME FILE EXIT_CODE
{
    local last
    last=$(tail -n 1 "$2")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        good=$((good + BASH_REMATCH[1])) bad=$((bad + BASH_REMATCH[2]))
        [ "$3" = 0 ] || [ "${BASH_REMATCH[2]}" -gt 0 ] || not_ok "$1 ended with exit $3"
        return
    fi
    not_ok "$1 ended without a count, exit $3" "$(tail -n 15 "$2")"
}

# Runs every unit test program of a build folder and shows what did not pass.
unit_tests() # BUILD_FOLDER
{
    local program log code found=0
    for program in $(find "$1/src" -name "*_test" -type f | sort); do
        [ -x "$program" ] || continue
        found=1
        log=$TIAN_SCRATCH/${program##*/}.log
        timeout --kill-after=5 300 "$program" >"$log" 2>&1
        code=$?
        grep -vE '^ok ' "$log" | sed "s|^|${program##*/}: |"
        add_counts "${program##*/}" "$log" "$code"
    done
    [ "$found" = 1 ] || not_ok "no unit test program in $1"
}

finish()
{
    printf '%d passed, %d failed\n' "$good" "$bad"
    [ "$bad" = 0 ] && [ "$good" -gt 0 ]
    exit
}
