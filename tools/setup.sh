# SPDX-License-Identifier: GPL-3.0-or-later
# Functions that ./run, ./test and tests/fuzz/run share (bash, set -euo pipefail). Source it with the working folder at
# the top of the checkout. Nothing here asks a question, and nothing needs a terminal, a locale or a network that is
# not needed anyway: when all packages are there, none is touched.

export LANG=C.UTF-8 LC_ALL=C.UTF-8
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
if [ -z "${HOME:-}" ]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME
fi

fail() {
  printf '%s\n' "${0##*/}: $*" >&2
  exit 1
}

# packages_of GROUP...: the names in packaging/debian-packages that belong to these groups.
packages_of() {
  local group
  for group in "$@"; do
    awk -v group="$group:" '$2 == "#" && $3 == group { print $1 }' packaging/debian-packages
  done
}

missing_packages() {
  local package
  for package in $(packages_of "$@"); do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
      installed) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

# install_packages GROUP...: installs what is missing, as root or through sudo.
install_packages() {
  command -v dpkg-query >/dev/null || fail "this is no Debian; install by hand what packaging/debian-packages lists"
  local missing as_root=() log
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  missing=$(printf '%s ' $missing)
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo to install them; as root, run:
  apt-get update && apt-get install --no-install-recommends $missing"
    as_root=(sudo)
  fi
  printf 'Installing %s packages: %s\n' "$(wc -w <<<"$missing")" "$missing"
  log=$(mktemp)
  # A lock that another apt holds is waited for. env, because sudo drops the environment.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
             apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install the packages (its last words are above)"
  fi
  rm -f "$log"
}

# How many compilers run at once: one a processor, but each wants about 1.5 GiB of memory.
build_jobs() {
  local processors memory
  processors=$(nproc 2>/dev/null || echo 1)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo 2>/dev/null || true)
  [ -n "$memory" ] || memory=$processors
  [ "$memory" -ge 1 ] || memory=1
  echo $((memory < processors ? memory : processors))
}

# Shows ninja's progress in one line on a terminal, and some twenty lines elsewhere.
show_progress() {
  local what=$1
  if [ -t 1 ]; then
    awk -v what="$what" '/^\[[0-9]+\/[0-9]+\]/ { printf "\r\033[K%s %s", what, $1; fflush() }
                         END { printf "\r\033[K" }'
  else
    awk -v what="$what" '/^\[[0-9]+\/[0-9]+\]/ {
        split(substr($1, 2), part, /[\/\]]/)
        if (part[2] >= 20 && int(part[1] * 20 / part[2]) != shown) {
          shown = int(part[1] * 20 / part[2]); print what, $1; fflush()
        }
      }'
  fi
}

# build PRESET [TARGET...]: configures and builds in build/PRESET; the whole log is in build/PRESET/build.log.
build() {
  local preset=$1 folder="build/$1" log="build/$1/build.log" targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  mkdir -p "$folder"
  # A checkout that was copied or moved since: CMake refuses the old cache, so start afresh.
  if [ -f "$folder/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$folder/CMakeCache.txt"; then
    rm -rf "$folder"
    mkdir -p "$folder"
  fi
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "cmake --preset $preset failed; the whole log is $PWD/$log"
  fi
  if ! NINJA_STATUS='[%f/%t] ' cmake --build "$folder" -j "$(build_jobs)" "${targets[@]}" 2>&1 |
      tee -a "$log" | show_progress "Building $preset"; then
    grep -v '^\[[0-9]*/[0-9]*\]' "$log" | grep -m 1 -A 60 -e '^FAILED:' -e 'error' >&2 || tail -n 40 "$log" >&2
    fail "the build failed; the whole log is $PWD/$log"
  fi
}
