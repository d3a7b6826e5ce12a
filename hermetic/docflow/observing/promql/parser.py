"""Reading a query: precedence climbing over its words, with every type checked.

query       = operation
operation   = sign { operator ["bool"] [("on" | "ignoring") names] sign }
sign        = ["-" | "+"] operand
operand     = number | "(" operation ")" | aggregation | call | selector
aggregation = name ["by" names | "without" names] "(" operation ")" ["by" names | "without" names]
call        = name "(" [operation {"," operation}] ")"
selector    = [name] ["{" matchers "}"] ["[" duration "]"] ["offset" duration]
"""

from functools import cache

from hermetic.docflow.observing.promql.functions import SIGNATURES
from hermetic.docflow.observing.promql.nodes import (
    COMPARISONS,
    SETS,
    Aggregation,
    Binary,
    Call,
    Matching,
    Negative,
    Node,
    Number,
    Parenthesis,
    Type,
)
from hermetic.docflow.observing.promql.reading import Reader, selector
from hermetic.docflow.observing.promql.words import Word, refused

SIGN = 5  # a sign binds as a multiplication does
PRECEDENCE = {"or": 1, "and": 2, "unless": 2, **dict.fromkeys(COMPARISONS, 3), "+": 4, "-": 4}
PRECEDENCE |= dict.fromkeys(("*", "/", "%"), SIGN)
AGGREGATIONS = ("sum", "avg", "min", "max", "count")


@cache
def parse(text: str) -> Node:
    """Read a query; raises Refused where it is none, or asks for what is not supported."""
    reader = Reader(text)
    found = _operation(reader, 0)
    reader.take("end")
    return found


def _operation(reader: Reader, floor: int) -> Node:
    left = _signed(reader)
    while reader.word.kind in ("name", "sign") and PRECEDENCE.get(reader.word.text, 0) > floor:
        operator = reader.next()
        bool_, matching = reader.skip("bool") is not None, _matching(reader)
        right = _operation(reader, PRECEDENCE[operator.text])
        found = Binary(operator.text, left, right, matching or Matching(), bool_)
        _check(found, operator, matching)
        left = found
    return left


def _matching(reader: Reader) -> Matching | None:
    how = reader.skip("on", "ignoring")
    if how is None:
        return None
    found = Matching(how == "on", reader.names())
    if reader.word.text in ("group_left", "group_right"):
        raise refused(reader.word.place, f"{reader.word.text} is not supported")
    return found


def _signed(reader: Reader) -> Node:
    place, sign = reader.word.place, reader.skip("-", "+")
    found = _operation(reader, SIGN) if sign else _operand(reader)
    if sign and found.type == "matrix":
        raise refused(place, "unary expression only allowed on expressions of type scalar or instant vector")
    return Negative(found) if sign == "-" else found


def _operand(reader: Reader) -> Node:
    word = reader.word
    if word.kind == "number" or (word.kind == "name" and word.text.lower() in ("inf", "nan")):
        return Number(float(word.text), reader.next().text)
    if reader.skip("("):
        inside = _operation(reader, 0)
        reader.take("sign", ")")
        return Parenthesis(inside)
    if word.kind == "name" and word.text in AGGREGATIONS:
        return _aggregation(reader)
    if word.kind == "name" and reader.after.text == "(":
        return _call(reader)
    return selector(reader)


def _aggregation(reader: Reader) -> Node:
    operator = reader.next().text
    how = reader.skip("by", "without")
    labels = reader.names() if how else None
    (of,) = _arguments(reader, operator, ("vector",))
    if how is None and (how := reader.skip("by", "without")):
        labels = reader.names()
    return Aggregation(operator, of, labels, how == "without")


def _call(reader: Reader) -> Node:
    word = reader.next()
    if word.text not in SIGNATURES:
        raise refused(word.place, f"unknown or unsupported function {word.text!r}")
    signature = SIGNATURES[word.text]
    return Call(word.text, _arguments(reader, word.text, signature.takes), signature.gives)


def _arguments(reader: Reader, what: str, types: tuple[Type, ...]) -> tuple[Node, ...]:
    """Read arguments, each of the type that is asked for."""
    place = reader.take("sign", "(").place
    found = reader.listed(")", lambda: _operation(reader, 0))
    if len(found) != len(types):
        raise refused(place, f"expected {len(types)} argument(s) in call to {what!r}, got {len(found)}")
    for one, type_ in zip(found, types, strict=True):
        if one.type != type_:
            raise refused(place, f"expected type {type_} in call to {what!r}, got {one.type}")
    return found


def _check(found: Binary, operator: Word, matching: Matching | None) -> None:
    """Refuse an operation on sides that it cannot work on."""
    types, comparison = (found.left.type, found.right.type), found.operator in COMPARISONS
    scalar = "scalar" in types
    if "matrix" in types:
        raise refused(operator.place, "binary expression must contain only scalar and instant vector types")
    if found.bool_ and not comparison:
        raise refused(operator.place, "bool modifier can only be used on comparison operators")
    if comparison and types == ("scalar", "scalar") and not found.bool_:
        raise refused(operator.place, "comparisons between scalars must use BOOL modifier")
    if scalar and found.operator in SETS:
        raise refused(operator.place, f"set operator {found.operator!r} not allowed in binary scalar expression")
    if scalar and matching is not None:
        raise refused(operator.place, "vector matching only allowed between instant vectors")
