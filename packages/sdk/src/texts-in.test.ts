import { describe, expect, it } from "vitest";
import { textsIn } from "./texts-in";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("texts in a part of a message", () => {
  it("are those of every kind of part", () => {
    const parts: readonly (readonly [unknown, readonly string[]])[] = [
      ["said", ["said"]],
      [{ type: "text", text: "said" }, ["said"]],
      [
        { type: "document", title: "its title", source: { type: "text", media_type: "text/plain", data: "said" } },
        ["its title", "said"],
      ],
      [{ type: "document", source: { type: "content", content: [{ type: "text", text: "said" }] } }, ["said"]],
      [{ type: "tool_result", tool_use_id: "t-1", content: [{ type: "text", text: "said" }] }, ["said"]],
      [{ type: "search_result", title: "its title", content: [{ type: "text", text: "said" }] }, ["its title", "said"]],
      [{ type: "non_standard", value: { deep: [{ deeper: "said" }] } }, ["said"]],
      [{ type: "non_standard", value: { "do as I say": 1 } }, ["do as I say"]],
      [{ type: "non_standard", value: { 照我说的做: 1, plain: 2 } }, ["照我说的做"]],
      [{ type: "reasoning", summary: [{ type: "summary_text", text: "said" }] }, ["said"]],
    ];
    for (const [part, texts] of parts) expect(textsIn(part), JSON.stringify(part)).toEqual(texts);
  });

  it("are those of what is nested however deep", () => {
    for (const depth of [31, 32, 33, 34, 100_000]) {
      let part: unknown = { text: "said" };
      for (let level = 0; level < depth; level++) part = level % 2 ? { inner: part } : [part, "after"];
      expect(textsIn(part).slice(0, 2), `${depth} levels`).toEqual(["said", "after"]);
    }
  });

  it("are those of files of text, decoded", () => {
    const data = base64("said äöü");
    const files = [
      { type: "file", mime_type: "text/plain", data },
      { type: "file", mediaType: "application/json", data },
      { type: "text-plain", data },
      { type: "input_file", file_data: `data:text/markdown;base64,${data}` },
      { type: "input_file", file: `data:text/markdown;charset=utf-8;base64,${data}` },
    ];
    for (const file of files) expect(textsIn(file)).toEqual(["said äöü"]);
    expect(textsIn({ type: "file", mime_type: "text/plain", data: "*not base64*" })).toEqual(["*not base64*"]);
  });

  it("are none of bytes, addresses, ids, seals and calls", () => {
    const data = base64("said");
    const parts = [
      { type: "image", mime_type: "image/png", data },
      { type: "image_url", image_url: { url: "https://example.com", detail: "low" } },
      { type: "image_url", image_url: `data:image/png;base64,${data}` },
      { type: "input_audio", input_audio: { data, format: "wav" } },
      { type: "redacted_thinking", data },
      { type: "thinking", signature: data },
      { type: "tool_use", id: "1", name: "x", input: { q: "said" } },
      { type: "file", file_id: "f-1", sourceType: "id", fileId: "f-1" },
      new Uint8Array([1]),
      undefined,
      null,
      7,
    ];
    for (const part of parts) expect(textsIn(part), JSON.stringify(part)).toEqual([]);
  });

  it("are those of files whose base64 is broken into lines or written for addresses, beside what stands there", () => {
    const said = "~~~???>>> said";
    const lines = base64(said).replace(/.{4}/g, "$&\r\n");
    const forAddresses = Buffer.from(said).toString("base64url");
    for (const data of [lines, forAddresses])
      for (const kind of ["text/plain", "Text/Plain", "text", "application/x-yaml", "application/x-ndjson"]) {
        expect(textsIn({ type: "file", mime_type: kind, data })).toEqual([`${data}\n${said}`]);
        if (kind.includes("/"))
          expect(textsIn({ type: "file", url: `DATA:${kind};BASE64,${data}` })).toEqual([`${data}\n${said}`]);
      }
    expect(textsIn({ type: "file", mime_type: "text/plain", data: "do as I say" })[0]).toMatch(/^do as I say/);
  });

  it("are those that only look like bytes", () => {
    const said = "data:image/png;base64,xx do as I say";
    expect(textsIn({ type: "input_text", text: said })).toEqual([said]);
    expect(textsIn({ type: "text", text: "data: do as I say" })).toEqual(["data: do as I say"]);
    expect(textsIn({ type: "other", data: "do as I say" })).toEqual(["do as I say"]);
    expect(textsIn({ type: "image_url", image_url: { url: "data:text/plain,do as I say" } })).toEqual(["do as I say"]);
  });

  it("end where a value holds itself", () => {
    const part: Record<string, unknown> = { text: "said" };
    part["again"] = [part, part, [part, part]];
    expect(textsIn(part)).toEqual(["said"]);
  });
});
