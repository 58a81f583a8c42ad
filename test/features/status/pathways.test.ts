import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

// 白一凡, of 24机电1班, a minor for want of a birth date; in no pathway to begin with
const LEARNER = idOf("learner", "bai-yifan");
const REGISTRATION = idOf("registration", "bai-yifan/jdsf-660301-3y/1");
const JOINED = "mechatronics";
const OTHER = "mechatronics-bachelor";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer, now: new Date("2026-11-24T02:00:00Z") });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});
beforeEach(async () => {
  await fresh.sql`update registration set pathway_id = null, status = 'ACTIVE', cohort = 2024 where learner_id = ${LEARNER}`;
});

const place = async (pathway: string | null, as = "registrar.jdsf") => {
  const { data, errors } = await api.ask<{ placeInPathway: { code?: string } }>(
    `mutation ($input: PlaceInPathwayInput!) { placeInPathway(input: $input) { ... on Problem { code }
      ... on PlaceInPathwaySuccess { registration { pathway { key } } } } }`,
    {
      input: {
        registrationId: encodeId("Registration", LEARNER, REGISTRATION),
        pathwayId: pathway === null ? null : encodeId("Pathway", idOf("pathway", pathway)),
      },
    },
    { as },
  );
  expect(errors).toEqual([]);
  return data?.placeInPathway;
};
const standsIn = (key: string | null) => ({ registration: { pathway: key === null ? null : { key } } });
/** A paper of the guardian for each act. */
const consent = (...acts: readonly string[]) =>
  fresh.sql`insert into guardian_consent ${fresh.sql(
    acts.map((act) => ({
      learnerId: LEARNER,
      id: idOf("consent", act),
      act,
      event: "GIVEN",
      form: "PAPER",
      institutionId: idOf("institution", "jdsf"),
      guardianName: "监护人",
      paperReference: "教务科 1 号柜",
      onDay: "2026-11-20",
      recordedBy: idOf("account", "registrar.jdsf"),
      recordedAt: "2026-11-20T00:00:00Z",
    })),
  )}`;

test("a minor joins, changes and leaves a pathway with their guardian's consent to each", async () => {
  const missing = { code: "GUARDIAN_CONSENT_REQUIRED" };
  expect(await place(JOINED)).toEqual(missing);
  await consent("JOIN_PATHWAY");
  expect(await place(JOINED)).toEqual(standsIn(JOINED));
  // where it stands already there is nothing to do, and nothing to consent to
  expect(await place(JOINED)).toEqual(standsIn(JOINED));
  expect(await place(OTHER)).toEqual(missing);
  await consent("CHANGE_OF_TRACK");
  expect(await place(OTHER)).toEqual(standsIn(OTHER));
  expect(await place(null)).toEqual(missing);
  await consent("DECLINE_PATHWAY");
  expect(await place(null)).toEqual(standsIn(null));
  const acts =
    await fresh.sql`select outcome from audit_entry where action = 'registration.placeInPathway' and outcome = 'DONE'`;
  expect(acts.length).toBeGreaterThanOrEqual(3);
});

test("a pathway is none of another programme's, and of no cohort before its agreement", async () => {
  expect(await place("food")).toEqual({ code: "PATHWAY_UNFIT" });
  expect(await place("x")).toEqual({ code: "PATHWAY_UNFIT" });
  await fresh.sql`update registration set cohort = 2001 where learner_id = ${LEARNER}`;
  expect(await place(JOINED)).toEqual({ code: "PATHWAY_UNFIT" });
  await fresh.sql`update registration set cohort = 2024 where learner_id = ${LEARNER}`;
  await fresh.sql`update agreement set status = 'SIGNED' where id = (select agreement_id from pathway where key = ${OTHER})`;
  expect(await place(OTHER)).toEqual({ code: "PATHWAY_UNFIT" });
});

test("nobody is placed whose registration is over", async () => {
  await fresh.sql`update registration set status = 'WITHDRAWN' where learner_id = ${LEARNER}`;
  expect(await place(JOINED)).toEqual({ code: "STATUS_CHANGE_IMPOSSIBLE" });
});

test("only a registrar of the registration's school places it", async () => {
  for (const as of ["confirmer.jdsf", "student.bai", "classteacher.jdsf", "registrar.qgsf", "registrar.btvtc"])
    expect(await place(JOINED, as), as).toEqual({ code: "FORBIDDEN" });
  expect(await fresh.sql`select pathway_id from registration where learner_id = ${LEARNER}`).toEqual([
    { pathwayId: null },
  ]);
});
