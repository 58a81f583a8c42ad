import { Badge, Button, FileInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useLanguage, useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Cite, Day, Moment } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import { ACCEPTED, sendFile } from "../evidence/files.ts";
import { SaveFile } from "../evidence/SaveFile.tsx";
import {
  AskConsentDocument,
  type ConsentAct,
  type ConsentPaperInput,
  ConsentsDocument,
  type ConsentStateRowFragment,
  GiveConsentDocument,
  RevokeConsentDocument,
  type Role,
} from "../generated/documents.ts";

const CONSENTS = { additionalTypenames: ["GuardianConsent", "ConsentState", "ConsentRequest", "File"] };

interface Paper {
  readonly guardianName: string;
  readonly reference: string;
  readonly scan: File | null;
}
const NO_PAPER: Paper = { guardianName: "", reference: "", scan: null };

/** Which acts of a learner need a guardian's consent, and where each stands. A guardian gives, a school records papers. */
export function ConsentSheet({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [state, again] = useQuery({
    query: ConsentsDocument,
    variables: { learnerId },
    context: CONSENTS,
    requestPolicy: "cache-and-network",
  });
  const [paper, setPaper] = useState(NO_PAPER);
  const records = capacity.role === "REGISTRAR" || capacity.role === "CLASS_TEACHER";
  return (
    <Sheet title={say("consent.list")} note={say("consent.note")}>
      {records ? <PaperFields paper={paper} onChange={setPaper} /> : null}
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ consents }) => {
          const shown = consents.filter(({ required, consent }) => required || consent !== null);
          return shown.length === 0 ? (
            <Empty>{say("consent.none")}</Empty>
          ) : (
            <ConsentTable
              learnerId={learnerId}
              states={shown}
              paper={records ? paper : null}
              onRecorded={() => setPaper(NO_PAPER)}
            />
          );
        }}
      </Answer>
    </Sheet>
  );
}

/** Whose paper it is and where it lies; what is written here goes with the next act recorded below. */
function PaperFields({ paper, onChange }: { readonly paper: Paper; readonly onChange: (paper: Paper) => void }) {
  const { say } = useWords();
  return (
    <div className="record-form">
      <TextInput
        label={say("consent.paperBy")}
        description={say("consent.paperNote")}
        maxLength={100}
        value={paper.guardianName}
        onChange={(event) => onChange({ ...paper, guardianName: event.currentTarget.value })}
      />
      <TextInput
        label={say("consent.paperAt")}
        maxLength={100}
        value={paper.reference}
        onChange={(event) => onChange({ ...paper, reference: event.currentTarget.value })}
      />
      <FileInput
        label={say("consent.paperScan")}
        description={say("evidence.fileNote")}
        placeholder={say("evidence.choose")}
        accept={ACCEPTED}
        value={paper.scan}
        onChange={(scan) => onChange({ ...paper, scan })}
        clearable
        clearButtonProps={{ "aria-label": say("record.clear") }}
      />
    </div>
  );
}

interface ConsentTableProps {
  readonly learnerId: string;
  readonly states: readonly ConsentStateRowFragment[];
  /** What a school records with; null for a guardian, and for whoever only looks. */
  readonly paper: Paper | null;
  readonly onRecorded: () => void;
}

function ConsentTable({ learnerId, states, paper, onRecorded }: ConsentTableProps) {
  const { say } = useWords();
  const { language } = useLanguage();
  const { capacity } = useViewer();
  const [{ fetching: giving }, give] = useMutation(GiveConsentDocument);
  const [{ fetching: revoking }, revoke] = useMutation(RevokeConsentDocument);
  const [sending, setSending] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const acts = capacity.role === "GUARDIAN" || paper !== null;

  /** What is told of the paper, its scan sent in beforehand; undefined where that was refused. */
  async function told(): Promise<ConsentPaperInput | null | undefined> {
    if (paper === null) return null;
    const { scan, ...words } = paper;
    if (scan === null) return words;
    setSending(true);
    const sent = await sendFile(scan, { learnerId, kind: "PAPER_CONSENT" }, { capacityId: capacity.id, language });
    setSending(false);
    if ("id" in sent) return { ...words, scanId: sent.id };
    const { code, message } = sent;
    setFault({ message: message ?? say("state.network"), ...(code === null ? {} : { code }) });
    return undefined;
  }

  async function act({ act: what, consent }: ConsentStateRowFragment) {
    setFault(null);
    const input = await told();
    if (input === undefined) return;
    const variables = { learnerId, act: what, paper: input };
    const { result, error } =
      consent === null
        ? await give({ ...variables, validUntil: null }, CONSENTS).then(({ data, error: broken }) => ({
            result: data?.giveConsent,
            error: broken,
          }))
        : await revoke(variables, CONSENTS).then(({ data, error: broken }) => ({
            result: data?.revokeConsent,
            error: broken,
          }));
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "ConsentSuccess") setFault(result);
    else onRecorded();
  }

  return (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      <table className="rows">
        <caption className="visually-hidden">{say("consent.list")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("consent.act")}</th>
            <th scope="col">{say("consent.clause")}</th>
            <th scope="col">{say("consent.state")}</th>
            {acts ? <th scope="col">{say("consent.do")}</th> : null}
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <tr key={state.act}>
              <th scope="row" data-label={say("consent.act")}>
                {say(`consent.act.${state.act}`)}
              </th>
              <td data-label={say("consent.clause")}>
                <Clause requirement={state.requirement} />
              </td>
              <td data-label={say("consent.state")}>
                <Standing learnerId={learnerId} state={state} />
              </td>
              {acts ? (
                <td data-label={say("consent.do")}>
                  <Button
                    size="xs"
                    variant={state.consent === null ? "filled" : "default"}
                    loading={giving || revoking || sending}
                    disabled={paper !== null && (paper.guardianName.trim() === "" || paper.reference.trim() === "")}
                    aria-label={say(state.consent === null ? "consent.giveTo" : "consent.revokeOf", {
                      act: say(`consent.act.${state.act}`),
                    })}
                    onClick={() => void act(state)}
                  >
                    {say(state.consent === null ? "consent.give" : "consent.revoke")}
                  </Button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Clause({ requirement }: Pick<ConsentStateRowFragment, "requirement">) {
  const { say } = useWords();
  if (requirement === null) return "—";
  return (
    <span>
      <Cite citation={requirement.citation} />
      {requirement.certainty === "UNVERIFIED" ? ` ${say("consent.unverified")}` : null}
    </span>
  );
}

interface StandingProps {
  readonly learnerId: string;
  readonly state: ConsentStateRowFragment;
}

/** Who may ask a guardian: the learner, and whoever of their school looks after them. */
const ASKS: ReadonlySet<Role> = new Set(["STUDENT", "CLASS_TEACHER", "REGISTRAR"]);

function Standing({ learnerId, state }: StandingProps) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const { consent, asked, required } = state;
  if (consent === null) {
    return (
      <div className="consent-waiting">
        <Badge color="amber">{say("consent.waiting")}</Badge>
        {asked === null ? null : (
          <p className="quiet">
            {say("consent.asked")} · <Moment at={asked.askedAt} />
            {asked.neededBy === null ? null : (
              <>
                {" "}
                · {say("consent.neededBy")} <Day date={asked.neededBy} />
              </>
            )}
          </p>
        )}
        {asked === null && required && ASKS.has(capacity.role) ? <Ask learnerId={learnerId} act={state.act} /> : null}
      </div>
    );
  }
  return (
    <span>
      {say(consent.form === "PAPER" ? "consent.onPaper" : "consent.byAccount", { name: consent.guardianName })} ·{" "}
      <Day date={consent.givenOn} />
      {consent.paperReference === null ? null : ` · ${consent.paperReference}`}{" "}
      {consent.scan === null ? null : <SaveFile url={consent.scan.url} name={consent.scan.name} />}
    </span>
  );
}

/** Has the guardians told that their consent is needed, and until when. */
function Ask({ learnerId, act }: { readonly learnerId: string; readonly act: ConsentAct }) {
  const { say } = useWords();
  const [neededBy, setNeededBy] = useState("");
  const [{ data, error, fetching }, ask] = useMutation(AskConsentDocument);
  const answer = data?.askConsent;
  return (
    <form
      className="consent-ask"
      onSubmit={(event) => {
        event.preventDefault();
        void ask({ learnerId, act, neededBy: neededBy === "" ? null : neededBy }, CONSENTS);
      }}
    >
      <TextInput
        type="date"
        size="xs"
        label={say("consent.neededBy")}
        value={neededBy}
        onChange={(event) => setNeededBy(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="xs"
        variant="default"
        loading={fetching}
        aria-label={say("consent.askFor", { act: say(`consent.act.${act}`) })}
      >
        {say("consent.ask")}
      </Button>
      {error === undefined ? null : <ErrorNote error={error} />}
      {answer === undefined || answer.__typename === "ConsentSuccess" ? null : <ErrorNote {...answer} />}
    </form>
  );
}
