/** Builds what is older than its sources; whether there is something to run. */
export function build(options?: { readonly all?: boolean; readonly portal?: boolean }): boolean;
