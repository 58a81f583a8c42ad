/**
 * What stands behind a type of the contract in the resolvers, where that is not its own shape: type name to
 * `path#TypeName`, the path as seen from src/api/generated/. A type that is not listed is resolved from its own shape.
 */
export const mappers: Record<string, string> = {};
