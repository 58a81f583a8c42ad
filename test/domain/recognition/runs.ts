/** How many cases a property is tried on; mutation testing, which tries each a thousand times over, asks for fewer. */
export const RUNS = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) };
