import { Alert, Anchor, Button, NativeSelect, TextInput } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { formatCredits, parseCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { AchievementTable } from "../components/AchievementTable.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, ErrorNote } from "../components/states.tsx";
import {
  type AchievementKind,
  AchievementToCorrectDocument,
  type AchievementToCorrectQuery,
  CorrectAchievementDocument,
  type CorrectAchievementInput,
  type CorrectionOutcomeFragment,
  TakeBackAchievementDocument,
  type TakenBack,
} from "../generated/documents.ts";

type Corrected = Extract<AchievementToCorrectQuery["node"], { readonly __typename: "Achievement" }>;

/** What a form may change, besides the day. */
const FIELDS = [
  "courseCode",
  "title",
  "grade",
  "credits",
  "termCode",
  "certificateLevel",
  "certificateNumber",
  "validUntil",
  "prize",
  "rankInTeam",
  "months",
  "provider",
  "documentNo",
  "completedOn",
] as const;
type Field = (typeof FIELDS)[number];
const DATES: ReadonlySet<Field> = new Set(["completedOn", "validUntil"]);
const WHOLE: ReadonlySet<Field> = new Set(["rankInTeam", "months"]);

/** The fields of each kind. */
const FIELDS_OF: Readonly<Record<AchievementKind, readonly Field[]>> = {
  COURSE: ["grade", "credits", "courseCode", "termCode", "completedOn"],
  EXTERNAL_COURSE: ["title", "grade", "credits", "termCode", "provider", "documentNo", "completedOn"],
  ONLINE_COURSE: ["title", "grade", "credits", "termCode", "provider", "documentNo", "completedOn"],
  CERTIFICATE: ["certificateLevel", "certificateNumber", "validUntil", "grade", "completedOn"],
  COMPETITION: ["prize", "rankInTeam", "documentNo", "completedOn"],
  WORK: ["title", "months", "provider", "documentNo", "completedOn"],
  SERVICE: ["months", "documentNo", "completedOn"],
  PRIOR_LEARNING: ["title", "grade", "credits", "provider", "documentNo", "completedOn"],
};

const NOTHING: Readonly<Record<Field, string>> = {
  courseCode: "",
  title: "",
  grade: "",
  credits: "",
  termCode: "",
  certificateLevel: "",
  certificateNumber: "",
  validUntil: "",
  prize: "",
  rankInTeam: "",
  months: "",
  provider: "",
  documentNo: "",
  completedOn: "",
};

/** The written fields as the contract takes them; null where one cannot be read. */
function changesOf(form: typeof NOTHING): Partial<CorrectAchievementInput> | null {
  const credits = form.credits === "" ? undefined : parseCredits(form.credits);
  if (credits === null) return null;
  const texts = FIELDS.filter((field) => field !== "credits" && form[field].trim() !== "").map((field) => {
    const text = form[field].trim();
    return [field, WHOLE.has(field) ? Number(text) : text] as const;
  });
  return { ...Object.fromEntries(texts), ...(credits === undefined ? {} : { credits }) };
}

/** 成绩更正: what an achievement should have said, or that it is taken back; another registrar confirms it. */
export function CorrectionPage() {
  const { say } = useWords();
  const { achievementId } = useParams({ from: "/registrar/achievements/$achievementId" });
  const [state, again] = useQuery({ query: AchievementToCorrectDocument, variables: { id: achievementId } });
  return (
    <Page
      title={say("correction.title")}
      lead={
        <Anchor component={Link} to="/registrar" underline="always">
          {say("correction.back")}
        </Anchor>
      }
    >
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ node }) =>
          node?.__typename === "Achievement" ? (
            <>
              <Sheet title={say("correction.now")}>
                <AchievementTable achievements={[node]} withLearner />
              </Sheet>
              {node.status === "DEPOSITED" ? (
                <CorrectionForm achievement={node} />
              ) : (
                <Alert color="gray" role="status">
                  {say("correction.over")}
                </Alert>
              )}
            </>
          ) : (
            <ErrorNote message={say("correction.hidden")} />
          )
        }
      </Answer>
    </Page>
  );
}

type Act = "CORRECT" | TakenBack;
const ACTS = ["CORRECT", "MISTAKE", "WITHDRAWN"] as const satisfies readonly Act[];

function CorrectionForm({ achievement }: { readonly achievement: Corrected }) {
  const { say } = useWords();
  const [act, setAct] = useState<Act>("CORRECT");
  const [form, setForm] = useState(NOTHING);
  const [grounds, setGrounds] = useState({ reason: "", formNumber: "" });
  const [outcome, setOutcome] = useState<CorrectionOutcomeFragment | null>(null);
  const [error, setError] = useState<CombinedError | null>(null);
  const [correcting, correct] = useMutation(CorrectAchievementDocument);
  const [taking, takeBack] = useMutation(TakeBackAchievementDocument);
  const changes = changesOf(form);
  const nothing = act === "CORRECT" && (changes === null || Object.keys(changes).length === 0);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    const asked = { achievementId: achievement.id, grounds };
    const refresh = { additionalTypenames: ["DepositBatch"] };
    if (act === "CORRECT") {
      const answer = await correct({ input: { ...changes, ...asked } }, refresh);
      setError(answer.error ?? null);
      setOutcome(answer.data?.correctAchievement ?? null);
      return;
    }
    const answer = await takeBack({ input: { ...asked, because: act } }, refresh);
    setError(answer.error ?? null);
    setOutcome(answer.data?.takeBackAchievement ?? null);
  }

  return (
    <Sheet title={say("correction.form")} note={say("correction.formNote")}>
      <form className="record-form" onSubmit={(event) => void send(event)}>
        <NativeSelect
          label={say("correction.act")}
          value={act}
          onChange={(event) => setAct(ACTS.find((each) => each === event.currentTarget.value) ?? "CORRECT")}
          data={ACTS.map((value) => ({ value, label: say(`correction.act.${value}`) }))}
        />
        {act === "CORRECT"
          ? FIELDS_OF[achievement.kind].map((field) => (
              <TextInput
                key={field}
                type={DATES.has(field) ? "date" : WHOLE.has(field) ? "number" : "text"}
                label={say(`correction.field.${field}`)}
                description={DATES.has(field) ? say("correction.dayNote") : undefined}
                placeholder={placeholderOf(achievement, field)}
                value={form[field]}
                error={field === "credits" && changes === null ? say("correction.credits") : undefined}
                maxLength={100}
                autoComplete="off"
                onChange={(event) => setForm({ ...form, [field]: event.currentTarget.value })}
              />
            ))
          : null}
        <TextInput
          label={say("correction.reason")}
          description={say("correction.reasonNote")}
          required
          minLength={5}
          maxLength={200}
          value={grounds.reason}
          onChange={(event) => setGrounds({ ...grounds, reason: event.currentTarget.value })}
        />
        <TextInput
          label={say("correction.formNumber")}
          required
          maxLength={60}
          autoComplete="off"
          value={grounds.formNumber}
          onChange={(event) => setGrounds({ ...grounds, formNumber: event.currentTarget.value })}
        />
        <div className="record-acts">
          <Button type="submit" loading={correcting.fetching || taking.fetching} disabled={nothing}>
            {say("correction.send")}
          </Button>
        </div>
      </form>
      <div className="form-outcome">
        {error === null ? null : <ErrorNote error={error} />}
        {outcome === null ? null : <Outcome outcome={outcome} />}
      </div>
    </Sheet>
  );
}

/** What stands there now, as far as the row shows it. */
function placeholderOf(achievement: Corrected, field: Field): string | undefined {
  switch (field) {
    case "grade":
      return achievement.grade?.text;
    case "credits":
      return formatCredits(achievement.credits);
    case "courseCode":
      return achievement.course?.code;
    case "title":
      return achievement.title.zh;
    case "termCode":
      return achievement.termCode ?? undefined;
    default:
      return undefined;
  }
}

function Outcome({ outcome }: { readonly outcome: CorrectionOutcomeFragment }) {
  const { say } = useWords();
  switch (outcome.__typename) {
    case "RecordAchievementsSuccess":
      return (
        <Alert color="teal" role="status">
          {say("correction.sent", { number: outcome.batch?.number ?? "" })}{" "}
          <Anchor
            component={Link}
            to={`/registrar/batches/${encodeURIComponent(outcome.batch?.id ?? "")}`}
            underline="always"
          >
            {say("record.openBatch")}
          </Anchor>
        </Alert>
      );
    case "SheetProblem":
      return outcome.rows.map(({ column, code, message }) => (
        <ErrorNote key={`${column}/${code}`} message={message} code={code} />
      ));
    default:
      return <ErrorNote message={outcome.message} code={outcome.code} />;
  }
}
