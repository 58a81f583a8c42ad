import { cacheExchange, Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { describe, expect, test } from "vitest";
import { persistedDocuments } from "../../src/api/generated/persisted.ts";
import * as documents from "../../src/web/generated/documents.ts";

describe("the portal's documents", () => {
  const operations = Object.entries(documents as Readonly<Record<string, unknown>>).filter(([name]) =>
    name.endsWith("Document"),
  );

  test.each(operations)("%s is known to the service under the hash that the portal sends", async (_, document) => {
    const sent: string[] = [];
    const client = new Client({
      url: "http://localhost/graphql",
      preferGetMethod: false,
      fetch: async (_url, init) => {
        if (typeof init?.body === "string") sent.push(init.body);
        return Response.json({ data: {} });
      },
      exchanges: [
        cacheExchange,
        persistedExchange({ preferGetForPersistedQueries: false, enableForMutation: true }),
        fetchExchange,
      ],
    });
    const { definitions } = document as { readonly definitions: readonly { readonly operation?: string }[] };
    const isMutation = definitions.some((definition) => definition.operation === "mutation");
    await (isMutation ? client.mutation(document as never, {}) : client.query(document as never, {})).toPromise();
    const body = JSON.parse(sent[0] ?? "{}") as {
      query?: string;
      extensions?: { persistedQuery?: { sha256Hash: string } };
    };
    expect(body.query).toBeUndefined();
    expect(persistedDocuments.has(body.extensions?.persistedQuery?.sha256Hash ?? "")).toBe(true);
  });
});
