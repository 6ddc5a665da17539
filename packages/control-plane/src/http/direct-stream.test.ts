import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerWithStream, createFrame, type Sink, sendStream } from "./direct-stream";

describe("an answer written straight to its connection", () => {
  let server: Server;
  let sinks: Sink[];
  let stopped: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    sinks = [];
    stopped = 0;
    server = createServer((_, outgoing) => {
      const response = answerWithStream({ "content-type": "text/event-stream" }, (sink) => {
        sinks.push(sink);
        sink.write(createFrame("first\n"));
        return () => {
          stopped++;
        };
      });
      if (sendStream(response, outgoing) === response) outgoing.writeHead(200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Asks, and gathers what comes. */
  const ask = (request: string): { readonly socket: Socket; readonly heard: () => string } => {
    let text = "";
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    sockets.push(socket);
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", () => undefined);
    socket.write(request);
    return { socket, heard: () => text };
  };

  test("comes in chunks that a client of HTTP/1.1 puts together, whatever is in them", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const response = await fetch(url);
    sinks[0]?.write(createFrame("zwölf €\n"));
    sinks[0]?.end();
    expect(await response.text()).toBe("first\nzwölf €\n");
  });

  test("comes as it is to a client of HTTP/1.0, which knows no chunks", async () => {
    const { socket, heard } = ask("GET / HTTP/1.0\r\n\r\n");
    await expect.poll(heard).toContain("first");
    sinks[0]?.write(createFrame("second\n"));
    sinks[0]?.end();
    await new Promise((resolve) => socket.on("close", resolve));
    expect(heard().split("\r\n\r\n")[1]).toBe("first\nsecond\n");
  });

  test("waits its turn behind an answer that the same connection has not finished", async () => {
    const { heard } = ask("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await expect.poll(() => sinks.length).toBe(2);
    sinks[1]?.write(createFrame("of the second\n"));
    sinks[0]?.write(createFrame("of the first\n"));
    sinks[0]?.end();
    await expect.poll(heard).toContain("of the second");
    sinks[1]?.write(createFrame("at last\n"));
    await expect.poll(heard).toContain("at last");
    expect([...heard().matchAll(/^(first|of the \w+|at last)$/gm)].map(([line]) => line)).toEqual([
      "first",
      "of the first",
      "first",
      "of the second",
      "at last",
    ]);
  });

  test("has no body where the head alone was asked for", async () => {
    const { heard } = ask("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n");
    await expect.poll(heard).toMatch(/\r\n\r\n$/);
    expect(sinks).toEqual([]);
  });

  test("says what a client leaves untaken, and when it has gone", async () => {
    const { socket } = ask("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await expect.poll(() => sinks.length).toBe(1);
    socket.pause();
    const large = createFrame("x".repeat(1_000_000));
    // More than the buffers of the machine hold.
    for (let n = 0; n < 20; n++) sinks[0]?.write(large);
    await expect.poll(() => sinks[0]?.waitingBytes()).toBeGreaterThan(65_536);
    socket.destroy();
    await expect.poll(() => stopped).toBe(1);
    expect(() => sinks[0]?.write(large)).not.toThrow();
  });
});
