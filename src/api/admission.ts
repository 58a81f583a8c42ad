import { cookiesFor } from "../auth/cookies.ts";
import { Trail } from "../auth/trail.ts";
import type { Database } from "../db/transaction.ts";
import { type AddressKept, keptAddress } from "../domain/audit.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import { dayInChina } from "../domain/date.ts";
import { Context } from "./context.ts";
import { decodeId } from "./node-id.ts";
import type { Services } from "./services.ts";

/** What a request says about who sends it, header by header. */
export interface Knock {
  readonly authorization: string | null;
  readonly cookie: string | null;
  readonly acceptLanguage: string | null;
  /** The global id of the capacity to act in. */
  readonly capacity: string | null;
  readonly requestId: string;
  readonly address: string;
}

interface House {
  readonly db: Database;
  readonly services: Services;
  readonly publicUrl: string | null;
  readonly now?: () => Date;
  readonly addressKept?: AddressKept;
}

/** Who came in, or why not; in either case what the browser is to do with its cookie. */
export interface Admission {
  readonly context: Context | Problem;
  /** HTTP's word for a refusal. */
  readonly status: number;
  readonly setCookie: string | null;
}

/**
 * Finds out who sends a request. An audit log that cannot keep up holds it back.
 * @returns a context; or MALFORMED_ID, TOKEN_INVALID, SUBJECT_UNKNOWN, FORBIDDEN
 */
export async function admit(knock: Knock, { db, services, publicUrl, ...house }: House): Promise<Admission> {
  const now = (house.now ?? (() => new Date()))();
  const capacityId = knock.capacity === null ? null : decodeId("Capacity", knock.capacity);
  if (knock.capacity !== null && capacityId === null) {
    return { context: problem("MALFORMED_ID", { id: knock.capacity.slice(0, 100) }), status: 400, setCookie: null };
  }
  const session = cookiesFor(publicUrl).session;
  const cookie = session.read(knock.cookie);
  const { authorization, acceptLanguage, requestId } = knock;
  const asker = await services.identity.askerOf(
    { authorization, cookie, acceptLanguage, capacityId, requestId },
    now,
    dayInChina(now),
  );
  if (isProblem(asker)) {
    // a cookie that opens nothing any more would keep its owner from signing in anew
    const dead = cookie !== null && asker.code === "TOKEN_INVALID";
    return { context: asker, status: asker.code === "FORBIDDEN" ? 403 : 401, setCookie: dead ? session.clear : null };
  }
  if (services.audit.full) await services.audit.room();
  const address = keptAddress(knock.address, house.addressKept ?? "network");
  const viewer = { ...asker.viewer, trail: new Trail({ now, address }) };
  return {
    context: new Context({ viewer, sessionId: asker.sessionId, db, services, now }),
    status: 200,
    setCookie: asker.cookie === null ? null : session.set(asker.cookie),
  };
}
