"""A request, bounded and read: what evaluation sees of it."""

from __future__ import annotations

from typing import Any

from ..._gen import tables
from ..._gen.messages import MESSAGES, RequestProblem
from ..decide import es_number, own_keys, utf16_length
from ..decide.numbers import MAX_SAFE_INTEGER, is_number
from ..detect import Text
from .money import to_micros
from .problems import describe_type, list_names, point_to, show_name
from .request_extras import EXTRA_FIELDS, NO_EXTRAS, read_extras
from .suggest import suggest
from .walk_json import JsonWalk

_FIELDS = {name: tuple(MESSAGES[name]) for name in ("EnforceRequest", "ToolCall", "ToolOutput")}
_KNOWN = {name: frozenset(fields) for name, fields in _FIELDS.items()}
_KNOWN_FIELDS = _KNOWN["EnforceRequest"]
_USUAL_FIELDS = _KNOWN_FIELDS - EXTRA_FIELDS
# A request with no others, as most are, need not be asked for the rest.
_PLAIN_FIELDS = frozenset(("agentId", "phase", "input", "estimatedCost", "environment", "userId", "sessionId"))
# Half of the code units that a name or a text may have: so many characters are never too long.
_SHORT_NAME = tables.MAX_NAME_CHARS // 2
_SHORT_TEXT = min(tables.MAX_TEXT_CHARS, tables.MAX_TOTAL_TEXT_CHARS) // 2
_DEFAULT_PHASE: str = MESSAGES["EnforceRequest"]["phase"]["default"]
_PHASES = frozenset(tables.PHASE_VALUES)

# Parts whose breakage also leaves the texts incomplete.
_TEXT_PARTS = frozenset({"input", "output", "tool", "tool_result"})

# Paths of what selects policies, beside the agent's id.
_SELECTING = frozenset({"", "/phase", "/environment"})

_INVALID = "REQUEST_INVALID"
_TOO_LARGE = "REQUEST_TOO_LARGE"
_NO_ARGS: dict[str, Any] = {}
_NO_TOOLS: list[str] = []


class RequestView:
    """What policies read. Money in micro-dollars.

    `broken`: parts that cannot be judged, in order, each with the first problem found there (SPECIFICATION D-16).
    `unreadable`: fields that say which policies apply, where they cannot be read; empty text stands for the whole
    request.
    """

    __slots__ = (
        "agent_id",
        "broken",
        "cost",
        "environment",
        "estimated_cost",
        "extras",
        "hosts",
        "input",
        "is_plain",
        "metadata",
        "model",
        "nodes_left",
        "output",
        "phase",
        "problems",
        "session_id",
        "source",
        "text_left",
        "texts",
        "tokens",
        "tool_args",
        "tool_input",
        "tool_name",
        "tool_output",
        "tool_result",
        "tools",
        "unreadable",
        "user_id",
    )

    def __init__(self) -> None:
        self.agent_id = ""
        self.phase = _DEFAULT_PHASE
        self.environment = ""
        self.texts: list[Text] = []
        self.cost = 0
        self.tokens: float = 0
        self.tool_name = ""
        self.tool_args: dict[str, Any] = _NO_ARGS
        self.tool_result = ""
        self.tools: list[str] = _NO_TOOLS
        self.metadata: dict[str, Any] = _NO_ARGS
        self.input = ""
        self.output = ""
        self.model = ""
        self.user_id = ""
        self.session_id = ""
        self.estimated_cost = 0.0
        # A dictionary that has none but plain fields.
        self.is_plain = False
        # Fields that few requests have.
        self.extras = NO_EXTRAS
        # Of the last result sent along: what the tool was called with, and what it returned.
        self.tool_input: Any = None
        self.tool_output: Any = None
        # Hosts that the arguments name, once somebody has asked for them.
        self.hosts: tuple[Any] | None = None
        # The request as it was sent.
        self.source: dict[str, Any] = _NO_ARGS
        self.problems: list[RequestProblem] = []
        self.broken: dict[str, RequestProblem] = {}
        self.unreadable: set[str] = set()
        self.text_left = tables.MAX_TOTAL_TEXT_CHARS
        self.nodes_left = tables.MAX_NODES

    def fail(self, part: str, path: str, reason: str, message: str) -> None:
        """Marks a part as broken and says why."""
        problem = RequestProblem(path, reason, message)
        self.broken.setdefault(part, problem)
        if part in _TEXT_PARTS:
            self.broken.setdefault("texts", problem)
        if part == "identity" and path in _SELECTING:
            self.unreadable.add(path)
        if len(self.problems) < tables.MAX_PROBLEMS:
            self.problems.append(problem)


def bind_request(request: Any, default_environment: str) -> RequestView:
    """A request (wire names) as evaluation sees it.

    Whatever is wrong with it (types, NaN, limits, unknown fields) becomes a problem with a pointer and marks the part
    it concerns as broken; the rest stays usable. Absent texts are empty, an absent cost is zero (D-14). Raises only
    what a hostile mapping raises.
    """
    view = RequestView()
    has_extras = is_plain = False
    if isinstance(request, dict):
        get = request.get
        view.source = request
        is_plain = view.is_plain = type(request) is dict and _PLAIN_FIELDS.issuperset(request)
        if not (is_plain or _USUAL_FIELDS.issuperset(request)):
            has_extras = not EXTRA_FIELDS.isdisjoint(request)
            if not _KNOWN_FIELDS.issuperset(request):
                _refuse_unknown(view, request, "EnforceRequest", "identity", "")
    else:
        get = _NO_ARGS.get
        view.fail("identity", "", _INVALID, f"expected an object, got {describe_type(request)}")
    # The order of the fields is the order of their problems, in every language.
    # What is as it mostly is (absent, a short text) is taken without a call.
    agent_id = get("agentId")
    if type(agent_id) is str and 0 < len(agent_id) <= _SHORT_NAME:
        view.agent_id = agent_id
    else:
        view.agent_id = _read_name(view, agent_id, "agentId", "identity")
        if view.agent_id == "" and "identity" not in view.broken:
            view.fail("identity", "/agentId", _INVALID, "missing field `agentId`")
    if (phase := get("phase")) is not None:
        view.phase = _read_phase(view, phase)
    if (text := get("input")) is not None:
        if type(text) is str and 0 < len(text) <= _SHORT_TEXT and text.isascii():
            view.input = text
            view.text_left -= len(text)
            view.texts.append(Text("input", "/input", text))
        else:
            view.input = _read_text(view, text, "input", "/input", "input")
    if not is_plain:
        if (history := get("conversationHistory")) is not None:
            _read_history(view, history)
        if (tool := get("tool")) is not None:
            _read_tool(view, tool)
        if (outputs := get("toolOutputs")) is not None:
            _read_tool_outputs(view, outputs)
        if (output := get("output")) is not None:
            view.output = _read_text(view, output, "output", "/output", "output")
    if (cost := get("estimatedCost")) is not None:
        if type(cost) is not float or not 0 <= cost <= tables.MAX_COST_USD:
            cost = float(_read_number(view, cost, "cost", "/estimatedCost", tables.MAX_COST_USD))
        view.estimated_cost = cost
        view.cost = to_micros(cost)
    environment = get("environment")
    if type(environment) is not str or len(environment) > _SHORT_NAME:
        environment = _read_name(view, environment, "environment", "identity")
    view.environment = environment or default_environment
    if not is_plain:
        if (tokens := get("estimatedTokens")) is not None:
            view.tokens = _read_number(view, tokens, "tokens", "/estimatedTokens", MAX_SAFE_INTEGER)
        if (tools := get("tools")) is not None:
            _read_tools(view, tools)
        if (metadata := get("metadata")) is not None:
            _read_metadata(view, metadata)
        if (model := get("model")) is not None:
            view.model = _read_name(view, model, "model", "model")
    if (user_id := get("userId")) is not None:
        view.user_id = _read_name(view, user_id, "userId", "user")
    if (session_id := get("sessionId")) is not None:
        if type(session_id) is not str or len(session_id) > _SHORT_NAME:
            session_id = _read_name(view, session_id, "sessionId", "session")
        view.session_id = session_id
    if has_extras:
        view.extras = read_extras(request, view.fail, lambda value, part, path: _walk(view, value, part, path, None))
    return view


def _refuse_unknown(view: RequestView, value: dict[Any, Any], message_name: str, part: str, path: str) -> None:
    """A misspelt field would leave a text unread: nothing can be judged then."""
    if not all(isinstance(key, str) for key in value):
        view.fail(part, path, _INVALID, "expected an object whose names are strings")
    for key in own_keys({key: None for key in value if isinstance(key, str)}):
        if key in _KNOWN[message_name]:
            continue
        near = suggest(key, _FIELDS[message_name])
        hint = f", did you mean `{near}`?" if near is not None else ""
        view.fail(part, point_to(path, key), _INVALID, f"unknown field `{show_name(key)}`{hint}")


def _is_longer(text: str, limit: int) -> bool:
    """True when a text has more UTF-16 code units than that; counts them only near the limit."""
    return len(text) * 2 > limit and utf16_length(text) > limit


def _read_name(view: RequestView, value: Any, key: str, part: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        view.fail(part, f"/{key}", _INVALID, f"expected a string, got {describe_type(value)}")
    elif _is_longer(value, tables.MAX_NAME_CHARS):
        view.fail(part, f"/{key}", _TOO_LARGE, f"is longer than {tables.MAX_NAME_CHARS} characters")
    else:
        return value
    return ""


def _read_phase(view: RequestView, value: Any) -> str:
    if value is None:
        return _DEFAULT_PHASE
    if isinstance(value, str) and value in _PHASES:
        return value
    view.fail("identity", "/phase", _INVALID, f"expected {list_names(tables.PHASE_VALUES)}")
    return "input"


def _read_number(view: RequestView, value: Any, part: str, path: str, most: int) -> float:
    if is_number(value):
        if 0 <= value <= most:
            return value  # type: ignore[no-any-return]
        got = "NaN" if value != value else "a number out of range"  # noqa: PLR0124
    else:
        got = describe_type(value)
    view.fail(part, path, _INVALID, f"expected a number from 0 to {es_number(most)}, got {got}")
    return 0


def _read_text(view: RequestView, value: Any, role: str, path: str, part: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        view.fail(part, path, _INVALID, f"expected a string, got {describe_type(value)}")
        return ""
    return value if _add_text(view, value, role, path, part) else ""


def _add_text(view: RequestView, value: str, role: str, path: str, part: str, name: str | None = None) -> bool:
    length = utf16_length(value)
    if length > tables.MAX_TEXT_CHARS:
        message = f"has {length} characters, at most {tables.MAX_TEXT_CHARS} are scanned"
        view.fail(part, path, _TOO_LARGE, message)
        return False
    if length > view.text_left:
        message = f"the texts together have more than {tables.MAX_TOTAL_TEXT_CHARS} characters"
        view.fail(part, path, _TOO_LARGE, message)
        return False
    view.text_left -= length
    if value:
        view.texts.append(Text(role, path, value, name))
    return True


def _read_list(view: RequestView, value: Any, part: str, path: str, most: int) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        view.fail(part, path, _INVALID, f"expected a list, got {describe_type(value)}")
    elif len(value) > most:
        view.fail(part, path, _TOO_LARGE, f"has {len(value)} items, at most {most} are allowed")
    else:
        return value
    return ()


def _read_history(view: RequestView, value: Any) -> None:
    messages = _read_list(view, value, "texts", "/conversationHistory", tables.MAX_HISTORY)
    for index, message in enumerate(messages):
        path = f"/conversationHistory/{index}"
        if not isinstance(message, dict):
            view.fail("texts", path, _INVALID, f"expected an object, got {describe_type(message)}")
        elif "content" not in message:
            # Absent, it would be a text that nobody reads; null is a message without one.
            view.fail("texts", f"{path}/content", _INVALID, "missing field `content`")
        else:
            _read_text(view, message["content"], "history", f"{path}/content", "texts")


def _read_tool(view: RequestView, value: Any) -> None:
    if not isinstance(value, dict):
        view.fail("tool", "/tool", _INVALID, f"expected an object, got {describe_type(value)}")
        return
    if not value.keys() <= _KNOWN["ToolCall"]:
        _refuse_unknown(view, value, "ToolCall", "tool", "/tool")
    name, args = value.get("name"), value.get("args")
    if not isinstance(name, str) or name == "" or _is_longer(name, tables.MAX_NAME_CHARS):
        message = f"expected a string of 1 to {tables.MAX_NAME_CHARS} characters"
        view.fail("tool", "/tool/name", _INVALID, message)
        return
    view.tool_name = name
    if args is None:
        return
    if not isinstance(args, dict):
        view.fail("tool", "/tool/args", _INVALID, f"expected an object, got {describe_type(args)}")
    elif _walk(view, args, "tool", "/tool/args", "tool_arg"):
        view.tool_args = args


def _read_tool_outputs(view: RequestView, value: Any) -> None:
    """All results are texts to scan; the last one's text is the tool's result.

    Its name is the tool's only in the phase of results: a call about to be made is judged by its own name.
    """
    outputs = _read_list(view, value, "tool_result", "/toolOutputs", tables.MAX_TOOL_OUTPUTS)
    last_name = ""
    for index, item in enumerate(outputs):
        path = f"/toolOutputs/{index}"
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            view.fail("tool_result", path, _INVALID, "expected an object with the name of the tool")
            continue
        if not item.keys() <= _KNOWN["ToolOutput"]:
            _refuse_unknown(view, item, "ToolOutput", "tool_result", path)
        output = item.get("output")
        if output is not None:
            _walk(view, output, "tool_result", f"{path}/output", "tool_result")
        last_name = item["name"]
        view.tool_result = output if isinstance(output, str) else ""
        view.tool_input, view.tool_output = item.get("input"), output
    if view.phase == "tool_result":
        view.tool_name = view.tool_name or last_name


def _read_tools(view: RequestView, value: Any) -> None:
    names = _read_list(view, value, "tools", "/tools", tables.MAX_TOOLS)
    if all(isinstance(name, str) for name in names):
        view.tools = list(names)
    else:
        view.fail("tools", "/tools", _INVALID, "expected a list of strings")


def _read_metadata(view: RequestView, value: Any) -> None:
    if not isinstance(value, dict):
        view.fail("metadata", "/metadata", _INVALID, f"expected an object, got {describe_type(value)}")
    elif _walk(view, value, "metadata", "/metadata", None):
        view.metadata = value


def _walk(view: RequestView, value: Any, part: str, path: str, role: str | None) -> bool:
    """Checks a JSON value and, given a role, collects its strings, and names that are none, as texts."""
    if not value and isinstance(value, dict):
        view.nodes_left -= 1
        if view.nodes_left >= 0:
            return True
        view.nodes_left += 1

    def add(text: str, at: str, name: str | None) -> bool:
        return _add_text(view, text, role or "", at, part, name)

    walk = JsonWalk(view.nodes_left, None if role is None else add)
    visited = walk.visit(value, path)
    view.nodes_left = walk.nodes_left
    if walk.problem:
        view.fail(part, *walk.problem)
    return visited
