import { v7 } from "uuid";
import type { Tx } from "../../../db/transaction.ts";
import type { Id, IsoDate } from "../../../domain/id.ts";
import { LEARNERS } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import { compared, counted, type Importer, type ImportScope } from "../importing.ts";
import type { Lookup } from "../lookup.ts";
import { programmeLookup } from "./programmes.ts";

interface LearnerItem {
  readonly studentNo: string;
  readonly name: string;
  readonly registryNo: string | null;
  readonly programmeId: Id;
  readonly classId: Id | null;
  readonly cohort: number;
  readonly phase: number;
  readonly enteredOn: IsoDate;
}
interface LearnerFacts {
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly classes: ReadonlyMap<string, Id>;
  /** Registrations by student number, programme and phase; persons by student number, else by registry number. */
  readonly registrations: ReadonlyMap<string, store.RegisteredLearner>;
  readonly persons: ReadonlyMap<string, store.RegisteredLearner>;
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
  async load(tx, { institutionId }) {
    const [programmes, classes, learners] = await Promise.all([
      store.programmes(tx, institutionId),
      store.classes(tx, institutionId),
      store.registeredLearners(tx, institutionId),
    ]);
    const registryNos = learners.flatMap((row) => (row.registryNo === null ? [] : [[row.registryNo, row] as const]));
    return {
      programmes: programmeLookup(programmes),
      classes: new Map(classes.map((row) => [row.name, row.id])),
      registrations: new Map(learners.map((row) => [registrationKey(row), row])),
      persons: new Map([...registryNos, ...learners.map((row) => [row.studentNo, row] as const)]),
    };
  },
  resolve(row, { programmes, classes, persons }, refuse) {
    const programme = programmes.find(row.programme);
    const classId = row.className === null ? null : classes.get(row.className);
    const person = persons.get(row.studentNo);
    if (programme === null) refuse("programme", "UNKNOWN_PROGRAMME", { key: row.programme });
    if (classId === undefined) refuse("className", "UNKNOWN_CLASS", { name: row.className ?? "" });
    if (typeof person?.registryNo === "string" && row.registryNo !== null && person.registryNo !== row.registryNo) {
      refuse("registryNo", "ROW_DIFFERS", { what: `${person.registryNo} → ${row.registryNo}` });
    }
    if (programme === null || classId === undefined) return null;
    const { studentNo, name, registryNo, cohort, enteredOn } = row;
    const phase = row.phase ?? 1;
    return { studentNo, name, registryNo, programmeId: programme.row.id, classId, cohort, phase, enteredOn };
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
    const person = facts.persons.get(item.studentNo) ?? facts.persons.get(item.registryNo ?? "");
    const id = person?.learnerId ?? ids.get(item.studentNo) ?? v7();
    ids.set(item.studentNo, id);
    return id;
  };
  const rows = items.map((item) => ({ ...item, learnerId: learnerIdOf(item) }));
  const gone = (row: LearnerItem) => facts.persons.get(row.studentNo)?.name === null;
  const persons = new Map(rows.filter((row) => !gone(row)).map((row) => [row.learnerId, row]));
  await store.putLearners(
    tx,
    [...persons.values()].map(({ learnerId: id, name, registryNo }) => ({
      id,
      name,
      registryNo,
      homeInstitutionId: institutionId,
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
