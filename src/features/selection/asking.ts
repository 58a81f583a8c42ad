import DataLoader from "dataloader";
import type { Context } from "../../api/context.ts";
import type { Id } from "../../domain/id.ts";
import { type HomeWorld, homeWorldOf } from "./home-value.ts";
import * as service from "./service.ts";
import type { SeatRow } from "./store.ts";

/** What the sections of one request have in common: who asks, with which school, programme and seats. Each read once. */
export class Asking {
  static readonly #all = new WeakMap<object, Asking>();

  /** The one of a context, as long as its view of the data stands. */
  static of(context: Context): Asking {
    const known = Asking.#all.get(context.loaders);
    if (known !== undefined) return known;
    const made = new Asking(context);
    Asking.#all.set(context.loaders, made);
    return made;
  }

  readonly #context: Context;
  readonly #rosters: DataLoader<Id, readonly SeatRow[]>;
  #school: Promise<Id | null> | null = null;
  #homeWorld: Promise<HomeWorld | null> | null = null;
  #seats: Promise<readonly SeatRow[]> | null = null;

  private constructor(context: Context) {
    this.#context = context;
    const { tx, viewer } = context;
    this.#rosters = new DataLoader(async (ids) => {
      const rows = await service.rosters(tx, viewer, ids);
      return ids.map((id) => rows.filter((row) => row.sectionId === id));
    });
  }

  school(): Promise<Id | null> {
    this.#school ??= service.schoolOf(this.#context.tx, this.#context.viewer);
    return this.#school;
  }

  homeWorld(): Promise<HomeWorld | null> {
    const { tx, viewer, today } = this.#context;
    this.#homeWorld ??= homeWorldOf(tx, viewer, today);
    return this.#homeWorld;
  }

  seats(): Promise<readonly SeatRow[]> {
    this.#seats ??= service.ownSeats(this.#context.tx, this.#context.viewer);
    return this.#seats;
  }

  roster(sectionId: Id): Promise<readonly SeatRow[]> {
    return this.#rosters.load(sectionId);
  }
}
