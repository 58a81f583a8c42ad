import fc from "fast-check";
import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isRequiredArgument,
  isScalarType,
} from "graphql";

/** Texts as people write them, as attackers do, and as they stand in the data under test. */
function texts(known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "",
        " ",
        "\0",
        "\ud800",
        "' or 1=1 --",
        "85.5",
        "合格",
        "缺考",
        "1e400",
        "-0",
        "A".repeat(500),
      ),
    },
  );
}

/** What inputs can hit: texts that stand in the data, and the ids that are really there, by the name of what takes them. */
export interface Known {
  readonly texts: readonly string[];
  /** By "Owner.name", the mutation or input type and its argument or field; and by the name alone. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

/** Ids as they are really there: mostly of what is asked for, now and then of something else, or none at all. */
function idsFor({ texts: other, ids }: Known, owner: string, name: string): fc.Arbitrary<string> {
  const fitting = ids.get(`${owner}.${name}`) ?? ids.get(name) ?? [];
  const all = [...new Set([...ids.values()].flat())];
  return fc.oneof(
    ...(fitting.length === 0 ? [] : [{ weight: 8, arbitrary: fc.constantFrom(...fitting) }]),
    ...(all.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...all) }]),
    { weight: 2, arbitrary: texts(other) },
  );
}

const INT_MAX = 2_147_483_647;
const SCALARS: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  Int: () => fc.oneof(fc.integer({ min: -3, max: 60 }), fc.constantFrom(-INT_MAX - 1, INT_MAX, 0), fc.integer()),
  Float: () => fc.double(),
  Boolean: () => fc.boolean(),
  Credits: () => fc.oneof(fc.integer({ min: -100, max: 10_000 }), fc.maxSafeInteger()),
  Hours: () => fc.oneof(fc.integer({ min: -100, max: 10_000 }), fc.maxSafeInteger()),
  Date: () =>
    fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date("2020-01-01"), max: new Date("2030-01-01") })
        .map((day) => day.toISOString().slice(0, 10)),
      fc.constantFrom("0001-01-01", "9999-12-31", "2026-02-31", "0000-00-00", "x"),
    ),
  DateTime: () =>
    fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date("2020-01-01"), max: new Date("2030-01-01") })
        .map((moment) => moment.toISOString()),
      fc.constantFrom(
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-31T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "x",
      ),
    ),
};

/** The place an input stands in. */
interface Place {
  readonly owner: string;
  readonly name: string;
}

/** Inputs of a type, read from the schema: a type that is added tomorrow is tried tomorrow. */
function inputs(type: GraphQLInputType, known: Known, place: Place): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return inputs(type.ofType, known, place);
  if (isListType(type)) return fc.array(inputs(type.ofType, known, place), { maxLength: 4 });
  if (isEnumType(type)) return ofEnum(type);
  if (isInputObjectType(type)) return ofObject(type, known);
  if (type.name === "ID") return idsFor(known, place.owner, place.name);
  const ofScalar = SCALARS[type.name];
  return ofScalar === undefined ? texts(known.texts) : ofScalar();
}

const ofEnum = (type: GraphQLEnumType): fc.Arbitrary<unknown> =>
  fc.constantFrom(...type.getValues().map(({ name }) => name));

function ofObject(type: GraphQLInputObjectType, known: Known): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  const required = fields.filter((field) => isRequiredInputField(field)).map(({ name }) => name);
  const inside = (name: string): Place => ({ owner: type.name, name });
  return fc.record(
    Object.fromEntries(fields.map(({ name, type: each }) => [name, inputs(each, known, inside(name))])),
    {
      requiredKeys: required,
    },
  );
}

/** Every place of a field's input that takes an id, as "Owner.name". */
export function idPlaces(schema: GraphQLSchema, root: "mutation" | "query", field: string): readonly string[] {
  const type = root === "mutation" ? schema.getMutationType() : schema.getQueryType();
  const found = new Set<string>();
  function walk(each: GraphQLInputType, place: Place): void {
    if (isNonNullType(each) || isListType(each)) walk(each.ofType, place);
    else if (isInputObjectType(each)) {
      for (const { name, type: inner } of Object.values(each.getFields())) walk(inner, { owner: each.name, name });
    } else if (each.name === "ID") found.add(`${place.owner}.${place.name}`);
  }
  for (const arg of type?.getFields()[field]?.args ?? []) walk(arg.type, { owner: field, name: arg.name });
  return [...found];
}

/** A field of a root type as an operation, with inputs to try it with. */
export interface FuzzedField {
  readonly name: string;
  readonly document: string;
  readonly variables: fc.Arbitrary<Readonly<Record<string, unknown>>>;
}

/** What the fields of a union or interface are asked for: their names, and of problems the code. */
function selectionOf(type: GraphQLNamedType, schema: GraphQLSchema): string {
  if (isAbstractType(type)) {
    const hasProblem = schema
      .getPossibleTypes(type)
      .some((each) => each.getInterfaces().some(({ name }) => name === "Problem"));
    return hasProblem ? " { __typename ... on Problem { code } }" : " { __typename }";
  }
  return isObjectType(type) ? " { __typename }" : "";
}

function named(type: GraphQLField<unknown, unknown>["type"]): GraphQLNamedType {
  return isNonNullType(type) || isListType(type) ? named(type.ofType) : type;
}

/** Every field of the schema's mutations (or queries), ready to be tried. */
export function fuzzedFields(schema: GraphQLSchema, root: "mutation" | "query", known: Known): FuzzedField[] {
  const type = root === "mutation" ? schema.getMutationType() : schema.getQueryType();
  return Object.values(type?.getFields() ?? {}).map((field) => {
    const declared = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(", ");
    const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
    const required = field.args.filter((arg) => isRequiredArgument(arg)).map(({ name }) => name);
    const selection =
      isScalarType(named(field.type)) || isEnumType(named(field.type)) ? "" : selectionOf(named(field.type), schema);
    return {
      name: field.name,
      document: `${root}${declared === "" ? "" : ` (${declared})`} { ${field.name}${passed === "" ? "" : `(${passed})`}${selection} }`,
      variables: fc.record(
        Object.fromEntries(
          field.args.map((arg) => [arg.name, inputs(arg.type, known, { owner: field.name, name: arg.name })]),
        ),
        {
          requiredKeys: required,
        },
      ),
    };
  });
}
