import { Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useWords } from "../app/language.tsx";

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** What one can do here, beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its heading is the document's title. */
export function Page({ title, lead, actions, children }: PageProps) {
  const { say } = useWords();
  useDocumentTitle(`${title} · ${say("app.name")}`);
  return (
    <div className="page">
      <div className="page-head">
        <div className="page-words">
          <Title order={1}>{title}</Title>
          {lead === undefined ? null : (
            <Text component="div" className="page-lead">
              {lead}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly aside?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A sheet of a page, with a heading of its own. */
export function Sheet({ title, note, aside, id, children }: SectionProps) {
  return (
    <section className="sheet" id={id}>
      <div className="sheet-head">
        <div>
          <Title order={2}>{title}</Title>
          {note === undefined ? null : <p className="sheet-note">{note}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}
