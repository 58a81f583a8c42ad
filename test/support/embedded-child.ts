import { startEmbedded } from "../../src/db/embedded.ts";
import { Failure } from "../../src/failure.ts";

// A process of its own that starts PostgreSQL on the directory it is given, says so, and stops it when told to end.
const directory = process.argv[2] ?? "";
try {
  const server = await startEmbedded(directory, { fsync: false });
  process.stdout.write(`${server.ownerUrl}\n`);
  process.once("SIGTERM", () => {
    void server.stop().then(() => process.exit(0));
  });
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${error instanceof Failure ? error.problem.code : String(error)}\n`);
  process.exitCode = 1;
}
