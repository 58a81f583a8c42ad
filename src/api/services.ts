import type { News } from "../db/news.ts";
import type { Database } from "../db/transaction.ts";
import { CatalogueSearch } from "../features/catalogue/service.ts";
import type { Identity } from "../features/identity/service.ts";
import { openSeatDesk, type SeatDesk } from "../features/selection/seat-desk.ts";

/** Services that outlive a request. Whatever they hold, another process can do without. */
export interface Services {
  readonly identity: Identity;
  readonly search: CatalogueSearch;
  readonly seats: SeatDesk;
  readonly news: News;
}

/** Makes them once per process; `writer` is the pool of the role that settles seats. */
export function servicesOf(parts: {
  readonly identity: Identity;
  readonly writer: Database;
  readonly news: News;
}): Services {
  const { identity, writer, news } = parts;
  return { identity, search: new CatalogueSearch(), seats: openSeatDesk(writer), news };
}
