import { v5 } from "uuid";
import type { Id } from "../../domain/id.ts";

const PLACES = "8f7d1c52-3b0e-5a9c-9d44-0c6f2a6b71e3";

/**
 * What stands for the registration in a programme of somebody who has none yet. What they apply for there is held, used and
 * recognised towards it; once they are registered there the registration bears this id, and all of it is the
 * registration's, as if it had been applied for after.
 */
export const placeSought = (learnerId: Id, programmeId: Id): Id => v5(`${learnerId}/${programmeId}`, PLACES);
