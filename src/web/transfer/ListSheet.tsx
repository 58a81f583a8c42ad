import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../app/language.tsx";
import { Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import type { TransferListSheetFragment } from "../generated/documents.ts";
import { Learners } from "./Learners.tsx";
import { PublishDialog, WithdrawDialog } from "./ListActs.tsx";

/** One list: what it is about, its learners with what was found of each, and what its reader may do. */
export function ListSheet({ list }: { readonly list: TransferListSheetFragment }) {
  const { say, name } = useWords();
  const [act, setAct] = useState<"publish" | "withdraw" | null>(null);
  const { state, cohort, className, programme, programmeAfter, institution, toInstitution, pathway } = list;
  const close = () => setAct(null);
  return (
    <Sheet
      title={`${pathway.label} · ${name(programme.title)} → ${name(programmeAfter.title)}`}
      note={`${say(`transfers.state.${state}`)} · ${say("transfers.of", { cohort, className: className ?? say("transfers.wholeCohort") })}`}
    >
      <dl className="plan-figures">
        <div>
          <dt>{say("transfers.from")}</dt>
          <dd>{name(institution.name)}</dd>
        </div>
        <div>
          <dt>{say("transfers.to")}</dt>
          <dd>{name(toInstitution.name)}</dd>
        </div>
        <div>
          <dt>{say("transfers.effectiveOn")}</dt>
          <dd>
            <Day date={list.effectiveOn} />
          </dd>
        </div>
        <div>
          <dt>{say("changes.decisionNo")}</dt>
          <dd>
            {list.decisionNo} · <Day date={list.decidedOn} />
          </dd>
        </div>
        {list.lateReason === null ? null : (
          <div>
            <dt>{say("changes.lateReason")}</dt>
            <dd>{list.lateReason}</dd>
          </div>
        )}
        {list.withdrawal === null ? null : (
          <div>
            <dt>{say("transfers.withdrawal")}</dt>
            <dd>{list.withdrawal}</dd>
          </div>
        )}
      </dl>
      <Learners list={list} />
      <Group mt="md">
        {list.mayPublish ? <Button onClick={() => setAct("publish")}>{say("transfers.publish")}</Button> : null}
        {list.mayWithdraw ? (
          <Button variant="default" onClick={() => setAct("withdraw")}>
            {say("transfers.withdraw")}
          </Button>
        ) : null}
      </Group>
      {act === "publish" ? <PublishDialog listId={list.id} onClose={close} /> : null}
      {act === "withdraw" ? <WithdrawDialog listId={list.id} onClose={close} /> : null}
    </Sheet>
  );
}
