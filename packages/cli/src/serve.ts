export interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir: string;
  readonly rotateSigningKey?: boolean;
  readonly allowOrigin: readonly string[];
}

/** Runs the control plane until it is told to stop. The first start prints the only copy of the first API key. */
export async function serve(options: ServeOptions): Promise<void> {
  const { startControlPlane } = await import("@holdpoint/control-plane");
  const databaseUrl = process.env["DATABASE_URL"];
  const server = await startControlPlane({
    ...(options.host ? { host: options.host } : {}),
    ...(options.port ? { port: readPort(options.port) } : {}),
    ...(options.rotateSigningKey ? { rotateSigningKey: true } : {}),
    allowedOrigins: options.allowOrigin,
    ...(databaseUrl ? { databaseUrl } : { dataDir: options.dataDir }),
  });
  console.log(`control plane on ${server.url}`);
  if (server.bootstrapKey) console.log(`first API key (owner), shown once: ${server.bootstrapKey}`);
  const stop = async (): Promise<void> => {
    await server.close();
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  console.error(`--port expects a number from 0 to 65535, got \`${text.slice(0, 32)}\``);
  process.exit(2);
}
