import { SEALED } from "../db/seal/sealed.ts";
import { openSealer } from "../db/seal/sealer.ts";
import type { Log } from "../log.ts";
import type { Session } from "./session.ts";

/** How often the sealer looks for what is new. Milliseconds. */
const EVERY_MS = 10_000;

/** Seals what is sealed again and again until it is stopped. Several services may: one seals at a time. */
export async function startSealing(session: Session, log: Log): Promise<{ stop(): Promise<void> }> {
  const { jobs: db, keys, config } = session;
  const sealer = await openSealer({
    db,
    sources: SEALED,
    keys: { newest: () => keys.newest("seal"), all: () => keys.all("seal") },
    headsFile: config.headsFile,
  });
  const seal = (): Promise<unknown> => sealer.seal().catch((err: unknown) => log.error({ err }, "sealing failed"));
  const timer = setInterval(() => void seal(), EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await seal();
    },
  };
}
