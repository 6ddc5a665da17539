"""Times the Python engine on the questions read from stdin; prints JSON lines. Answers are checked before the time."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from holdpoint._core.expr import ExprEnv, compile_expression

SAMPLES = 200


def measure(name: str, run: Callable[[], Any]) -> None:
    calls = 1
    while True:
        start = time.perf_counter_ns()
        for _ in range(calls):
            run()
        if time.perf_counter_ns() - start > 2_000_000:
            break
        calls *= 2
    samples = []
    for _ in range(SAMPLES):
        start = time.perf_counter_ns()
        for _ in range(calls):
            run()
        samples.append((time.perf_counter_ns() - start) / calls / 1000)
    samples.sort()
    p50, p95, p99 = (samples[int(SAMPLES * share)] for share in (0.5, 0.95, 0.99))
    rate = 1e6 / (sum(samples) / SAMPLES)
    print(json.dumps({"name": name, "p50Us": p50, "p95Us": p95, "p99Us": p99, "runsPerSecond": rate}))


def main() -> None:
    asked = json.load(sys.stdin)
    env = ExprEnv(asked["variables"])
    bindings = asked["bindings"]

    def test_of(source: str) -> Callable[[Any], int]:
        program = compile_expression(source, env, result_type="bool").program
        assert program is not None
        return program.test

    five = [test_of(one["source"]) for one in asked["five"]]
    assert [test(bindings) for test in five] == [int(one["value"]) for one in asked["five"]]

    def run_five() -> None:
        for test in five:
            test(bindings)

    measure("expr/five-conditions (python)", run_five)
    for one in asked["typical"]:
        test = test_of(one["source"])
        assert test(bindings) == int(one["value"])
        measure(f"expr/one: {one['source']} (python)", lambda test=test: test(bindings))
    failing = test_of(asked["missing"])
    assert failing(bindings) == 2
    measure("expr/missing-argument (python)", lambda: failing(bindings))
    measure(f"expr/compile-{len(asked['typical'])} (python)", lambda: [test_of(one["source"]) for one in asked["typical"]])


main()
