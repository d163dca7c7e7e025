#!/usr/bin/env python3
"""Fails where PTX holds an operation whose result IEEE 754 does not fix, or one left open to contraction.

    exact_operations.py KERNEL.ptx

A product and a sum without a rounding mode may be fused by ptxas; with .rn they may not. An fma.rn is exact too, but
only if the rules wrote it: that -fmad=false held is shown by the same bits of the translated kernel (tests/parity).
"""
import collections
import re
import sys

INEXACT = re.compile(
    r"""\.approx | \.ftz | \.full | \.sat          # approximations, flushed denormals
      | ^(ex2|lg2|sin|cos|tanh|rsqrt)\.            # only exist as approximations
      | ^mad(\.\w+)*\.f\d+$                        # rounds as the device pleases
      | ^(add|sub|mul|fma|div|sqrt|rcp)(?!\.rn\.)(\.\w+)*\.f\d+(x2)?$
      | \.(f16|bf16|tf32|f64)\b                    # the rules know one type
      | ^(atom|red)\. | ^(call|tex)\b              # order-dependent or unknown
    """, re.X)


def opcodes(ptx):
    for line in ptx.splitlines():
        line = re.sub(r"//.*", "", line).strip()
        line = re.sub(r"^@!?%\w+\s+", "", line)
        if found := re.match(r"[a-z]\w*(\.\w+)*", line):
            yield found.group(0)


def inexact(ptx):
    """The opcodes that must not be there, with how often they are."""
    return collections.Counter(o for o in opcodes(ptx) if INEXACT.search(o))


def main():
    with open(sys.argv[1]) as file:
        ptx = file.read()
    counted = collections.Counter(opcodes(ptx))
    exact = ["add.rn.f32", "sub.rn.f32", "mul.rn.f32", "fma.rn.f32", "div.rn.f32", "rcp.rn.f32", "sqrt.rn.f32"]
    print(f"{counted.total()} instructions;", ", ".join(f"{counted[o]} {o}" for o in exact))
    if found := inexact(ptx):
        sys.exit("inexact: " + ", ".join(f"{n} {o}" for o, n in found.items()))
    if ".entry" not in ptx or not counted["mul.rn.f32"]:
        sys.exit("no kernel with arithmetic in this file")


if __name__ == "__main__":
    main()
