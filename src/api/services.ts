import type { KeyRing } from "../auth/keyring.ts";
import { AuditWriter } from "../db/audit.ts";
import type { News } from "../db/news.ts";
import type { Database } from "../db/transaction.ts";
import { CatalogueSearch } from "../features/catalogue/service.ts";
import type { BornOn, Identity } from "../features/identity/service.ts";
import { type LedgerDesk, openLedgerDesk } from "../features/bank/ledger-desk.ts";
import { bornOn } from "../features/registry/service.ts";
import { openSeatDesk, type SeatDesk } from "../features/selection/seat-desk.ts";

/** Services that outlive a request. Whatever they hold, another process can do without. */
export interface Services {
  readonly identity: Identity;
  readonly search: CatalogueSearch;
  readonly seats: SeatDesk;
  /** Where single transactions are posted. */
  readonly postings: LedgerDesk;
  /** The writer's pool for what is posted in one piece: a confirmed batch, a confirmed grade sheet. */
  readonly ledger: Database;
  readonly news: News;
  readonly keys: KeyRing;
  readonly audit: AuditWriter;
  /** What the register knows of a birth date, for features that come before it. */
  readonly bornOn: BornOn;
}

/**
 * Makes them once per process. Both pools are the writer's: `writer` for the desks that coalesce, `ledger` for whoever
 * posts in one piece, so that a long confirmation keeps nobody from a seat.
 */
export function servicesOf(parts: {
  readonly identity: Identity;
  readonly writer: Database;
  readonly ledger: Database;
  readonly news: News;
  readonly keys: KeyRing;
  /** One of its own on the writer's pool, unless given. */
  readonly audit?: AuditWriter;
}): Services {
  const { identity, writer, ledger, news, keys, audit = new AuditWriter({ db: writer }) } = parts;
  const [seats, postings] = [openSeatDesk(writer), openLedgerDesk([writer, writer])];
  return { identity, search: new CatalogueSearch(), seats, postings, ledger, news, keys, audit, bornOn };
}
