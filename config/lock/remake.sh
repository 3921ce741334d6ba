#!/usr/bin/env bash
# Makes both lock files anew from pyproject.toml, with the newest versions that its ranges allow.
# For a deliberate step forward: look at the difference and run all tests before it is kept.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 -m venv "$scratch/venv"
pip="$scratch/venv/bin/pip"
wanted() { # the requirements of one list in pyproject.toml
  "$scratch/venv/bin/python" -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*$1, sep='\n')"
}
frozen() { "$pip" freeze --all | grep -v '^pip==' | tr '[:upper:]' '[:lower:]' | sort; }

"$pip" install --quiet --upgrade setuptools wheel
"$pip" install --quiet --no-build-isolation -r <(wanted "p['dependencies']")
frozen >"$scratch/run"
"$pip" install --quiet --no-build-isolation -c "$scratch/run" -r <(wanted "p['optional-dependencies']['test']")
frozen >"$scratch/all"

{ sed -n '/^#/p' config/lock/run.txt && cat "$scratch/run"; } >"$scratch/run.txt"
{ sed -n '/^[#-]/p' config/lock/test.txt && comm -13 "$scratch/run" "$scratch/all"; } >"$scratch/test.txt"
mv "$scratch/run.txt" "$scratch/test.txt" config/lock/
