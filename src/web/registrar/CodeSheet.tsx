import { Alert, Button, Group } from "@mantine/core";
import { useWords } from "../app/language.tsx";
import { Day } from "../components/field.tsx";
import { saveSheet } from "../components/save-sheet.ts";
import type { CodesIssuedFragment } from "../generated/documents.ts";

export type Codes = Extract<CodesIssuedFragment, { readonly __typename: "CodesSuccess" }>["codes"];

/** Codes, shown this once: to be printed and cut, or kept as a sheet until they are handed out. */
export function CodeSheet({ codes, title }: { readonly codes: Codes; readonly title: string }) {
  const { say } = useWords();

  function download() {
    const head = [
      say("column.class"),
      say("column.studentNo"),
      say("column.learner"),
      say("signIn.login"),
      say("codes.code"),
      say("codes.until"),
    ];
    const rows = codes.map((each) => [
      each.className ?? "",
      each.studentNo ?? "",
      each.name,
      each.login,
      each.code,
      each.expiresAt.slice(0, 10),
    ]);
    saveSheet(title, [head, ...rows]);
  }

  return (
    <section className="code-sheet" aria-label={say("codes.title")}>
      <Alert
        color="amber"
        role="status"
        mb="md"
        className="no-print"
        title={say("codes.onceTitle", { count: codes.length })}
      >
        {say("codes.once")}
      </Alert>
      <Group mb="md" className="no-print">
        <Button onClick={() => print()}>{say("codes.print")}</Button>
        <Button variant="default" onClick={download}>
          {say("codes.download")}
        </Button>
      </Group>
      <ul className="code-slips">
        {codes.map((each) => (
          <li key={each.code}>
            <div className="slip-name">{each.name}</div>
            <div className="slip-who">
              {[each.className, each.studentNo].filter((part) => part !== null).join(" · ")}
            </div>
            <code className="slip-code">{each.code}</code>
            <div className="slip-note">{say("codes.how", { address: location.origin })}</div>
            <div className="slip-note">
              {say("signIn.login")} <code>{each.login}</code> · {say("codes.until")}{" "}
              <Day date={each.expiresAt.slice(0, 10)} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
