"""Seeded expressions with bindings: mostly well typed, some wrong, some broken text."""

import random
from typing import Any

VARIABLES: dict[str, Any] = {
    "cost": "double",
    "tokens": "int",
    "count": "uint",
    "environment": "string",
    "input": "string",
    "flag": "bool",
    "now": "timestamp",
    "span": "duration",
    "tools": "list(string)",
    "numbers": "list(int)",
    "anything": "dyn",
    "metadata": "map(string, dyn)",
    "labels": "map(string, string)",
    "sizes": "map(string, int)",
    "agent": {"fields": {"id": "string", "level": "int", "labels": "map(string, string)"}},
    "tool": {"fields": {"name": "string", "args": "map(string, dyn)"}},
}
WORDS = ["a", "b", "db_read", "production", "", "é", "日本", "😀x", "A", "10.0.0.1", "Zz", "limit", "id"]


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.names: list[str] = []

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def question(self) -> dict[str, Any]:
        self.names = []
        expr = self.of(self.pick("bool", "bool", "bool", "bool", "int", "double", "string", "list", "dyn"), 4)
        if self.random.random() < 0.12:
            expr = self.broken(expr)
        return {"expr": expr, "variables": VARIABLES, "bindings": self.bindings()}

    def broken(self, expr: str) -> str:
        at = self.random.randrange(len(expr) + 1)
        with_char = self.pick("", "(", ")", "!", "x", ".", '"', "\n", "1", " ", "[", "é", "??", "in", "&")
        return expr[:at] + with_char + expr[at + self.pick(0, 0, 1, 2) :]

    def text(self) -> str:
        word = self.pick(*WORDS)
        quote = self.pick('"', "'")
        return self.pick("", "", "", "r") + quote + word + quote

    def of(self, kind: str, depth: int) -> str:
        if self.random.random() < 0.03:
            kind = self.pick("bool", "int", "double", "string", "list", "dyn", "uint", "timestamp", "duration", "map")
        made: str = getattr(self, f"make_{kind}")(depth)
        return f"({made})" if self.random.random() < 0.1 else made

    def loop_name(self, kind: str) -> str | None:
        names = [name for name in self.names if name.startswith(kind)]
        return self.pick(*names) if names and self.random.random() < 0.5 else None

    def make_bool(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("true", "false", "flag", "has(metadata.x)", "has(agent.id)", 'environment == "production"')
        less = depth - 1
        kind = self.pick("int", "double", "string", "dyn", "uint", "timestamp", "duration", "list", "map", "bool")
        choice = self.random.randrange(16)
        if choice < 4:
            operator = self.pick("&&", "||")
            return f" {operator} ".join(self.of("bool", less) for _ in range(self.pick(2, 2, 3)))
        if choice < 6:
            return f"{self.of(kind, less)} {self.pick('==', '!=')} {self.of(self.pick(kind, kind, 'dyn'), less)}"
        if choice < 9:
            kind = self.pick("int", "double", "string", "dyn", "uint", "timestamp", "duration")
            other = self.pick(kind, kind, "int", "double", "dyn") if kind in ("int", "double", "uint", "dyn") else kind
            return f"{self.of(kind, less)} {self.pick('<', '<=', '>', '>=')} {self.of(other, less)}"
        if choice == 9:
            item = self.of(self.pick("string", "int", "double", "dyn"), less)
            return f"{item} in {self.of(self.pick('list', 'map'), less)}"
        if choice == 10:
            function = self.pick("contains", "startsWith", "endsWith", "matches")
            part = self.text() if function == "matches" else self.of("string", less)
            return f"{self.of('string', less)}.{function}({part})"
        if choice == 11:
            return f"!{self.of('bool', less)}"
        if choice == 12:
            return f"{self.of('bool', less)} ? {self.of('bool', less)} : {self.of('bool', less)}"
        if choice < 15 and depth >= 2:
            return self.loop(self.pick("all", "exists", "exists_one"), "bool", less)
        return self.pick(
            f"contains_any({self.of('string', less)}, {self.of('list', less)})",
            f"glob({self.pick(self.text(), chr(34) + '*_r?ad' + chr(34))}, {self.of('string', less)})",
            f'in_cidr({self.of("string", less)}, "10.0.0.0/8")',
            f"bool({self.of('string', less)})",
            f"type({self.of('dyn', less)}) == {self.pick('int', 'double', 'string', 'list', 'map', 'bool')}",
        )

    def loop(self, name: str, body: str, depth: int) -> str:
        over, item = self.pick(
            ("tools", "s"), ("numbers", "i"), ("labels", "s"), ("metadata", "s"), ("anything", "d"), ("agent", "s")
        )
        if self.random.random() < 0.2:
            over, item = self.pick(("[1, 2, 3]", "i"), ("[1, 'a', 2.5]", "d"), ("{1: 2, 'k': 3}", "d"), ("[]", "d"))
        variable = f"{item}{len(self.names)}"
        self.names.append(variable)
        inner = self.of(body, depth - 1)
        self.names.pop()
        return f"{over}.{name}({variable}, {inner})"

    def make_int(self, depth: int) -> str:
        plain = self.pick(
            "0", "1", "-1", "7", "0x1F", "9007199254740993", "9223372036854775807", "-9223372036854775808"
        )
        if depth <= 0 or self.random.random() < 0.3:
            return self.loop_name("i") or self.pick("tokens", "agent.level", plain, "2", "3")
        less = depth - 1
        zone = self.pick("+05:30", "UTC", "America/New_York", "Asia/Tokyo", "No/Where")
        return self.pick(
            f"{self.of('int', less)} {self.pick('+', '-', '*', '/', '%')} {self.of('int', less)}",
            f"size({self.of(self.pick('string', 'list', 'map'), less)})",
            f"{self.of('string', less)}.size()",
            f"int({self.of(self.pick('double', 'string', 'uint', 'timestamp', 'dyn'), less)})",
            f"-{self.of('int', less)}",
            f"numbers[{self.of('int', less)}]",
            f"sizes.{self.pick('a', 'b')}",
            f"now.{self.pick('getFullYear', 'getHours', 'getDayOfWeek', 'getDayOfYear', 'getMilliseconds')}()",
            f"now.{self.pick('getHours', 'getDate', 'getMinutes')}('{zone}')",
            f"span.{self.pick('getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')}()",
        )

    def make_uint(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.4:
            return self.pick("0u", "1u", "count", "18446744073709551615u", "5u")
        less = depth - 1
        return self.pick(
            f"{self.of('uint', less)} {self.pick('+', '-', '*', '/', '%')} {self.of('uint', less)}",
            f"uint({self.of(self.pick('int', 'double', 'string'), less)})",
        )

    def make_double(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.4:
            return self.pick("cost", "1.5", "0.0", "-2.25", "1e300", "1e-7", "0.1", "3.0")
        less = depth - 1
        return self.pick(
            f"{self.of('double', less)} {self.pick('+', '-', '*', '/')} {self.of('double', less)}",
            f"double({self.of(self.pick('int', 'string', 'uint', 'dyn'), less)})",
            f"-{self.of('double', less)}",
            f"similarity({self.of('string', less)}, {self.of('string', less)})",
        )

    def make_string(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.5:
            return self.loop_name("s") or self.pick(
                self.text(), "environment", "input", "agent.id", "tool.name", "labels.a"
            )
        less = depth - 1
        source = self.pick("int", "double", "uint", "bool", "timestamp", "duration", "dyn", "bytes")
        return self.pick(
            f"{self.of('string', less)} + {self.of('string', less)}",
            f"string({self.of(source, less)})",
            f"tools[{self.pick('0', '1', '5', self.of('int', less))}]",
            f"labels[{self.of('string', less)}]",
            f"{self.of('bool', less)} ? {self.of('string', less)} : {self.of('string', less)}",
            'agent["id"]',
        )

    def make_bytes(self, depth: int) -> str:
        return self.pick("b'abc'", "b'\\xff'", f"bytes({self.of('string', depth - 1)})" if depth > 0 else "b''")

    def make_timestamp(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.5:
            return self.pick("now", 'timestamp("2024-02-29T12:30:45.5Z")', "timestamp(0)")
        return self.pick(
            f"now {self.pick('+', '-')} {self.of('duration', depth - 1)}",
            f"timestamp({self.of(self.pick('int', 'string'), depth - 1)})",
        )

    def make_duration(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.6:
            return self.pick("span", 'duration("1h30m")', 'duration("-1.5s")', "duration('1ms')")
        return self.pick(
            f"{self.of('timestamp', depth - 1)} - {self.of('timestamp', depth - 1)}",
            f"{self.of('duration', depth - 1)} + {self.of('duration', depth - 1)}",
            f"duration({self.of('string', depth - 1)})",
        )

    def make_list(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.4:
            return self.pick("tools", "numbers", '["a", "b"]', "[1, 2]", "[]", "[1.5, 2]", "metadata.list")
        less = depth - 1
        kind = self.pick("int", "string", "dyn", "double", "list")
        return self.pick(
            "[" + ", ".join(self.of(kind, less) for _ in range(self.pick(0, 1, 2, 3))) + "]",
            f"{self.of('list', less)} + {self.of('list', less)}",
            self.loop("filter", "bool", less),
            self.loop("map", kind, less),
        )

    def make_map(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.5:
            return self.pick("metadata", "labels", "sizes", "agent", "tool.args", "{}", "{'a': 1}", "{1: 'x', 2u: 'y'}")
        key = self.pick("string", "int", "bool", "dyn")
        less = depth - 1
        return "{" + ", ".join(f"{self.of(key, less)}: {self.of('dyn', less)}" for _ in range(self.pick(1, 2))) + "}"

    def make_dyn(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.5:
            return self.loop_name("d") or self.pick(
                "anything",
                "metadata.x",
                "tool.args.limit",
                "tool.args.nested.deep",
                "metadata.list",
                "null",
                "metadata[environment]",
            )
        less = depth - 1
        kind = self.pick("int", "string", "double", "list", "map", "bool", "uint")
        return self.pick(
            f"dyn({self.of(kind, less)})",
            f"{self.of('dyn', less)} {self.pick('+', '-', '*', '/', '%')} {self.of('dyn', less)}",
            f"anything[{self.of(self.pick('int', 'string', 'double'), less)}]",
            f"metadata.list[{self.pick('0', '1', self.of('int', less))}]",
            f"{self.of('map', less)}.{self.pick('a', 'x', 'id', 'length', 'constructor')}",
        )

    def json(self, depth: int = 2) -> Any:
        if depth > 0 and self.random.random() < 0.35:
            if self.random.random() < 0.5:
                return [self.json(depth - 1) for _ in range(self.random.randrange(4))]
            return {self.pick("a", "x", "id", "é", "1", "length"): self.json(depth - 1) for _ in range(3)}
        return self.pick(
            None,
            True,
            False,
            0,
            1,
            -3,
            2.5,
            100,
            1e300,
            9007199254740993,
            "",
            "a",
            "10.0.0.1",
            "日本😀",
            "db_read",
            0.1,
        )

    def bindings(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "cost": self.pick(0, 1, 2.5, -1.25, 6.0),
            "tokens": self.pick(0, 10, -7, 4000),
            "count": self.pick(0, 3, 12),
            "environment": self.pick(*WORDS),
            "input": self.pick("hello world", "日本😀", "", "a" * 200),
            "flag": self.pick(True, False),
            "now": self.pick(0, 1_700_000_000_123, "2024-03-31T01:30:00Z", -86_400_000),
            "span": self.pick(0, 90_061_001, "1h", "-90s"),
            "tools": self.pick([], ["a"], ["db_read", "b", "é"]),
            "numbers": self.pick([], [1, 2, 3], [-1, 0]),
            "anything": self.json(),
            "metadata": {"x": self.json(1), "list": self.pick([1, "a", 2.5], [], [None]), "production": 1},
            "labels": self.pick({}, {"a": "b", "é": "x", "10": "y", "9": "z"}),
            "sizes": self.pick({}, {"a": 1, "b": 2}),
            "agent": {"id": self.pick(*WORDS), "level": self.pick(1, 2), "labels": {"a": "b"}},
            "tool": {"name": self.pick(*WORDS), "args": {"limit": self.json(0), "nested": self.json(1)}},
        }
        for _ in range(self.pick(0, 0, 0, 1, 2)):
            name = self.pick(*made)
            if self.random.random() < 0.5:
                del made[name]
            else:
                made[name] = self.json(1)
            if not made:
                break
        return made
