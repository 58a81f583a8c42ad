import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { dueOn, ownerOf, STEP_OWNERS, type StepPeriod, stepPeriodFor } from "../../domain/application/due.ts";
import type { SchoolDays } from "../../domain/calendar/day.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import { EVERY_SCHOOL } from "../../domain/public-notice.ts";
import { fittingText } from "../../domain/text.ts";
import { schoolDaysOf } from "../calendar/service.ts";
import * as store from "./period-store.ts";
import type { ApplicationRow } from "./store.ts";

/** Bounds of the service: no step takes a term, and a clause is a line. */
const DAYS_MAX = 60;
const CLAUSE_LENGTH = { min: 1, max: 200 } as const;

/** What holds at a school for each whom applications wait for. */
export async function stepPeriodsAt(tx: Tx, institutionId: Id): Promise<readonly StepPeriod[]> {
  const rows = await store.stepPeriods(tx, [institutionId, EVERY_SCHOOL]);
  return STEP_OWNERS.flatMap((owner) => stepPeriodFor(rows, owner, institutionId) ?? []);
}

/** Says within how many working days a step is taken at the viewer's school. @returns FORBIDDEN, INVALID_INPUT */
export async function setStepPeriod(
  tx: Tx,
  viewer: Viewer,
  wish: Omit<StepPeriod, "institutionId" | "certainty">,
  now: Date,
): Promise<Id | Problem> {
  const { institutionId, accountId } = viewer;
  const refused = authorise(viewer, "application.setPeriod", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN", { action: "application.setPeriod" });
  if (wish.workingDays < 1 || wish.workingDays > DAYS_MAX)
    return problem("INVALID_INPUT", { detail: `workingDays: 1 … ${DAYS_MAX}` }, ["input", "workingDays"]);
  const document = fittingText(wish.citation.document, CLAUSE_LENGTH);
  const clause = fittingText(wish.citation.clause, CLAUSE_LENGTH);
  if (document === null || clause === null)
    return problem("INVALID_INPUT", { detail: "citation" }, ["input", "citation"]);
  // the school itself says so: there is nothing left to verify
  const row = { ...wish, citation: { document, clause }, institutionId, certainty: "VERIFIED" as const };
  await store.putStepPeriod(tx, { ...row, setBy: accountId, setAt: now.toISOString() });
  return institutionId;
}

/** What the due days of a school's steps are told by. */
interface Measures {
  readonly periods: readonly StepPeriod[];
  readonly days: SchoolDays;
}
const read = new WeakMap<Tx, Map<Id, Promise<Measures>>>();

/** The measures of a school, read once of a transaction however many applications ask for them. */
export function measuresAt(tx: Tx, institutionId: Id): Promise<Measures> {
  const known = read.get(tx) ?? new Map<Id, Promise<Measures>>();
  read.set(tx, known);
  const found =
    known.get(institutionId) ??
    Promise.all([store.stepPeriods(tx, [institutionId, EVERY_SCHOOL]), schoolDaysOf(tx, institutionId)]).then(
      ([periods, days]) => ({ periods, days }),
    );
  known.set(institutionId, found);
  return found;
}

/** The last day for the step an application waits for; null where it waits for nobody, or no day can be told. */
export async function dueOnOf(
  tx: Tx,
  row: Pick<ApplicationRow, "status" | "institutionId" | "homeInstitutionId" | "waitingSince">,
): Promise<IsoDate | null> {
  const turn = ownerOf(row);
  if (turn === null) return null;
  const { periods, days } = await measuresAt(tx, turn.institutionId);
  return dueOn(row, periods, days);
}
