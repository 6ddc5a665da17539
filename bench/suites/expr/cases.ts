import { strict as assert } from "node:assert";
import { celEnv, isCelError, parse as parseCel, plan as planCel } from "@bufbuild/cel";
import { compileExpression, type ExprEnv, type ExprProgram } from "../../../packages/core/src/expr/index";
import type { Case } from "../../tools/measure";
import { bindings, five, missing, typical, variables } from "./questions";

type Run = (source: string) => () => unknown;

const environment: ExprEnv = { variables };

function programOf(source: string): ExprProgram {
  const compiled = compileExpression(source, environment, { resultType: "bool" });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.program;
}

const ours: Run = (source) => {
  const { test } = programOf(source);
  return () => test(bindings) === 1;
};

const bufbuild: Run = (source) => {
  const program = planCel(celEnv(), parseCel(source));
  return () => program(bindings);
};

/** Typed, as its README advises for speed. Not installed everywhere. */
async function marcbachmann(): Promise<Run | undefined> {
  const name = "@marcbachmann/cel-js";
  try {
    const { Environment } = await import(name);
    const environment = new Environment({ unlistedVariablesAreDyn: true });
    return (source) => {
      const program = environment.parse(source);
      return () => program(bindings);
    };
  } catch {
    return undefined;
  }
}

function group(name: string, questions: readonly { source: string; value: boolean }[], run: Run): Case {
  const programs = questions.map(({ source }) => run(source));
  const wanted = questions.map(({ value }) => value);
  return {
    name,
    check: () =>
      assert.deepEqual(
        programs.map((program) => program()),
        wanted,
      ),
    run: () => {
      let yes = 0;
      for (const program of programs) if (program() === true) yes++;
      return yes;
    },
  };
}

export async function listExprCases(): Promise<Case[]> {
  const other = await marcbachmann();
  const peers: [string, Run][] = [["@bufbuild/cel", bufbuild]];
  if (other) peers.push(["@marcbachmann/cel-js", other]);
  const cases = [group("expr/five-conditions", five, ours)];
  for (const [name, run] of peers) cases.push(group(`expr/five-conditions (peer: ${name})`, five, run));
  for (const question of typical) {
    cases.push(group(`expr/one: ${question.source}`, [question], ours));
    for (const [name, run] of peers) cases.push(group(`expr/one: ${question.source} (peer: ${name})`, [question], run));
  }
  const failing = programOf(missing);
  const peerFailing = bufbuild(missing);
  cases.push(
    {
      name: "expr/missing-argument",
      check: () => assert.equal(failing.test(bindings), 2),
      run: () => failing.test(bindings),
    },
    {
      name: "expr/missing-argument (peer: @bufbuild/cel)",
      check: () => assert.ok(isCelError(peerFailing())),
      run: peerFailing,
    },
    compileCase(),
  );
  return cases;
}

function compileCase(): Case {
  const sources = typical.map(({ source }) => source);
  const run = () => sources.map(programOf);
  return { name: `expr/compile-${sources.length}`, check: () => assert.equal(run().length, sources.length), run };
}
