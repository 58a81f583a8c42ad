import { AUDIT_LOG } from "../audit.ts";
import { LEDGER } from "./ledger.ts";
import type { SealedSource } from "./source.ts";

/** Every table that is sealed. */
export const SEALED: readonly SealedSource[] = [AUDIT_LOG, LEDGER];
