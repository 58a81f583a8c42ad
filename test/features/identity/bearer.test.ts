import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { News } from "../../../src/db/news.ts";
import { revokeAccess } from "../../../src/features/identity/opening.ts";
import { linkSubject } from "../../../src/features/identity/subject-store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { MACHINE, openTestIssuer, type TestIssuer } from "../../support/issuer.ts";

const SERVICE = "00000000-0000-4000-8000-0000000000d1";
const ASK = "{ viewer { login capacity { role institution { key } } } }";

describe("a machine of a school", () => {
  let fresh: FreshDatabase;
  let issuer: TestIssuer;
  /** Two processes on one database, each with its own memory. */
  let processes: readonly TestApi[];
  const news: News[] = [];

  beforeAll(async () => {
    [fresh, issuer] = await Promise.all([freshDatabase({ demo: true }), openTestIssuer("school")]);
    processes = await Promise.all(
      ["one", "two"].map(() => {
        const own = new News(() => connect(fresh.url, { max: 1 }));
        news.push(own);
        return openApi(fresh.db, { now: () => new Date(), issuers: [issuer.trusted], news: own });
      }),
    );
    await fresh.sql`insert into account (id, login, display_name, kind) values (${SERVICE}, 'jdsf.registry', '学籍系统', 'SERVICE')`;
    await fresh.sql`insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${SERVICE}, ${SERVICE}, 'REGISTRAR', ${idOf("institution", "jdsf")}, '2020-01-01')`;
  });
  afterAll(async () => {
    await Promise.all(
      [...processes, ...news.map((each) => ({ close: () => each.end() })), issuer].map((each) => each.close()),
    );
    await fresh.drop();
  });

  const ask = (api: TestApi, token: string) => api.ask(ASK, {}, { token });

  test("is nobody until its client is linked to its account", async () => {
    const [api] = processes;
    const token = await issuer.machineToken();
    expect((await api?.ask(ASK, {}, { token }))?.errors[0]?.extensions?.code).toBe("SUBJECT_UNKNOWN");
    const link = { accountId: SERVICE, id: SERVICE, issuer: issuer.url, subject: MACHINE.client_id, at: new Date() };
    expect(await fresh.db.write(SYSTEM, (tx) => linkSubject(tx, link))).toBe(true);
    const again = { ...link, accountId: idOf("account", "student.wang") };
    expect(await fresh.db.write(SYSTEM, (tx) => linkSubject(tx, again))).toBe(false);
  });

  test("acts in the capacity of its account", async () => {
    for (const api of processes) {
      expect((await ask(api, await issuer.machineToken())).data).toEqual({
        viewer: { login: "jdsf.registry", capacity: { role: "REGISTRAR", institution: { key: "jdsf" } } },
      });
    }
  });

  /** Refused in every process as soon as each has heard of it; a new token is taken again. */
  async function expectRevoked(token: string): Promise<void> {
    for (const api of processes) {
      await vi.waitFor(async () => {
        expect((await ask(api, token)).errors[0]?.extensions?.code).toBe("TOKEN_INVALID");
      });
    }
    // a token's date of issue is a whole second
    await vi.waitFor(
      async () => {
        for (const api of processes) expect((await ask(api, await issuer.machineToken())).errors).toEqual([]);
      },
      { timeout: 5000, interval: 300 },
    );
  }
  /** A token that every process has verified and remembers. */
  async function rememberedToken(): Promise<string> {
    const token = await issuer.machineToken();
    for (const api of processes) expect((await ask(api, token)).errors).toEqual([]);
    return token;
  }

  test("loses every token issued so far when an administrator revokes them, in every process, and may ask for a new one", async () => {
    const token = await rememberedToken();
    const admin: Viewer = { ...ANONYMOUS, role: "ADMINISTRATOR", accountId: idOf("account", "admin") };
    expect(await fresh.db.write(admin, (tx) => revokeAccess(tx, admin, SERVICE))).toBe(SERVICE);
    await expectRevoked(token);
  });

  test("loses them when it says so itself, having found one stolen, in every process", async () => {
    const token = await rememberedToken();
    const [one] = processes;
    const ended = await one?.ask("mutation { endOtherSessions { __typename } }", {}, { token });
    expect(ended?.data).toEqual({ endOtherSessions: { __typename: "AccessSuccess" } });
    await expectRevoked(token);
  });

  test("loses them to nobody who may not: a registrar of its school, an administrator of another", async () => {
    const token = await rememberedToken();
    for (const [role, school] of [
      ["REGISTRAR", "jdsf"],
      ["ADMINISTRATOR", "btvtc"],
    ] as const) {
      const viewer: Viewer = {
        ...ANONYMOUS,
        role,
        accountId: idOf("account", "x"),
        institutionId: idOf("institution", school),
      };
      expect(await fresh.db.write(viewer, (tx) => revokeAccess(tx, viewer, SERVICE))).toMatchObject({
        kind: "problem",
      });
    }
    for (const api of processes) expect((await ask(api, token)).errors).toEqual([]);
  });
});
