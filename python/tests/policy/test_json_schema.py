"""The compiler of JSON Schema: the public suite, and random schemas beside `jsonschema`."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from holdpoint._core.policy.problems import ProblemList
from holdpoint._core.policy.schema import compile_schema

_SUITE = Path(__file__).resolve().parents[3] / "conformance" / "json-schema"
_EXCEPTIONS = json.loads((_SUITE / "exceptions.json").read_text(encoding="utf-8"))


def test_passes_the_public_suite_but_for_the_listed_exceptions() -> None:
    refused: Counter[str] = Counter()
    differs: Counter[str] = Counter()
    passed = 0
    for line in (_SUITE / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        group = json.loads(line)
        problems = ProblemList()
        program = compile_schema(group["schema"], "", problems)
        if program is None:
            first = problems.list[0].message
            known = [one["problem"] for one in _EXCEPTIONS["refused"] if one["problem"] in first]
            assert known, f"{group['file']}: {group['group']}: {first}"
            refused[known[0]] += 1
            continue
        for test in group["tests"]:
            if (program.check(test["data"]) is None) == test["valid"]:
                passed += 1
            else:
                differs[group["file"]] += 1
    assert dict(differs) == {one["file"]: one["tests"] for one in _EXCEPTIONS["differs"]}
    assert dict(refused) == {one["problem"]: one["groups"] for one in _EXCEPTIONS["refused"]}
    assert passed == _EXCEPTIONS["passed"]


class _Random:
    """Schemas and values of everything that both know, references left out."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def value(self, depth: int = 2) -> Any:
        kind = self.random.randrange(8 if depth else 6)
        if kind == 6:
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        if kind == 7:
            return {self.name(): self.value(depth - 1) for _ in range(self.random.randrange(3))}
        return self.random.choice([None, True, False, 0, 1, -1, 1.5, 2.0, 10, "", "a", "ab", "abc", "𝒜", 3, 4])

    def name(self) -> str:
        return self.random.choice(["a", "b", "c", "x/y", ""])

    def count(self) -> int:
        return self.random.randrange(4)

    def schemas(self, depth: int) -> list[Any]:
        return [self.schema(depth) for _ in range(1 + self.random.randrange(2))]

    def schema(self, depth: int = 2) -> Any:
        if self.random.randrange(8) == 0:
            return self.random.choice([True, False])
        schema: dict[str, Any] = {}
        for _ in range(self.random.randrange(4)):
            schema.update(self._keyword(depth))
        return schema

    def _keyword(self, depth: int) -> dict[str, Any]:
        plain = [
            lambda: {"type": self.random.choice(["null", "boolean", "object", "array", "number", "integer", "string"])},
            lambda: {"const": self.value()},
            lambda: {"enum": [self.value() for _ in range(2)]},
            lambda: {"minimum": self.count()},
            lambda: {"exclusiveMaximum": self.count()},
            lambda: {"multipleOf": 1 + self.count()},
            lambda: {"minLength": self.count()},
            lambda: {"maxLength": self.count()},
            lambda: {"pattern": self.random.choice(["^a", "b$", "[ab]+c?", "."])},
            lambda: {"minItems": self.count()},
            lambda: {"uniqueItems": self.random.choice([True, False])},
            lambda: {"maxProperties": self.count()},
            lambda: {"required": [self.name()]},
            lambda: {"dependentRequired": {self.name(): [self.name()]}},
        ]
        nested = [
            lambda: {"properties": {self.name(): self.schema(depth - 1) for _ in range(2)}},
            lambda: {"patternProperties": {self.random.choice(["^a", "b"]): self.schema(depth - 1)}},
            lambda: {"additionalProperties": self.schema(depth - 1)},
            lambda: {"propertyNames": self.schema(depth - 1)},
            lambda: {"prefixItems": self.schemas(depth - 1)},
            lambda: {"items": self.schema(depth - 1)},
            lambda: {"contains": self.schema(depth - 1)},
            lambda: {"contains": self.schema(depth - 1), "minContains": self.count(), "maxContains": self.count()},
            lambda: {"allOf": self.schemas(depth - 1)},
            lambda: {"anyOf": self.schemas(depth - 1)},
            lambda: {"oneOf": self.schemas(depth - 1)},
            lambda: {"not": self.schema(depth - 1)},
            lambda: {"if": self.schema(depth - 1), "then": self.schema(depth - 1), "else": self.schema(depth - 1)},
            lambda: {"dependentSchemas": {self.name(): self.schema(depth - 1)}},
            lambda: {"unevaluatedProperties": self.schema(depth - 1)},
            lambda: {"unevaluatedItems": self.schema(depth - 1)},
        ]
        return self.random.choice(plain + nested if depth else plain)()


def test_gives_the_same_answer_as_jsonschema_on_random_schemas_and_values() -> None:
    source = _Random(20_261_121)
    judged = 0
    for _ in range(1_500):
        schema = source.schema()
        problems = ProblemList()
        program = compile_schema(schema, "", problems)
        assert program is not None, (schema, problems.list)
        oracle = Draft202012Validator(schema)
        for _ in range(4):
            value = source.value()
            assert (program.check(value) is None) == oracle.is_valid(value), (schema, value)
            judged += 1
    assert judged == 6_000


def test_has_no_answer_for_a_value_that_leads_deeper_than_the_bound() -> None:
    program = compile_schema({"properties": {"next": {"$ref": "#"}}}, "", ProblemList())
    assert program is not None

    def nest(depth: int) -> Any:
        value: Any = {}
        for _ in range(depth):
            value = {"next": value}
        return value

    assert program.check(nest(40)) is None
    assert program.check(nest(120)) == "too_much"
