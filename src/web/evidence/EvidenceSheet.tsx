import { Button, FileInput, Select } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { type EvidenceKind, SENT_BY_ONESELF, EVIDENCE_KINDS } from "../../domain/evidence.ts";
import { useLanguage, useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Moment } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { type FileRowFragment, FilesDocument } from "../generated/documents.ts";
import { ACCEPTED, type Refusal, sendFile } from "./files.ts";
import { RefusalNote, SaveFile } from "./SaveFile.tsx";

/** An empty list names no type that a new file could belong to. */
const FILES = { additionalTypenames: ["File"] };

/** The evidence about a learner, and a way to send more of it in. */
export function EvidenceSheet({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [state, again] = useQuery({
    query: FilesDocument,
    variables: { learnerId },
    context: FILES,
    requestPolicy: "cache-and-network",
  });
  const asked = () => again({ requestPolicy: "network-only" });
  const note = capacity.role === "CLASS_TEACHER" ? "evidence.noteOfTeacher" : "evidence.note";
  return (
    <Sheet title={say("evidence.title")} note={say(note)}>
      {capacity.role === "REGISTRAR_CONFIRMER" ? null : <SendFile learnerId={learnerId} onSent={asked} />}
      <Answer state={state} onRetry={asked}>
        {({ files }) => (files.length === 0 ? <Empty>{say("evidence.none")}</Empty> : <FileTable files={files} />)}
      </Answer>
    </Sheet>
  );
}

function SendFile({ learnerId, onSent }: { readonly learnerId: string; readonly onSent: () => void }) {
  const { say } = useWords();
  const { language } = useLanguage();
  const { capacity } = useViewer();
  const oneself = capacity.role === "STUDENT" || capacity.role === "GUARDIAN";
  const kinds = oneself ? SENT_BY_ONESELF : EVIDENCE_KINDS;
  const [kind, setKind] = useState<EvidenceKind>(kinds[0] ?? "CERTIFICATE");
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function send(chosen: File) {
    setBusy(true);
    const sent = await sendFile(chosen, { learnerId, kind }, { capacityId: capacity.id, language });
    setBusy(false);
    if (!("id" in sent)) return setRefusal(sent);
    setRefusal(null);
    setFile(null);
    onSent();
  }

  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== null) void send(file);
      }}
    >
      <Select
        label={say("evidence.kind")}
        data={kinds.map((each) => ({ value: each, label: say(`evidence.kind.${each}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(value) => setKind(kinds.find((each) => each === value) ?? kind)}
      />
      <FileInput
        label={say("evidence.file")}
        description={say("evidence.fileNote")}
        placeholder={say("evidence.choose")}
        accept={ACCEPTED}
        value={file}
        onChange={setFile}
        clearable
        clearButtonProps={{ "aria-label": say("record.clear") }}
      />
      {refusal === null ? null : <RefusalNote refusal={refusal} />}
      <div className="record-acts">
        <Button type="submit" loading={busy} disabled={file === null}>
          {say("evidence.send")}
        </Button>
      </div>
    </form>
  );
}

function FileTable({ files }: { readonly files: readonly FileRowFragment[] }) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{say("evidence.title")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("evidence.name")}</th>
          <th scope="col">{say("evidence.kind")}</th>
          <th scope="col">{say("evidence.sentAt")}</th>
          <th scope="col" className="number">
            {say("evidence.size")}
          </th>
          <th scope="col">{say("consent.do")}</th>
        </tr>
      </thead>
      <tbody>
        {files.map((file) => (
          <tr key={file.id}>
            <th scope="row" data-label={say("evidence.name")}>
              {file.name ?? say("evidence.unnamed")}
            </th>
            <td data-label={say("evidence.kind")}>{say(`evidence.kind.${file.kind}`)}</td>
            <td data-label={say("evidence.sentAt")}>
              <Moment at={file.uploadedAt} />
            </td>
            <td data-label={say("evidence.size")} className="number">
              {Math.max(1, Math.round(file.size / 1024))} KB
            </td>
            <td data-label={say("consent.do")}>
              <SaveFile url={file.url} name={file.name} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
