import { Trail } from "../../auth/trail.ts";
import { ANONYMOUS, type Viewer } from "../../auth/viewer.ts";
import type { Id } from "../../domain/id.ts";

/** When and from where somebody comes to a door, for the audit log. */
export interface Whence {
  readonly now: Date;
  /** As far as it may be kept. */
  readonly address: string | null;
  readonly requestId: string;
}

/** Whoever signs in is looked up first, and then read as themselves: nobody reads another's hashes. */
export const asSelf = (accountId: Id): Viewer => ({ ...ANONYMOUS, accountId });

/** Somebody at a door: themselves where it is known who they are, else nobody. What they do leaves a trail. */
export const atDoor = (accountId: Id | null, whence: Whence): Viewer & { readonly trail: Trail } => ({
  ...ANONYMOUS,
  accountId,
  requestId: whence.requestId,
  trail: new Trail(whence),
});
