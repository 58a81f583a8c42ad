import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Amount } from "../components/field.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, ErrorNote, type Fault } from "../components/states.tsx";
import {
  AcceptTransfersDocument,
  type TransferLearnerFragment,
  TransferListLearnersDocument,
  type TransferListSheetFragment,
} from "../generated/documents.ts";
import { Found } from "./Found.tsx";
import { TRANSFERS } from "./transfers.ts";

/** The learners of a list; where the reader's school takes in, with a number for each that is given one. */
export function Learners({ list }: { readonly list: TransferListSheetFragment }) {
  const { say } = useWords();
  const place = usePlace();
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>>>({});
  const [answer, again] = useQuery({
    query: TransferListLearnersDocument,
    variables: { id: list.id, first: 50, after: place.after },
    context: TRANSFERS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Answer state={answer} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ transferList }) => {
        const rows = transferList?.changes.edges.map(({ node }) => node) ?? [];
        const waiting = rows.filter(({ mayConfirm }) => list.mayAccept && mayConfirm);
        return (
          <>
            <table className="rows transfer-rows">
              <thead>
                <tr>
                  <th scope="col">{say("transfers.learner")}</th>
                  <th scope="col">{say("transfers.found")}</th>
                  <th scope="col">{say("transfers.effects")}</th>
                  <th scope="col">{say("transfers.standing")}</th>
                  {waiting.length === 0 ? null : <th scope="col">{say("changes.studentNo")}</th>}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row" data-label={say("transfers.learner")}>
                      {row.learnerName}
                    </th>
                    <td data-label={say("transfers.found")}>
                      <div>
                        <Found of={row} />
                      </div>
                    </td>
                    <td data-label={say("transfers.effects")}>
                      <div>
                        <EffectsInShort row={row} />
                      </div>
                    </td>
                    <td data-label={say("transfers.standing")}>
                      <div>
                        <Standing row={row} />
                      </div>
                    </td>
                    {waiting.length === 0 ? null : (
                      <td data-label={say("changes.studentNo")}>
                        {row.mayConfirm ? (
                          <TextInput
                            aria-label={say("transfers.numberOf", { name: row.learnerName })}
                            value={numbers[row.id] ?? ""}
                            maxLength={20}
                            autoComplete="off"
                            onChange={({ currentTarget: { value } }) =>
                              setNumbers((before) => ({ ...before, [row.id]: value }))
                            }
                          />
                        ) : null}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            {transferList === null ? null : <Pager place={place} marks={transferList.changes.pageInfo} />}
            {waiting.length === 0 ? null : <AcceptForm waiting={waiting} numbers={numbers} />}
          </>
        );
      }}
    </Answer>
  );
}

interface OfLearner {
  readonly row: TransferLearnerFragment;
}

/** What the transfer does beside the registration, in a few words. */
function EffectsInShort({ row: { effects, state, cohortAfter } }: OfLearner) {
  const { say } = useWords();
  if (state === "REJECTED") return <>—</>;
  const recognised = effects.proposal.reduce((sum, { credits }) => sum + credits, 0);
  return (
    <ul>
      <li>{say("transfers.cohortAfter", { cohort: cohortAfter })}</li>
      <li>{say("transfers.recognisable", { credits: formatCredits(recognised) })}</li>
      {effects.openApplications === 0 ? null : (
        <li>
          {say("changes.applications")}: {effects.openApplications}
        </li>
      )}
      {effects.holds.map(({ unit, credits }) => (
        <li key={unit}>
          {say("changes.holds")}: <Amount unit={unit} credits={credits} />
        </li>
      ))}
      {effects.seats.length === 0 ? null : (
        <li>
          {say("changes.seats")}: {effects.seats.length}
        </li>
      )}
    </ul>
  );
}

function Standing({ row: { state, standing, settledLateReason } }: OfLearner) {
  const { say } = useWords();
  return (
    <>
      {say(`transfers.learner.${state}`)}
      {standing === null || state !== "RECORDED" ? null : <div>{say(`schoolNotices.${standing}`)}</div>}
      {settledLateReason === null ? null : (
        <div>
          {say("changes.lateReason")}: {settledLateReason}
        </div>
      )}
    </>
  );
}

/** Takes in those who were given a number; all of them or none. */
function AcceptForm({
  waiting,
  numbers,
}: {
  readonly waiting: readonly TransferLearnerFragment[];
  readonly numbers: Readonly<Record<string, string>>;
}) {
  const { say } = useWords();
  const [{ fetching }, accept] = useMutation(AcceptTransfersDocument);
  const [className, setClassName] = useState("");
  const [lateReason, setLateReason] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  const rows = waiting
    .map(({ id }) => ({ statusChangeId: id, studentNo: (numbers[id] ?? "").trim() }))
    .filter(({ studentNo }) => studentNo !== "");
  async function act() {
    setFault(null);
    const input = { rows, className: className.trim() || null, lateReason: lateReason.trim() || null };
    const { data, error } = await accept({ input }, TRANSFERS);
    const result = data?.acceptTransfers;
    if (result?.__typename !== "AcceptTransfersSuccess") setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      <TextInput
        label={say("transfers.class")}
        maxLength={60}
        autoComplete="off"
        value={className}
        onChange={(event) => setClassName(event.currentTarget.value)}
      />
      <TextInput
        label={say("changes.lateReason")}
        description={say("changes.lateNote")}
        maxLength={200}
        autoComplete="off"
        value={lateReason}
        onChange={(event) => setLateReason(event.currentTarget.value)}
      />
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="record-acts">
        <Button type="submit" loading={fetching} disabled={rows.length === 0}>
          {say("transfers.accept", { count: rows.length })}
        </Button>
      </div>
    </form>
  );
}
