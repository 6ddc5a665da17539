import fc from "fast-check";
import { oddSigns, rewritings } from "./write-otherwise";

type Request = Readonly<Record<string, unknown>>;

/** Requests whose texts are pieces of the given ones, written otherwise and with odd signs in odd places. */
export function arbitraryRequest(texts: readonly string[]): fc.Arbitrary<Request> {
  const text = arbitraryText(texts);
  const agentId = fc.constant("agent");
  const message = fc.record({ role: fc.constantFrom("user", "assistant", "system", "tool"), content: text });
  const named = fc.dictionary(
    arbitraryName(text),
    fc.oneof(text, fc.boolean(), fc.dictionary(arbitraryName(text), text, { maxKeys: 2 })),
    {
      maxKeys: 3,
    },
  );
  const result = fc.oneof(
    text,
    fc.record({ content: fc.tuple(fc.record({ type: fc.constant("text"), text })) }),
    fc.record({ rows: fc.array(named, { maxLength: 2 }) }),
  );
  const usual = fc.record({
    q: text,
    amount: fc.double({ noNaN: true, noDefaultInfinity: true }),
    list: fc.array(text, { maxLength: 2 }),
  });
  const args = fc.oneof(usual, named);
  return fc.oneof<fc.Arbitrary<Request>[]>(
    fc.record({ agentId, phase: fc.constant("input"), input: text }),
    fc.record({
      agentId,
      phase: fc.constant("input"),
      input: text,
      conversationHistory: fc.array(message, { maxLength: 5 }),
    }),
    fc.record({ agentId, phase: fc.constant("output"), input: text, output: text }),
    fc.record({
      agentId,
      phase: fc.constant("tool_call"),
      tool: fc.record({ name: fc.constantFrom("search", "sql"), args }),
    }),
    fc.record({
      agentId,
      phase: fc.constant("tool_result"),
      toolOutputs: fc.array(fc.record({ name: fc.constant("search"), output: result }), { minLength: 1, maxLength: 2 }),
    }),
  );
}

/** Names that are texts, plain ones and what is nearly one, ones that say what stands below, ones that mean something to a runtime. */
function arbitraryName(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    text,
    fc.constantFrom(...["ssn", "email", "url", "host", "passport number", "orderNumber", "target host", "a/b~c"]),
    fc.constantFrom(
      ...["", "0", "12", "772123456", "a_b", "a_b_c", "a1b", "#0", "#0#", "~1", "😀", "～", "\ud83d", "__proto__"],
    ),
    fc.string({ maxLength: 24 }),
  );
}

function arbitraryText(texts: readonly string[]): fc.Arbitrary<string> {
  const piece = fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.constantFrom(20, 60, 200, 600, 2000), fc.constantFrom(...rewritings))
    .map(([text, at, length, rewrite]) => {
      const start = text.length > length ? at % (text.length - length) : 0;
      return rewrite(text.slice(start, start + length));
    });
  const splices = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...oddSigns)), { maxLength: 6 });
  return fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 2 }), splices)
    .map(([pieces, spots]) => spots.reduce(splice, pieces.join(" ")));
}

const splice = (text: string, [at, removed, sign]: readonly [number, number, string]): string => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + sign + text.slice(start + removed);
};
