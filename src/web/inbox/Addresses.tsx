import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, ErrorNote, type Fault } from "../components/states.tsx";
import {
  type AddressOfFragment,
  NoticeAddressesDocument,
  type NoticeChannel,
  type NoticeFrequency,
  SetNoticeAddressDocument,
} from "../generated/documents.ts";

const CHANNELS: readonly NoticeChannel[] = ["EMAIL", "SMS", "WECOM"];
const FREQUENCIES: readonly NoticeFrequency[] = ["EACH", "DAILY"];
const ADDRESSES = { additionalTypenames: ["NoticeAddress"] };

/** Where else than in the inbox the reader is told, and how often. */
export function Addresses() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: NoticeAddressesDocument, context: ADDRESSES });
  return (
    <Sheet title={say("inbox.ways")} note={say("inbox.waysNote")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ noticeAddresses }) => (
          <div className="inbox-ways">
            {CHANNELS.map((channel) => {
              const set = noticeAddresses.find((each) => each.channel === channel);
              return (
                <Way key={`${channel} ${set?.address ?? ""} ${set?.frequency ?? ""}`} channel={channel} set={set} />
              );
            })}
          </div>
        )}
      </Answer>
    </Sheet>
  );
}

interface WayProps {
  readonly channel: NoticeChannel;
  readonly set: AddressOfFragment | undefined;
}

function Way({ channel, set }: WayProps) {
  const { say } = useWords();
  const [address, setAddress] = useState(set?.address ?? "");
  const [frequency, setFrequency] = useState<NoticeFrequency>(set?.frequency ?? "EACH");
  const [saving, save] = useMutation(SetNoticeAddressDocument);
  const [fault, setFault] = useState<Fault | null>(null);

  async function submit() {
    const wish = { channel, address: address.trim() === "" ? null : address.trim(), frequency };
    const { data, error } = await save({ input: wish }, ADDRESSES);
    const answer = data?.setNoticeAddress;
    if (error !== undefined) setFault({ error });
    else if (answer !== undefined && answer.__typename !== "SetNoticeAddressSuccess") {
      setFault({ message: answer.message, code: answer.code });
    } else setFault(null);
  }

  return (
    <form
      className="inbox-way"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="inbox-way-row">
        <TextInput
          label={say(`inbox.way.${channel}`)}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <NativeSelect
          label={say("inbox.frequency")}
          value={frequency}
          onChange={(event) => setFrequency(event.currentTarget.value === "DAILY" ? "DAILY" : "EACH")}
          data={FREQUENCIES.map((value) => ({ value, label: say(`inbox.frequency.${value}`) }))}
        />
        <Button
          type="submit"
          variant="default"
          loading={saving.fetching}
          aria-label={say("inbox.saveWay", { way: say(`inbox.way.${channel}`) })}
        >
          {say("inbox.save")}
        </Button>
      </div>
    </form>
  );
}
