#!/usr/bin/env bash
# quickstart.sh: from a fresh Debian 12 or Ubuntu 24.04 to Keyway's main job.
#
#   ./quickstart.sh        install what is missing, build into build/, answer one request without and with masks
#   ./quickstart.sh test   install what is missing, build everything, run every test
#
# A second run takes seconds. Packages come from apt-get only; nothing else is downloaded.
set -euo pipefail
cd "$(dirname "$0")"

packages=(g++ cmake ninja-build pkg-config libre2-dev libsimdjson-dev nlohmann-json3-dev libcli11-dev libpcre2-dev
  libutf8proc-dev libgtest-dev python3)

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else
    echo "quickstart: this needs root or sudo: $*" >&2
    exit 1
  fi
}

install_missing() {
  if ! command -v apt-get >/dev/null; then
    echo "quickstart: no apt-get here; what Debian calls ${packages[*]} has to be installed already"
    return
  fi
  local missing=() package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "quickstart: installing with apt-get: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq </dev/null
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
}

# build TARGET: configured once, then whatever changed.
build() {
  if [ ! -f build/CMakeCache.txt ]; then
    if command -v ninja >/dev/null; then
      cmake --preset release
    else
      cmake -S . -B build -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Release -DKEYWAY_UNITY=ON -DKEYWAY_TRAIN=ON
    fi
  fi
  cmake --build build --target "$1" --parallel "$(nproc)"
}

# One held-out request (line 160 of the model's heldout_examples.jsonl): its free answer names a function that nobody
# offered, its masked answer is right.
show_main_job() {
  local tools=examples/tools/quickstart.json
  local question="Try to borrow the book The Hobbit for Pepledrin Silva. Also: Can you connect my key using compressed turned on?"
  echo
  echo "The tools:   $(grep -o '"name": "[A-Za-z]*"' "$tools" | cut -d'"' -f4 | paste -sd' ') ($tools)"
  echo "The request: $question"
  echo
  echo "Without masks the model is free to write anything:"
  build/keyway call --tools "$tools" --no-mask "$question" || true
  echo
  echo "With masks it can only name a tool of the list and only write arguments that validate:"
  build/keyway call --tools "$tools" "$question"
}

case "${1:-}" in
  "")
    install_missing
    build keyway
    show_main_job
    ;;
  test)
    install_missing
    build all
    ctest --test-dir build --output-on-failure --parallel "$(nproc)"
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
