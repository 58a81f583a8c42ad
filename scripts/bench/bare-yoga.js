// The measure of the http benchmark: Yoga with one schema that has one field, on Node's own server.
import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";

const yoga = createYoga({
  schema: createSchema({ typeDefs: "type Query { ok: Boolean }" }),
  logging: false,
  graphiql: false,
  landingPage: false,
});
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
process.on("SIGTERM", () => process.exit(0));
