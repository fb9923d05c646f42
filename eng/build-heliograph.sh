# Sourced by ./start and ./heliograph with $root set: builds the program where it is not built, or older than its sources, and leaves
# its path in $program. What it tells goes to standard error: standard output is the program's.
source "$root/eng/require-dotnet.sh"

program="$root/artifacts/bin/Heliograph/release/heliograph.dll"
built="$root/artifacts/start.built"
sources=("$root"/src "$root"/Directory.* "$root"/global.json)
[[ -d $root/packages ]] && sources+=("$root"/packages/*/{src,dist})

# Nothing newer than the last build: nothing to build.
if [[ ! -f $program || ! -f $built || -n $(find "${sources[@]}" -newer "$built" -print -quit) ]]; then
  echo "Building…" >&2
  mkdir -p "$root/artifacts"
  touch "$built.new"
  log="$root/artifacts/start.log"
  dotnet build "$root/src/Heliograph" -c Release --nologo -v quiet >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  mv "$built.new" "$built"
fi
