#!/usr/bin/env bash
# bundle.sh [FOLDER]: everything that tests/gpu/run.sh needs beyond a GPU, nvcc 13, cmake, ninja, python3 and g++ 13, as one
# file FOLDER/keyway-gpu-bundle.tar.gz (default: build-gpu-bundle), for a machine without network. Run it where apt-get
# reaches the distribution: packages are downloaded, unpacked and stripped of documents; nothing is installed. The tokenizers and
# schemas that keyway-bench automaton reads go along where they lie beside the checkout (or where KEYWAY_SHARED_DIR points).
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build-gpu-bundle}
packages=(nlohmann-json3-dev libre2-dev libre2-9 libpcre2-dev libpcre2-8-0 libpcre2-16-0 libpcre2-32-0 libpcre2-posix3
  libutf8proc-dev libutf8proc2 libsimdjson-dev libsimdjson14 libcli11-dev libgtest-dev libgmock-dev pkgconf-bin libpkgconf3)

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" && mkdir "$work/root"
(cd "$work" && apt-get download "${packages[@]}" >/dev/null) || {
  echo "bundle.sh: apt-get could not download; run it on Debian 12 with network, after apt-get update" >&2
  exit 1
}
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
rm -rf "$work"/root/usr/share/doc "$work"/root/usr/share/man "$work"/root/usr/share/lintian
shared=${KEYWAY_SHARED_DIR:-../shared} data=()
for part in data/tokenizers/llama2 data/tokenizers/llama3_1 data/tokenizers/gemma2 data/maskbench; do
  if [ -d "$shared/$part" ]; then data+=("$part"); else echo "bundle.sh: there is no $shared/$part to carry" >&2; fi
done
mkdir "$work/shared"
[ ${#data[@]} -eq 0 ] || tar -C "$shared" -cf - "${data[@]}" | tar -C "$work/shared" -xf - --no-same-permissions
chmod -R u+w "$work/shared"
tar -C "$work" -czf "$folder/keyway-gpu-bundle.tar.gz" root shared
size=$(stat -c %s "$folder/keyway-gpu-bundle.tar.gz")
[ "$size" -lt 60000000 ] || { echo "bundle.sh: $size bytes are too many to carry" >&2; exit 1; }
echo "$folder/keyway-gpu-bundle.tar.gz: ${#packages[@]} packages, $((size / 1024)) KiB"
