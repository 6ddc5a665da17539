"""From source to tree."""

from typing import Any, NoReturn

from holdpoint._core.expr.expr_types import TYPES
from holdpoint._core.expr.lexer import Token, signed_int, tokenize
from holdpoint._core.expr.nodes import Node
from holdpoint._core.expr.problem import ExprProblem, SyntaxStop, problem_at
from holdpoint._core.expr.values import CelUint
from holdpoint._gen.expr_limits import AST_NODES_MAX, NESTING_DEPTH_MAX, SOURCE_CHARS_MAX

_RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import"),
        *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
    )
)
_LEVELS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3}
_LEVELS.update({"+": 4, "-": 4, "*": 5, "/": 5, "%": 5})
_LOOPS = frozenset(("all", "exists", "exists_one", "map", "filter"))


def parse_expression(source: str) -> Node | ExprProblem:
    """Return the tree of a source, or the first syntax problem. Never raises; depth and node count are bounded."""
    utf16_units = len(source) + sum(1 for char in source if char > "\uffff")
    if utf16_units > SOURCE_CHARS_MAX:
        return problem_at("", 0, f"expression is longer than {SOURCE_CHARS_MAX} characters")
    try:
        return _Parser(tokenize(source)).parse_all()
    except SyntaxStop as stop:
        return problem_at(source, stop.pos, stop.message)


def _type_name_of(value: Any) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {str: "string", float: "double", int: "int", bool: "bool", CelUint: "uint", bytes: "bytes"}
    return names[type(value)]


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.level = 0
        self.nodes = 0

    def parse_all(self) -> Node:
        root = self.parse_expr()
        if self.peek().kind != "end":
            self.unexpected()
        return root

    def peek(self) -> Token:
        return self.tokens[self.index]

    def is_op(self, text: str) -> bool:
        token = self.tokens[self.index]
        return token.kind == "op" and token.text == text

    def accept(self, text: str) -> bool:
        if not self.is_op(text):
            return False
        self.index += 1
        return True

    def unexpected(self) -> NoReturn:
        token = self.peek()
        what = "unexpected end of the expression" if token.kind == "end" else f"unexpected `{token.text[:32]}`"
        raise SyntaxStop(token.pos, what)

    def expect(self, text: str) -> None:
        if self.accept(text):
            return
        token = self.peek()
        found = "the end" if token.kind == "end" else f"`{token.text[:32]}`"
        raise SyntaxStop(token.pos, f"expected `{text}`, found {found}")

    def unsupported(self, what: str) -> NoReturn:
        raise SyntaxStop(self.peek().pos, f"{what} are not supported")

    def node(self, kind: str, pos: int, kids: list[Node], name: str = "") -> Node:
        made = Node(kind, pos, kids, name)
        depth = max((kid.depth for kid in kids), default=0)
        if depth >= NESTING_DEPTH_MAX:
            self.too_deep(pos)
        self.nodes += 1
        if self.nodes > AST_NODES_MAX:
            raise SyntaxStop(pos, f"expression has more than {AST_NODES_MAX} parts")
        made.depth = depth + 1
        return made

    def too_deep(self, pos: int) -> NoReturn:
        raise SyntaxStop(pos, f"expression is nested deeper than {NESTING_DEPTH_MAX} levels")

    def literal(self, value: Any, pos: int) -> Node:
        made = self.node("literal", pos, [])
        made.value = value
        made.type = TYPES[_type_name_of(value)]
        return made

    def parse_expr(self) -> Node:
        self.level += 1
        if self.level > NESTING_DEPTH_MAX:
            self.too_deep(self.peek().pos)
        result = self.parse_binary(1)
        pos = self.peek().pos
        if self.accept("?"):
            yes = self.parse_binary(1)
            self.expect(":")
            result = self.node("call", pos, [result, yes, self.parse_expr()], "_?_:_")
        self.level -= 1
        return result

    def parse_binary(self, least: int) -> Node:
        """Precedence climbing: few frames per level of nesting."""
        left = self.parse_unary()
        while True:
            token = self.peek()
            level = _LEVELS.get(token.text, 0) if token.kind == "op" else 0
            if level < least:
                return left
            if level <= 2:
                args = [left]
                while self.accept(token.text):
                    args.append(self.parse_binary(level + 1))
                left = self.node("logic", token.pos, args, token.text)
                continue
            self.index += 1
            left = self.node("call", token.pos, [left, self.parse_binary(level + 1)], f"_{token.text}_")

    def parse_unary(self) -> Node:
        start = self.index
        while self.is_op("!") or self.is_op("-"):
            self.index += 1
        first = self.index
        token = self.peek()
        if first > start and self.tokens[first - 1].text == "-" and type(token.value) is int:
            first -= 1
            self.index += 1
            operand = self.parse_suffixes(self.literal(signed_int(token, True), self.tokens[first].pos))
        else:
            operand = self.parse_suffixes(self.parse_primary())
        for at in range(first - 1, start - 1, -1):
            sign = self.tokens[at]
            operand = self.node("call", sign.pos, [operand], f"{sign.text}_")
        return operand

    def parse_primary(self) -> Node:
        token = self.peek()
        if token.kind == "literal":
            self.index += 1
            return self.literal(signed_int(token, False) if type(token.value) is int else token.value, token.pos)
        if token.kind == "ident":
            return self.parse_name(False)
        if self.accept("("):
            inner = self.parse_expr()
            self.expect(")")
            return inner
        if self.accept("["):
            if self.is_op("?"):
                self.unsupported("optional items")
            return self.node("list", token.pos, self.parse_items("]"))
        if self.accept("{"):
            return self.parse_map(token.pos)
        if self.accept(".") and self.peek().kind == "ident":
            return self.parse_name(True)
        return self.unexpected()

    def parse_name(self, absolute: bool) -> Node:
        token = self.peek()
        if not absolute and token.text in ("true", "false", "null"):
            self.index += 1
            return self.literal(None if token.text == "null" else token.text == "true", token.pos)
        if token.text in _RESERVED:
            raise SyntaxStop(token.pos, f"`{token.text}` is a reserved word")
        self.index += 1
        if self.accept("("):
            return self.make_call(token, self.parse_items(")"), None)
        if self.is_op("{"):
            self.unsupported("messages")
        made = self.node("ident", token.pos, [], token.text)
        made.absolute = absolute
        return made

    def parse_suffixes(self, start: Node) -> Node:
        left = start
        while True:
            opening = self.peek()
            if self.accept("."):
                if self.is_op("?"):
                    self.unsupported("optional fields")
                token = self.peek()
                if token.kind not in ("ident", "quoted"):
                    self.unexpected()
                self.index += 1
                if token.kind == "ident" and self.accept("("):
                    left = self.make_call(token, self.parse_items(")"), left)
                elif self.is_op("{"):
                    self.unsupported("messages")
                else:
                    left = self.node("select", token.pos, [left], token.text)
            elif self.accept("["):
                if self.is_op("?"):
                    self.unsupported("optional fields")
                position = self.parse_expr()
                self.expect("]")
                left = self.node("call", opening.pos, [left, position], "_[_]")
            else:
                return left

    def parse_items(self, close: str) -> list[Node]:
        """Parse expressions up to the closing bracket, which is consumed; a list may end with a comma."""
        items: list[Node] = []
        while not self.is_op(close):
            items.append(self.parse_expr())
            if not self.accept(","):
                break
            if close == ")" and self.is_op(close):
                self.unexpected()
        self.expect(close)
        return items

    def parse_map(self, pos: int) -> Node:
        kids: list[Node] = []
        while not self.is_op("}"):
            if self.is_op("?"):
                self.unsupported("optional entries")
            kids.append(self.parse_expr())
            self.expect(":")
            kids.append(self.parse_expr())
            if not self.accept(","):
                break
        self.expect("}")
        return self.node("map", pos, kids)

    def make_call(self, token: Token, args: list[Node], target: Node | None) -> Node:
        """Return a call, or what the macros has, all, exists, exists_one, map and filter stand for."""
        name = token.text
        if target is None and name == "has":
            if len(args) != 1 or args[0].kind != "select" or args[0].test:
                raise SyntaxStop(token.pos, "`has` takes one field, as in `has(a.b)`")
            args[0].test = True
            return args[0]
        if target is None or name not in _LOOPS:
            made = self.node("call", token.pos, args if target is None else [target, *args], name)
            made.receiver = target is not None
            return made
        of_three = name == "map" and len(args) == 3
        if len(args) != 2 and not of_three:
            what = "one or two expressions" if name == "map" else "an expression"
            raise SyntaxStop(token.pos, f"`{name}` takes a name and {what}")
        if args[0].kind != "ident":
            raise SyntaxStop(args[0].pos, f"the first argument of `{name}` must be a name")
        loop = self.node("loop", token.pos, [target, *args[1:]], name)
        loop.variable = args[0].name
        loop.has_condition = of_three
        return loop
