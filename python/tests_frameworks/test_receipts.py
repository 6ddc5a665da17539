"""Every step of a crew and of a workflow has a receipt of its own, and a step without one is named."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import crewai_stand_ins
import llama_stand_ins
import pytest
from samples import SAMPLES, Create

from holdpoint import Holdpoint, verify_receipts


def connect(create: Create, folder: Path) -> Holdpoint:
    """A client whose traces stay on its disk: nobody takes them."""
    return create(
        control_plane="http://127.0.0.1:9",
        api_key="key",
        stream=False,
        spool={"directory": str(folder)},
        close_timeout_ms=50,
        on_approval=lambda _context: True,
    )


def traces_in(hp: Holdpoint, folder: Path) -> list[Any]:
    hp.close()
    lines = [line for file in sorted(folder.rglob("*.seg")) for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line.partition(" ")[2]) for line in lines if not line.startswith("holdpoint-spool")]


def steps_of(traces: list[Any]) -> list[tuple[str, str]]:
    spans = [span for trace in traces for span in trace.get("spans", [])]
    return sorted((span["name"], span["status"]) for span in spans if span["spanType"] in ("llm", "tool"))


@pytest.mark.parametrize("native", [True, False])
def test_crewai(create: Create, tmp_path: Path, native: bool) -> None:
    hp = connect(create, tmp_path)
    stand_ins = crewai_stand_ins

    def run(*names: str, asks: str = SAMPLES["question"]) -> None:
        wanted: list[Any] = [stand_ins.calls_of(name) if native else stand_ins.written_call(name) for name in names]
        model = stand_ins.model_of(*wanted, "Final Answer: done", native=native)
        with suppress(Exception):
            stand_ins.governed(hp, model, *map(stand_ins.tool_of, dict.fromkeys(names)), asks=asks).kickoff()

    run("db_read", "send_email")
    run("db_write")
    run(asks=SAMPLES["attack"])
    with hp.start_trace(agent_id="support-bot") as trace:
        trace.span("db_read", span_type="tool").end()
    traces = traces_in(hp, tmp_path)
    assert [one.message for one in verify_receipts(traces).problems] == ["no decision about this tool call db_read"]
    tools = [(name, status) for name, status in steps_of(traces) if name != "stand-in"]
    assert tools == [
        ("db_read", "success"),
        ("db_read", "success"),
        ("db_write", "policy_blocked"),
        ("send_email", "success"),
    ]


@pytest.mark.parametrize("streaming", [True, False])
def test_llama_index(create: Create, tmp_path: Path, streaming: bool) -> None:
    hp = connect(create, tmp_path)
    stand_ins = llama_stand_ins

    def run(*names: str, asks: str = SAMPLES["question"]) -> None:
        model = stand_ins.CountingModel(*([stand_ins.calls_of(*names)] if names else []), "done")
        tools = [stand_ins.Counter().tool(name) for name in dict.fromkeys(names)]
        with suppress(Exception):
            stand_ins.run(stand_ins.governed(hp, model, *tools, streaming=streaming), asks)

    run("db_read", "db_read", "send_email")
    run("db_write")
    run(asks=SAMPLES["attack"])
    with hp.start_trace(agent_id="support-bot") as trace:
        trace.span("db_read", span_type="tool").end()
    traces = traces_in(hp, tmp_path)
    assert [one.message for one in verify_receipts(traces).problems] == ["no decision about this tool call db_read"]
    assert steps_of(traces) == [
        *[("CountingModel", "policy_blocked")],
        *[("CountingModel", "success")] * 3,
        *[("db_read", "success")] * 3,
        ("db_write", "policy_blocked"),
        ("send_email", "success"),
    ]
