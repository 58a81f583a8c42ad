import { useWords } from "../app/language.tsx";
import { Amount } from "../components/field.tsx";
import type { BatchHeadFragment } from "../generated/documents.ts";

/** A batch's sums: each currency by itself. */
export function BatchTotals({ totals }: { readonly totals: BatchHeadFragment["totals"] }) {
  const { say } = useWords();
  return (
    <ul className="totals">
      {totals.map(({ unit, rows, credits }) => (
        <li key={unit}>
          <Amount credits={credits} unit={unit} />
          <span className="quiet">{say("batch.rows", { count: rows })}</span>
        </li>
      ))}
    </ul>
  );
}
