export function isPermissive(licence: string | undefined): boolean;
export function faultsOf(packages: object, manifestOf: (place: string) => object | null): string[];
