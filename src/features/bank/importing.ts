import type { KeyRing } from "../../auth/keyring.ts";
import { type Action, authorise } from "../../auth/policy.ts";
import type { Trail } from "../../auth/trail.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../../domain/problem.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import { type CheckedRow, cellProblem } from "../../domain/sheet/check.ts";
import type { Columns, RowOf, SheetKind } from "../../domain/sheet/column.ts";
import { PROGRESS_ROWS, type Progress } from "./progress.ts";
import { type CheckedSheet, checkFile, type SheetRefused } from "./sheet-check.ts";

/** A sheet that is written directly: everything but achievements, which make a batch. */
export interface ImportInput {
  readonly bytes: Buffer;
  readonly fileName: string;
  /** Go on without the bad rows. */
  readonly setBadRowsAside: boolean;
  /** Check everything, write nothing. */
  readonly dryRun?: boolean;
  /** Told how many rows are checked, now and then. */
  readonly progress?: Progress;
  readonly today: IsoDate;
  readonly keys: KeyRing;
}

/** How many rows were new, changed what was there, or said what was there already. */
export interface Written {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface Imported extends Written {
  readonly kind: "imported";
  readonly setAsideRows: number;
  /** Of the rows set aside. */
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

/** Stands for the school of whoever belongs to none. */
export const NO_SCHOOL: Id = "00000000-0000-0000-0000-000000000000";

/** Says that a cell of the row at hand names what does not exist, and the like. */
export type Refuse<C extends Columns> = (
  column: keyof C & string,
  code: ProblemCode,
  params: Readonly<Record<string, string | number>>,
) => null;

/** For which school, and on which day. NO_SCHOOL where an administrator of the whole service imports. */
export interface ImportScope {
  /** Who imports; null for the service itself. */
  readonly accountId: Id | null;
  readonly institutionId: Id;
  readonly today: IsoDate;
  /** Which columns the sheet has. What a row says of the others is null, as where a cell is empty. */
  readonly columns: ReadonlySet<string>;
  /** For what of a row is kept encrypted. */
  readonly keys: KeyRing;
  /** What else than the import itself it leaves in the audit log. */
  readonly trail: Trail | undefined;
}

/** How one kind of sheet is imported. */
export interface Importer<C extends Columns, Facts, Item> {
  readonly kind: SheetKind<C>;
  readonly action: Action;
  /** Whether someone of no school may import it. */
  readonly anySchool?: boolean;
  /** What its rows are held against. */
  load(tx: Tx, scope: ImportScope, rows: readonly Partial<RowOf<C>>[]): Promise<Facts>;
  /** What a row makes; null after `refuse`. What `warn` is told of does not keep the row out. */
  resolve(row: RowOf<C>, facts: Facts, refuse: Refuse<C>, warn: Refuse<C>): Item | null;
  /** What two rows of one sheet may not both be. */
  keyOf(item: Item): string;
  /** Where a row that repeats another is marked. */
  readonly keyColumn: keyof C & string;
  /** Writes the items whose state is not there already; none of them in a dry run. A problem undoes the import. */
  write(tx: Tx, scope: ImportScope, items: readonly Item[], facts: Facts, dryRun: boolean): Promise<Written | Problem>;
}

/**
 * Imports a sheet into the viewer's school. Everything is checked first; with one bad row nothing is written, unless bad
 * rows are to be set aside. Imported again, it changes nothing.
 * @returns FORBIDDEN, SHEET_UNREADABLE, SHEET_ENCRYPTED, SHEET_TOO_LARGE, SHEET_EMPTY, or the bad cells
 */
export async function importSheet<C extends Columns, Facts, Item>(
  tx: Tx,
  viewer: Viewer,
  importer: Importer<C, Facts, Item>,
  input: ImportInput,
): Promise<Imported | SheetRefused | Problem> {
  const refused = authorise(viewer, importer.action, { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  const institutionId = viewer.institutionId ?? (importer.anySchool === true ? NO_SCHOOL : null);
  if (institutionId === null) return problem("FORBIDDEN");
  const checked = await checkFile(importer.kind, input.bytes, input.fileName);
  if (isProblem(checked) || checked.kind === "refused") return checked;
  const { today, keys } = input;
  const { accountId, trail } = viewer;
  const columns = new Set(checked.header.places.keys());
  const scope = { accountId, institutionId, today, columns, keys, trail };
  const rows = checked.rows.map(({ values }) => values);
  const facts = await importer.load(tx, scope, rows);
  const { items, problems, setAsideRows, doubts } = resolveAll(importer, checked, facts, input.progress);
  const warnings = [...checked.header.warnings, ...checked.rows.flatMap((row) => row.warnings), ...doubts];
  if (problems.length > 0 && !input.setBadRowsAside) return { kind: "refused", problems, warnings };
  const written = await importer.write(tx, scope, items, facts, input.dryRun === true);
  if (isProblem(written)) return written;
  return { kind: "imported", ...written, setAsideRows, problems, warnings };
}

function resolveAll<C extends Columns, Facts, Item>(
  importer: Importer<C, Facts, Item>,
  checked: CheckedSheet<C>,
  facts: Facts,
  progress: Progress | undefined,
): {
  readonly items: readonly Item[];
  readonly problems: readonly CellProblem[];
  readonly setAsideRows: number;
  readonly doubts: readonly CellProblem[];
} {
  const items: Item[] = [];
  const problems: CellProblem[] = [];
  const doubts: CellProblem[] = [];
  const seen = new Map<string, number>();
  for (const [done, row] of checked.rows.entries()) {
    if (done % PROGRESS_ROWS === 0) progress?.(done, checked.rows.length);
    const bad = [...row.problems];
    const told =
      (where: CellProblem[]): Refuse<C> =>
      (column, code, params) => {
        where.push(cellProblem(checked.sheet, checked.header, row.rowNo, column, code, params));
        return null;
      };
    const refuse = told(bad);
    const item = isWhole(row) ? importer.resolve(row.values, facts, refuse, told(doubts)) : null;
    const twin = item === null ? undefined : seen.get(importer.keyOf(item));
    if (twin !== undefined) refuse(importer.keyColumn, "ROW_DUPLICATE", { row: twin });
    problems.push(...bad);
    if (item === null || bad.length > 0) continue;
    seen.set(importer.keyOf(item), row.rowNo);
    items.push(item);
  }
  return { items, problems, setAsideRows: checked.rows.length - items.length, doubts };
}

/** A row without bad cells has all its values. */
function isWhole<C extends Columns>(row: CheckedRow<C>): row is CheckedRow<C> & { readonly values: RowOf<C> } {
  return row.problems.length === 0;
}

/** Splits items by what is there under their key, told by comparing what both say. */
export function compared<Item, Known extends object>(
  items: readonly Item[],
  known: (item: Item) => Known | undefined,
  wanted: (item: Item) => Known,
): { readonly inserts: readonly Item[]; readonly updates: readonly Item[]; readonly unchanged: number } {
  const inserts = items.filter((item) => known(item) === undefined);
  const updates = items.filter((item) => {
    const before = known(item);
    return before !== undefined && !same(before, wanted(item));
  });
  return { inserts, updates, unchanged: items.length - inserts.length - updates.length };
}

function same<Known extends object>(before: Known, after: Known): boolean {
  return Object.entries(after).every(([key, value]) => (before as Record<string, unknown>)[key] === value);
}

/** Counts what was compared. */
export function counted(found: ReturnType<typeof compared<unknown, object>>): Written {
  return { inserted: found.inserts.length, updated: found.updates.length, unchanged: found.unchanged };
}
