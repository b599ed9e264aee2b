#!/usr/bin/env bash
# run.sh [--bundle FILE] [--build FOLDER] [--sanitize] [--quick] [--json FILE]: builds and runs every device test and bench.
#
# Needs a GPU with a driver for CUDA 13, nvcc 13, cmake, ninja, python3 and g++ 13; no network. What it needs beyond is
# installed, or lies in the file that bundle.sh made (default: build-gpu-bundle/keyway-gpu-bundle.tar.gz, where it exists).
# --sanitize runs the tests under compute-sanitizer too (memcheck, racecheck, synccheck); --quick takes fewer batches.
# One JSON object goes to FILE (default: FOLDER/gpu-results.json). Exit code: 0 all passed, 1 a test, check or bench failed,
# 2 it does not build here, 3 there is no device that can be used.
set -uo pipefail
cd "$(dirname "$0")/../.."
bundle=build-gpu-bundle/keyway-gpu-bundle.tar.gz build=build-gpu sanitize=no quick=no json=
while [ $# -gt 0 ]; do
  case $1 in
    --bundle) bundle=$2; shift 2 ;;
    --build) build=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --sanitize) sanitize=yes; shift ;;
    --quick) quick=yes; shift ;;
    *) echo "run.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
json=${json:-$build/gpu-results.json}
export PATH=$PATH:/usr/local/cuda/bin
for program in nvcc cmake ninja python3; do
  command -v $program >/dev/null || { echo "run.sh: $program is not installed" >&2; exit 2; }
done
compiler=$(command -v g++-13 || command -v g++ || true)
[ -n "$compiler" ] || { echo "run.sh: there is no g++ (13 is what is tested, 12 does too)" >&2; exit 2; }

mkdir -p "$build"
options=()
if [ -f "$bundle" ]; then
  rm -rf "$build/bundle" && mkdir -p "$build/bundle"
  tar -C "$build/bundle" -xzf "$bundle" || exit 2
  root=$(cd "$build/bundle/root" && pwd)
  libraries=$root/usr/lib/$(uname -m)-linux-gnu
  export CMAKE_PREFIX_PATH=$root/usr LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$root/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
  [ ! -d "$build/bundle/shared" ] || KEYWAY_SHARED_DIR=${KEYWAY_SHARED_DIR:-$(cd "$build/bundle/shared" && pwd)}
  export KEYWAY_SHARED_DIR
  export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
  options+=("-DPKG_CONFIG_EXECUTABLE=$root/usr/bin/pkgconf")
fi

architectures=native
nvidia-smi -L >/dev/null 2>&1 || architectures=90
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKEYWAY_CUDA=ON -DKEYWAY_EXAMPLES=OFF \
  "-DCMAKE_CUDA_ARCHITECTURES=$architectures" "-DCMAKE_CXX_COMPILER=$compiler" "-DCMAKE_CUDA_HOST_COMPILER=$compiler" \
  "${options[@]}" </dev/null || { echo "run.sh: the configuration failed" >&2; exit 2; }
programs=$(cd tests/gpu && sed -n 's/^add_executable(\(keyway_test_gpu[a-z_]*\).*/\1/p' CMakeLists.txt)
# shellcheck disable=SC2086
cmake --build "$build" --target $programs keyway-bench </dev/null || { echo "run.sh: the build failed" >&2; exit 2; }

first=${programs%%$'\n'*}
"$build/$first" --gtest_filter='*IsNamedByTheProbe' >/dev/null 2>"$build/probe.txt"
if [ $? -ne 0 ]; then
  echo "run.sh: built, but nothing was run: $(cat "$build/probe.txt")" >&2
  python3 -c 'import json, sys; json.dump({"device": None, "why": sys.stdin.read().strip(), "steps": []}, open(sys.argv[1], "w"), indent=1)' \
    "$json" <"$build/probe.txt"
  exit 3
fi

failed=0
step() {  # NAME COMMAND...: runs it, keeps its output and its exit code
  local name=$1 code=0 start=$SECONDS
  shift
  "$@" >"$build/$name.log" 2>&1 </dev/null || code=$?
  echo "$name $code $((SECONDS - start))" >>"$build/steps.txt"
  [ $code -eq 0 ] || { failed=1; tail -30 "$build/$name.log"; }
  echo "run.sh: $name: exit code $code, $((SECONDS - start)) s"
}
: >"$build/steps.txt"
rm -f "$build"/bench-*.json "$build"/test-*.json
for program in $programs; do
  step "$program" "$build/$program" "--gtest_output=json:$build/test-$program.json"
done
if [ $sanitize = yes ]; then
  for tool in memcheck racecheck synccheck; do
    for program in $programs; do
      # 6: the seeds of keyway_test_gpu_automaton, for which the other filter is nothing.
      step "$program-$tool" compute-sanitizer --tool $tool --error-exitcode 9 "$build/$program" 6 '--gtest_filter=-*FullSize*'
    done
  done
fi
batches=1,8,32,64,128,256,512 vocabularies=32000,128256,262144
automaton=(--batch $batches)
[ $quick = no ] || { batches=1,64 vocabularies=128256 automaton=(--batch 1,64 --vocab 128256 --schemas 10); }
for type in fp32 bf16; do
  step "bench-sampler-$type" "$build/keyway-bench" sampler --device cuda --type $type --batch $batches \
    --vocab $vocabularies --mix mixed,none --json "$build/bench-sampler-$type.json"
done
step bench-sampler-mixes "$build/keyway-bench" sampler --device cuda --batch 1,64 --mix free,string,structure,forced \
  --json "$build/bench-sampler-mixes.json"
step bench-sampler-no-mass "$build/keyway-bench" sampler --device cuda --batch 1,64,512 --no-mass --mix structure,forced \
  --deviation 3 --json "$build/bench-sampler-no-mass.json"
step bench-sampler-top-p "$build/keyway-bench" sampler --device cuda --batch 1,64,512 --top-k 0 --mix mixed \
  --json "$build/bench-sampler-top-p.json"
step bench-sampler-plain "$build/keyway-bench" sampler --device cuda --batch 1,64,512 --top-k 0 --top-p 1 --mix mixed \
  --deviation 3 --json "$build/bench-sampler-plain.json"
step bench-automaton "$build/keyway-bench" automaton --device cuda "${automaton[@]}" --json "$build/bench-automaton.json"

python3 - "$build" "$json" <<'PYTHON'
import glob, json, os, subprocess, sys
build, target = sys.argv[1:]
def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
def stored(prefix):
    found = {}
    for path in sorted(glob.glob(os.path.join(build, prefix + "*.json"))):
        found[os.path.basename(path)[len(prefix):-5]] = json.load(open(path))
    return found
tests = {name: {key: report[key] for key in ("tests", "failures", "errors", "time")} for name, report in stored("test-").items()}
steps = [dict(zip(("name", "exit_code", "seconds"), (n, int(c), int(s)))) for n, c, s in
         (line.split() for line in open(os.path.join(build, "steps.txt")))]
json.dump({"device": output("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"),
           "nvcc": (output("nvcc", "--version") or "").splitlines()[-1:], "commit": output("git", "rev-parse", "HEAD"),
           "steps": steps, "tests": tests, "benches": stored("bench-")}, open(target, "w"), indent=1)
PYTHON
echo "run.sh: results in $json"
exit $failed
