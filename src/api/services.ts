import { CatalogueSearch } from "../features/catalogue/service.ts";
import type { Identity } from "../features/identity/service.ts";

/** Services that outlive a request. Whatever they hold, another process can do without. */
export interface Services {
  readonly identity: Identity;
  readonly search: CatalogueSearch;
}

/** Makes them once per process. */
export function servicesOf(parts: { readonly identity: Identity }): Services {
  return { ...parts, search: new CatalogueSearch() };
}
