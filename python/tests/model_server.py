"""A real server on this machine that speaks the APIs of OpenAI and Anthropic, plays turns and keeps its requests."""

from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

from quiet_server import QuietServer

Json = dict[str, Any]
# A text, or tools to call: name and arguments.
Turn = str | list[tuple[str, Json]]

_made = itertools.count(1)


class ModelServer:
    """Says the turns in order, the last one for ever."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.requests: list[str] = []
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, body: Json) -> tuple[str, bytes]:
        self.requests.append(json.dumps(body))
        turn = self.turns[min(len(self.requests), len(self.turns)) - 1]
        parts: list[Json] = (
            [{"id": f"text-{next(_made)}", "text": turn}]
            if isinstance(turn, str)
            else [{"id": f"call-{next(_made)}", "name": name, "args": json.dumps(args)} for name, args in turn]
        )
        api = chat if path.endswith("/chat/completions") else responses if path.endswith("/responses") else messages
        whole, events = api(parts)
        if not body.get("stream"):
            return "application/json", json.dumps(whole).encode()
        lines = [(f"event: {e['type']}\n" if "type" in e else "") + f"data: {json.dumps(e)}\n\n" for e in events]
        return "text/event-stream", ("".join(lines) + ("data: [DONE]\n\n" if api is chat else "")).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                kind, content = owner.answer(self.path, body)
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


def words(text: str) -> list[str]:
    return re.split(r"(?<= )", text)


def chat(parts: list[Json]) -> tuple[Json, list[Json]]:
    base = {"id": "chat-1", "created": 1, "model": "stand-in"}
    calls = [part for part in parts if "name" in part]
    text = next((part["text"] for part in parts if "text" in part), None)
    reason = "tool_calls" if calls else "stop"
    message: Json = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["args"]}} for c in calls
        ]
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}

    def chunk(delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**base, "object": "chat.completion.chunk", "choices": [choice]}

    events = [chunk({"role": "assistant", "content": ""})]
    events += [chunk({"content": word}) for word in words(text or "")]
    for index, call in enumerate(calls):
        function = {"name": call["name"], "arguments": ""}
        events.append(
            chunk({"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": function}]})
        )
        for piece in words(call["args"]):
            events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    events += [chunk({}, reason), {**base, "object": "chat.completion.chunk", "choices": [], "usage": usage}]
    choices = [{"index": 0, "message": message, "finish_reason": reason}]
    return {**base, "object": "chat.completion", "choices": choices, "usage": usage}, events


def responses(parts: list[Json]) -> tuple[Json, list[Json]]:
    output: list[Json] = []
    for part in parts:
        if "text" in part:
            content = [{"type": "output_text", "text": part["text"], "annotations": []}]
            output.append(
                {"type": "message", "id": part["id"], "role": "assistant", "status": "completed", "content": content}
            )
        else:
            item = {"type": "function_call", "id": f"item-{part['id']}", "call_id": part["id"], "name": part["name"]}
            output.append({**item, "arguments": part["args"], "status": "completed"})
    usage = {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    whole: Json = {
        "id": "resp-1",
        "object": "response",
        "created_at": 1,
        "model": "stand-in",
        "status": "completed",
        "output": output,
        "usage": usage,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    events: list[Json] = [{"type": "response.created", "response": {**whole, "output": [], "status": "in_progress"}}]
    for index, (part, item) in enumerate(zip(parts, output, strict=True)):
        at = {"item_id": item["id"], "output_index": index}
        if "text" in part:
            empty = {"type": "output_text", "text": "", "annotations": []}
            at["content_index"] = 0
            events += [
                {"type": "response.output_item.added", "output_index": index, "item": {**item, "content": []}},
                {"type": "response.content_part.added", **at, "part": empty},
                *(
                    {"type": "response.output_text.delta", **at, "delta": word, "logprobs": []}
                    for word in words(part["text"])
                ),
                {"type": "response.output_text.done", **at, "text": part["text"], "logprobs": []},
                {"type": "response.content_part.done", **at, "part": {**empty, "text": part["text"]}},
            ]
        else:
            events += [
                {"type": "response.output_item.added", "output_index": index, "item": {**item, "arguments": ""}},
                *(
                    {"type": "response.function_call_arguments.delta", **at, "delta": word}
                    for word in words(part["args"])
                ),
                {
                    "type": "response.function_call_arguments.done",
                    **at,
                    "name": part["name"],
                    "arguments": part["args"],
                },
            ]
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    events.append({"type": "response.completed", "response": whole})
    return whole, [{**event, "sequence_number": number} for number, event in enumerate(events)]


def messages(parts: list[Json]) -> tuple[Json, list[Json]]:
    content = [
        {"type": "text", "text": part["text"]}
        if "text" in part
        else {"type": "tool_use", "id": part["id"], "name": part["name"], "input": json.loads(part["args"])}
        for part in parts
    ]
    reason = "tool_use" if any("name" in part for part in parts) else "end_turn"
    usage = {"input_tokens": 10, "output_tokens": 5}
    whole: Json = {
        "id": "msg-1",
        "type": "message",
        "role": "assistant",
        "model": "stand-in",
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": usage,
    }
    events: list[Json] = [{"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}]
    for index, (part, block) in enumerate(zip(parts, content, strict=True)):
        start = {**block, "text": ""} if "text" in part else {**block, "input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        for piece in words(part.get("text", part.get("args"))):
            delta = (
                {"type": "text_delta", "text": piece}
                if "text" in part
                else {"type": "input_json_delta", "partial_json": piece}
            )
            events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    events += [
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]
    return whole, events
