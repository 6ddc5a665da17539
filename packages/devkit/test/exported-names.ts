import { join } from "node:path";
import ts from "typescript";
import { type LibraryName, libraries, libraryNames, root } from "./published";

export interface ExportedNames {
  /** What exists when the program runs, sorted. */
  readonly values: readonly string[];
  /** All of it, types as well, sorted. */
  readonly all: readonly string[];
}

/** What the `src/index.ts` of every library exports, with `export *` followed. */
export function readExportedNames(): Readonly<Record<LibraryName, ExportedNames>> {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const indexOf = (name: LibraryName): string => join(root, libraries[name], "src", "index.ts");
  const program = ts.createProgram(libraryNames.map(indexOf), options);
  const checker = program.getTypeChecker();

  const isValue = (symbol: ts.Symbol): boolean => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (target.flags & ts.SymbolFlags.Value) !== 0;
  };
  const moduleAt = (node: ts.Node): ts.Symbol => {
    const module = checker.getSymbolAtLocation(node);
    if (!module) throw new Error(`${node.getText()} is no module`);
    return module;
  };
  /** `export type` hides a value; the compiler's own list of exports does not say so. */
  const valuesOf = (module: ts.Symbol): string[] => {
    const own = [...(module.exports?.values() ?? [])].filter(
      (symbol) =>
        symbol.name !== ts.InternalSymbolName.ExportStar &&
        !symbol.declarations?.some((node) => ts.isTypeOnlyExportDeclaration(node)) &&
        isValue(symbol),
    );
    const stars = (module.exports?.get(ts.InternalSymbolName.ExportStar)?.declarations ?? [])
      .filter(ts.isExportDeclaration)
      .filter((node) => !node.isTypeOnly)
      .flatMap((node) => (node.moduleSpecifier ? valuesOf(moduleAt(node.moduleSpecifier)) : []));
    return [...own.map(({ name }) => name), ...stars];
  };
  const read = (name: LibraryName): ExportedNames => {
    const file = program.getSourceFile(indexOf(name));
    if (!file) throw new Error(`${indexOf(name)} is missing`);
    const module = moduleAt(file);
    const all = checker.getExportsOfModule(module).map((symbol) => symbol.name);
    return { values: [...new Set(valuesOf(module))].sort(), all: all.sort() };
  };
  return Object.fromEntries(libraryNames.map((name) => [name, read(name)])) as Record<LibraryName, ExportedNames>;
}
