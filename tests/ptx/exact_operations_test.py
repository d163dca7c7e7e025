#!/usr/bin/env python3
"""That exact_operations.py finds what it is for, and nothing else."""
import unittest

import exact_operations


class ExactOperations(unittest.TestCase):
    def test_finds_each_inexact_operation(self):
        for opcode in ["mul.f32", "add.f32", "sub.f32", "mad.f32", "mad.rn.f32", "fma.rn.ftz.f32", "add.ftz.f32",
                       "add.rn.ftz.f32", "div.full.f32", "div.approx.f32", "rcp.approx.ftz.f32", "sqrt.approx.f32",
                       "ex2.approx.f32", "lg2.approx.f32", "sin.approx.f32", "cos.approx.f32", "rsqrt.approx.f32",
                       "mul.rz.f32", "fma.rn.f64", "atom.global.add.f32", "red.global.add.f32", "add.rn.sat.f32"]:
            with self.subTest(opcode):
                self.assertEqual(exact_operations.inexact(f"  @!%p1 {opcode} \t%f1, %f2, %f3;"), {opcode: 1})

    def test_leaves_exact_operations_alone(self):
        for opcode in ["mul.rn.f32", "add.rn.f32", "fma.rn.f32", "div.rn.f32", "sqrt.rn.f32", "rcp.rn.f32", "max.f32",
                       "neg.f32", "setp.lt.f32", "selp.f32", "mov.f32", "ld.local.f32", "cvt.rn.f32.s32",
                       "cvt.rzi.s32.f32", "mad.lo.s32", "mul.wide.u32", "mul.hi.u32", "bra.uni"]:
            with self.subTest(opcode):
                self.assertFalse(exact_operations.inexact(f"  {opcode} \t%f1, %f2, %f3; // mul.f32"))


if __name__ == "__main__":
    unittest.main()
