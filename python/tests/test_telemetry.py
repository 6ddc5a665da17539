"""Spans and metrics, with the real OpenTelemetry SDK."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import SAMPLES, Create
from opentelemetry import trace as otel
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from holdpoint import AgentPausedError, ConfigError, Holdpoint, PolicyBlockedError, TelemetryOptions

SECRET = "anna@example.org"


class Seen:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider(metric_readers=[self.reader])
        self.options = TelemetryOptions(self.tracers, self.meters)

    def finished(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def by_name(self) -> dict[str, Any]:
        return {span.name: span for span in self.finished()}

    def metrics(self) -> dict[str, Any]:
        data: Any = self.reader.get_metrics_data()
        return {one.name: one for one in data.resource_metrics[0].scope_metrics[0].metrics}


@pytest.fixture
def seen() -> Iterator[Seen]:
    seen = Seen()
    yield seen
    seen.tracers.shutdown()
    seen.meters.shutdown()


@pytest.fixture
def hp(create: Create, seen: Seen) -> Holdpoint:
    return create(telemetry=seen.options)


def duration_ms(span: Any) -> float:
    return float(span.end_time - span.start_time) / 1e6


def test_spans_follow_traces_with_parents_kinds_and_names_of_the_conventions(hp: Holdpoint, seen: Seen) -> None:
    run = hp.start_trace(agent_id="bot", session_id="s-1", name="support")
    chat = run.span("gpt", span_type="llm", attributes={"gen_ai.provider.name": "openai"})
    tool = run.span("search", span_type="tool", parent_span_id=chat.span_id)
    hp.enforce_policy(agent_id="bot", input="hello", trace=run)
    time.sleep(0.012)
    tool.end()
    chat.end()
    run.record_usage(prompt_tokens=11, completion_tokens=7, model_name="m")
    run.end(output="done")
    found = seen.by_name()
    root, model, call = found["invoke_agent support"], found["chat gpt"], found["execute_tool search"]
    assert root.parent is None
    assert root.kind is SpanKind.INTERNAL
    assert dict(root.attributes) == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.id": "bot",
        "gen_ai.agent.name": "support",
        "gen_ai.conversation.id": "s-1",
        "gen_ai.request.model": "m",
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 7,
        "holdpoint.trace.id": run.trace_id,
    }
    assert model.kind is SpanKind.CLIENT
    assert dict(model.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.agent.id": "bot",
        "gen_ai.conversation.id": "s-1",
    }
    assert call.attributes["gen_ai.tool.name"] == "search"
    assert model.parent.span_id == root.context.span_id
    assert call.parent.span_id == model.context.span_id
    assert found["holdpoint.enforce input"].parent.span_id == root.context.span_id
    assert {span.context.trace_id for span in found.values()} == {root.context.trace_id}
    assert all(span.status.status_code is StatusCode.UNSET for span in found.values())
    assert duration_ms(call) > 5
    assert duration_ms(root) >= duration_ms(model)


def test_spans_say_what_was_decided_and_that_it_was_stopped(hp: Holdpoint, seen: Seen) -> None:
    hp.enforce_policy(agent_id="bot", input="hello")
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"], session_id="s")
    hp.pause_agent("bot")
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(agent_id="bot", input="hello")
    allowed, blocked, paused = seen.finished()
    facts: Any = allowed.attributes
    assert facts["holdpoint.verdict"] == "allow"
    assert facts["holdpoint.allowed"] is True
    assert facts["holdpoint.plan.digest"] == hp.stats().plan_digest
    assert duration_ms(allowed) > 0
    facts = blocked.attributes
    assert blocked.status.status_code is StatusCode.ERROR
    assert blocked.status.description == "block"
    assert facts["error.type"] == "policy_blocked"
    assert facts["gen_ai.conversation.id"] == "s"
    assert len(facts["holdpoint.violated_policies"]) == len(facts["holdpoint.reasons"]) == 1
    facts = paused.attributes
    assert facts["error.type"] == "agent_paused"


def test_spans_belong_to_the_span_that_is_active_in_the_program(hp: Holdpoint, seen: Seen) -> None:
    with seen.tracers.get_tracer("program").start_as_current_span("request") as parent:
        hp.enforce_policy(agent_id="bot", input="hello")
        hp.start_trace(agent_id="bot").end()
    inner: list[Any] = [span for span in seen.finished() if span.name != "request"]
    assert [span.parent.span_id for span in inner] == [parent.get_span_context().span_id] * 2


def test_spans_end_with_the_status_of_traces_also_when_one_was_left_open(hp: Holdpoint, seen: Seen) -> None:
    run = hp.start_trace(agent_id="bot", name="a")
    run.span("left", span_type="tool")
    run.span("failed", span_type="tool").end(error=TypeError("boom: private words"))
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"], trace=run)
    run.end()
    found = seen.by_name()
    assert found["execute_tool left"].end_time is not None
    assert found["execute_tool failed"].attributes["error.type"] == "TypeError"
    assert found["execute_tool failed"].status.description == "error"
    assert found["invoke_agent a"].status.description == "policy_blocked"


def _use(hp: Holdpoint, seen: Seen) -> str:
    run = hp.start_trace(agent_id="bot", input=SECRET, metadata={"secret": SECRET}, tags=[SECRET])
    hp.enforce_policy(agent_id="bot", input=SECRET, trace=run)
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=f"{SAMPLES['attack']} {SECRET}")
    span = run.span("search", span_type="tool", attributes={"query": SECRET, "deep": {"secret": SECRET}})
    span.end(error=OSError(SECRET), attributes={"rows": 3})
    run.end(output=SECRET, error=OSError(SECRET))
    return "".join(span.to_json() for span in seen.finished())


def test_spans_carry_no_content(hp: Holdpoint, seen: Seen) -> None:
    assert SECRET not in _use(hp, seen)


def test_attributes_are_copied_where_they_are_asked_for(create: Create, seen: Seen) -> None:
    hp = create(telemetry=TelemetryOptions(seen.tracers, seen.meters, capture_attributes=True))
    text = _use(hp, seen)
    assert '"rows": 3' in text
    assert json.dumps(SECRET) in text
    assert "deep" not in text


def test_metrics_count_as_stats_do(hp: Holdpoint, seen: Seen) -> None:
    hp.enforce_policy(agent_id="bot", input="hello")
    hp.enforce_policy(agent_id="bot", input="hello")
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"])
    hp.report_ungoverned("no_handler")
    with hp.start_trace(agent_id="bot") as run:
        run.record_usage(prompt_tokens=100, completion_tokens=20)
    found = seen.metrics()
    decisions = {
        one.attributes["holdpoint.verdict"]: one.value for one in found["holdpoint.decisions"].data.data_points
    }
    assert decisions == {"allow": 2, "block": 1}
    assert {verdict: count for verdict, count in hp.stats().decisions.items() if count} == decisions
    [ungoverned] = found["holdpoint.ungoverned"].data.data_points
    assert (dict(ungoverned.attributes), ungoverned.value) == ({"holdpoint.reason": "no_handler"}, 1)
    assert found["holdpoint.decision.duration"].unit == "s"
    assert [one.count for one in found["holdpoint.decision.duration"].data.data_points] == [2, 1]
    tokens = found["gen_ai.client.token.usage"]
    assert tokens.unit == "{token}"
    assert {one.attributes["gen_ai.token.type"]: one.sum for one in tokens.data.data_points} == {
        "input": 100,
        "output": 20,
    }
    assert tokens.data.data_points[0].explicit_bounds[:3] == (1, 4, 16)
    [operation] = found["gen_ai.client.operation.duration"].data.data_points
    assert dict(operation.attributes) == {"gen_ai.operation.name": "invoke_agent"}


def test_the_option_uses_the_global_providers_or_nothing(
    create: Create, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otel, "get_tracer_provider", lambda: seen.tracers)
    create().enforce_policy(agent_id="bot", input="hello")
    assert seen.finished() == ()
    create(telemetry=True).enforce_policy(agent_id="bot", input="hello")
    assert len(seen.finished()) == 1


def test_the_option_is_refused_without_the_package_or_when_it_is_malformed(
    create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="expected a boolean or TelemetryOptions"):
        create(telemetry="yes")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ConfigError, match="install `opentelemetry-api`"):
        create(telemetry=True)


def test_no_error_of_telemetry_reaches_a_caller(create: Create) -> None:
    class Broken:
        def get_tracer(self, _: str) -> Broken:
            return self

        def start_span(self, *_: Any, **__: Any) -> Any:
            raise OSError("the exporter is broken")

    hp = create(telemetry=TelemetryOptions(tracer_provider=Broken()))
    with hp.start_trace(agent_id="bot") as run:
        run.span("x").end()
        assert hp.enforce_policy(agent_id="bot", input="hello", trace=run).allowed
