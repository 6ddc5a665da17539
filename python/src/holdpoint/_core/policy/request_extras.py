"""Fields that few requests have, each a part of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..._gen import tables
from ..._gen.messages import ApprovalProof, ClassifierResult, ToolDescriptor, ValidatorResult
from ..decide import es_number, from_wire, own_keys, utf16_length
from ..decide.numbers import MAX_SAFE_INTEGER, is_finite, is_number
from .decode_message import decode_object
from .problems import ProblemList, describe_type, is_object, list_names, point_to

_INVALID = "REQUEST_INVALID"
_TOO_LARGE = "REQUEST_TOO_LARGE"

# Where what is wrong with a field goes: part, path, reason, message.
Fail = Callable[[str, str, str, str], None]
# Checks a JSON value against the bounds of the request: value, part, path.
Walk = Callable[[Any, str, str], bool]


class ClassifierScoresResult(NamedTuple):
    """What a classifier said about one policy's texts; `error`: why there are no scores, else empty."""

    scores: dict[str, float]
    error: str
    open: bool


class RequestExtras:
    """Absent texts are empty, absent counts zero (SPECIFICATION D-14).

    `workspace_id`, `team_id`: empty when the request does not say; then the registered agent's count.
    """

    __slots__ = (
        "action",
        "approvals",
        "classifications",
        "classifier_results",
        "data_classification",
        "data_source",
        "delegated_tools",
        "delegation_chain",
        "output_tokens",
        "parent_session_id",
        "provider",
        "record_count",
        "region",
        "resource",
        "scores",
        "target_agent_id",
        "team_id",
        "tool_descriptor",
        "user_groups",
        "user_roles",
        "validator_results",
        "workspace_id",
    )

    def __init__(self) -> None:
        self.provider = ""
        self.region = ""
        self.user_roles: list[str] = []
        self.user_groups: list[str] = []
        self.action = ""
        self.resource = ""
        self.target_agent_id = ""
        self.delegation_chain: list[str] = []
        self.delegated_tools: list[str] = []
        self.data_source = ""
        self.data_classification = ""
        self.record_count: float = 0
        self.scores: dict[str, float] = {}
        self.classifications: dict[str, float] = {}
        self.approvals: list[ApprovalProof] = []
        self.tool_descriptor: ToolDescriptor | None = None
        self.validator_results: dict[str, ValidatorResult] = {}
        self.output_tokens: float = 0
        self.workspace_id = ""
        self.team_id = ""
        self.parent_session_id = ""
        self.classifier_results: dict[str, ClassifierScoresResult] = {}


NO_EXTRAS = RequestExtras()

EXTRA_FIELDS = frozenset(
    {
        "action",
        "approvals",
        "classifications",
        "classifierResults",
        "dataClassification",
        "dataSource",
        "delegatedTools",
        "delegationChain",
        "outputTokens",
        "parentSessionId",
        "provider",
        "recordCount",
        "region",
        "resource",
        "scores",
        "targetAgentId",
        "teamId",
        "toolDescriptor",
        "userGroups",
        "userRoles",
        "validatorResults",
        "workspaceId",
    }
)


def read_extras(source: dict[str, Any], fail: Fail, walk: Walk) -> RequestExtras:
    """The extra fields of a request; what is wrong with one concerns only who reads it."""
    extras = RequestExtras()
    # The order of the fields is the order of their problems, in every language.
    extras.provider = _read_name(source, "provider", fail)
    extras.region = _read_name(source, "region", fail)
    extras.user_roles = _read_names(source, "userRoles", tables.MAX_ROLES, fail)
    extras.user_groups = _read_names(source, "userGroups", tables.MAX_ROLES, fail)
    extras.action = _read_name(source, "action", fail)
    extras.resource = _read_name(source, "resource", fail)
    extras.target_agent_id = _read_name(source, "targetAgentId", fail)
    extras.delegation_chain = _read_names(source, "delegationChain", tables.MAX_DELEGATION_CHAIN, fail)
    extras.delegated_tools = _read_names(source, "delegatedTools", tables.MAX_TOOLS, fail)
    extras.data_source = _read_name(source, "dataSource", fail, tables.MAX_URI_CHARS)
    extras.data_classification = _read_classification(source, fail)
    extras.record_count = _read_count(source, "recordCount", fail, whole=True)
    extras.scores = _read_numbers(source, "scores", None, fail)
    extras.classifications = _read_numbers(source, "classifications", 1, fail)
    extras.approvals = _read_approvals(source, fail)
    extras.tool_descriptor = _read_descriptor(source, fail, walk)
    extras.validator_results = _read_results(source, fail)
    extras.output_tokens = _read_count(source, "outputTokens", fail, whole=False)
    extras.workspace_id = _read_name(source, "workspaceId", fail)
    extras.team_id = _read_name(source, "teamId", fail)
    extras.parent_session_id = _read_name(source, "parentSessionId", fail)
    extras.classifier_results = _read_classifier_results(source, fail)
    return extras


def _read_name(source: dict[str, Any], key: str, fail: Fail, most: int = tables.MAX_NAME_CHARS) -> str:
    value = source.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        fail(key, f"/{key}", _INVALID, f"expected a string, got {describe_type(value)}")
    elif utf16_length(value) > most:
        fail(key, f"/{key}", _TOO_LARGE, f"is longer than {most} characters")
    else:
        return value
    return ""


def _read_names(source: dict[str, Any], key: str, most: int, fail: Fail) -> list[str]:
    items = _read_items(source, key, most, fail)
    for index, name in enumerate(items):
        if not isinstance(name, str):
            fail(key, f"/{key}/{index}", _INVALID, f"expected a string, got {describe_type(name)}")
            return []
        if utf16_length(name) > tables.MAX_NAME_CHARS:
            fail(key, f"/{key}/{index}", _TOO_LARGE, f"is longer than {tables.MAX_NAME_CHARS} characters")
            return []
    return items


def _read_items(source: dict[str, Any], key: str, most: int, fail: Fail) -> list[Any]:
    value = source.get(key)
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        fail(key, f"/{key}", _INVALID, f"expected a list, got {describe_type(value)}")
    elif len(value) > most:
        fail(key, f"/{key}", _TOO_LARGE, f"has {len(value)} items, at most {most} are allowed")
    else:
        return list(value)
    return []


def _read_classification(source: dict[str, Any], fail: Fail) -> str:
    value = source.get("dataClassification")
    if value is None:
        return ""
    if isinstance(value, str) and value in tables.DATA_CLASSIFICATION_VALUES:
        return value
    message = f"expected {list_names(tables.DATA_CLASSIFICATION_VALUES)}"
    fail("dataClassification", "/dataClassification", _INVALID, message)
    return ""


def _read_count(source: dict[str, Any], key: str, fail: Fail, *, whole: bool) -> float:
    value = source.get(key)
    if value is None:
        return 0
    if is_number(value) and 0 <= value <= MAX_SAFE_INTEGER and (not whole or value == int(value)):
        return int(value) if whole else value
    kind = "whole number" if whole else "number"
    wanted = f"expected a {kind} from 0 to {es_number(MAX_SAFE_INTEGER)}"
    fail(key, f"/{key}", _INVALID, f"{wanted}, got {_describe_number(value)}")
    return 0


def _describe_number(value: Any) -> str:
    if not is_number(value):
        return describe_type(value)
    return "NaN" if value != value else "a number out of range"  # noqa: PLR0124


def _read_members(source: dict[str, Any], key: str, most: int, fail: Fail) -> list[str]:
    value = source.get(key)
    if value is None:
        return []
    if not is_object(value):
        fail(key, f"/{key}", _INVALID, f"expected an object, got {describe_type(value)}")
        return []
    names = own_keys(value)
    if len(names) > most:
        fail(key, f"/{key}", _TOO_LARGE, f"has {len(names)} members, at most {most} are allowed")
    elif any(utf16_length(name) > tables.MAX_NAME_CHARS for name in names):
        fail(key, f"/{key}", _TOO_LARGE, f"a name is longer than {tables.MAX_NAME_CHARS} characters")
    else:
        return names
    return []


def _read_numbers(source: dict[str, Any], key: str, most: int | None, fail: Fail) -> dict[str, float]:
    read: dict[str, float] = {}
    for name in _read_members(source, key, tables.MAX_SCORES, fail):
        item = source[key][name]
        if item is None:
            # A member that is null is absent, as everywhere.
            continue
        if is_number(item) and is_finite(item) and (most is None or 0 <= item <= most):
            read[name] = float(item)
            continue
        wanted = "a finite number" if most is None else f"a number from 0 to {most}"
        fail(key, point_to(f"/{key}", name), _INVALID, f"expected {wanted}, got {_describe_number(item)}")
    return read


def _read_document(name: str, value: Any, key: str, path: str, fail: Fail) -> dict[str, Any] | None:
    """A document of the contract inside the request; None, with problems, when anything is wrong with it."""
    problems = ProblemList()
    decoded = decode_object(name, value, path, problems)
    for problem in problems.list:
        fail(key, problem.pointer, _INVALID, problem.message)
    return None if problems.count > 0 else decoded


def _read_approvals(source: dict[str, Any], fail: Fail) -> list[ApprovalProof]:
    read = []
    for index, item in enumerate(_read_items(source, "approvals", tables.MAX_APPROVALS, fail)):
        proof = _read_document("ApprovalProof", item, "approvals", f"/approvals/{index}", fail)
        if proof is not None:
            read.append(from_wire(ApprovalProof, proof))
    return read


def _read_descriptor(source: dict[str, Any], fail: Fail, walk: Walk) -> ToolDescriptor | None:
    key = "toolDescriptor"
    if source.get(key) is None:
        return None
    read = _read_document("ToolDescriptor", source[key], key, f"/{key}", fail)
    if read is None:
        return None
    if utf16_length(read.get("description", "")) > tables.MAX_TEXT_CHARS:
        fail(key, f"/{key}/description", _TOO_LARGE, f"is longer than {tables.MAX_TEXT_CHARS} characters")
        return None
    annotations = read.get("annotations")
    if annotations is not None and not walk(annotations, key, f"/{key}/annotations"):
        return None
    return from_wire(ToolDescriptor, read)


def _read_results(source: dict[str, Any], fail: Fail) -> dict[str, ValidatorResult]:
    key = "validatorResults"
    read: dict[str, ValidatorResult] = {}
    for name in _read_members(source, key, tables.MAX_VALIDATOR_RESULTS, fail):
        item = source[key][name]
        if item is None:
            continue
        result = _read_document("ValidatorResult", item, key, point_to(f"/{key}", name), fail)
        if result is not None:
            read[name] = from_wire(ValidatorResult, result)
    return read


def _read_classifier_results(source: dict[str, Any], fail: Fail) -> dict[str, ClassifierScoresResult]:
    key = "classifierResults"
    read: dict[str, ClassifierScoresResult] = {}
    for name in _read_members(source, key, tables.MAX_CLASSIFIER_RESULTS, fail):
        item = source[key][name]
        if item is None:
            continue
        path = point_to(f"/{key}", name)
        document = _read_document("ClassifierResult", item, key, path, fail)
        if document is None:
            continue
        result = from_wire(ClassifierResult, document)
        scores = dict(result.scores or {})
        if _check_scores(scores, point_to(path, "scores"), fail):
            read[name] = ClassifierScoresResult(scores, result.error or "", bool(result.open))
    return read


def _check_scores(scores: dict[str, float], path: str, fail: Fail) -> bool:
    """Whether all are from 0 to 1; else with a problem."""
    key = "classifierResults"
    if len(scores) > tables.MAX_SCORES:
        fail(key, path, _TOO_LARGE, f"has {len(scores)} members, at most {tables.MAX_SCORES} are allowed")
        return False
    # As ECMAScript orders members: the first at fault is the same in every language.
    for name in own_keys(dict[str, object](scores)):
        if not 0 <= scores[name] <= 1:
            message = f"expected a number from 0 to 1, got {_describe_number(scores[name])}"
            fail(key, point_to(path, name), _INVALID, message)
            return False
    return True
