#!/usr/bin/env python3
"""Translates the PTX of kernels to C, so that the code a GPU would run can be run, and compared, without one.

    ptx_to_c.py KERNELS.ptx NAME=WORD... > kernels.c

Every instruction becomes one C statement with the meaning the PTX manual gives it. Only what our kernels use is
known; anything else is an error. For each NAME the result has

    void NAME(void* const* parameters, uint32_t block, uint32_t block_size, uint32_t thread);

one thread of the kernel whose mangled name holds WORD, `parameters` pointing to each of its parameters. Compile it with -ffp-contract=off.
"""
import re
import sys

PRELUDE = r"""
#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
static inline float float_of(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }
/* A NaN loses; -0 is less than +0. */
static inline float max_f32(float a, float b) {
  if (a != a) return b;
  if (b != b) return a;
  return a == b ? float_of(bits_of(a) & bits_of(b)) : (a > b ? a : b);
}
static inline float min_f32(float a, float b) {
  if (a != a) return b;
  if (b != b) return a;
  return a == b ? float_of(bits_of(a) | bits_of(b)) : (a < b ? a : b);
}
/* Towards zero, saturating; 0 for NaN. */
static inline int32_t to_s32(float x) {
  if (x != x) return 0;
  return x >= 0x1p31f ? INT32_MAX : (x < -0x1p31f ? INT32_MIN : (int32_t)x);
}
/* Each byte of the result is chosen from the eight of b:a by four bits of `by`; the fourth spreads the byte's sign. */
static inline uint32_t permuted(uint32_t a, uint32_t b, uint32_t by) {
  uint64_t bytes = (uint64_t)b << 32 | a;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i, by >>= 4) {
    uint32_t byte = (uint32_t)(bytes >> 8 * (by & 7)) & 0xffu;
    if (by & 8) byte = byte & 0x80u ? 0xffu : 0u;
    result |= byte << 8 * i;
  }
  return result;
}
static inline uint32_t to_u32(float x) {
  if (!(x > 0)) return 0;
  return x >= 0x1p32f ? UINT32_MAX : (uint32_t)x;
}
"""

C_TYPES = {
    "pred": "int", "b8": "uint8_t", "u8": "uint8_t", "s8": "int8_t", "b16": "uint16_t", "u16": "uint16_t",
    "s16": "int16_t", "b32": "uint32_t", "u32": "uint32_t", "s32": "int32_t", "b64": "uint64_t", "u64": "uint64_t",
    "s64": "int64_t", "f32": "float",
}
COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "lo": "<", "ls": "<=", "hi": ">",
               "hs": ">="}
SPECIAL = {"%tid.x": "thread", "%ctaid.x": "block", "%ntid.x": "block_size"}
INFIX = {"add": "+", "sub": "-", "and": "&", "or": "|", "xor": "^"}


def width(kind):
    return int(kind[1:])


class Kernel:
    def __init__(self, text, name, word):
        text = re.sub(r"//[^\n]*", "", text)
        entries = re.findall(r"\.entry\s+(\w+)\(([^)]*)\)[^{]*\{(.*?)\n\}", text, re.S)
        entries = [entry for entry in entries if word in entry[0]]
        if len(entries) != 1:
            raise SystemExit(f"expected one kernel for {word}, found {len(entries)}")
        self.name = name
        _, parameters, self.body = entries[0]
        names = re.findall(r"(\w+_param_\d+)", parameters)
        self.parameters = {name: f"parameters[{i}]" for i, name in enumerate(names)}
        self.registers = {}  # name or prefix -> type
        self.locals = []

    def c_name(self, register):
        return "r_" + register[1:].replace(".", "_")

    def kind_of(self, register):
        if register in self.registers:
            return self.registers[register]
        return self.registers[re.sub(r"\d+$", "", register)]

    def read(self, operand, kind):
        """The operand as a C expression of PTX type `kind`."""
        c_type = C_TYPES[kind]
        if operand in SPECIAL:
            return f"({c_type}){SPECIAL[operand]}"
        if operand.startswith("%"):
            name = self.c_name(operand)
            own = self.kind_of(operand)
            if own == "f32" and kind != "f32":
                return f"({c_type})bits_of({name})"
            if kind == "f32" and own != "f32":
                return f"float_of({name})"
            return name if own == kind else f"({c_type}){name}"
        if operand in self.parameters:
            return f"(uint64_t)(uintptr_t){self.parameters[operand]}"
        if operand in self.locals:
            return f"(uint64_t)(uintptr_t){operand}"
        if operand.startswith("0f"):
            value = f"UINT32_C(0x{operand[2:]})"
            return f"float_of({value})" if kind == "f32" else f"({c_type}){value}"
        if kind == "pred":
            return str(int(operand))
        value = int(operand, 0) & ((1 << width(kind)) - 1)
        return f"({c_type})UINT64_C({value})"

    def write(self, register, expression, kind):
        """Assigns an expression of PTX type `kind` to a register."""
        own = self.kind_of(register)
        name = self.c_name(register)
        if own == "f32" and kind != "f32":
            return f"{name} = float_of((uint32_t)({expression}));"
        if own != "f32" and kind == "f32":
            return f"{name} = bits_of({expression});"
        # Through the PTX type first: that is what extends a narrow value by sign or by zero.
        return f"{name} = ({C_TYPES[own]})({C_TYPES[kind]})({expression});"

    def address(self, text):
        base, _, offset = text.strip("[]").partition("+")
        return f"(char*)(uintptr_t)({self.read(base, 'u64')}) + ({int(offset or 0)})"

    def declarations(self):
        out = []
        for line in self.body.splitlines():
            if found := re.match(r"\s*\.reg \.(\w+)\s+(%\w+)<(\d+)>;", line):
                kind, prefix, count = found.groups()
                self.registers[prefix] = kind
                names = ", ".join(f"{self.c_name(prefix)}{i}" for i in range(int(count)))
                out.append(f"  {C_TYPES[kind]} {names};")
            elif found := re.match(r"\s*\.reg \.(\w+)\s+(%\w+);", line):
                kind, register = found.groups()
                self.registers[register] = kind
                out.append(f"  {C_TYPES[kind]} {self.c_name(register)};")
            elif found := re.match(r"\s*\.local \.align (\d+) \.b8\s+(\w+)\[(\d+)\];", line):
                alignment, name, size = found.groups()
                self.locals.append(name)
                out.append(f"  _Alignas({alignment}) unsigned char {name}[{size}];")
        return out

    def statement(self, line):
        guard = ""
        if found := re.match(r"@(!?)(%\w+)\s+(.*)", line):
            negated, predicate, line = found.groups()
            guard = f"if ({negated}{self.c_name(predicate)}) "
        opcode, *rest = line.rstrip(";").split(None, 1)
        operands = re.findall(r"\{[^}]*\}|[^\s,][^,]*", "".join(rest))
        return guard + "{ " + self.translate(opcode, [o.strip() for o in operands]) + " }"

    def translate(self, opcode, operands):
        name, *modifiers = opcode.split(".")
        kind = modifiers[-1] if modifiers else ""
        if name == "ret":
            return "return;"
        if name == "bra":
            return f"goto {operands[0].lstrip('$')};"
        if name in ("ld", "st"):
            return self.memory(name, modifiers, operands)
        if name == "cvta":
            return self.write(operands[0], self.read(operands[1], kind), kind)
        if name == "cvt":
            return self.convert(modifiers, operands)
        if name == "setp":
            return self.compare(modifiers, operands)
        if name == "selp":
            d, a, b, p = operands
            return self.write(d, f"{self.read(p, 'pred')} ? {self.read(a, kind)} : {self.read(b, kind)}", kind)
        d, *sources = operands
        if name == "mov" and "{" in d + sources[0]:
            return self.pack(d, sources[0], kind)
        if name == "mov":
            return self.write(d, self.read(sources[0], kind), kind)
        return self.write(d, *self.arithmetic(name, modifiers, kind, sources))

    def arithmetic(self, name, modifiers, kind, sources):
        """(C expression, PTX type of the result)"""
        mode = modifiers[:-1]
        if name in ("mul", "mad") and kind != "f32":
            return self.multiply(name, mode, kind, sources)
        values = [self.read(s, kind) for s in sources]
        if kind == "f32":
            if mode == ["rn"] and name in ("add", "sub", "mul", "div"):
                return f"{values[0]} {dict(add='+', sub='-', mul='*', div='/')[name]} {values[1]}", kind
            if mode == ["rn"] and name in ("fma", "sqrt", "rcp"):
                return {"fma": "fmaf({0}, {1}, {2})", "sqrt": "sqrtf({0})", "rcp": "1.0f / {0}"}[name].format(
                    *values, *[""] * 2), kind
            if mode == [] and name in ("max", "min"):
                return f"{name}_f32({values[0]}, {values[1]})", kind
            if mode == [] and name in ("neg", "abs"):
                changed = {"neg": "^ 0x80000000u", "abs": "& 0x7fffffffu"}[name]
                return f"float_of(bits_of({values[0]}) {changed})", kind
        elif mode == []:
            if name in INFIX and (kind[0] != "s" or name in ("add", "sub")):
                unsigned = "b" + kind[1:] if kind != "pred" else kind  # wraps
                a, b = (self.read(s, unsigned) for s in sources)
                return f"{a} {INFIX[name]} {b}", kind
            if name == "bfi" and all(s.isdigit() for s in sources[2:]):
                first, length = (int(s) for s in sources[2:])
                mask = ((1 << length) - 1) << first
                return f"(({values[0]} << {first}) & {mask}u) | ({values[1]} & ~{mask}u)", kind
            if name == "prmt":
                return f"permuted({', '.join(values)})", kind
            if name == "not":
                return (f"!{values[0]}" if kind == "pred" else f"~{values[0]}"), kind
            if name == "neg":
                return f"0 - {self.read(sources[0], 'b' + kind[1:])}", kind
            if name == "abs":
                x = self.read(sources[0], "b" + kind[1:])
                return f"{values[0]} < 0 ? 0 - {x} : {x}", kind
            if name in ("max", "min"):
                return f"{values[0]} {'>' if name == 'max' else '<'} {values[1]} ? {values[0]} : {values[1]}", kind
            if name in ("shl", "shr"):
                count = self.read(sources[1], "u32")  # beyond the width: all bits are shifted out
                operator = "<<" if name == "shl" else ">>"
                beyond = f"({values[0]} < 0 ? -1 : 0)" if kind[0] == "s" and name == "shr" else "0"
                return f"{count} < {width(kind)}u ? ({C_TYPES[kind]})({values[0]} {operator} {count}) : {beyond}", kind
            if name in ("rem", "div") and kind[0] == "u":
                return f"{values[0]} {'%' if name == 'rem' else '/'} {values[1]}", kind
        raise SystemExit(f"unknown instruction {name}.{'.'.join(modifiers)}")

    def pack(self, d, source, kind):
        """A register from parts, or the parts of a register; the first is the lowest."""
        whole, parts = (d, source) if source.startswith("{") else (source, d)
        parts = [p.strip() for p in parts.strip("{}").split(",")]
        part = width(kind) // len(parts)
        if whole is d:
            values = [f"({C_TYPES[kind]}){self.read(p, f'b{part}')} << {i * part}" for i, p in enumerate(parts)]
            return self.write(d, " | ".join(values), kind)
        value = self.read(source, kind)
        return f"{C_TYPES[kind]} v = {value}; " + " ".join(
            self.write(p, f"v >> {i * part}", f"b{part}") for i, p in enumerate(parts) if p != "_")

    def multiply(self, name, mode, kind, sources):
        bits = width(kind)
        if mode == ["lo"]:
            a, b = (self.read(s, f"b{bits}") for s in sources[:2])
            expression, result = f"({C_TYPES[f'b{bits}']})({a} * {b})", f"b{bits}"
        elif (bits == 32 and mode in (["wide"], ["hi"])) or (bits == 16 and mode == ["wide"]):
            wide = f"{kind[0]}{2 * bits}"
            a, b = (self.read(s, kind) for s in sources[:2])
            expression, result = f"({C_TYPES[wide]}){a} * ({C_TYPES[wide]}){b}", wide
            if mode == ["hi"]:
                expression, result = f"({expression}) >> 32", kind
        else:
            raise SystemExit(f"unknown instruction {name}.{'.'.join(mode)}.{kind}")
        if name == "mad":
            expression = f"({expression}) + {self.read(sources[2], 'b' + result[1:])}"
        return expression, result

    def convert(self, modifiers, operands):
        *mode, to, of = modifiers
        value = self.read(operands[1], of)
        if mode == [] and "f32" not in (to, of):
            return self.write(operands[0], f"({C_TYPES[to]}){value}", to)
        if mode == ["rn"] and to == "f32" and of != "f32":
            return self.write(operands[0], f"(float){value}", to)
        if mode == ["rzi"] and of == "f32" and to in ("s32", "u32"):
            return self.write(operands[0], f"to_{to}({value})", to)
        raise SystemExit(f"unknown instruction cvt.{'.'.join(modifiers)}")

    def compare(self, modifiers, operands):
        if len(modifiers) != 2:
            raise SystemExit(f"unknown instruction setp.{'.'.join(modifiers)}")
        test, kind = modifiers
        d, a, b = operands
        a, b = self.read(a, kind), self.read(b, kind)
        if kind == "f32":  # ordered comparisons are false with a NaN, those that end in u are true
            unordered = len(test) == 3 and test.endswith("u")
            expression = f"{a} {COMPARISONS[test[:2]]} {b}"
            either = f"{a} != {a} || {b} != {b}"
            expression = f"({either}) || {expression}" if unordered else f"!({either}) && {expression}"
        else:
            expression = f"{a} {COMPARISONS[test]} {b}"
        return self.write(d, expression, "pred")

    def memory(self, name, modifiers, operands):
        *space, kind = modifiers
        if not space or space[0] not in ("param", "global", "local") or space[1:] not in ([], ["v2"], ["v4"]):
            raise SystemExit(f"unknown instruction {name}.{'.'.join(modifiers)}")
        target, registers = (operands[1], operands[0]) if name == "ld" else (operands[0], operands[1])
        size = width(kind) // 8
        registers = [r.strip() for r in registers.strip("{}").split(",")]
        if len(registers) != int("".join(space[1:]).strip("v") or 1):
            raise SystemExit(f"{name}.{'.'.join(modifiers)} of {registers}")
        out = []
        for i, register in enumerate(registers):
            at = f"{self.address(target)} + {i * size}"
            if name == "ld":
                out.append(f"{C_TYPES[kind]} v{i}; memcpy(&v{i}, {at}, {size}); {self.write(register, f'v{i}', kind)}")
            else:
                out.append(f"{C_TYPES[kind]} v{i} = {self.read(register, kind)}; memcpy({at}, &v{i}, {size});")
        return " ".join(out)

    def c(self):
        head = f"void {self.name}(void* const* parameters, uint32_t block, uint32_t block_size, uint32_t thread)"
        out = [head + ";", head + " {"]
        out += self.declarations()
        for line in map(str.strip, self.body.splitlines()):
            if not line or line.startswith(".") or line in "{}":
                continue
            if found := re.match(r"\$(\w+):$", line):
                out.append(f"{found.group(1)}:;")
            else:
                out.append("  " + self.statement(line))
        out.append("}")
        return "\n".join(out)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    with open(sys.argv[1]) as file:
        ptx = file.read()
    print(PRELUDE)
    for wanted in sys.argv[2:]:
        print(Kernel(ptx, *wanted.split("=")).c())
