"""A client of the stand-in for the control plane, and what tests of bundles and pauses do with both."""

from __future__ import annotations

import base64
from typing import Any

from conftest import SAMPLES, Create
from control_plane import ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdpoint import AgentPausedError, Holdpoint

FAST = {"poll_interval_ms": 30, "flush_interval_ms": 20, "close_timeout_ms": 100, "stream": False}
SAFE = {"agent_id": "a", "input": "hello"}


def connect(create: Create, plane: ControlPlane, **options: Any) -> Holdpoint:
    patient = {"first_bundle_timeout_ms": 60_000, "api_key": "key"}
    return create(**{"policies": None, "control_plane": plane.url, **patient, **FAST, **options})


def fail(plane: ControlPlane, status: int = 503) -> None:
    plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: (status, "", {})


def recover(plane: ControlPlane) -> None:
    plane.scripts.pop("GET /api/v1/sdk/bundle", None)


def rotate(plane: ControlPlane, version: int) -> None:
    plane.private_key = Ed25519PrivateKey.generate()
    plane.set_bundle({"version": version, "policies": SAMPLES["policies"]})


def key_of(plane: ControlPlane, kid: str = "key-1") -> dict[str, str]:
    raw = plane.private_key.public_key().public_bytes_raw()
    return {"kid": kid, "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def is_held(hp: Holdpoint, agent_id: str) -> bool:
    try:
        hp.enforce_policy(agent_id=agent_id, input="hello")
    except AgentPausedError:
        return True
    return False
