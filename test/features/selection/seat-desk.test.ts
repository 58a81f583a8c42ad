import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import type { Id } from "../../../src/domain/id.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { openSeatDesk, type SeatAnswer, type SeatDesk } from "../../../src/features/selection/seat-desk.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { drop, type Learner, learners, NOW, type School, school, section, take } from "./story.ts";

let fresh: FreshDatabase;
let pools: Database[];
/** Two desks, as two processes would have them: nothing between them but the database. */
let desks: readonly [SeatDesk, SeatDesk];
let host: School;
let partner: School;
let stranger: School;

beforeAll(async () => {
  fresh = await freshDatabase();
  pools = [1, 2].map(() => openDatabase(fresh.url, { role: "guantong_writer", max: 1 }));
  const [one, two] = pools.map((pool) => openSeatDesk(pool, { batchMax: 20 }));
  desks = [one as SeatDesk, two as SeatDesk];
  host = await school(fresh.sql, "host");
  partner = await school(fresh.sql, "partner", { firstMonday: "2026-09-07", firstBell: 8 * 60 + 30 });
  stranger = await school(fresh.sql, "stranger");
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await fresh.drop();
});

/** A seat's id, or the code of the refusal. */
function told(answer: SeatAnswer | undefined): string {
  if (answer === undefined) return "nothing";
  if (isProblem(answer)) return answer.code;
  return answer.kind === "SEAT" ? "SEAT" : "CLASH";
}
function count(answers: readonly SeatAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[told(answer)] = (counts[told(answer)] ?? 0) + 1;
  return counts;
}

/** What the database holds of a section: counts and rows must tell the same. */
async function held(sectionId: Id) {
  const [row] = await fresh.sql<{ open: number; reserved: number; seats: number; openSeats: number; hours: number }[]>`
    select s.open_taken as open,
      (select coalesce(sum(taken), 0)::int from section_reservation r where r.section_id = s.id) as reserved,
      (select count(*)::int from seat where section_id = s.id and host_state <> 'DROPPED') as seats,
      (select count(*)::int from seat where section_id = s.id and host_state <> 'DROPPED' and pool = 'OPEN') as open_seats,
      (select count(*)::int from seat_meeting m where m.section_id = s.id) as hours
    from section s where s.id = ${sectionId}`;
  return row;
}

describe("200 callers at once on 30 seats, at two desks", () => {
  test("exactly 30 sit, within every reservation, and each of the others hears why not", async () => {
    const [ours, theirs, others] = await Promise.all([
      learners(fresh.sql, host, 80),
      learners(fresh.sql, partner, 80),
      learners(fresh.sql, stranger, 40),
    ]);
    const sectionId = await section(fresh.sql, host, {
      capacity: 30,
      reserved: [[partner, 10]],
      meetings: [[[1, 2, 3], 1, 1, 2]],
    });
    const callers = ours.flatMap((one, i) => [one, theirs[i], others[i]]).filter((one) => one !== undefined);
    expect(callers).toHaveLength(200);
    const answers = await Promise.all(callers.map((one, i) => desks[i % 2 === 0 ? 0 : 1].submit(take(one, sectionId))));
    const { SEAT = 0, SECTION_FULL = 0, SECTION_RESERVED = 0, ...rest } = count(answers);
    expect(rest).toEqual({});
    expect([SEAT, SECTION_FULL + SECTION_RESERVED]).toEqual([30, 170]);
    expect(await held(sectionId)).toEqual({ open: 20, reserved: 10, seats: 30, openSeats: 20, hours: 90 });
    const [own] = await fresh.sql<{ n: number }[]>`select count(*)::int as n from seat
      where section_id = ${sectionId} and pool = 'RESERVED' and home_institution_id <> ${partner.id}`;
    expect(own?.n).toBe(0);
  });

  test("seats kept for a school stay free for it, however many others come", async () => {
    const others = await learners(fresh.sql, stranger, 60);
    const [late] = await learners(fresh.sql, partner, 1);
    const sectionId = await section(fresh.sql, host, { capacity: 30, reserved: [[partner, 10]] });
    const answers = await Promise.all(others.map((one, i) => desks[i % 2 === 0 ? 0 : 1].submit(take(one, sectionId))));
    expect(count(answers)).toEqual({ SEAT: 20, SECTION_RESERVED: 40 });
    expect(told(await desks[0].submit(take(late as Learner, sectionId)))).toBe("SEAT");
  });
});

describe("asking again", () => {
  test("with the same key answers the same seat, at once, at the other desk, and after it was given up", async () => {
    const [one] = (await learners(fresh.sql, partner, 1)) as [Learner];
    const sectionId = await section(fresh.sql, host, { capacity: 1 });
    const wishes = Array.from({ length: 6 }, () => take(one, sectionId, "k"));
    const answers = await Promise.all(wishes.map((wish, i) => desks[i % 2 === 0 ? 0 : 1].submit(wish)));
    const ids = new Set(answers.map((answer) => (answer.kind === "SEAT" ? answer.seat.id : told(answer))));
    expect(ids.size).toBe(1);
    expect(await held(sectionId)).toMatchObject({ seats: 1, open: 1 });
    await desks[0].submit(drop(one, sectionId));
    const after = await desks[1].submit(take(one, sectionId, "k"));
    expect(after).toMatchObject({ kind: "SEAT", seat: { id: [...ids][0], hostState: "DROPPED" } });
    expect(await held(sectionId)).toMatchObject({ seats: 0, open: 0 });
  });

  test("with another key hears that there is a seat already", async () => {
    const [one] = (await learners(fresh.sql, partner, 1)) as [Learner];
    const sectionId = await section(fresh.sql, host);
    const answers = await Promise.all(["a", "b"].map((key) => desks[0].submit(take(one, sectionId, key))));
    expect(answers.map(told)).toEqual(["SEAT", "ALREADY_SEATED"]);
  });
});

describe("a clash", () => {
  test("is refused, and what is in the way is named", async () => {
    const [one] = (await learners(fresh.sql, stranger, 1)) as [Learner];
    const first = await section(fresh.sql, host, { meetings: [[[2], 1, 1, 2]], number: "07" });
    // the partner's week 1 is the host's week 2, and its first bell rings half an hour later
    const second = await section(fresh.sql, partner, { meetings: [[[1], 1, 1, 1]] });
    expect(told(await desks[0].submit(take(one, first)))).toBe("SEAT");
    const refused = await desks[1].submit(take(one, second));
    expect(refused).toMatchObject({
      kind: "CLASH",
      with: { otherId: first, number: "07", startsAt: "2026-09-07T00:00:00.000Z", endsAt: "2026-09-07T01:40:00.000Z" },
    });
    expect(await held(second)).toMatchObject({ seats: 0, open: 0, hours: 0 });
  });

  test("is refused too when both are taken at the same moment at two desks", async () => {
    const callers = await learners(fresh.sql, stranger, 30);
    const first = await section(fresh.sql, host, { meetings: [[[1, 2, 3, 4], 3, 3, 4]] });
    const second = await section(fresh.sql, stranger, { meetings: [[[4], 3, 4, 5]] });
    const pairs = await Promise.all(
      callers.map((one) => Promise.all([desks[0].submit(take(one, first)), desks[1].submit(take(one, second))])),
    );
    for (const pair of pairs) expect(pair.map(told).sort()).toEqual(["CLASH", "SEAT"]);
    const [a, b] = [await held(first), await held(second)];
    expect((a?.seats ?? 0) + (b?.seats ?? 0)).toBe(30);
    expect([a?.open, b?.open]).toEqual([a?.seats, b?.seats]);
  });

  test("is gone with the seat that was in the way", async () => {
    const [one] = (await learners(fresh.sql, stranger, 1)) as [Learner];
    const [first, second] = [
      await section(fresh.sql, host, { meetings: [[[5], 2, 1, 2]] }),
      await section(fresh.sql, stranger, { meetings: [[[5], 2, 2, 3]] }),
    ];
    await desks[0].submit(take(one, first));
    expect(told(await desks[0].submit(take(one, second)))).toBe("CLASH");
    await desks[0].submit(drop(one, first));
    expect(told(await desks[0].submit(take(one, second)))).toBe("SEAT");
  });

  test("with a week of block practice is a clash with every hour of it", async () => {
    const [one] = (await learners(fresh.sql, host, 1)) as [Learner];
    const practice = await section(fresh.sql, host, { meetings: [[[9], null, 0, 0]] });
    await desks[0].submit(take(one, practice));
    const saturday = await section(fresh.sql, stranger, { meetings: [[[9], 6, 10, 10]] });
    const after = await section(fresh.sql, stranger, { meetings: [[[10], 1, 1, 1]] });
    expect(told(await desks[0].submit(take(one, saturday)))).toBe("CLASH");
    expect(told(await desks[0].submit(take(one, after)))).toBe("SEAT");
  });
});

describe("giving a seat up", () => {
  test("frees it for the next, in the part of the capacity it came from", async () => {
    const [one, next] = (await learners(fresh.sql, partner, 2)) as [Learner, Learner];
    const sectionId = await section(fresh.sql, host, {
      capacity: 1,
      reserved: [[partner, 1]],
      meetings: [[[1], 1, 1, 1]],
    });
    await desks[0].submit(take(one, sectionId));
    expect(told(await desks[0].submit(take(next, sectionId)))).toBe("SECTION_FULL");
    expect(await desks[1].submit(drop(one, sectionId))).toMatchObject({
      kind: "SEAT",
      seat: { hostState: "DROPPED", homeState: "DROPPED", droppedAt: NOW.toISOString() },
    });
    expect(await held(sectionId)).toEqual({ open: 0, reserved: 0, seats: 0, openSeats: 0, hours: 0 });
    expect(told(await desks[1].submit(take(next, sectionId)))).toBe("SEAT");
    expect(told(await desks[1].submit(drop(one, sectionId)))).toBe("NOT_SEATED");
  });

  test("and taking it are both over when the window closes", async () => {
    const [one, other] = (await learners(fresh.sql, partner, 2)) as [Learner, Learner];
    const sectionId = await section(fresh.sql, host, { closesAt: "2026-09-01T05:00:00.000Z" });
    await desks[0].submit(take(one, sectionId));
    const at = "2026-09-01T05:00:00.000Z";
    expect(told(await desks[0].submit({ ...take(other, sectionId), at }))).toBe("SECTION_NOT_OPEN");
    expect(told(await desks[0].submit({ ...drop(one, sectionId), at }))).toBe("SECTION_NOT_OPEN");
  });
});

describe("a batch", () => {
  test("is not spoiled by a request the database refuses", async () => {
    const callers = await learners(fresh.sql, stranger, 12);
    const sectionId = await section(fresh.sql, host, { meetings: [[[6], 1, 1, 2]] });
    const wishes = callers.map((one, i) => ({
      ...take(one, sectionId),
      ...(i === 5 ? { studentNo: "\u0000" } : {}),
    }));
    const settled = await Promise.allSettled(wishes.map((wish) => desks[0].submit(wish)));
    expect(settled.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
    expect(settled[5]?.status).toBe("rejected");
    expect(await held(sectionId)).toMatchObject({ seats: 11, open: 11, hours: 11 });
  });

  test("answers an unknown section without harm to the others", async () => {
    const [one, other] = (await learners(fresh.sql, stranger, 2)) as [Learner, Learner];
    const sectionId = await section(fresh.sql, host);
    const answers = await Promise.all([desks[0].submit(take(one, one.id)), desks[0].submit(take(other, sectionId))]);
    expect(answers.map(told)).toEqual(["NOT_FOUND", "SEAT"]);
  });

  test("whose connection is cut fails, and asking again with the same key leads to one seat", async () => {
    const [one] = (await learners(fresh.sql, stranger, 1)) as [Learner];
    const sectionId = await section(fresh.sql, host);
    let cut: Promise<unknown> = Promise.resolve();
    await fresh.sql.begin(async (sql) => {
      await sql`select 1 from section where id = ${sectionId} for update`;
      cut = desks[0].submit(take(one, sectionId)).catch((error: unknown) => error);
      let waiting: readonly unknown[] = [];
      while (waiting.length === 0) {
        waiting = await fresh.sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
      }
    });
    expect(await cut).toBeInstanceOf(Error);
    expect(told(await desks[0].submit(take(one, sectionId)))).toBe("SEAT");
    expect(told(await desks[1].submit(take(one, sectionId)))).toBe("SEAT");
    expect(await held(sectionId)).toMatchObject({ seats: 1, open: 1 });
  });

  test("too many who wait hear at once that the queue is full, and nothing is taken for them", async () => {
    const callers = await learners(fresh.sql, stranger, 20);
    const sectionId = await section(fresh.sql, host);
    const small = openSeatDesk(pools[0] as Database, { queueMax: 8 });
    const answers = await Promise.all(callers.map((one) => small.submit(take(one, sectionId))));
    expect(count(answers)).toEqual({ SEAT: 8, QUEUE_FULL: 12 });
    expect(await held(sectionId)).toMatchObject({ seats: 8 });
  });
});

test("seats are as a plain model of them says, whatever is taken and given up in whatever order", async () => {
  const people = [...(await learners(fresh.sql, host, 3)), ...(await learners(fresh.sql, partner, 3))];
  const step = fc.record({ who: fc.nat(5), what: fc.constantFrom("take", "drop") });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.nat(2),
      fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 6 }),
      async (open, kept, rounds) => {
        const reserved: (readonly [School, number])[] = kept === 0 ? [] : [[partner, kept]];
        const sectionId = await section(fresh.sql, host, { capacity: open + kept, reserved });
        const model = new Map<Learner, "OPEN" | "RESERVED">();
        const used = (pool: "OPEN" | "RESERVED") => [...model.values()].filter((one) => one === pool).length;
        let key = 0;
        for (const round of rounds) {
          const asked = round.map(({ who, what }) => ({ one: people[who] as Learner, what }));
          const answers = await Promise.all(
            asked.map(({ one, what }) =>
              desks[0].submit(what === "take" ? take(one, sectionId, String((key += 1))) : drop(one, sectionId)),
            ),
          );
          // one learner's wishes stay in order, and go into later batches; the model settles batch by batch, too
          const order = asked.map((_, i) => i).sort((a, b) => turn(asked, a) - turn(asked, b) || a - b);
          for (const i of order) {
            const { one, what } = asked[i] as (typeof asked)[number];
            const ownPart = one.school === partner && used("RESERVED") < kept;
            let expected: string;
            if (what === "drop") expected = model.delete(one) ? "SEAT" : "NOT_SEATED";
            else if (model.has(one)) expected = "ALREADY_SEATED";
            else if (ownPart || used("OPEN") < open) {
              model.set(one, ownPart ? "RESERVED" : "OPEN");
              expected = "SEAT";
            } else expected = model.size < open + kept ? "SECTION_RESERVED" : "SECTION_FULL";
            expect(told(answers[i])).toBe(expected);
          }
        }
        expect(await held(sectionId)).toMatchObject({
          open: used("OPEN"),
          reserved: used("RESERVED"),
          seats: model.size,
        });
      },
    ),
    { numRuns: 25 },
  );
});

/** How many wishes the same learner sent before in the round. */
function turn(asked: readonly { readonly one: Learner }[], index: number): number {
  return asked.slice(0, index).filter(({ one }) => one === asked[index]?.one).length;
}
