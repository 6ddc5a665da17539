"""What waits for a control plane does not stop the loop."""

from __future__ import annotations

import asyncio
import threading

import pytest
from conftest import SAMPLES
from control_plane import Answer, ControlPlane

from holdpoint import AsyncHoldpoint


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


def test_the_loop_goes_on_while_the_client_waits_for_its_server(plane: ControlPlane) -> None:
    """The server answers only what the loop lets it: a loop that stood still would wait for ever."""
    go_bundle, go_traces = threading.Event(), threading.Event()

    def answer_bundle(_: object) -> Answer:
        assert go_bundle.wait(30)
        return 200, plane.envelope, {"etag": plane.etag}

    def answer_traces(_: object) -> Answer:
        assert go_traces.wait(30)
        return 202, {"accepted": 1, "failed": 0}, {}

    plane.scripts["GET /api/v1/sdk/bundle"] = answer_bundle
    plane.scripts["POST /api/v1/traces/ingest"] = answer_traces
    options = {"stream": False, "request_timeout_ms": 60_000, "first_bundle_timeout_ms": 60_000}

    async def run() -> None:
        creating = asyncio.create_task(
            AsyncHoldpoint.create(control_plane=plane.url, api_key="k", close_timeout_ms=60_000, **options)
        )
        while not any(one["path"].endswith("bundle") for one in plane.seen):
            await asyncio.sleep(0.001)
        assert not creating.done()
        go_bundle.set()
        async with await creating as hp:
            assert (await hp.enforce_policy(agent_id="a", input="hello")).allowed
            flushing = asyncio.create_task(hp.flush())
            while not any(one["path"].endswith("ingest") for one in plane.seen):
                await asyncio.sleep(0.001)
                # Decisions are made meanwhile.
                await hp.enforce_policy(agent_id="a", input="hello")
            assert not flushing.done()
            go_traces.set()
            await flushing
            assert hp.stats().sent_traces >= 1

    asyncio.run(run())
