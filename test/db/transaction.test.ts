import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../src/auth/viewer.ts";
import { connect, openDatabase } from "../../src/db/client.ts";
import { opening } from "../../src/db/transaction.ts";
import { problem } from "../../src/domain/problem.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

const REGISTRAR: Viewer = {
  ...ANONYMOUS,
  role: "REGISTRAR",
  accountId: "11111111-1111-4111-8111-111111111111",
  institutionId: "22222222-2222-4222-8222-222222222222",
};

const WHO = `select current_user, session_user = current_user as same, current_setting('guantong.role') as role,
  current_setting('guantong.account') as account, current_setting('guantong.learner') as learner,
  current_setting('guantong.institution') as institution`;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 3 });
  await fresh.sql`create table note (id int primary key, text text, day date, at timestamptz, size bigint)`;
  await fresh.sql`grant all on note to guantong_app`;
});
afterAll(() => fresh.drop());

/** How many transactions of the pool are open on the server, seen from outside. */
async function openTransactions(): Promise<number> {
  const [row] = await fresh.sql<{ open: number }[]>`select count(*) as open from pg_stat_activity
    where datname = current_database() and application_name = 'guantong' and state like 'idle in transaction%'`;
  return row?.open ?? -1;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

describe("a viewer's transaction", () => {
  test("acts as the application, and row-level security knows the viewer", async () => {
    const tx = fresh.db.read(REGISTRAR);
    const [row] = await tx.run((sql) => sql.unsafe(WHO));
    tx.end();
    expect(row).toMatchObject({
      currentUser: "guantong_app",
      role: "REGISTRAR",
      account: REGISTRAR.accountId,
      institution: REGISTRAR.institutionId,
      learner: "00000000-0000-0000-0000-000000000000",
    });
  });

  test("leaves nothing of one viewer to the next on the same connection", async () => {
    const one = openDatabase(fresh.url, { role: "guantong_app", max: 1 });
    await one.write(REGISTRAR, (tx) => tx.run((sql) => sql`select 1`));
    const [row] = await one.write(ANONYMOUS, (tx) => tx.run((sql) => sql.unsafe(WHO)));
    expect(row).toMatchObject({ role: "ANONYMOUS", account: "00000000-0000-0000-0000-000000000000" });
    await one.end();
  });

  test("takes nothing into its opening statement that is no id", () => {
    const bad = { ...REGISTRAR, accountId: "x'; drop table note; --" };
    expect(() => opening("read", bad)).toThrow("guantong.account is not an id");
    expect(opening("read", { ...REGISTRAR, role: "x'; --" as "STUDENT" })).not.toContain("--");
  });
});

describe("a read transaction", () => {
  test("sees one state of the data, whatever others commit meanwhile", async () => {
    const tx = fresh.db.read(SYSTEM);
    const before = await tx.run((sql) => sql<{ n: number }[]>`select count(*) as n from note`);
    await fresh.sql`insert into note (id) values (1)`;
    const after = await tx.run((sql) => sql<{ n: number }[]>`select count(*) as n from note`);
    tx.end();
    expect(after[0]?.n).toBe(before[0]?.n);
  });

  test("cannot write", async () => {
    const tx = fresh.db.read(SYSTEM);
    await expect(tx.run((sql) => sql`insert into note (id) values (99)`)).rejects.toMatchObject({ code: "25006" });
    tx.end();
  });

  test("runs overlapping statements on one connection and returns each its own rows", async () => {
    const tx = fresh.db.read(SYSTEM);
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    const rows = await Promise.all(numbers.map((i) => tx.run((sql) => sql<{ n: number }[]>`select ${i}::int as n`)));
    tx.end();
    expect(rows.map(([row]) => row?.n)).toEqual(numbers);
  });

  test("costs nothing when nothing was asked, and ends once", async () => {
    const tx = fresh.db.read(SYSTEM);
    tx.end();
    tx.end();
    await expect(tx.run((sql) => sql`select 1`)).rejects.toThrow("has ended");
    await until(() => fresh.db.use().reading === 0);
  });

  test("gives its connection back, also after a statement failed", async () => {
    for (let i = 0; i < 10; i += 1) {
      const tx = fresh.db.read(SYSTEM);
      await expect(tx.run((sql) => sql`select 1/0`)).rejects.toMatchObject({ code: "22012" });
      tx.end();
    }
    await until(() => fresh.db.use().reading === 0);
    await expect.poll(openTransactions).toBe(0);
  });

  test("prepares a tagged statement on the server once", async () => {
    const one = openDatabase(fresh.url, { role: "guantong_app", max: 1 });
    for (let i = 0; i < 3; i += 1) {
      await one.write(SYSTEM, (tx) => tx.run((sql) => sql`/* test.prepared */ select ${i}::int as n`));
    }
    const rows = await one.write(SYSTEM, (tx) =>
      tx.run((sql) => sql`select * from pg_prepared_statements where statement like '/* test.prepared%'`),
    );
    expect(rows.length).toBe(1);
    await one.end();
  });
});

describe("a write transaction", () => {
  test("keeps what it did", async () => {
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`insert into note (id) values (10)`));
    expect(await fresh.sql`select 1 from note where id = 10`).toHaveLength(1);
  });

  test("leaves nothing when it throws", async () => {
    const act = fresh.db.write(SYSTEM, async (tx) => {
      await tx.run((sql) => sql`insert into note (id) values (11)`);
      throw new Error("no");
    });
    await expect(act).rejects.toThrow("no");
    expect(await fresh.sql`select 1 from note where id = 11`).toHaveLength(0);
  });

  test("leaves nothing when it answers with a problem", async () => {
    const answer = await fresh.db.write(SYSTEM, async (tx) => {
      await tx.run((sql) => sql`insert into note (id) values (12)`);
      return problem("CONFLICT");
    });
    expect(answer.code).toBe("CONFLICT");
    expect(await fresh.sql`select 1 from note where id = 12`).toHaveLength(0);
  });

  test("never reports success for what the server rolled back", async () => {
    const act = fresh.db.write(SYSTEM, async (tx) => {
      await tx.run((sql) => sql`select 1/0`).catch(() => undefined);
      return "done";
    });
    await expect(act).rejects.toThrow("rolled back");
  });

  test("refuses what a branch asks for after another branch has failed it", async () => {
    const one = openDatabase(fresh.url, { role: "guantong_app", max: 1 });
    let go = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      go = resolve;
    });
    let late: Promise<unknown> = Promise.resolve();
    const act = one.write(REGISTRAR, (tx) => {
      async function slow(): Promise<void> {
        await tx.run((sql) => sql`insert into note (id) values (13)`);
        await told;
        await tx.run((sql) => sql`insert into note (id) values (14)`);
      }
      late = slow();
      return Promise.all([late, tx.run((sql) => sql`select 1/0`)]);
    });
    await expect(act).rejects.toMatchObject({ code: "22012" });
    // the next one has the only connection while the slow branch goes on
    await one.write(SYSTEM, async (tx) => {
      await tx.run((sql) => sql`select 1`);
      go();
      await expect(late).rejects.toThrow("the transaction has ended");
    });
    await one.end();
    expect(await fresh.sql`select id from note where id in (13, 14)`).toHaveLength(0);
  });

  test("takes what was already asked for back with the rest", async () => {
    let sent: Promise<unknown> = Promise.resolve();
    const act = fresh.db.write(SYSTEM, async (tx) => {
      sent = tx.run((sql) => sql`insert into note (id) values (15)`);
      throw new Error("no");
    });
    await expect(act).rejects.toThrow("no");
    await sent;
    expect(await fresh.sql`select 1 from note where id = 15`).toHaveLength(0);
  });

  test("waits for a connection when all are taken", async () => {
    const acts = Array.from({ length: 40 }, (_, i) =>
      fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql<{ n: number }[]>`select ${i}::int as n`)),
    );
    expect((await Promise.all(acts)).map(([row]) => row?.n)).toEqual(acts.map((_, i) => i));
    expect(fresh.db.use()).toEqual({ reading: 0, writing: 0, waiting: 0 });
  });
});

test("a connection the server cut fails its transaction and no other", async () => {
  const acts = fresh.db.write(SYSTEM, async (tx) => {
    const [me] = await tx.run((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
    await fresh.sql`select pg_terminate_backend(${me?.pid ?? 0})`;
    while (true) {
      await tx.run((sql) => sql`select ${"still there"}::text`);
      await new Promise(setImmediate);
    }
  });
  await expect(acts).rejects.toThrow();
  for (let i = 0; i < 10; i += 1) {
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select 1`));
  }
});

test("values cross as dates, instants and exact numbers", async () => {
  await fresh.db.write(SYSTEM, (tx) =>
    tx.run(
      (sql) =>
        sql`insert into note ${sql([
          { id: 20, text: "贯通", day: "2024-02-29", at: "2024-02-29T08:00:00.000Z", size: 9_007_199_254_740_991 },
        ])}`,
    ),
  );
  const tx = fresh.db.read(SYSTEM);
  const [row] = await tx.run((sql) => sql`select * from note where id = 20`);
  tx.end();
  expect(row).toEqual({
    id: 20,
    text: "贯通",
    day: "2024-02-29",
    at: "2024-02-29T08:00:00.000Z",
    size: 9_007_199_254_740_991,
  });
});

test.each([
  "2026-11-24T02:59:46.627Z",
  "2026-11-24T02:59:46.600Z",
  "2026-11-24T02:59:46.000Z",
  "0099-01-01T00:00:00.000Z",
])("the instant %s crosses both ways", async (instant) => {
  const tx = fresh.db.read(SYSTEM);
  const [row] = await tx.run((sql) => sql<{ at: string }[]>`select ${instant}::timestamptz as at`);
  tx.end();
  expect(row?.at).toBe(instant);
});

test("an instant finer than a millisecond is cut, not rounded", async () => {
  const tx = fresh.db.read(SYSTEM);
  const [row] = await tx.run((sql) => sql`select timestamptz '2026-11-24 10:59:46.627999+08' as at`);
  tx.end();
  expect(row?.["at"]).toBe("2026-11-24T02:59:46.627Z");
});

test("the owner's connection is not held to a role", async () => {
  const owner = connect(fresh.ownerUrl, { max: 1 });
  const [row] = await owner.unsafe("select session_user = current_user as same");
  await owner.end();
  expect(row?.["same"]).toBe(true);
});
