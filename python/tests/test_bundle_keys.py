"""Keys of bundles: fetched, pinned, and followed when the control plane changes them (clauses S-17, C-40)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from bundle_client import connect, key_of, rotate
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from waiting import until


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


def pulls_of_keys(plane: ControlPlane) -> int:
    return sum(one["path"].endswith("jwks.json") for one in plane.seen)


def test_keys_are_asked_for_anew_when_a_bundle_is_signed_by_another(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    rotate(plane, 4)
    until(lambda: hp.stats().bundle_version == 4)
    assert pulls_of_keys(plane) == 2


def test_pinned_keys_stay_what_they_are(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotate(plane, 4)
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    assert pulls_of_keys(plane) == 0
    until(lambda: any("not signed by a known key" in problem for problem in problems))
    until(lambda: pulls_of_keys(plane) > 1)
    assert hp.stats().bundle_version == 3


def write_key(key: Ed25519PrivateKey, kid: str) -> dict[str, str]:
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    return {"crv": "Ed25519", "kid": kid, "kty": "OKP", "x": x}


def endorse(plane: ControlPlane, new: dict[str, str], by: Ed25519PrivateKey, kid: str) -> dict[str, str]:
    signed = plane.sign_document(new, "application/vnd.holdpoint.key+json", by)
    return {"kid": new["kid"], "x": new["x"], "by": kid, "sig": signed["signatures"][0]["sig"]}


class Rotations:
    """A control plane that has changed its key twice, and signs with the last one."""

    def __init__(self, plane: ControlPlane) -> None:
        self.keys = [plane.private_key, Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()]
        self.written = [write_key(key, f"key-{n}") for n, key in enumerate(self.keys, 1)]
        self.jwks: dict[str, Any] = {
            "keys": [{**one, "use": "sig"} for one in self.written[1:]],
            # In any order.
            "endorsements": [
                endorse(plane, self.written[2], self.keys[1], "key-2"),
                endorse(plane, self.written[1], self.keys[0], "key-1"),
            ],
        }
        plane.scripts["GET /.well-known/jwks.json"] = lambda _: (200, self.jwks, {})

    def sign(self, plane: ControlPlane, version: int, n: int = 3) -> None:
        signed = json.loads(plane.sign({"version": version, "policies": SAMPLES["policies"]}, self.keys[n - 1]))
        signed["signatures"][0]["keyid"] = f"key-{n}"
        plane.envelope, plane.etag = json.dumps(signed), f'"{version}-{n}"'


def test_pinned_keys_are_followed_through_every_change_of_the_key(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotations = Rotations(plane)
    assert pulls_of_keys(plane) == 0
    rotations.sign(plane, 4)
    until(lambda: hp.stats().bundle_version == 4)
    assert pulls_of_keys(plane) == 1
    rotations.sign(plane, 5, n=2)
    until(lambda: hp.stats().bundle_version == 5)
    assert pulls_of_keys(plane) == 1


def break_chain(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"].pop()


def forge_signature(rotations: Rotations, plane: ControlPlane) -> None:
    stranger = Ed25519PrivateKey.generate()
    rotations.jwks["endorsements"][1] = endorse(plane, rotations.written[1], stranger, "key-1")


def swap_key(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"][0]["x"] = write_key(Ed25519PrivateKey.generate(), "")["x"]


def unlist(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["keys"].pop()


def garble(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"] = [None, {"kid": "key-3"}, {**rotations.jwks["endorsements"][0], "sig": "no"}]


@pytest.mark.parametrize("spoil", [break_chain, forge_signature, swap_key, unlist, garble])
def test_a_key_that_no_pinned_one_leads_to_is_not_followed(
    create: Create, plane: ControlPlane, spoil: Callable[[Rotations, ControlPlane], None]
) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotations = Rotations(plane)
    spoil(rotations, plane)
    rotations.sign(plane, 4)
    until(lambda: pulls_of_keys(plane) > 1)
    assert hp.stats().bundle_version == 3


def test_keys_are_not_asked_for_without_end_because_of_forged_bundles(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, poll_interval_ms=10_000)
    plane.envelope = plane.sign({"version": 9}, Ed25519PrivateKey.generate())
    plane.etag = '"forged"'
    assert hp._running.connection is not None
    for _ in range(5):
        hp._running.connection._bundles.hurry()
        time.sleep(0.02)
    assert hp.stats().bundle_version == 3
    assert pulls_of_keys(plane) == 1
