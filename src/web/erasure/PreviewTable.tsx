import { Alert, List } from "@mantine/core";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import type { ErasurePreviewPartsFragment } from "../generated/documents.ts";

/** What erasing a learner would do, kind by kind, and what is in the way. */
export function PreviewTable({ preview: { holds, parts } }: { readonly preview: ErasurePreviewPartsFragment }) {
  const { say, name } = useWords();
  const present = parts.filter(({ rows }) => rows > 0);
  return (
    <>
      {holds.length === 0 ? null : (
        <Alert color="amber" mb="md" title={say("erasure.held")}>
          <List size="sm">
            {holds.map(({ code, message }) => (
              <List.Item key={code}>{message}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <details>
        <summary>{say("erasure.preview")}</summary>
        <table className="rows">
          <caption className="visually-hidden">{say("erasure.preview")}</caption>
          <thead>
            <tr>
              <th scope="col">{say("erasure.what")}</th>
              <th scope="col">{say("erasure.rows")}</th>
              <th scope="col">{say("erasure.act")}</th>
              <th scope="col">{say("erasure.why")}</th>
              <th scope="col">{say("erasure.basis")}</th>
            </tr>
          </thead>
          <tbody>
            {present.map(({ table, title, rows, act, why, citation, certainty }) => (
              <tr key={table}>
                <th scope="row" data-label={say("erasure.what")}>
                  {name(title)}
                </th>
                <td data-label={say("erasure.rows")}>{rows}</td>
                <td data-label={say("erasure.act")}>{say(`erasure.act.${act}`)}</td>
                <td data-label={say("erasure.why")}>{name(why)}</td>
                <td data-label={say("erasure.basis")}>
                  <div>
                    <Cite citation={citation} />
                    {certainty === "VERIFIED" ? null : ` (${say(`erasure.certainty.${certainty}`)})`}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
