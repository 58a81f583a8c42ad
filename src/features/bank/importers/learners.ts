import { v7 } from "uuid";
import type { Tx } from "../../../db/transaction.ts";
import type { Id, IsoDate } from "../../../domain/id.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { LEARNERS } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import { compared, counted, type Importer, type ImportScope, type Refuse } from "../importing.ts";
import type { Lookup } from "../lookup.ts";
import { hinted } from "./hint.ts";
import { programmeLookup } from "./programmes.ts";

interface LearnerItem {
  readonly studentNo: string;
  readonly name: string;
  readonly registryNo: string | null;
  readonly programmeId: Id;
  readonly departmentId: Id | null;
  readonly classId: Id | null;
  readonly cohort: number;
  readonly phase: number;
  readonly enteredOn: IsoDate;
}
interface LearnerFacts {
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly classes: ReadonlyMap<string, Id>;
  /** The school's registrations by student number, programme and phase; its persons by student number. */
  readonly registrations: ReadonlyMap<string, store.RegisteredLearner>;
  readonly persons: ReadonlyMap<string, store.RegisteredLearner>;
  /** Learners of any school by registry number: it is theirs for life, and their bank comes along. */
  readonly holders: ReadonlyMap<string, store.RegistryHolder>;
}

const registrationKey = (row: {
  readonly studentNo: string;
  readonly programmeId: Id;
  readonly phase: number;
}): string => `${row.studentNo}/${row.programmeId}/${row.phase}`;

export const learnerImporter: Importer<typeof LEARNERS.columns, LearnerFacts, LearnerItem> = {
  kind: LEARNERS,
  action: "roster.import",
  keyColumn: "studentNo",
  keyOf: registrationKey,
  async load(tx, { institutionId }, rows) {
    const numbers = [...new Set(rows.flatMap((row) => row.registryNo ?? []))];
    const [programmes, classes, learners, elsewhere] = await Promise.all([
      store.programmes(tx, institutionId),
      store.classes(tx, institutionId),
      store.registeredLearners(tx, institutionId),
      store.registryHolders(tx, numbers),
    ]);
    const here = learners.flatMap(({ registryNo, learnerId, name }) =>
      registryNo === null || name === null ? [] : [{ registryNo, learnerId, name }],
    );
    return {
      programmes: programmeLookup(programmes),
      classes: new Map(classes.map((row) => [row.name, row.id])),
      registrations: new Map(learners.map((row) => [registrationKey(row), row])),
      persons: new Map(learners.map((row) => [row.studentNo, row])),
      holders: new Map([...elsewhere, ...here].map((holder) => [holder.registryNo, holder])),
    };
  },
  resolve(row, facts, refuse) {
    const { programmes, classes } = facts;
    const programme = programmes.find(row.programme);
    const classId = row.className === null ? null : classes.get(row.className);
    if (programme === null) refuse("programme", "UNKNOWN_PROGRAMME", { key: row.programme });
    if (classId === undefined) refuse("className", "UNKNOWN_CLASS", { name: row.className ?? "" });
    checkPerson(row, facts, refuse);
    if (programme === null || classId === undefined) return null;
    const { studentNo, name, registryNo, cohort, enteredOn } = row;
    const phase = row.phase ?? 1;
    const { id: programmeId, departmentId } = programme.row;
    return { studentNo, name, registryNo, programmeId, departmentId, classId, cohort, phase, enteredOn };
  },
  async write(tx, scope, items, facts, dryRun) {
    const known = (item: LearnerItem) => seenAs(facts.registrations.get(registrationKey(item)), item);
    const registryNo = (item: LearnerItem) => item.registryNo ?? known(item)?.registryNo ?? null;
    const found = compared<LearnerItem, LearnerItem>(items, known, (item) => ({
      ...item,
      registryNo: registryNo(item),
    }));
    if (!dryRun) await writeLearners(tx, scope, [...found.inserts, ...found.updates], facts);
    return counted(found);
  },
};

/**
 * A registry number names one person: neither does a student take another's, nor does someone of another name come with
 * it. Of the name on record no more than its first character is told, for the school may be a stranger to it.
 */
function checkPerson(
  row: RowOf<typeof LEARNERS.columns>,
  { persons, holders }: LearnerFacts,
  refuse: Refuse<typeof LEARNERS.columns>,
): void {
  const { studentNo, registryNo, name: value } = row;
  if (registryNo === null) return;
  const person = persons.get(studentNo);
  const holder = holders.get(registryNo);
  if (typeof person?.registryNo === "string" && person.registryNo !== registryNo) {
    refuse("registryNo", "ROW_DIFFERS", { what: `${person.registryNo} → ${registryNo}` });
  } else if (holder === undefined) {
    return;
  } else if (person === undefined && holder.name !== value) {
    refuse("name", "NAME_DIFFERS", { studentNo, name: hinted(holder.name), value });
  } else if (person !== undefined && holder.learnerId !== person.learnerId) {
    refuse("registryNo", "ROW_DIFFERS", { what: registryNo });
  }
}

/** Whose registry number a student new to the school brings along. */
function arrivalOf(item: LearnerItem, { persons, holders }: LearnerFacts): store.RegistryHolder | undefined {
  return item.registryNo === null || persons.has(item.studentNo) ? undefined : holders.get(item.registryNo);
}

/** A registration as it stands. Of a learner who has left for another school, name and number are theirs to keep. */
function seenAs(row: store.RegisteredLearner | undefined, item: LearnerItem): LearnerItem | undefined {
  if (row === undefined) return undefined;
  return row.name === null ? { ...row, name: item.name, registryNo: item.registryNo } : { ...row, name: row.name };
}

async function writeLearners(
  tx: Tx,
  { institutionId }: ImportScope,
  items: readonly LearnerItem[],
  facts: LearnerFacts,
): Promise<void> {
  const ids = new Map<string, Id>();
  const learnerIdOf = (item: LearnerItem): Id => {
    const person = facts.persons.get(item.studentNo) ?? arrivalOf(item, facts);
    const id = person?.learnerId ?? ids.get(item.studentNo) ?? v7();
    ids.set(item.studentNo, id);
    return id;
  };
  const rows = items.map((item) => ({ ...item, learnerId: learnerIdOf(item) }));
  const gone = (row: LearnerItem) => facts.persons.get(row.studentNo)?.name === null;
  const persons = new Map(rows.filter((row) => !gone(row)).map((row) => [row.learnerId, row]));
  // first, for only then are they the school's to write
  await store.adoptLearners(
    tx,
    items.flatMap((item) => arrivalOf(item, facts) ?? []),
  );
  await store.putLearners(
    tx,
    [...persons.values()].map(({ learnerId: id, name, registryNo, departmentId }) => ({
      id,
      name,
      registryNo,
      homeInstitutionId: institutionId,
      homeDepartmentId: departmentId,
    })),
  );
  await store.putRegistrations(
    tx,
    rows.map(({ name: _, registryNo: __, ...row }) => ({
      ...row,
      id: facts.registrations.get(registrationKey(row))?.registrationId ?? v7(),
      institutionId,
    })),
  );
}
