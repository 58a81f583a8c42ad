import { authoriseList } from "../../auth/policy.ts";
import type { AssignedRole, Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";

/** A role that somebody on the staff holds today. */
export interface StaffRoleRow {
  readonly role: AssignedRole;
  /** Null for what is held for no single school. */
  readonly institutionId: Id | null;
  readonly validUntil: IsoDate | null;
}
/** The account of somebody on the staff, as their administrator sees it. */
export interface StaffAccountRow {
  readonly accountId: Id;
  readonly login: string;
  readonly displayName: string;
  readonly signedIn: boolean;
  readonly codeExpiresAt: string | null;
  readonly roles: readonly StaffRoleRow[];
}
/** Which of them: a part of a login or name, and the login that a page comes after. */
export interface StaffWish {
  readonly text: string;
  readonly first: number;
  readonly after: readonly string[] | null;
}

/** The staff whom an administrator may give a new way in, one more than asked for. FORBIDDEN for anyone else. */
export async function staffAccounts(
  tx: Tx,
  viewer: Viewer,
  { text, first, after }: StaffWish,
): Promise<readonly StaffAccountRow[] | Problem> {
  const scope = authoriseList(viewer, "staff.read");
  if (isProblem(scope)) return scope;
  return tx.run(
    (sql) => sql<StaffAccountRow[]>`/* identity.staffAccounts */
      select account_id, login, display_name, signed_in, code_expires_at, roles
      from staff_accounts(${text}, ${after?.[0] ?? null}, ${first + 1})`,
  );
}
