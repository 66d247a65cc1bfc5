"""What an arithmetic formula over figures comes to: the value that a workbook shows before anybody recalculates it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def outcome(formula: str) -> float:
    """Value of a formula of numbers, + - * / and brackets; NaN where it divides by 0.

    Raises
    ------
    ValueError
        For anything else.
    """
    try:
        return _value(ast.parse(formula.strip(), mode="eval").body)
    except ZeroDivisionError:
        return float("nan")
    except SyntaxError as error:
        raise ValueError(f"no formula: {formula[:80]}") from error


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO:
        return _TWO[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError(f"no arithmetic: {ast.unparse(node)[:80]}")
