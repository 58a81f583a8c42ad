import { v7 } from "uuid";
import type { Tx } from "../../../db/transaction.ts";
import { type IdentityDocument, maskNumber, readDocument } from "../../../domain/id-number.ts";
import type { Id, IsoDate } from "../../../domain/id.ts";
import { isProblem, problem } from "../../../domain/problem.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { LEARNERS } from "../../../domain/sheet/kinds/people.ts";
import { goesOn, type RegistrationStatus, statusByExport } from "../../../domain/registry/registration.ts";
import * as registry from "../../registry/service.ts";
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
  readonly status: RegistrationStatus;
  readonly leftOn: IsoDate | null;
  /** What the row adds to what is known of the learner on paper; null: nothing. */
  readonly document: IdentityDocument | null;
  /** Other records that bear a number of the row: the row goes without it, and the two are looked at by a registrar. */
  readonly alike: readonly registry.Alike[];
}
interface LearnerFacts {
  readonly today: IsoDate;
  /** Who the school's learners are on paper, by learner; whose a document is at any school. */
  readonly documents: ReadonlyMap<Id, IdentityDocument>;
  readonly documentHolder: (document: IdentityDocument) => registry.Alike | null;
  /** Who came to the bank without a registration and is registered now, by student number. */
  readonly unregistered: ReadonlyMap<string, registry.RegistryHolder>;
  /** Numbers that rows of this sheet brought, and the student each is of. */
  readonly brought: Map<string, string>;
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly classes: ReadonlyMap<string, Id>;
  /** The school's registrations by student number, programme and phase; its persons by student number. */
  readonly registrations: ReadonlyMap<string, store.RegisteredLearner>;
  readonly persons: ReadonlyMap<string, store.RegisteredLearner>;
  /** Learners of any school by registry number: it is theirs for life, and their bank comes along. */
  readonly numbers: registry.NumbersInHand;
  /** What goes on, at whichever school or by a row before: the key of the registration by `placeKey`. */
  readonly places: Map<string, string>;
  /** Learners whose home the school is. */
  readonly ours: ReadonlySet<Id>;
  /** Learners of whom a registration goes on at another school, in whichever phase. */
  readonly elsewhere: ReadonlySet<Id>;
}

const registrationKey = (row: {
  readonly studentNo: string;
  readonly programmeId: Id;
  readonly phase: number;
}): string => `${row.studentNo}/${row.programmeId}/${row.phase}`;

/** A learner, or a student nobody knows yet, in a phase: a place for one registration. */
const placeKey = (whose: string, phase: number): string => `${whose}/${phase}`;

export const learnerImporter: Importer<typeof LEARNERS.columns, LearnerFacts, LearnerItem> = {
  kind: LEARNERS,
  action: "roster.import",
  keyColumn: "studentNo",
  keyOf: registrationKey,
  async load(tx, { institutionId, today, keys }, rows) {
    const [programmes, classes, learners] = await Promise.all([
      store.programmes(tx, institutionId),
      store.classes(tx, institutionId),
      store.registeredLearners(tx, institutionId),
    ]);
    const here = learners.flatMap(({ registryLookup: lookup, learnerId, name }) =>
      lookup === null || name === null ? [] : [{ lookup, learnerId, name }],
    );
    const numbers = rows.flatMap((row) => row.registryNo ?? []);
    const numbersOf = new Set(rows.flatMap((row) => row.studentNo ?? []));
    const named = learners.filter(({ studentNo }) => numbersOf.has(studentNo));
    const mine = named.filter(({ name }) => name !== null);
    const papers = rows.flatMap((row) => paperOf(row, today) ?? []);
    const namedNos = new Set(named.map(({ studentNo }) => studentNo));
    const strangers = rows.filter(({ studentNo = "" }) => !namedNos.has(studentNo));
    const inHand = await registry.numbersInHand(tx, keys, numbers, here);
    const holders = numbers.flatMap((number) => inHand.holder(number) ?? []);
    const whose = [...new Set([...named, ...holders].map(({ learnerId }) => learnerId))];
    const goingOn = await store.phasesGoingOn(tx, whose, holders);
    const keyOfRegistration = new Map(learners.map((row) => [row.registrationId, registrationKey(row)]));
    return {
      today,
      documents: await registry.documentsOf(tx, keys, [...new Set(mine.map(({ learnerId }) => learnerId))]),
      documentHolder: await registry.holdersOf(tx, keys, papers),
      unregistered: await unregisteredAmong(tx, keys, strangers, today),
      brought: new Map(),
      programmes: programmeLookup(programmes),
      classes: new Map(classes.map((row) => [row.name, row.id])),
      registrations: new Map(learners.map((row) => [registrationKey(row), row])),
      persons: new Map(learners.map((row) => [row.studentNo, row])),
      numbers: inHand,
      places: new Map(
        goingOn.map(({ learnerId, phase, registrationId }) => [
          placeKey(learnerId, phase),
          keyOfRegistration.get(registrationId) ?? registrationId,
        ]),
      ),
      ours: new Set(learners.filter((row) => row.homeInstitutionId === institutionId).map((row) => row.learnerId)),
      elsewhere: new Set(
        goingOn.filter((row) => !keyOfRegistration.has(row.registrationId)).map(({ learnerId }) => learnerId),
      ),
    };
  },
  resolve(row, facts, refuse, warn) {
    const { programmes, classes } = facts;
    const programme = programmes.find(row.programme);
    const classId = row.className === null ? null : classes.get(row.className);
    if (programme === null) refuse("programme", "UNKNOWN_PROGRAMME", { key: row.programme });
    if (classId === undefined) refuse("className", "UNKNOWN_CLASS", { name: row.className ?? "" });
    const alike: registry.Alike[] = [];
    const note: NoteAlike = (column, found) => {
      alike.push(found);
      return warn(column, "RECORD_ALIKE", {});
    };
    checkPerson(row, facts, refuse, note);
    const numbered = alike.length === 0;
    const document = documentOf(row, facts, refuse, note);
    if (programme === null || classId === undefined) return null;
    const { studentNo, name, cohort, enteredOn } = row;
    const registryNo = numbered ? row.registryNo : null;
    const phase = row.phase ?? 1;
    const { id: programmeId, departmentId } = programme.row;
    const standing = standingOf(
      row,
      facts.registrations.get(registrationKey({ studentNo, programmeId, phase })),
      refuse,
    );
    if (standing === null) return null;
    if (goesOn(standing.status)) checkPlace({ studentNo, name, registryNo, programmeId, phase }, facts, refuse);
    const registered = { programmeId, departmentId, classId, cohort, phase, enteredOn, ...standing };
    return { studentNo, name, registryNo, ...registered, document, alike };
  },
  async write(tx, scope, items, facts, dryRun) {
    const known = (item: LearnerItem) => seenAs(facts.registrations.get(registrationKey(item)), item);
    // a document is in a row only where it adds something to what is known
    if (dryRun) return counted(compared<LearnerItem, LearnerItem>(items, known, (item) => item));
    const learnerIdOf = learnerIds(facts);
    const held = await heldAgainst(tx, scope, items, facts, learnerIdOf);
    const found = compared<LearnerItem, LearnerItem>(held, known, (item) => item);
    const isWritten = await writeLearners(tx, scope, [...found.inserts, ...found.updates], facts, learnerIdOf);
    // the place was free when it was looked for; somebody took it since
    if (!isWritten) return problem("REGISTRATION_GOES_ON");
    const pairs = held.flatMap((item) =>
      item.alike.map((alike) => ({ learnerId: learnerIdOf(item), alike, id: v7() })),
    );
    await registry.openMergeCases(tx, pairs);
    return counted(found);
  },
};

/**
 * Rows as they stand once their numbers are held: what another sheet has brought since this one was looked up is another
 * record alike, as if that sheet had come before.
 */
async function heldAgainst(
  tx: Tx,
  { keys }: ImportScope,
  items: readonly LearnerItem[],
  facts: LearnerFacts,
  learnerIdOf: (item: LearnerItem) => Id,
): Promise<readonly LearnerItem[]> {
  const papers = items.flatMap(({ document }) => document ?? []);
  const numbers = items.flatMap((item) => (hasNumber(item, facts) ? [] : (item.registryNo ?? [])));
  await registry.holdNumbers(tx, keys, papers, numbers);
  const [documentHolder, inHand] = await Promise.all([
    registry.holdersOf(tx, keys, papers),
    registry.numbersInHand(tx, keys, numbers, []),
  ]);
  return items.map((item) => {
    const { document, registryNo } = item;
    const other = (holder: registry.Alike | null | undefined) =>
      holder === null || holder === undefined || holder.learnerId === learnerIdOf(item) ? null : holder;
    const paper = document === null ? null : other(documentHolder(document));
    const number = registryNo === null || hasNumber(item, facts) ? null : other(inHand.holder(registryNo));
    const alike = [paper, number].filter((found) => found !== null);
    if (alike.length === 0) return item;
    return {
      ...item,
      document: paper === null ? document : null,
      registryNo: number === null ? registryNo : null,
      alike: [...item.alike, ...alike],
    };
  });
}

/** Who of some rows, none of whom the school has, came to the bank before: by the document and the name. */
async function unregisteredAmong(
  tx: Tx,
  keys: ImportScope["keys"],
  rows: readonly Partial<LearnerSheetRow>[],
  today: IsoDate,
): Promise<ReadonlyMap<string, registry.RegistryHolder>> {
  const asked = rows.flatMap((row) => {
    const document = paperOf(row, today);
    const { studentNo, name } = row;
    return document === null || studentNo === undefined || name === undefined ? [] : [{ studentNo, name, document }];
  });
  const holderOf = await registry.unregisteredHolders(tx, keys, asked);
  return new Map(
    asked.flatMap(({ studentNo, name, document }) => {
      const holder = holderOf(document, name);
      return holder === undefined ? [] : [[studentNo, holder] as const];
    }),
  );
}

/** Notes that another record bears the number of a cell. */
type NoteAlike = (column: "registryNo" | "idNumber", found: registry.Alike) => null;

/** How a row leaves a registration, and since when it is over. */
function standingOf(
  row: LearnerSheetRow,
  known: store.RegisteredLearner | undefined,
  refuse: Refuse<typeof LEARNERS.columns>,
): Pick<LearnerItem, "status" | "leftOn"> | null {
  const status = statusByExport(known?.status ?? null, row.status);
  if (isProblem(status)) return refuse("status", status.code, status.params);
  const leftOn = known?.leftOn ?? row.leftOn;
  if (!goesOn(status) && leftOn === null) return refuse("leftOn", "CELL_REQUIRED", {});
  const fits = leftOn === null || (!goesOn(status) && leftOn >= row.enteredOn);
  return fits ? { status, leftOn } : refuse("leftOn", "LEAVING_DATE_UNFIT", {});
}

/**
 * One registration of a phase goes on at a time: whoever changes programme or school does so by a change of status, which
 * ends the one before. Nor does a school take in whoever goes on at another one, in whichever phase.
 */
function checkPlace(
  row: Pick<LearnerItem, "studentNo" | "name" | "registryNo" | "programmeId" | "phase">,
  facts: LearnerFacts,
  refuse: Refuse<typeof LEARNERS.columns>,
): void {
  const own = registrationKey(row);
  // one that is there, going on or ended, is not begun anew
  if (facts.registrations.has(own)) return;
  const arrival = arrivalOf(row, facts);
  // whoever has another name is told so, and nothing of how the holder of the number stands
  const whose =
    facts.persons.get(row.studentNo)?.learnerId ?? (arrival?.name === row.name ? arrival.learnerId : row.studentNo);
  const place = placeKey(whose, row.phase);
  const there = facts.places.get(place) ?? own;
  facts.places.set(place, there);
  if (there !== own) refuse("programme", "REGISTRATION_GOES_ON", {});
  else if (facts.elsewhere.has(whose) && !facts.ours.has(whose)) refuse("programme", "GOES_ON_ELSEWHERE", {});
}

/**
 * A registry number names one person: neither does a student take another's, nor does someone of another name come with
 * it. Of the name on record no more than its first character is told, for the school may be a stranger to it.
 */
function checkPerson(
  row: RowOf<typeof LEARNERS.columns>,
  { persons, numbers, brought }: LearnerFacts,
  refuse: Refuse<typeof LEARNERS.columns>,
  note: NoteAlike,
): void {
  const { studentNo, registryNo, name: value } = row;
  if (registryNo === null) return;
  const person = persons.get(studentNo);
  const holder = numbers.holder(registryNo);
  const lookup = person?.registryLookup ?? null;
  if (broughtBy(brought, `registry ${registryNo}`, studentNo) !== studentNo) {
    refuse("registryNo", "ROW_DIFFERS", { what: maskNumber(registryNo) });
  } else if (lookup !== null && !numbers.is(registryNo, lookup)) {
    refuse("registryNo", "ROW_DIFFERS", { what: `${person?.registryMasked ?? ""} → ${maskNumber(registryNo)}` });
  } else if (holder === undefined) {
    return;
  } else if (person === undefined && holder.name !== value) {
    refuse("name", "NAME_DIFFERS", { studentNo, name: hinted(holder.name), value });
  } else if (person !== undefined && holder.learnerId !== person.learnerId && holder.name === value) {
    note("registryNo", holder);
  } else if (person !== undefined && holder.learnerId !== person.learnerId) {
    refuse("registryNo", "ROW_DIFFERS", { what: maskNumber(registryNo) });
  }
}

/** The student whom a number of this sheet is of: the first it came with. */
function broughtBy(brought: Map<string, string>, key: string, studentNo: string): string {
  const first = brought.get(key) ?? studentNo;
  brought.set(key, first);
  return first;
}

type LearnerSheetRow = RowOf<typeof LEARNERS.columns>;

/** What a row says of its learner on paper; null where it says nothing, or nothing that can be. */
function paperOf(row: Partial<LearnerSheetRow>, today: IsoDate): IdentityDocument | null {
  const { idKind: kind = null, idNumber: number = null, birthOn = null } = row;
  const read = readDocument({ kind, number, birthOn }, today);
  return isProblem(read) ? null : read;
}

/**
 * The document that a row adds. A number names one person, at whichever school; a birth date alone neither replaces the
 * number that is known nor contradicts it.
 */
function documentOf(
  row: LearnerSheetRow,
  facts: LearnerFacts,
  refuse: Refuse<typeof LEARNERS.columns>,
  note: NoteAlike,
): IdentityDocument | null {
  const read = readDocument({ kind: row.idKind, number: row.idNumber, birthOn: row.birthOn }, facts.today);
  if (read === null) return null;
  const column = row.idNumber === null ? "birthOn" : "idNumber";
  if (isProblem(read)) return refuse(column, read.code, read.params);
  const learnerId = facts.persons.get(row.studentNo)?.learnerId ?? arrivalOf(row, facts)?.learnerId ?? null;
  const known = learnerId === null ? undefined : facts.documents.get(learnerId);
  if (read.number === null) {
    if (known === undefined || known.birthOn === null) return { ...(known ?? read), birthOn: read.birthOn };
    return known.birthOn === read.birthOn ? null : refuse(column, "BIRTH_DATE_DIFFERS", {});
  }
  const key = `${read.kind} ${read.number}`;
  const holder = facts.documentHolder(read);
  if (broughtBy(facts.brought, key, row.studentNo) !== row.studentNo) return refuse(column, "ID_NUMBER_HELD", {});
  if (holder !== null && holder.learnerId !== learnerId) return note("idNumber", holder);
  const same = known?.kind === read.kind && known.number === read.number;
  return same && (read.birthOn === null || read.birthOn === known.birthOn) ? null : read;
}

/**
 * Who a student is whom another record knows: by the registry number they bring along, where they are new to the school, or
 * were there once and have another home; or by the document of an account that was opened without a registration.
 */
function arrivalOf(
  { registryNo, studentNo, name }: Pick<LearnerItem, "registryNo" | "studentNo" | "name">,
  { persons, numbers, unregistered }: LearnerFacts,
): registry.RegistryHolder | undefined {
  const person = persons.get(studentNo);
  if (person !== undefined && person.name !== null) return undefined;
  const holder = registryNo === null ? undefined : numbers.holder(registryNo);
  if (person === undefined) return holder ?? unregistered.get(studentNo);
  return holder?.learnerId === person.learnerId && holder.name === name ? holder : undefined;
}

/**
 * Whom the rows bring to the school: whoever begins there. A row of the past tells where someone was, and makes nobody
 * the school's; nor does a row that has been there before.
 */
function arrivalsOf(items: readonly LearnerItem[], facts: LearnerFacts): readonly registry.RegistryHolder[] {
  const begins = (item: LearnerItem) => goesOn(item.status) && !facts.registrations.has(registrationKey(item));
  return items.flatMap((item) => (begins(item) ? (arrivalOf(item, facts) ?? []) : []));
}

/** A registration as it stands. Of a learner who has left for another school, name and number are theirs to keep. */
function seenAs(row: store.RegisteredLearner | undefined, item: LearnerItem): LearnerItem | undefined {
  if (row === undefined) return undefined;
  const seen = { ...row, document: null, alike: item.alike };
  return row.name === null
    ? { ...seen, name: item.name, registryNo: item.registryNo, document: item.document }
    : // a number on record is the row's, or the row was refused
      { ...seen, name: row.name, registryNo: row.registryLookup === null ? null : item.registryNo };
}

/** Whether the registry number of a row is on record already. */
function hasNumber(item: LearnerItem, facts: LearnerFacts): boolean {
  const arrival = arrivalOf(item, facts);
  const isByNumber = arrival !== undefined && arrival !== facts.unregistered.get(item.studentNo);
  return isByNumber || (facts.persons.get(item.studentNo)?.registryLookup ?? null) !== null;
}

/** Whose each row is: of whoever is known, or comes along with a number; else of someone new, the same for all their rows. */
function learnerIds(facts: LearnerFacts): (item: LearnerItem) => Id {
  const ids = new Map<string, Id>();
  return (item) => {
    const person = facts.persons.get(item.studentNo) ?? arrivalOf(item, facts);
    const id = person?.learnerId ?? ids.get(item.studentNo) ?? v7();
    ids.set(item.studentNo, id);
    return id;
  };
}

/**
 * Whether who the learner of a row is, is the school's to write. One who begins there and could not be taken in counts,
 * so that the import comes to nothing; one who has another home keeps what is known of them there.
 */
function isOurs(row: LearnerItem & { readonly learnerId: Id }, facts: LearnerFacts, adopted: ReadonlySet<Id>): boolean {
  if (facts.ours.has(row.learnerId) || adopted.has(row.learnerId)) return true;
  const isOfAnother = facts.persons.get(row.studentNo)?.name === null || arrivalOf(row, facts) !== undefined;
  return !isOfAnother || arrivalsOf([row], facts).length > 0;
}

/**
 * The id of a row's registration: that it has; of whoever came to the bank without one, that of the place they applied for
 * in the programme, once; else a new one.
 */
function registrationIds(
  facts: LearnerFacts,
): (row: Pick<LearnerItem, "studentNo" | "programmeId" | "phase" | "status"> & { readonly learnerId: Id }) => Id {
  const taken = new Set<Id>();
  return (row) => {
    const known = facts.registrations.get(registrationKey(row))?.registrationId;
    const place = registry.placeSought(row.learnerId, row.programmeId);
    const isSought = goesOn(row.status) && facts.unregistered.has(row.studentNo) && !taken.has(place);
    if (known !== undefined || !isSought) return known ?? v7();
    taken.add(place);
    return place;
  };
}

/** @returns whether every learner had a place for their registration; if not, the transaction is done for */
async function writeLearners(
  tx: Tx,
  { institutionId, keys, trail }: ImportScope,
  items: readonly LearnerItem[],
  facts: LearnerFacts,
  learnerIdOf: (item: LearnerItem) => Id,
): Promise<boolean> {
  const rows = items.map((item) => ({ ...item, learnerId: learnerIdOf(item) }));
  // first, for only then are they the school's to write
  const arrivals = arrivalsOf(items, facts);
  const adopted = await registry.adoptLearners(tx, arrivals);
  const persons = new Map(
    rows.filter((row) => isOurs(row, facts, new Set(adopted))).map((row) => [row.learnerId, row]),
  );
  if (adopted.length > 0) trail?.step("learner.adopt", { learnerIds: adopted }, null);
  const areOurs = await store.putLearners(
    tx,
    [...persons.values()].map(({ learnerId: id, name, departmentId }) => ({
      id,
      name,
      homeInstitutionId: institutionId,
      homeDepartmentId: departmentId,
    })),
  );
  if (!areOurs) return false;
  const brought = await registry.documentsOf(
    tx,
    keys,
    arrivals.map(({ learnerId }) => learnerId),
  );
  const adds = (id: Id, document: IdentityDocument) => document.number !== null || !brought.has(id);
  const papers = [...persons].flatMap(([id, { document }]) =>
    document === null || !adds(id, document) ? [] : [[id, document] as const],
  );
  const numbers = [...persons].flatMap(([id, row]) =>
    row.registryNo === null || hasNumber(row, facts) ? [] : [[id, row.registryNo] as const],
  );
  const idOf = registrationIds(facts);
  await registry.writeRegistryNumbers(tx, keys, institutionId, new Map(numbers));
  await registry.writeDocuments(tx, keys, institutionId, new Map(papers), facts.today);
  return store.putRegistrations(
    tx,
    rows.map(({ name: _, registryNo: __, document: ___, alike: ____, ...row }) => ({
      ...row,
      id: idOf(row),
      institutionId,
    })),
  );
}
