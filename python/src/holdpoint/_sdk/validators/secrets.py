"""Write-only secrets of validators, over the authenticated API (clause V-12). They are in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from ..transport.api import Api, member, parse_json

_FORBIDDEN = 403
_NOT_FOUND = 404


class ValidatorSecrets:
    """Asked once for each version of the bundle; safe for threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._version = -1
        self._secrets: Mapping[str, str | None] | None = None

    def find(self, policy_id: str, version: int) -> str | None:
        """The secret for a policy; empty when there is none. Never raises.

        None when that is not known, or there is one that the control plane cannot give.
        """
        with self._lock:
            if self._secrets is None or self._version != version:
                self._secrets = self._load()
                self._version = version
            return None if self._secrets is None else self._secrets.get(policy_id, "")

    def _load(self) -> Mapping[str, str | None] | None:
        answer = self._api.call("GET", "/api/v1/sdk/validators")
        # A key that may not have them, and a server that has none, are known: there are no secrets.
        if answer.status in (_FORBIDDEN, _NOT_FOUND):
            return {}
        data = member(parse_json(answer.text), "data") if answer.outcome == "ok" else None
        if not isinstance(data, list):
            return None
        pairs = [(member(one, "policyId"), member(one, "secret")) for one in data]
        return {name: one for name, one in pairs if isinstance(name, str) and (one is None or isinstance(one, str))}
