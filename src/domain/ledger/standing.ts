import type { Id } from "../id.ts";
import type { LedgerCommand, PostedTransaction } from "./command.ts";

/** What an achievement counts as. Only what is deposited counts. */
export interface Standing {
  readonly achievementId: Id;
  readonly status: "DEPOSITED" | "SUPERSEDED" | "EXPIRED" | "REVOKED" | "REVERSED";
}

/** What a command makes of achievements that are there; none where it leaves all as they are. */
export function standingAfter(command: LedgerCommand): readonly Standing[] {
  switch (command.kind) {
    case "EXPIRE":
      return [{ achievementId: command.achievementId, status: "EXPIRED" }];
    case "REVOKE":
      return [{ achievementId: command.achievementId, status: "REVOKED" }];
    case "SUPERSEDE":
      return [{ achievementId: command.achievementId, status: "SUPERSEDED" }];
    case "CORRECT":
      return [{ achievementId: command.reverses.id, status: "REVERSED" }];
    case "REVERSE":
      return standingReversed(command.reverses);
    default:
      return [];
  }
}

function standingReversed({ id, kind, movements }: PostedTransaction): Standing[] {
  // a deposit and its achievement carry one id
  if (kind === "DEPOSIT" || kind === "CORRECT") return [{ achievementId: id, status: "REVERSED" }];
  if (kind !== "EXPIRE" && kind !== "REVOKE" && kind !== "SUPERSEDE") return [];
  return movements.flatMap(({ achievementId }) =>
    achievementId === null ? [] : [{ achievementId, status: "DEPOSITED" }],
  );
}
