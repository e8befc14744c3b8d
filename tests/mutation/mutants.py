"""Generate the mutants of a module: its source with one operator, number or step changed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {
    **{"any": "all", "all": "any", "min": "max", "max": "min"},
    **{"earliest": "latest", "latest": "earliest"},
}
# Conditions whose own operators do not yield their opposite already.
SIMPLE = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.NamedExpr)


@dataclass(frozen=True)
class Mutant:
    """One changed copy of a module.

    Attributes
    ----------
    name : str
        Function, code before and after; no line number, so that it survives edits elsewhere.
    line : int
        Where the change is.
    source : str
        The whole changed module.
    """

    name: str
    line: int
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    names: Counter[str] = Counter()
    for change in _changes(tree, "module", tree):
        before, old = getattr(change.node, change.field), ast.unparse(change.shown)
        setattr(change.node, change.field, change.value)
        left_out = isinstance(change.shown, ast.stmt) and isinstance(change.value, list)
        negated = change.field == "test" and isinstance(change.value, ast.AST)
        new = "pass" if left_out else ast.unparse(change.value if negated else change.shown)
        name = f"{change.where}: {_line(old)} -> {_line(new)}"
        names[name] += 1
        label = f"{name} #{names[name]}" if names[name] > 1 else name
        found.append(Mutant(label, change.line, ast.unparse(tree)))
        setattr(change.node, change.field, before)
    return found


def _line(code: str) -> str:
    return " ".join(code.split())


class Change(NamedTuple):
    """An attribute of a node to be replaced, and the code around it that names the mutant."""

    where: str
    line: int
    shown: ast.AST
    node: ast.AST
    field: str
    value: object


def _changes(node: ast.AST, where: str, shown: ast.AST) -> Iterator[Change]:
    """Yield the changes of the children of a node, each before those further down."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        where = node.name if where == "module" else f"{where}.{node.name}"
    for field, value in ast.iter_fields(node):
        # A test of behaviour sees neither a type nor `dataclass(slots=True)`.
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _skipped(child):
                continue
            line = getattr(child, "lineno", getattr(node, "lineno", 0))
            if _dropped(child):
                rest = [*value[:at], ast.Pass(), *value[at + 1 :]]
                yield Change(where, line, child, node, field, rest)
            # A number or a name alone says too little: its mutant is named by what is around it.
            leaf = isinstance(child, (ast.Constant, ast.Name)) and isinstance(shown, ast.expr)
            inner = child if isinstance(child, ast.expr) and not leaf else shown
            for name, new in _replacements(child):
                yield Change(where, line, inner, child, name, new)
            if field == "test" and isinstance(child, SIMPLE):
                yield Change(where, line, child, node, field, ast.UnaryOp(ast.Not(), child))
            yield from _changes(child, where, inner)


def _skipped(node: ast.AST) -> bool:
    """Return whether a node does nothing when it runs."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _dropped(node: ast.AST) -> bool:
    """Return whether a step can be left out: a call for its effect, an exception, a jump."""
    match node:
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.AugAssign():
            return True
    return False


def _replacements(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield (attribute, new value) for each way to change one node."""
    match node:
        case ast.Compare(ops=[operator]):
            for other in COMPARISONS[type(operator)]:
                yield "ops", [other()]
        case ast.BoolOp():
            yield "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.BinOp() if type(node.op) in OPERATORS:
            yield "op", OPERATORS[type(node.op)]()
        case ast.UnaryOp():
            # Applied twice, an operator is undone.
            yield "operand", ast.UnaryOp(node.op, node.operand)
        case ast.Constant(value=bool()):
            yield "value", not node.value
        case ast.Constant(value=int()):
            yield "value", node.value + 1
            yield "value", node.value - 1
        case ast.Name() if node.id in NAMES:
            yield "id", NAMES[node.id]
        case ast.Attribute() if node.attr in NAMES:
            yield "attr", NAMES[node.attr]
