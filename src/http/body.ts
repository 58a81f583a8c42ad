import type { IncomingMessage } from "node:http";

/** The largest body of a GraphQL request, in bytes. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** How long the rest of a refused body is listened to, so that its sender hears the answer. Milliseconds. */
const DRAIN_MS = 5000;

/** Throws the rest of a body away; whoever goes on sending is cut off. */
export function drain(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS).unref();
  request.once("close", () => clearTimeout(timer));
}

/**
 * Lets a body of at most BODY_BYTES_MAX through. Where its length is announced, Node holds the sender to it; one that
 * comes in chunks is gathered here, and Yoga takes it from `body`.
 * @returns whether the request may go on
 */
export async function admitBody(request: IncomingMessage): Promise<boolean> {
  const announced = request.headers["content-length"];
  if (announced !== undefined) return Number(announced) <= BODY_BYTES_MAX;
  if (request.headers["transfer-encoding"] === undefined) return true;
  const chunks: Buffer[] = [];
  let size = 0;
  const complete = await new Promise<boolean>((resolve, reject) => {
    request.on("data", function gather(chunk: Buffer) {
      size += chunk.length;
      if (size <= BODY_BYTES_MAX) {
        chunks.push(chunk);
      } else {
        request.off("data", gather);
        resolve(false);
      }
    });
    request.once("end", () => resolve(true));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the sender went away")));
  });
  if (complete) Object.assign(request, { body: Buffer.concat(chunks) });
  return complete;
}
