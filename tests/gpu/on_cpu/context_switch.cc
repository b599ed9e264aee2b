// See context_switch.h.
#include "tests/gpu/on_cpu/context_switch.h"

asm(R"(
.text
.globl keyway_on_cpu_switch
.hidden keyway_on_cpu_switch
.type keyway_on_cpu_switch, @function
keyway_on_cpu_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size keyway_on_cpu_switch, . - keyway_on_cpu_switch
)");
