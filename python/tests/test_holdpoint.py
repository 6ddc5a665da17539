"""The client without a network."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, Create
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint import (
    AgentPausedError,
    ApprovalDeniedError,
    ApprovalTimeoutError,
    AsyncHoldpoint,
    ConfigError,
    EnforcementHaltError,
    Holdpoint,
    PolicyBlockedError,
    PolicyCompileError,
    load_policy_file,
    text_of,
)

FILE = "injection_scan:\n  enforcement: {mode}\n  patterns: [blue moon]\n"


def test_the_verbs_give_the_decision_of_a_step_that_may_happen(hp: Holdpoint) -> None:
    decision = hp.enforce_policy(agent_id="bot", input=SAMPLES["question"])
    assert (decision.verdict, decision.allowed, decision.phase, decision.agent_id) == ("allow", True, "input", "bot")


def test_an_attack_raises_with_the_violations_and_the_decision(hp: Holdpoint) -> None:
    with pytest.raises(PolicyBlockedError, match=r"^blocked by policy `no-injection`: ") as blocked:
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"])
    assert blocked.value.code == "POLICY_BLOCKED"
    assert blocked.value.violations[0].reason == "PROMPT_INJECTION"
    assert blocked.value.decision is not None


def test_a_denied_tool_is_stopped_and_another_is_not(hp: Holdpoint) -> None:
    with pytest.raises(PolicyBlockedError):
        hp.enforce_tool_call(agent_id="bot", tool="db_write", args={"table": "users"})
    assert hp.enforce_tool_call(agent_id="bot", tool="db_read").phase == "tool_call"


@pytest.mark.parametrize("result", ["fine", None, {"rows": [1, 2]}, 3, True])
def test_a_harmless_result_passes_whatever_it_is(hp: Holdpoint, result: Any) -> None:
    decision = hp.enforce_tool_result(agent_id="bot", tool="fetch", args={"url": "x"}, result=result)
    assert (decision.phase, decision.problems) == ("tool_result", ())


def test_a_poisoned_result_is_found_however_deep(hp: Holdpoint) -> None:
    with pytest.raises(PolicyBlockedError):
        hp.enforce_tool_result(agent_id="bot", tool="fetch", result={"page": {"body": [SAMPLES["attack"]]}})


def test_an_output_comes_back_masked(hp: Holdpoint) -> None:
    output = "write to anna@example.org please"
    decision = hp.enforce_output(agent_id="bot", output=output)
    assert text_of(decision, "/output", output) == "write to [EMAIL] please"
    assert text_of(decision, "/elsewhere", output) == output


def test_evaluate_says_why_when_asked_to(hp: Holdpoint) -> None:
    assert hp.evaluate(agent_id="bot", input=SAMPLES["attack"]).explanation is None
    explained = hp.evaluate(agent_id="bot", input=SAMPLES["attack"], explain=True).explanation
    assert explained is not None
    blocking = next(policy for policy in explained.policies if policy.status == "violated")
    assert blocking.patterns


def test_evaluate_raises_nothing_and_counts_nothing(hp: Holdpoint) -> None:
    assert not hp.evaluate(agent_id="bot", input=SAMPLES["attack"]).allowed
    assert hp.stats().decisions["block"] == 0


@pytest.mark.parametrize("cost", [float("nan"), "1", -1, True, float("inf")])
def test_a_cost_that_is_no_number_holds(hp: Holdpoint, cost: Any) -> None:
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input="hello", estimated_cost=cost)


def test_arguments_that_contain_themselves_hold(hp: Holdpoint) -> None:
    args: dict[str, Any] = {}
    args["self"] = args
    with pytest.raises(PolicyBlockedError):
        hp.enforce_tool_call(agent_id="bot", tool="db_read", args=args)


def test_a_mapping_that_raises_holds(hp: Holdpoint) -> None:
    class Hostile(dict[str, Any]):
        def __iter__(self) -> Any:
            raise RuntimeError("no")

    with pytest.raises(EnforcementHaltError):
        hp.enforce_tool_call(agent_id="bot", tool="db_read", args=Hostile(a=1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    request=JSON,
    fields=st.dictionaries(
        st.sampled_from(
            [
                "agent_id",
                "input",
                "output",
                "tool",
                "metadata",
                "tools",
                "phase",
                "estimated_cost",
                "conversation_history",
                "tool_outputs",
            ]
        ),
        JSON,
        max_size=4,
    ),
)
def test_a_verb_raises_halt_errors_and_nothing_else(request: Any, fields: dict[str, Any]) -> None:
    with contextlib.suppress(EnforcementHaltError):
        assert CLIENT.enforce_policy(request, **fields).allowed
    assert CLIENT.evaluate(request, **fields).verdict is not None


@settings(max_examples=60, deadline=None)
@given(value=JSON)
def test_a_trace_never_raises(value: Any) -> None:
    trace = CLIENT.start_trace(agent_id="bot", name=value, metadata=value, input=value, tags=value)
    with trace.span(value, attributes=value) as span:
        span.end(status=value, error=value, attributes=value)
    trace.record_usage(cost_usd=value, prompt_tokens=value, model_name=value)
    trace.end(output=value, status=value, error=value)
    trace.end()


CLIENT = Holdpoint(policies=SAMPLES["policies"])


def test_options_are_checked_by_name(create: Create) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"policies": None}, "nothing to enforce"),
        ({"fail_mode": "ajar"}, "`fail_mode`"),
        ({"batch_size": 0}, "`batch_size`"),
        ({"control_plane": "ftp://x"}, "`control_plane`"),
        ({"control_plane": "http://user:pass@x"}, "`api_key`"),
        ({"api_key": "a b"}, "`api_key`"),
        ({"usage": object()}, "`usage`"),
        ({"agents": [{"agentid": "x"}]}, "agentid"),
        ({"bundle_keys": [{"kid": "k", "x": "short"}]}, "`bundle_keys`"),
    ]
    for options, message in cases:
        with pytest.raises(ConfigError, match=message):
            create(**options)


def test_a_pause_stops_every_verb_of_the_agent_and_no_other_agent(hp: Holdpoint) -> None:
    hp.pause_agent("bot", reason="maintenance", until="2999-01-01T00:00:00Z")
    with pytest.raises(AgentPausedError) as paused:
        hp.enforce_output(agent_id="bot", output="hello")
    assert (paused.value.level, paused.value.reason) == ("agent", "maintenance")
    with pytest.raises(AgentPausedError):
        hp.start_trace(agent_id="bot")
    assert hp.enforce_policy(agent_id="other", input="hello").allowed
    assert hp.resume_agent("bot")
    assert hp.enforce_policy(agent_id="bot", input="hello").allowed


def test_a_pause_that_makes_no_sense_is_refused(hp: Holdpoint) -> None:
    with pytest.raises(ConfigError):
        hp.pause_agent("bot", level="galaxy")
    with pytest.raises(ConfigError):
        hp.pause_agent("bot", until="soon")


def test_spend_is_reserved_before_and_settled_after(hp: Holdpoint) -> None:
    with hp.start_trace(agent_id="bot") as trace:
        hp.enforce_policy(agent_id="bot", input="a", estimated_cost=0.9, trace=trace)
        with pytest.raises(PolicyBlockedError):
            hp.enforce_policy(agent_id="bot", input="b", estimated_cost=0.2)
        trace.record_usage(cost_usd=0.1)
        assert hp.enforce_policy(agent_id="bot", input="b", estimated_cost=0.2).allowed


def test_a_store_that_raises_holds(create: Create) -> None:
    class Broken:
        def read(self, counter: Any) -> float:
            raise OSError("no")

        def add(self, counter: Any, amount_micros: int) -> None:
            raise OSError("no")

    with pytest.raises(PolicyBlockedError, match="could not be read"):
        create(usage=Broken()).enforce_policy(agent_id="bot", input="a", estimated_cost=0.1)


def test_a_budget_holds_among_threads(hp: Holdpoint) -> None:
    # One call at a time may pass the last cent; the sum of what passed stays within the budget and its slack.
    passed: list[int] = []

    def spend() -> None:
        for _ in range(20):
            if hp.evaluate(agent_id="bot", estimated_cost=0.01).allowed:
                hp.enforce_policy(agent_id="bot", input="x", estimated_cost=0.001)
                passed.append(1)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 80


def test_an_approval_that_is_too_late_or_cancelled_holds(create: Create) -> None:
    over = threading.Event()

    def answer_late(_: Any) -> bool:
        return over.wait(120)

    hp = create(on_approval=answer_late, approval_timeout_ms=30)
    with pytest.raises(ApprovalTimeoutError):
        hp.enforce_tool_call(agent_id="bot", tool="send_email")
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ApprovalTimeoutError, match="aborted"):
        create(on_approval=answer_late).enforce_tool_call(agent_id="bot", tool="send_email", cancel=cancel)
    over.set()


def test_a_step_that_changed_while_it_waited_is_held(create: Create) -> None:
    args = {"to": "anna"}

    def answer(context: Any) -> bool:
        args["to"] = "mallory"
        return True

    with pytest.raises(ApprovalDeniedError, match="changed"):
        create(on_approval=answer).enforce_tool_call(agent_id="bot", tool="send_email", args=args)


def test_listeners_hear_of_decisions_blocks_and_pauses_whatever_one_of_them_raises(hp: Holdpoint) -> None:
    heard: list[str] = []

    def fail(event: Any) -> None:
        raise RuntimeError("no")

    for name in ("decision", "blocked", "paused"):
        hp.on(name, fail)
        hp.on(name, lambda event: heard.append(type(event).__name__))
    hp.enforce_policy(agent_id="bot", input="hello")
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"])
    hp.pause_agent("bot")
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(agent_id="bot", input="hello")
    assert heard == ["DecisionEvent", "DecisionEvent", "BlockedEvent", "DecisionEvent", "PausedEvent"]


def test_the_client_for_asyncio_decides_the_same() -> None:
    async def main() -> None:
        async def answer(context: Any) -> bool:
            await asyncio.sleep(0)
            return bool(context.action["tool"]["args"]["ok"])

        async with await AsyncHoldpoint.create(policies=SAMPLES["policies"], on_approval=answer) as hp:
            assert (await hp.enforce_policy(agent_id="bot", input="hello")).allowed
            with pytest.raises(PolicyBlockedError):
                await hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"])
            assert (await hp.enforce_tool_call(agent_id="bot", tool="send_email", args={"ok": True})).allowed
            with pytest.raises(ApprovalDeniedError):
                await hp.enforce_tool_call(agent_id="bot", tool="send_email", args={"ok": False})

    asyncio.run(main())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("injection_scan:\n  enforcment: block\n", r"line 2 column 3: unknown field `enforcment`"),
        ("injection_scan: [", r"line \d+ column \d+"),
        ("- id: a\n  policyType: expression\n  ruleDefinition:\n    expression: 'agentt'\n", "line 4 column 18"),
        (
            "- id: a\n  policyType: expression\n  ruleDefinition:\n"
            "    expression: |\n      agentId ==\n        agentt\n",
            "line 6 column 9",
        ),
        ("- id: a\n  id: b\n", "line 2 column 3: `id` is given twice"),
        ("a: &a [*a]\n", "stands within what it names"),
        ("", "expected a list of policies"),
    ],
)
def test_a_bad_policy_file_names_file_line_and_column(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(text)
    with pytest.raises(PolicyCompileError, match=message) as refused:
        Holdpoint(policies=path)
    assert str(path) in str(refused.value)
    assert not load_policy_file(path).ok


def test_a_json_file_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "policies.json"
    path.write_text('{"injection_scan": {"enforcement": "block",}}')
    assert load_policy_file(path).problems[0].line == 1
    path.write_text('{"injection_scan": {"enforcement": "block"}}')
    assert load_policy_file(path).policies[0].enforcement_mode == "block"


def test_a_missing_file_stops_the_client_from_starting(tmp_path: Path) -> None:
    with pytest.raises(PolicyCompileError, match="no such file"):
        Holdpoint(policies=tmp_path / "none.yaml")


def test_a_file_that_changes_is_in_force_and_a_bad_one_disarms_nobody(create: Create, tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(FILE.format(mode="block"))
    hp = create(policies=path, reload_debounce_ms=10)
    events: list[Any] = []
    hp.on("sync", events.append)

    def blocks() -> bool:
        return not hp.evaluate(agent_id="bot", input=SAMPLES["attack"]).allowed

    assert blocks()

    def write(text: str) -> None:
        count = len(events)
        path.write_text(text)
        deadline = time.monotonic() + 120
        while len(events) == count:
            assert time.monotonic() < deadline
            time.sleep(0.005)

    write(FILE.format(mode="monitor"))
    assert not blocks()
    write(FILE.format(mode="block"))
    write("injection_scan:\n  enforcment: monitor\n")
    assert (events[-1].ok, events[-1].problems[0].line) == (False, 2)
    assert blocks()
    count = len(events)
    path.unlink()
    while len(events) == count:
        time.sleep(0.005)
    assert blocks()
