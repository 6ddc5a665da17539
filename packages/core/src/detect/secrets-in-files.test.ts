import { describe, expect, it } from "vitest";
import { compileSet } from "../match/index";
import { findSecrets, listSecretPatterns, listSecretSignals } from "./secrets";
import { scanText } from "./text-scan";

const compiled = compileSet(listSecretPatterns());
if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
const { set } = compiled;
const signals = listSecretSignals();
const kindsIn = (value: string): string[] =>
  findSecrets(scanText({ role: "tool_result", path: "/toolResult", value }, set), set, signals, () => true, 3000).map(
    ({ kind }) => kind,
  );

/** Made up here, so that no scanner of repositories finds a credential in this file. */
const letters = "kQ7dXw2ZpL9sVb4TgH8mNc3RyF6jEu5a";
const draw = (length: number): string => letters.repeat(8).slice(3, 3 + length);
const password = `Tr4${draw(6)}-9x`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const token = [base64('{"alg":"HS256","typ":"JWT"}'), base64(`{"sub":"${draw(12)}"}`), draw(43)]
  .join(".")
  .replaceAll("=", "");
const key = ["-----BEGIN ", "PRIVATE KEY-----\n", `${draw(64)}\n`.repeat(6), "-----END ", "PRIVATE KEY-----\n"].join(
  "",
);

const files: Readonly<Record<string, string>> = {
  "an environment": `PATH=/usr/bin\nDB_PASSWORD=${password}\nTZ=UTC\n`,
  "a .netrc": `machine git.example.com\n  login deploy\n  password ${password}\n`,
  "a kubeconfig": `users:\n- name: admin\n  user:\n    token: ${token}\n`,
  "a Docker configuration": `{"auths": {"registry.example.com": {"auth": "${base64(`ci:${password}`)}"}}}`,
  "an .npmrc": `_auth=${base64(`ci:${password}`)}\nemail=ci@example.com\n`,
  "a .pypirc": `[pypi]\nusername: ci\npassword: ${password}\n`,
  "git's credentials": `https://deploy:${draw(20)}@git.example.com\n`,
  "a .pgpass": `db.example.com:5432:orders:app:${password}\n`,
  "a cookie": `Cookie: session=${token}; theme=dark`,
  "a signed session": `Cookie: connect.sid=s%3A${draw(32)}.${draw(43)}`,
  "a key": key,
  "cloud-init": `#cloud-config\nchpasswd:\n  list: |\n    root:${password}\n  expire: false\n`,
};

const forms: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in JSON": (text) => JSON.stringify({ stdout: text }),
  "in JSON within JSON": (text) => JSON.stringify(JSON.stringify({ stdout: text })),
  "in an address": (text) => `https://log.example.com/?m=${encodeURIComponent(text)}`,
};

describe.each(Object.entries(files))("credentials of %s", (_, text) => {
  it.each(Object.entries(forms))("are found %s", (_, write) => {
    expect(kindsIn(write(text))).not.toEqual([]);
  });
});

describe("what only looks like such a file", () => {
  it.each([
    "machine learning: the login page asks for a password reset link",
    "db.example.com:5432 has been up since 10:00:00",
    "localhost:5432:orders:app:*",
    "chpasswd:\n  expire: false",
    "//registry.example.com/:_authToken=$" + "{NPM_TOKEN}",
    '{"auths": {"registry.example.com": {}}}',
    "Cookie: theme=dark; lang=en-GB; consent=true",
    "users:\n- name: admin\n  user:\n    tokenFile: /var/run/secrets/token",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  ])("holds none: %j", (text) => {
    expect(kindsIn(text)).toEqual([]);
  });
});
