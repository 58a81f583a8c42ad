import { Button } from "@mantine/core";
import { useState } from "react";
import { useLanguage, useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { ErrorNote } from "../components/states.tsx";
import { type Refusal, saveFile } from "./files.ts";

/** A file to be saved by whoever reads the page; a word where its time is over. */
export function SaveFile({ url, name }: { readonly url: string | null; readonly name: string | null }) {
  const { say } = useWords();
  const { language } = useLanguage();
  const { capacity } = useViewer();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = name ?? say("evidence.unnamed");

  async function fetchIt(from: string) {
    setBusy(true);
    setRefusal(await saveFile(from, shown, { capacityId: capacity.id, language }));
    setBusy(false);
  }

  if (url === null) return <span>{say("evidence.over")}</span>;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={busy}
        aria-label={say("evidence.saveNamed", { name: shown })}
        onClick={() => void fetchIt(url)}
      >
        {say("evidence.save")}
      </Button>
      {refusal === null ? null : <RefusalNote refusal={refusal} />}
    </>
  );
}

/** Why a file was not sent or fetched. */
export function RefusalNote({ refusal: { code, message } }: { readonly refusal: Refusal }) {
  const { say } = useWords();
  return <ErrorNote message={message ?? say("state.network")} {...(code === null ? {} : { code })} />;
}
