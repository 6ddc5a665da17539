import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { must, root, run } from "./run.mjs";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const pythonOf = (venv) =>
  join(root, "python", venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
export const venvPython = pythonOf(".venv");
/** CrewAI and LlamaIndex do not install beside the versions of the others. */
export const frameworksPython = pythonOf(".venv-frameworks");

/** Everything that programs and tests need, both languages side by side. What comes back is whether the frameworks are there. */
export async function ensureAll({ declarations = false, frameworks = false } = {}) {
  const node = ensureNodePackages().then(() => ensureBuild({ declarations }));
  const python = ensurePython().then(() => frameworks && ensureFrameworks());
  return (await Promise.all([python, node]))[0];
}

/** Installs the Node packages of the lock file, unless they are there. */
export async function ensureNodePackages() {
  refuseOldNode();
  const wanted = digest(["package-lock.json", "package.json", ...findPackageFiles()]);
  if (readStamp("node_modules/.holdpoint-packages") === wanted) return;
  say("installing Node packages (once)");
  // Not `npm ci`: it insists on the optional packages of every platform, which not every registry mirror carries.
  await must("installing Node packages", npm, ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    show: false,
  });
  writeStamp("node_modules/.holdpoint-packages", wanted);
}

/** Builds every published package, unless what was built came from the same sources. */
export async function ensureBuild({ declarations = false } = {}) {
  const wanted = `${digest([...findSources(), "tsup.config.ts", "tsconfig.json", "package-lock.json"])}`;
  const stamp = readStamp("node_modules/.holdpoint-build");
  const built = findPackageFiles().every(
    (path) => !/\/(core|sdk|control-plane|cli)\//.test(path) || existsSync(join(root, path, "../dist")),
  );
  if (built && (stamp === `${wanted} declarations` || (!declarations && stamp === wanted))) return;
  say("building the packages (once for these sources)");
  const tsup = join(root, "node_modules", ".bin", "tsup");
  await must("building", tsup, ["--silent"], { show: false, env: declarations ? {} : { HOLDPOINT_SKIP_DTS: "1" } });
  writeStamp("node_modules/.holdpoint-build", declarations ? `${wanted} declarations` : wanted);
}

/** Makes python/.venv with the twin and its tools, unless it is there. */
async function ensurePython() {
  const wanted = digest(["python/pyproject.toml", "python/constraints.txt"]);
  if (readStamp("python/.venv/.holdpoint-packages") === wanted) return;
  const python = await findPython();
  say("installing Python packages (once)");
  if (!existsSync(venvPython))
    await must("making python/.venv", python, ["-m", "venv", "python/.venv"], { show: false });
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-c",
    "python/constraints.txt",
    "-e",
    "python[dev]",
  ];
  await must("installing Python packages", venvPython, pip, { show: false });
  writeStamp("python/.venv/.holdpoint-packages", wanted);
}

/**
 * Makes python/.venv-frameworks with CrewAI and LlamaIndex, unless it is there: a minute and half a gigabyte. False on a
 * Python that those frameworks are not made for.
 */
async function ensureFrameworks() {
  const wanted = digest(["python/frameworks.txt"]);
  if (readStamp("python/.venv-frameworks/.holdpoint-packages") === wanted) return true;
  const supported = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))";
  if ((await run(venvPython, ["-c", supported], { show: false })).status !== 0) {
    say("CrewAI and LlamaIndex need a Python from 3.11 to 3.13: their tests and examples are left out");
    return false;
  }
  say("installing CrewAI and LlamaIndex (once)");
  if (!existsSync(frameworksPython)) {
    const make = ["-m", "venv", "python/.venv-frameworks"];
    await must("making python/.venv-frameworks", venvPython, make, { show: false });
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  const all = [...pip, "-r", "python/frameworks.txt"];
  await must("installing the frameworks", frameworksPython, all, { show: false });
  // The twin itself, as it lies here: a build would fetch its tools over again.
  const link = "import site, sys; open(site.getsitepackages()[0] + '/holdpoint.pth', 'w').write(sys.argv[1])";
  await must("linking the twin", frameworksPython, ["-c", link, join(root, "python", "src")], { show: false });
  writeStamp("python/.venv-frameworks/.holdpoint-packages", wanted);
  return true;
}

function refuseOldNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= 20) return;
  console.error(`Node 20 or newer is needed, this is ${process.versions.node}`);
  process.exit(1);
}

async function findPython() {
  const check = "import sys; sys.exit(sys.version_info < (3, 10))";
  for (const name of [process.env.HOLDPOINT_PYTHON, "python3", "python"].filter(Boolean)) {
    if ((await run(name, ["-c", check], { show: false })).status === 0) return name;
  }
  console.error("Python 3.10 or newer is needed: put `python3` on the path or name it in HOLDPOINT_PYTHON");
  process.exit(1);
}

const say = (text) => console.error(`holdpoint: ${text} …`);

function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    if (existsSync(join(root, path))) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

function findPackageFiles() {
  return ["packages", "packages/adapters"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}/package.json`)
      .filter((path) => existsSync(join(root, path))),
  );
}

function findSources() {
  const files = [];
  const visit = (folder) => {
    for (const name of readdirSync(folder).sort()) {
      if (name === "node_modules" || name === "dist") continue;
      const path = join(folder, name);
      if (statSync(path).isDirectory()) visit(path);
      else if (/\.(ts|json)$/.test(name) && !/\.(test|suite)\.ts$/.test(name)) files.push(relative(root, path));
    }
  };
  visit(join(root, "packages"));
  return files;
}

function readStamp(path) {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function writeStamp(path, text) {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}
