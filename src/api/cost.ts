import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { PAGE_SIZE_MAX } from "./connection.ts";

/** What an operation may cost: how many values it could make the service look up and send. Pages of ours ask a tenth. */
export const COST_MAX = 60_000;

/** How long a list is taken to be that nobody asked a number of. */
const LIST_SIZE = 8;

/** Fields behind which there is more than a look-up, in values that cost as much. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "Query.recognitionCheck": 4000,
  "Section.countsAtHome": 400,
  "Query.catalogue": 50,
};

type Variables = Readonly<Record<string, unknown>>;
/** What something costs: a number, unless it depends on how many rows the caller asks for by variable. */
type Cost = number | ((variables: Variables) => number);

const worth = (cost: Cost, variables: Variables): number => (typeof cost === "number" ? cost : cost(variables));

function plus(one: Cost, other: Cost): Cost {
  if (typeof one === "number" && typeof other === "number") return one + other;
  return (variables) => worth(one, variables) + worth(other, variables);
}

function times(one: Cost, other: Cost): Cost {
  if (typeof one === "number" && typeof other === "number") return one * other;
  return (variables) => worth(one, variables) * worth(other, variables);
}

/** What one operation of a document asks for. */
export interface Demand {
  /** The fields it begins with, once for every name they are asked under. */
  readonly roots: readonly string[];
  cost(variables: Variables): number;
}

/** Weighs operations. A document is read once; Yoga keeps one per text. */
export class Scales {
  readonly #schema: GraphQLSchema;
  readonly #known = new WeakMap<DocumentNode, Map<string, Demand>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Of a document that was found valid; null where it has no such operation. */
  weigh(document: DocumentNode, operationName: string | null | undefined): Demand | null {
    const known = this.#known.get(document) ?? new Map<string, Demand>();
    this.#known.set(document, known);
    const name = operationName ?? "";
    const found = known.get(name);
    if (found !== undefined) return found;
    const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    const operation = operations.find((each) => name === "" || each.name?.value === name);
    if (operation === undefined) return null;
    const demand = new Reading(this.#schema, document, operation).demand();
    known.set(name, demand);
    return demand;
  }
}

class Reading {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #costs = new Map<string, Cost>();

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#operation = operation;
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((each) => [each.name.value, each]));
  }

  demand(): Demand {
    const root = this.#schema.getRootType(this.#operation.operation);
    const cost = this.#ofSelections(this.#operation.selectionSet, root ?? undefined);
    return {
      roots: this.#fieldsOf(this.#operation.selectionSet, new Set()),
      cost: (variables) => worth(cost, variables),
    };
  }

  #fieldsOf({ selections }: SelectionSetNode, seen: Set<string>): string[] {
    return selections.flatMap((each) => {
      if (each.kind === Kind.FIELD) return [each.name.value];
      if (each.kind === Kind.INLINE_FRAGMENT) return this.#fieldsOf(each.selectionSet, seen);
      const fragment = this.#fragments.get(each.name.value);
      if (fragment === undefined || seen.has(each.name.value)) return [];
      return this.#fieldsOf(fragment.selectionSet, seen.add(each.name.value));
    });
  }

  #ofSelections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): Cost {
    return selections.reduce<Cost>((sum, each) => {
      if (each.kind === Kind.FIELD) return plus(sum, this.#ofField(each, type));
      if (each.kind === Kind.FRAGMENT_SPREAD) return plus(sum, this.#ofFragment(each.name.value));
      const condition = each.typeCondition;
      const narrowed = condition === undefined ? type : this.#schema.getType(condition.name.value);
      return plus(sum, this.#ofSelections(each.selectionSet, narrowed));
    }, 0);
  }

  /** The same wherever it is spread, so each is read once however often it is. */
  #ofFragment(name: string): Cost {
    const known = this.#costs.get(name);
    if (known !== undefined) return known;
    this.#costs.set(name, 0);
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return 0;
    const cost = this.#ofSelections(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value));
    this.#costs.set(name, cost);
    return cost;
  }

  #ofField(node: FieldNode, type: GraphQLNamedType | undefined): Cost {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    // what the schema says of itself is bounded by depth, and looked up nowhere
    if (field === undefined) return 1;
    const each = plus(
      WEIGHTS[`${type?.name}.${node.name.value}`] ?? 1,
      node.selectionSet === undefined ? 0 : this.#ofSelections(node.selectionSet, getNamedType(field.type)),
    );
    return times(this.#sizeOf(node, field, type), each);
  }

  #sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown>, type: GraphQLNamedType | undefined): Cost {
    const counted = field.args.find(({ name }) => name === "first");
    if (counted !== undefined) return this.#asked(node, rows(counted.defaultValue, PAGE_SIZE_MAX));
    // the edges of a page are as many as the page was asked for
    if (!isListType(getNullableType(field.type)) || type?.name.endsWith("Connection") === true) return 1;
    return LIST_SIZE;
  }

  #asked(node: FieldNode, otherwise: number): Cost {
    const value = node.arguments?.find(({ name }) => name.value === "first")?.value;
    if (value === undefined || value.kind === Kind.NULL) return otherwise;
    if (value.kind === Kind.INT) return rows(Number(value.value), otherwise);
    if (value.kind !== Kind.VARIABLE) return PAGE_SIZE_MAX;
    const name = value.name.value;
    const fallback = this.#operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    const preset = fallback?.defaultValue?.kind === Kind.INT ? Number(fallback.defaultValue.value) : otherwise;
    return (variables) => rows(variables[name] ?? preset, PAGE_SIZE_MAX);
  }
}

/** How many rows an asked number brings: at least one, for a page is looked up even where none is wanted. */
function rows(asked: unknown, otherwise: number): number {
  return typeof asked === "number" && !Number.isNaN(asked) ? Math.min(Math.max(asked, 1), PAGE_SIZE_MAX) : otherwise;
}
