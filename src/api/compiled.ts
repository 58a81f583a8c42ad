import { type DocumentNode, type ExecutionArgs, type ExecutionResult, Kind, OperationTypeNode } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";

/** From this run of a document on it is worth compiling; whoever sends a new document each time compiles none. */
const WORTH_COMPILING = 3;

type Run = (args: ExecutionArgs) => PromiseLike<ExecutionResult> | ExecutionResult;

/**
 * Queries that come again and again, compiled to functions: a list of 20 rows costs half of Yoga's own executor. Yoga
 * keeps one document per text, so the documents themselves are the keys. Only queries: mutations run one after the other,
 * and what they cost lies elsewhere.
 */
export class CompiledQueries {
  readonly #runs = new WeakMap<DocumentNode, number | Run | null>();

  /** The compiled form of a query, once it has come often enough; null where there is none. */
  find({ schema, document }: ExecutionArgs): Run | null {
    const known = this.#runs.get(document) ?? 0;
    if (typeof known !== "number") return known;
    if (known + 1 < WORTH_COMPILING) {
      this.#runs.set(document, known + 1);
      return null;
    }
    const run = isOneQuery(document) ? compile(schema, document) : null;
    this.#runs.set(document, run);
    return run;
  }
}

function isOneQuery({ definitions }: DocumentNode): boolean {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 && operations[0]?.operation === OperationTypeNode.QUERY;
}

function compile(schema: ExecutionArgs["schema"], document: DocumentNode): Run | null {
  const compiled = compileQuery(schema, document);
  if (!isCompiledQuery(compiled)) return null;
  return ({ rootValue, contextValue, variableValues }) => compiled.query(rootValue, contextValue, variableValues ?? {});
}
