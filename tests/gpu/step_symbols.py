#!/usr/bin/env python3
"""What a step queues allocates nothing and waits for nothing: the objects of its launchers call what is named here and nothing else.

Usage: step_symbols.py NM OBJECT...

Objects by the name of their source. apply_mask, automaton, sample and step hold the launchers; all that is set up once is apart
from them, in device and device_memory, which must be found guilty, so that this test is one. step also holds what makes, replays
and frees a graph: those names are allowed there and nowhere else. __cudaPushCallConfiguration, of a
launch with <<< >>>, which tells its outcome by the last error of the runtime, is allowed nowhere; the other side of it is in every
kernel's entry.
"""
import os
import re
import subprocess
import sys

LAUNCHERS = ("apply_mask", "automaton", "sample", "step")
SETUP = ("device", "device_memory")
# Launches, the last error of one that failed, what loads kernels when the device is opened, and their registration when the program
# is loaded. __cxa_guard: the handle of a kernel, which
# nvcc looks up at its first launch. exit: of device functions without a host side, which nobody calls there.
CALLED = {"cudaFuncGetAttributes", "cudaGetLastError", "cudaLaunchKernel", "cudaLaunchKernelExC", "atexit", "exit", "_Unwind_Resume", "__gxx_personality_v0",
          "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail", "__dso_handle", "__cxa_atexit",
          "__cxa_guard_abort", "__cxa_guard_acquire", "__cxa_guard_release"}
LOADED = re.compile(r"__cuda(GetKernel|LaunchKernel|PopCallConfiguration|RegisterFatBinary(End)?|RegisterFunction|RegisterVar"
                    r"|UnregisterFatBinary|InitModule)(_ptsz)?$")
GRAPH = {"cudaStreamBeginCapture", "cudaStreamEndCapture", "cudaGraphInstantiate", "cudaGraphLaunch", "cudaGraphDestroy",
         "cudaGraphExecDestroy"}
OURS = re.compile(r"_ZN6keyway15valid_argumentsERKNS_\d+\w+ArgumentsE$")  # of the twins' files: comparisons alone


def symbols(nm, path, kind):
    out = subprocess.run([nm, "--format=posix", kind, path], stdout=subprocess.PIPE, check=True).stdout.decode()
    return {line.split()[0] for line in out.splitlines() if len(line.split()) > 1}


def main():
    nm, *paths = sys.argv[1:]
    objects = {os.path.basename(path).split(".")[0]: path for path in paths if ".cu." in os.path.basename(path)}
    missing = [name for name in LAUNCHERS + SETUP if name not in objects]
    if missing:
        print("no object of", missing)
        return 1
    of_launchers = set().union(*(symbols(nm, objects[name], "--defined-only") for name in LAUNCHERS))
    findings = []
    for name in LAUNCHERS + SETUP:
        allowed = CALLED | of_launchers | (GRAPH if name == "step" else set())
        used = symbols(nm, objects[name], "--undefined-only")
        strange = sorted(s for s in used - allowed if not LOADED.match(s) and not OURS.match(s))
        if name in SETUP and not {"cudaMalloc", "cudaDeviceSynchronize"} <= set(strange):
            findings.append(f"{name}: sets up, and yet nothing of it is found: {strange}")
        if name in LAUNCHERS:
            findings += [f"{name}: calls {symbol}" for symbol in strange]
            if not {"__cudaLaunchKernel", "cudaLaunchKernel", "cudaLaunchKernelExC"} & used:
                findings.append(f"{name}: launches nothing")
    print("\n".join(findings) or f"nothing found in {len(LAUNCHERS)} objects")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
