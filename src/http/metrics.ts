import type { AuditWriter } from "../db/audit.ts";
import { SEALED } from "../db/seal/sealed.ts";
import { tailsOf } from "../db/seal/sealer.ts";
import type { Tail } from "../db/seal/source.ts";
import { setTimeout as pause } from "node:timers/promises";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { type QueueFigures, queueFigures } from "../db/jobs.ts";
import type { Database } from "../db/transaction.ts";

/** What /metrics tells. */
export interface Metrics {
  /** Notes a finished request. `route` is one of a few names, never a path a caller made up. Seconds. */
  observe(route: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** How long the figures wait for the queue: one that does not answer keeps the others from nobody. */
const QUEUE_MS = 2000;

/** How the queue stands, asked when the figures are: by whichever process answers, whoever works the queue. */
function queueGauges(jobs: Database, registry: Registry): void {
  let asked: Promise<QueueFigures | null> | null = null;
  const figures = (): Promise<QueueFigures | null> => {
    asked ??= Promise.race([queueFigures(jobs), pause(QUEUE_MS, null, { ref: false })])
      .catch(() => null)
      .finally(() => {
        asked = null;
      });
    return asked;
  };
  new Gauge({
    name: "guantong_jobs_lag_seconds",
    help: "How long the job that waits longest has been due",
    registers: [registry],
    async collect() {
      this.reset();
      const found = await figures();
      if (found !== null) this.set(found.lagSeconds);
    },
  });
  new Gauge({
    name: "guantong_jobs",
    help: "Jobs that wait (due), are scheduled (later), retry (later, after a failure), run, or are dead (failed for good)",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      this.reset();
      const found = await figures();
      if (found === null) return;
      const { lagSeconds: _, ...states } = found;
      for (const [state, count] of Object.entries(states)) this.set({ state }, count);
    },
  });
}

/** How far the seals lag behind what was written. A database out of reach leaves no figure rather than a wrong one. */
function sealGauges(jobs: Database, registry: Registry): void {
  const gauge = (name: string, help: string, of: (tail: Tail) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ["chain"],
      registers: [registry],
      async collect() {
        this.reset();
        const tails = await tailsOf(jobs, SEALED).catch(() => null);
        for (const [chain, tail] of tails ?? []) this.set({ chain }, of(tail));
      },
    });
  };
  gauge("guantong_seal_lag_seconds", "How long the oldest row that is not sealed has waited", ({ seconds }) => seconds);
  gauge("guantong_seal_unsealed_rows", "Rows of a sealed table that are not sealed yet", ({ rows }) => rows);
}

/** Whether what was looked at is written down: entries that wait in this process, and how often the database took none. */
function auditGauges(audit: AuditWriter, registry: Registry): void {
  new Gauge({
    name: "guantong_audit_waiting",
    help: "Entries of the audit log that this process has still to write",
    registers: [registry],
    collect() {
      this.set(audit.size);
    },
  });
  new Counter({
    name: "guantong_audit_failures_total",
    help: "How often writing to the audit log failed; it is tried again",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(audit.failures);
    },
  });
}

/** Opens the figures: requests by route, the pool of the database, the queue of jobs, the process and its event loop. */
export function openMetrics(db: Database, jobs: Database, audit: AuditWriter): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "guantong_http_request_seconds",
    help: "Time from a request's arrival to the end of its answer",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: "guantong_database_transactions",
    help: "Transactions that are reading, writing, or waiting for a connection",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(db.use())) this.set({ state }, count);
    },
  });
  queueGauges(jobs, registry);
  sealGauges(jobs, registry);
  auditGauges(audit, registry);
  // finding the labels of a histogram again costs more than counting
  const series = new Map<string, ReturnType<typeof requests.labels>>();
  return {
    observe(route, status, seconds) {
      const name = `${route} ${status}`;
      let one = series.get(name);
      if (one === undefined) {
        one = requests.labels(route, String(status));
        series.set(name, one);
      }
      one.observe(seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
