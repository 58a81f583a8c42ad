import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A peer that takes every connection and says nothing on any. */
export interface SilentPeer {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(open: Set<Socket>, take: (socket: Socket) => void): Promise<SilentPeer> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    take(socket);
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
}

export const silentPeer = (): Promise<SilentPeer> => listening(new Set(), (socket) => void socket.resume());

/** A way to the server that `url` names, which falls silent in both directions when it is told to; new connections are answered. */
export async function silencedWay(
  url: string,
): Promise<{ readonly url: string; silence(): void; close(): Promise<void> }> {
  const target = new URL(url);
  const open = new Set<Socket>();
  const pairs = new Set<readonly [Socket, Socket]>();
  const peer = await listening(open, (client) => {
    const server = connect(Number(target.port || 5432), target.hostname);
    open.add(server);
    server.on("error", () => undefined);
    client.pipe(server).pipe(client);
    pairs.add([client, server]);
  });
  const through = new URL(url);
  through.host = `127.0.0.1:${peer.port}`;
  return {
    url: through.href,
    close: () => peer.close(),
    silence() {
      for (const [client, server] of pairs) {
        client.unpipe(server);
        server.unpipe(client);
        client.pause();
        server.pause();
      }
      pairs.clear();
    },
  };
}
