import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a PostgreSQL that can be cut at the worst moment. */
export interface FaultProxy {
  /** The same address through the proxy. */
  readonly url: string;
  /** Cuts the connection that sends the next COMMIT: before it reaches the server, or when the server has answered it. */
  cutNextCommit(when: "BEFORE" | "AFTER"): void;
  /** How many connections were cut. */
  cuts(): number;
  close(): Promise<void>;
}

/** A COMMIT as the protocol writes it: a simple query. */
const COMMIT = Buffer.from("commit\0");

/** Stands between a client and the server that `url` names. */
export async function openFaultProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url);
  const open = new Set<Socket>();
  let armed: "BEFORE" | "AFTER" | null = null;
  let cut = 0;

  function relay(client: Socket): void {
    const server = connect(Number(target.port || 5432), target.hostname);
    let answersDropped = false;
    const drop = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on("data", (chunk) => {
      if (armed === null || !chunk.includes(COMMIT)) return void server.write(chunk);
      cut += 1;
      const when = armed;
      armed = null;
      if (when === "BEFORE") return drop();
      answersDropped = true;
      server.write(chunk);
    });
    server.on("data", (chunk) => (answersDropped ? drop() : client.write(chunk)));
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on("error", drop).on("close", () => {
        open.delete(socket);
        drop();
      });
    }
  }

  const listener = createServer(relay);
  await new Promise<void>((done) => {
    listener.listen(0, "127.0.0.1", done);
  });
  const through = new URL(url);
  through.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    url: through.href,
    cutNextCommit(when) {
      armed = when;
    },
    cuts: () => cut,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => {
        listener.close(done);
      });
    },
  };
}
