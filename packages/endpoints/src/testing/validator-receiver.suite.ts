import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Asked {
  readonly path: string;
  readonly host: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An endpoint for validators on the loopback interface, with a certificate for `policy.example.com`. */
export interface ValidatorReceiver {
  readonly port: number;
  readonly ca: string;
  readonly asked: Asked[];
  answer(handler: (asked: Asked, response: ServerResponse) => unknown): void;
  close(): Promise<void>;
}

export async function startValidatorReceiver(name = "policy.example.com"): Promise<ValidatorReceiver> {
  const folder = mkdtempSync(join(tmpdir(), "holdpoint-validator-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  const making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...making, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  const ca = readFileSync(cert, "utf8");
  const asked: Asked[] = [];
  let handle: Parameters<ValidatorReceiver["answer"]>[0] = (_, response) => response.end('{"decision":"allow"}');
  const server: Server = createServer({ key: readFileSync(key), cert: ca }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = "", headers } = request;
    const one = { path: url, host: headers.host ?? "", headers, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    response.on("error", () => undefined);
    handle(one, response);
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  rmSync(folder, { recursive: true });
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    asked,
    answer(handler) {
      handle = handler;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
