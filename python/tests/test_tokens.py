"""Tokens through the client."""

from __future__ import annotations

import re

from holdpoint import Holdpoint

POLICIES = [
    {
        "id": "pii",
        "policyType": "pii_access",
        "enforcementMode": "monitor",
        "ruleDefinition": {"strategy": "tokenize", "mask_input": True, "mask_output": True},
    }
]


def test_tokens_hide_values_from_the_model_and_give_them_back() -> None:
    with Holdpoint(policies=POLICIES) as hp:
        vault = hp.create_token_vault()
        decision = hp.enforce_policy(agent_id="bot", input="write to jane@example.com", vault=vault)
        shown = decision.transforms[0].text
        assert re.fullmatch(r"write to \[\[hp:EMAIL:[0-9a-f]{16}\]\]", shown)
        assert hp.restore(f"done: {shown}", vault) == "done: write to jane@example.com"
        restorer = hp.create_restorer(vault)
        assert "".join(map(restorer.push, shown)) + restorer.end() == "write to jane@example.com"


def test_a_token_of_another_request_is_refused_and_stays() -> None:
    with Holdpoint(policies=POLICIES) as hp:
        one, other = hp.create_token_vault(), hp.create_token_vault()
        token = hp.enforce_policy(agent_id="bot", input="jane@example.com", vault=one).transforms[0].text
        second = hp.enforce_policy(agent_id="bot", input=f"see {token}", vault=other)
        assert [violation.reason for violation in second.violations] == ["TOKEN_FORGED"]
        assert hp.restore(token, other) == token
        assert not hp.enforce_policy(agent_id="bot", input=f"see {token}", vault=one).violations
