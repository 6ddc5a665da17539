"""The Python client's end of the protocol in ../README.md."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

# The client takes its clocks from this module: it has to be there first.
_wall_clock = time.time
_wall_clock_ns = time.time_ns
_jump_ms = 0.0
time.time = lambda: _wall_clock() + _jump_ms / 1000
time.time_ns = lambda: _wall_clock_ns() + int(_jump_ms * 1_000_000)

from holdpoint import Holdpoint, HoldpointError

_client: Holdpoint | None = None
_events: list[dict[str, Any]] = []
_writing = threading.Lock()


def _snake(name: str) -> str:
    return re.sub(
        "([a-z])([A-Z])", lambda match: f"{match[1]}_{match[2].lower()}", name
    )


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def _snake_keys(value: dict[str, Any]) -> dict[str, Any]:
    return {_snake(name): member for name, member in value.items()}


def _plain(value: Any) -> Any:
    """What a dataclass of the client says, as TypeScript would."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
        }
        return {_camel(name): _plain(member) for name, member in fields.items()}
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return (
        value
        if value is None or isinstance(value, (str, int, float, bool))
        else str(value)
    )


def _describe(error: BaseException) -> dict[str, Any]:
    code = error.code if isinstance(error, HoldpointError) else "CRASH"
    return {"code": code, "message": f"{error}"}


def _decide(work: Callable[[], Any]) -> dict[str, Any]:
    try:
        decision = work()
    except HoldpointError as error:
        paused = "paused" if error.code == "AGENT_PAUSED" else ""
        verdict = getattr(getattr(error, "decision", None), "verdict", paused)
        return {"allowed": False, "verdict": verdict, "code": error.code}
    return {"allowed": decision.allowed, "verdict": decision.verdict}


def _holdpoint() -> Holdpoint:
    if _client is None:
        raise RuntimeError("there is no client yet")
    return _client


def _create(command: dict[str, Any]) -> dict[str, Any]:
    global _client
    options = _snake_keys(command["options"])
    if isinstance(options.get("spool"), dict):
        options["spool"] = _snake_keys(options["spool"])
    _client = Holdpoint(**options)
    for name in ("sync", "dropped"):
        _client.on(
            name,
            lambda event, name=name: _events.append({"name": name, **_plain(event)}),
        )
    return {}


def _enforce(command: dict[str, Any]) -> dict[str, Any]:
    return _decide(
        lambda: _holdpoint().enforce_policy(**_snake_keys(command["request"]))
    )


def _verb(command: dict[str, Any]) -> dict[str, Any]:
    verb = getattr(_holdpoint(), _snake(command["verb"]))
    return _decide(lambda: verb(**_snake_keys(command["request"])))


def _burst(command: dict[str, Any]) -> dict[str, Any]:
    verdicts: dict[str, int] = {}
    request = _snake_keys(command["request"])
    for number in range(command["from"], command["from"] + command["count"]):
        request["session_id"] = f"s-{number}"
        verdict = _decide(lambda: _holdpoint().enforce_policy(**request))["verdict"]
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    return {"verdicts": verdicts}


def _start_trace(command: dict[str, Any]) -> dict[str, Any]:
    try:
        _holdpoint().start_trace(agent_id=command["agentId"]).end()
    except HoldpointError as error:
        return {"code": error.code}
    return {}


def _flush(_: dict[str, Any]) -> dict[str, Any]:
    _holdpoint().flush()
    return {}


def _stats(_: dict[str, Any]) -> dict[str, Any]:
    return {"stats": _plain(_holdpoint().stats())}


def _take_events(_: dict[str, Any]) -> dict[str, Any]:
    told = _events[:]
    del _events[: len(told)]
    return {"events": told}


def _memory(_: dict[str, Any]) -> dict[str, Any]:
    gc.collect()
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return {"bytes": pages * os.sysconf("SC_PAGE_SIZE")}


def _jump(command: dict[str, Any]) -> dict[str, Any]:
    global _jump_ms
    _jump_ms += command["ms"]
    return {}


def _close(_: dict[str, Any]) -> dict[str, Any]:
    _holdpoint().close()
    return {}


_RUN: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "create": _create,
    "enforce": _enforce,
    "verb": _verb,
    "burst": _burst,
    "startTrace": _start_trace,
    "flush": _flush,
    "stats": _stats,
    "events": _take_events,
    "memory": _memory,
    "jump": _jump,
    "close": _close,
}


def _answer(command: dict[str, Any]) -> None:
    try:
        members = {"ok": True, **_RUN[command["op"]](command)}
    except BaseException as error:  # noqa: BLE001
        members = {"ok": False, **_describe(error)}
    with _writing:
        sys.stdout.write(json.dumps({"id": command["id"], **members}) + "\n")
        sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        command = json.loads(line)
        if command["op"] == "exit":
            sys.exit(0)
        threading.Thread(target=_answer, args=(command,), daemon=True).start()
    os._exit(0)


if __name__ == "__main__":
    main()
