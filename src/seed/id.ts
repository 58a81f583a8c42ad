import { v5 } from "uuid";
import type { Id } from "../domain/id.ts";

/** The namespace of everything that the reference and demonstration data name. Never change it: ids would move. */
const NAMESPACE = "6a0c1f3e-7d52-5b7e-9a44-1d6f0c2b8e51";

/**
 * The id of a row of the reference or demonstration data, from its natural key: the same on every installation.
 * @param kind what it is, such as "course"
 * @param naturalKey its key in the tables, such as "btvtc/BZ1302"
 */
export function idOf(kind: string, naturalKey: string): Id {
  return v5(`${kind}:${naturalKey}`, NAMESPACE);
}
