import { join, sep } from "node:path";
import ts from "typescript";

export interface TypeCheck {
  /** Errors in the given files and in the declarations of our packages, one line each. */
  readonly problems: readonly string[];
  /** Which declarations of ours the compiler read, by path inside `node_modules/@holdpoint`. */
  readonly declarations: readonly string[];
  /** Names that a module exports, as its declarations say; sorted. */
  exportsOf(declaration: string): readonly string[];
}

/** Checks files of a consumer with `skipLibCheck: false`. What is wrong inside packages of others is theirs. */
export function checkTypes(folder: string, files: readonly string[], options: ts.CompilerOptions): TypeCheck {
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      types: ["node"],
      typeRoots: [join(folder, "node_modules", "@types")],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    },
  );
  const scope = join(folder, "node_modules", "@holdpoint") + sep;
  const isOurs = ({ fileName }: ts.SourceFile): boolean => {
    const path = join(fileName);
    return path.startsWith(scope) || files.some((file) => path === join(folder, file));
  };
  const sources = program.getSourceFiles().filter(isOurs);
  const found = [
    ...program.getOptionsDiagnostics(),
    ...sources.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ];
  const checker = program.getTypeChecker();
  return {
    problems: found.map(describe),
    declarations: sources
      .map(({ fileName }) => join(fileName))
      .filter((path) => path.startsWith(scope))
      .map((path) => path.slice(scope.length).replaceAll("\\", "/"))
      .sort(),
    exportsOf(declaration) {
      const source = program.getSourceFile(join(scope, declaration));
      const module = source && checker.getSymbolAtLocation(source);
      return module
        ? checker
            .getExportsOfModule(module)
            .map(({ name }) => name)
            .sort()
        : [];
    },
  };
}

function describe({ file, start, messageText, code }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, " ");
  if (!file || start === undefined) return `TS${code}: ${message}`;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${file.fileName}:${line + 1}:${character + 1} TS${code}: ${message}`;
}
