import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { lockDataDir } from "./data-dir-lock";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "holdpoint-lock-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("a directory is made, held once and free again when released", () => {
  const folder = join(newFolder(), "not", "there");
  const lock = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow("already open in this process");
  lock.release();
  expect(existsSync(join(folder, "lock.json"))).toBe(false);
  lockDataDir(folder).release();
});

test.each([
  ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: "1" })],
  ["of a process whose number was given to another", JSON.stringify({ pid: process.ppid, started: "1" })],
  ["of our own number from before a restart", JSON.stringify({ pid: process.pid, started: "1" })],
  ["that is not readable", "{"],
  ["that is empty", ""],
])("a lock %s is taken over", (_, content) => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock.json"), content);
  lockDataDir(folder).release();
});

test("a lock of a running process is respected", () => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: process.ppid, started: "" }));
  expect(() => lockDataDir(folder)).toThrow(`in use by process ${process.ppid}`);
});
