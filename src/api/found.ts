/** A row that a foreign key promises. Its absence is a fault of ours, not of the caller's. */
export function found<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Error("a referenced row is missing or hidden");
  return row;
}
