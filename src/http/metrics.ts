import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Database } from "../db/transaction.ts";

/** What /metrics tells. */
export interface Metrics {
  /** Notes a finished request. `route` is one of a few names, never a path a caller made up. Seconds. */
  observe(route: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Opens the figures: requests by route, the pool of the database, the process and its event loop. */
export function openMetrics(db: Database): Metrics {
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
