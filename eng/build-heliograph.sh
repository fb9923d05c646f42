# Sourced by ./start and ./heliograph with $root set: builds the program where it is not built, or older than its sources, and leaves
# its path in $program. What it tells goes to standard error: standard output is the program's.
source "$root/eng/require-dotnet.sh"

program="$root/artifacts/bin/Heliograph/release/heliograph.dll"
built="$root/artifacts/start.built"
sources=("$root"/src "$root"/Directory.* "$root"/global.json)
[[ -d $root/packages ]] && sources+=("$root"/packages/*/{src,dist})

# Nothing newer than the last build: nothing to build.
is_built() { [[ -f $program && -f $built && -z $(find "${sources[@]}" -newer "$built" -print -quit) ]]; }

build() {
  echo "Building…" >&2
  touch "$built.new"
  local log="$root/artifacts/start.log"
  # Without the lock: compilers stay for a while, to be quicker the next time.
  dotnet build "$root/src/Heliograph" -c Release --nologo -v quiet 9>&- >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  mv "$built.new" "$built"
}

# One build at a time: whoever comes meanwhile waits for it, and finds all built.
if ! is_built; then
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/start.lock"
  if command -v flock >/dev/null; then
    flock -n 9 || { echo "Waiting for a build that is under way…" >&2; flock 9 || true; }
  fi
  is_built || build
  exec 9>&-
fi
