import { v7 } from "uuid";
import type { KeyRing } from "../../auth/keyring.ts";
import { authorise, authoriseWithin } from "../../auth/policy.ts";
import { newCode } from "../../auth/secret.ts";
import type { Viewer } from "../../auth/viewer.ts";
import { enqueue } from "../../db/jobs.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { lastDayOfMinority } from "../../domain/majority.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./opening-store.ts";
import { tellOfAccount } from "./subject-store.ts";

/** A code as it is printed, once. */
export interface IssuedCode {
  readonly code: string;
  readonly login: string;
  readonly name: string;
  readonly studentNo: string | null;
  readonly className: string | null;
  readonly expiresAt: string;
}
/** Who hands out codes, when, and by which keys they are kept. */
export interface Issuing {
  readonly keys: KeyRing;
  readonly now: Date;
  readonly today: IsoDate;
}
/** A learner's birth date, where one is on record: a later feature keeps it, under seal. */
export type BornOn = (tx: Tx, keys: KeyRing, learnerId: Id) => Promise<IsoDate | null>;

/** The longest reason that is kept, in characters. */
const REASON_LENGTH_MAX = 500;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A class's codes are handed out in a lesson within the month; one for somebody who stands there is used at once. */
const CODE_DAYS = { OPENED: 30, GUARDIAN: 30, RESTORED: 3, ADMINISTRATOR: 3 } as const;
type Purpose = keyof typeof CODE_DAYS;

type Holder = Omit<IssuedCode, "code" | "expiresAt"> & { readonly accountId: Id };

/** Issues a code to each holder. @returns ACCOUNT_NOT_YOURS where the viewer may not give one of them a way in */
export async function issueCodes(
  tx: Tx,
  holders: readonly Holder[],
  purpose: Purpose,
  reason: string | null,
  { keys, now }: Issuing,
): Promise<readonly IssuedCode[] | Problem> {
  if (holders.length === 0) return [];
  const until = new Date(now.getTime() + CODE_DAYS[purpose] * DAY_MS);
  const made = holders.map((holder) => ({ holder, code: newCode(keys) }));
  const stored = made.map(({ holder, code }) => ({
    accountId: holder.accountId,
    id: v7(),
    selector: code.selector,
    hash: code.hash,
  }));
  const keyId = made[0]?.code.keyId ?? "";
  const issued = await store.issueCodes(tx, stored, { keyId, purpose, reason, at: now, until });
  if (issued !== holders.length) return problem("ACCOUNT_NOT_YOURS");
  return made.map(({ holder: { login, name, studentNo, className }, code }) => ({
    code: code.text,
    login,
    name,
    studentNo,
    className,
    expiresAt: until.toISOString(),
  }));
}

/**
 * Opens an account for every learner of a class who has none.
 * @param renew also to issue a new code to those who have one and never signed in: the sheet was lost
 * @returns the codes, NOT_FOUND, FORBIDDEN
 */
export async function openAccounts(
  tx: Tx,
  viewer: Viewer,
  { classId, renew }: { readonly classId: Id; readonly renew: boolean },
  issuing: Issuing,
): Promise<readonly IssuedCode[] | Problem> {
  const institutionId = await store.schoolOfClass(tx, classId);
  const refused = authorise(viewer, "account.open", { institutionIds: [institutionId] });
  if (refused !== null) return institutionId === null && refused.code === "FORBIDDEN" ? problem("NOT_FOUND") : refused;
  const learners = await store.learnersOfClass(tx, classId);
  const known = new Map(
    (
      await store.accountsOfLearners(
        tx,
        learners.map(({ learnerId }) => learnerId),
      )
    )
      .filter(({ role }) => role === "STUDENT")
      .map((row) => [row.learnerId, row]),
  );
  const fresh = learners
    .filter(({ learnerId }) => !known.has(learnerId))
    .map((learner) => ({
      ...learner,
      accountId: v7(),
      login: `${learner.institutionKey}.${learner.studentNo}`.toLowerCase(),
    }));
  const opened = new Set(
    await store.openAccounts(tx, fresh, {
      ids: fresh.map(() => v7()),
      role: "STUDENT",
      from: issuing.today,
      until: null,
      relation: null,
      evidence: null,
    }),
  );
  const again = !renew
    ? []
    : learners.flatMap((learner) => {
        const account = known.get(learner.learnerId);
        return account === undefined || account.signedIn ? [] : [{ ...learner, ...account, name: learner.name }];
      });
  const holders = [...fresh.filter(({ accountId }) => opened.has(accountId)), ...again];
  return issueCodes(tx, holders, "OPENED", null, issuing);
}

/**
 * Opens the account of one learner of the viewer's school, who is in no class.
 * @param learner the login is theirs for good, so nothing of a school stands in it
 * @returns the code; none where they have an account
 */
export async function openLearnerAccount(
  tx: Tx,
  learner: { readonly learnerId: Id; readonly name: string; readonly login: string },
  issuing: Issuing,
): Promise<readonly IssuedCode[] | Problem> {
  const account = { ...learner, login: learner.login.toLowerCase(), accountId: v7() };
  const opened = await store.openAccounts(tx, [account], {
    ids: [v7()],
    role: "STUDENT",
    from: issuing.today,
    until: null,
    relation: null,
    evidence: null,
  });
  if (opened.length === 0) return [];
  return issueCodes(tx, [{ ...account, studentNo: null, className: null }], "OPENED", null, issuing);
}

/**
 * Gives the owner of an account a new way in, whom the viewer has seen, and takes every other away.
 * @returns the code, ACCOUNT_NOT_YOURS, INVALID_INPUT without a reason, FORBIDDEN
 */
export async function restoreAccess(
  tx: Tx,
  viewer: Viewer,
  { accountId, reason }: { readonly accountId: Id; readonly reason: string },
  issuing: Issuing,
): Promise<readonly IssuedCode[] | Problem> {
  const why = reason.trim().slice(0, REASON_LENGTH_MAX);
  const about = { what: { type: "Account", id: accountId }, reason: why };
  const refused = authoriseWithin(viewer, "account.restore", about);
  if (refused !== null) return refused;
  if (why === "") return problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
  const account = await store.restorable(tx, accountId);
  if (account === null || !(await store.endAccess(tx, accountId, true, "RESTORED")))
    return problem("ACCOUNT_NOT_YOURS");
  await tellOfAccount(tx, accountId);
  const told = { kind: "ACCESS_RESTORED", key: v7(), happenedAt: issuing.now.toISOString(), accountId } as const;
  await enqueue(tx, "notice.raise", told);
  const holder = { accountId, login: account.login, name: account.displayName, studentNo: null, className: null };
  return issueCodes(tx, [holder], "RESTORED", why, issuing);
}

/**
 * Appoints an administrator of the whole service, or of one school, or gives one who is there a new way in. Only the command
 * line does so.
 * @param school the key of the school; null for the whole service, or where it is left as it is
 * @returns the code; UNKNOWN_INSTITUTION; CONFLICT where the login is somebody's who is no administrator, or one of another
 */
export async function appointAdministrator(
  tx: Tx,
  viewer: Viewer,
  {
    login,
    name,
    known,
    school,
  }: { readonly login: string; readonly name: string; readonly known: Viewer | null; readonly school: string | null },
  issuing: Issuing,
): Promise<readonly IssuedCode[] | Problem> {
  if (!/^[\w.@-]{2,60}$/.test(login)) return problem("INVALID_INPUT", { detail: "--login" });
  const institutionId = school === null ? null : await store.institutionByKey(tx, school);
  if (school !== null && institutionId === null) return problem("UNKNOWN_INSTITUTION", { key: school });
  const other = known !== null && school !== null && known.institutionId !== institutionId;
  if (other || (known !== null && known.role !== "ADMINISTRATOR")) return problem("CONFLICT", { detail: login });
  const accountId = known?.accountId ?? v7();
  if (
    known === null &&
    !(await store.insertAdministrator(tx, {
      accountId,
      login,
      name,
      institutionId,
      capacityId: v7(),
      from: issuing.today,
    }))
  ) {
    return problem("CONFLICT", { detail: login });
  }
  // also that demo users are over, where this is the first of the real staff
  await tellOfAccount(tx, accountId);
  viewer.trail?.step("administrator.appoint", { what: { type: "Account", id: accountId } }, null);
  return issueCodes(tx, [{ accountId, login, name, studentNo: null, className: null }], "ADMINISTRATOR", null, issuing);
}

/** Invites whom the law makes a learner's guardian. */
export interface Invitation {
  readonly learnerId: Id;
  readonly name: string;
  readonly relation: store.GuardianRelation;
  readonly documentSeen: string;
  readonly learnerBornOn: IsoDate;
}

/**
 * Opens an account for a learner's guardian, until the learner comes of age. The birth date on record counts; the one that
 * was typed stands in where there is none.
 * @returns the code, NOT_FOUND, GUARDIAN_OF_ADULT, BIRTH_DATE_DIFFERS, INVALID_INPUT, FORBIDDEN
 */
export async function inviteGuardian(
  tx: Tx,
  viewer: Viewer,
  invitation: Invitation,
  issuing: Issuing & { readonly bornOn: BornOn },
): Promise<readonly IssuedCode[] | Problem> {
  const learner = await store.learnerFor(tx, invitation.learnerId);
  const [name, documentSeen] = [invitation.name.trim().slice(0, 60), invitation.documentSeen.trim().slice(0, 200)];
  const { learnerId, relation } = invitation;
  const reason = `${relation}: ${documentSeen}`;
  const institutionIds = [learner?.homeInstitutionId ?? null];
  const refused = authorise(viewer, "guardian.invite", { learnerId, institutionIds, reason });
  if (refused !== null) return learner === null && refused.code === "FORBIDDEN" ? problem("NOT_FOUND") : refused;
  if (name === "") return problem("INVALID_INPUT", { detail: "name" }, ["input", "name"]);
  if (documentSeen === "") return problem("INVALID_INPUT", { detail: "documentSeen" }, ["input", "documentSeen"]);
  const age = await store.ageOfMajority(tx, issuing.today);
  if (age === null) return problem("NOT_FOUND");
  const onRecord = await issuing.bornOn(tx, issuing.keys, invitation.learnerId);
  const until = lastDayOfMinority(onRecord ?? invitation.learnerBornOn, age);
  if (until < issuing.today) {
    return problem("GUARDIAN_OF_ADULT", { age: age.years, citation: `${age.document}${age.clause}` });
  }
  if (onRecord !== null && onRecord !== invitation.learnerBornOn) {
    return problem("BIRTH_DATE_DIFFERS", {}, ["input", "learnerBornOn"]);
  }
  const accountId = v7();
  // a guardian has no number of their own at the school
  const login = `${learner?.institutionKey ?? ""}.g.${accountId.slice(-8)}`;
  const account = { accountId, login, name, learnerId: invitation.learnerId };
  const opened = await store.openAccounts(tx, [account], {
    ids: [v7()],
    role: "GUARDIAN",
    from: issuing.today,
    until,
    relation,
    evidence: documentSeen,
  });
  if (opened.length === 0) return problem("NOT_FOUND");
  const holder = { accountId, login, name, studentNo: null, className: null };
  return issueCodes(tx, [holder], "GUARDIAN", reason, issuing);
}

/**
 * Ends a guardianship that was wrong, or is no more, from today. Consents that were given stay on record.
 * @returns the guardian's account; INVALID_INPUT without a reason; NOT_FOUND for what is not there or has ended; FORBIDDEN
 */
export async function endGuardianship(
  tx: Tx,
  viewer: Viewer,
  asked: { readonly capacityId: Id; readonly reason: string },
  { today, now }: { readonly today: IsoDate; readonly now: Date },
): Promise<Id | Problem> {
  const { capacityId } = asked;
  const reason = asked.reason.trim().slice(0, REASON_LENGTH_MAX);
  const found = await store.guardianship(tx, capacityId, today);
  const refused = authorise(viewer, "guardian.end", {
    learnerId: found?.learnerId ?? null,
    institutionIds: [found?.institutionId ?? null],
    what: { type: "Capacity", id: capacityId },
    reason,
  });
  if (refused !== null) return found === null && refused.code === "FORBIDDEN" ? problem("NOT_FOUND") : refused;
  if (reason === "") return problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
  if (found === null || !(await store.endGuardianship(tx, capacityId, today))) return problem("NOT_FOUND");
  const { accountId, learnerId } = found;
  const happenedAt = now.toISOString();
  await enqueue(tx, "notice.raise", { kind: "GUARDIAN_ENDED", key: capacityId, happenedAt, accountId, learnerId });
  return found.accountId;
}

/** Lets no guardianship outlast a minority that a birth date, now on record, tells the end of. */
export async function boundGuardianships(tx: Tx, births: ReadonlyMap<Id, IsoDate>, today: IsoDate): Promise<void> {
  const age = births.size === 0 ? null : await store.ageOfMajority(tx, today);
  if (age === null) return;
  await store.shortenGuardianships(tx, new Map([...births].map(([id, on]) => [id, lastDayOfMinority(on, age)])));
}

/** An account over a learner, and whether it reaches them today. */
export interface StandingAccount extends store.LearnerAccountRow {
  readonly inForce: boolean;
}

/** The accounts over a learner; a guardian's without its end, which tells the learner's birth date. @returns NOT_FOUND, FORBIDDEN */
export async function accountsOfLearner(
  tx: Tx,
  viewer: Viewer,
  learnerId: Id,
  today: IsoDate,
): Promise<readonly StandingAccount[] | Problem> {
  const learner = await store.learnerFor(tx, learnerId);
  const refused = authorise(viewer, "account.read", {
    learnerId,
    institutionIds: [learner?.homeInstitutionId ?? null],
  });
  if (refused !== null) return learner === null && refused.code === "FORBIDDEN" ? problem("NOT_FOUND") : refused;
  const rows = await store.accountsOfLearners(tx, [learnerId]);
  return rows.map((row) => {
    const inForce = row.validUntil === null || row.validUntil >= today;
    return { ...row, inForce, ...(row.role === "GUARDIAN" ? { validUntil: null } : {}) };
  });
}

/** The classes of the viewer's school. */
export async function classAccounts(tx: Tx, viewer: Viewer) {
  const refused = authorise(viewer, "account.read", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  return viewer.institutionId === null ? [] : store.classesOfSchool(tx, viewer.institutionId);
}

/** Ends every session and token of an account. @returns its id, FORBIDDEN, NOT_FOUND */
export async function revokeAccess(tx: Tx, viewer: Viewer, account: Id | null): Promise<Id | Problem> {
  const about = account === null ? {} : { what: { type: "Account", id: account } };
  const refused = authoriseWithin(viewer, "account.revoke", about);
  if (refused !== null) return refused;
  if (account === null || !(await store.endAccess(tx, account, false, "ADMINISTRATOR"))) return problem("NOT_FOUND");
  await tellOfAccount(tx, account);
  return account;
}
