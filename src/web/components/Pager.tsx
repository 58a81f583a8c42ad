import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../app/language.tsx";
import type { PageMarksFragment } from "../generated/documents.ts";

/** The cursors behind the pages already seen; the last is where the shown page begins. */
export interface Place {
  readonly after: string | null;
  readonly page: number;
  readonly forward: (cursor: string) => void;
  readonly back: () => void;
}

/** Keeps the place in a list that is read page by page. */
export function usePlace(): Place {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    after: cursors.at(-1) ?? null,
    page: cursors.length + 1,
    forward: (cursor) => setCursors([...cursors, cursor]),
    back: () => setCursors(cursors.slice(0, -1)),
  };
}

/** Back and forward through a list; nothing where one page holds all. */
export function Pager({ place, marks }: { readonly place: Place; readonly marks: PageMarksFragment }) {
  const { say } = useWords();
  const { endCursor, hasNextPage } = marks;
  if (place.page === 1 && !hasNextPage) return null;
  return (
    <Group className="no-print" component="nav" aria-label={say("pager.label")} mt="md" justify="center">
      <Button variant="default" disabled={place.page === 1} onClick={place.back}>
        {say("pager.back")}
      </Button>
      <span aria-current="page">{say("pager.page", { page: place.page })}</span>
      <Button
        variant="default"
        disabled={!hasNextPage || endCursor === null}
        onClick={() => endCursor !== null && place.forward(endCursor)}
      >
        {say("pager.forward")}
      </Button>
    </Group>
  );
}
