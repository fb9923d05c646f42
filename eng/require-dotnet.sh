# Sourced by ./start, ./heliograph and ./test with $root set: ends them where the .NET SDK that global.json asks for is missing.
if ! (cd "$root" && dotnet --version) >/dev/null 2>&1; then
  cat >&2 <<'HELP'
The .NET 10 SDK is missing. Install it, then run this again:
  Debian, Ubuntu   sudo apt-get update && sudo apt-get install dotnet-sdk-10.0
                   (where apt does not know it: https://learn.microsoft.com/dotnet/core/install/linux)
  elsewhere        https://dot.net/download
HELP
  exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
