#!/bin/sh
# Packs the tool, installs it into an empty folder and runs it there, as a user without the source would. Takes two minutes and 250 MB, so it is not a test.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
dotnet pack "$root/src/DiffusionClassifier.Cli" -p:ArtifactsPath="$place/artifacts" --output "$place/packages" --nologo --verbosity quiet
ls -lh "$place/packages"
mkdir "$place/empty"
cd "$place/empty"
unset DC_MODELS
dotnet tool install dclassify --tool-path "$place/tool" --add-source "$place/packages"
"$place/tool/dclassify" models
answer=$("$place/tool/dclassify" classify "$root/samples/ship.png" --jsonl)
case $answer in
*'"prediction":"ship"'*) echo "The installed tool recognises the ship." ;;
*) echo "The installed tool did not recognise the ship: $answer" >&2; exit 1 ;;
esac
