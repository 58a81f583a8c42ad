import { type Credits, type CreditUnit, formatCredits } from "../../domain/credit.ts";
import type { Grade } from "../../domain/grade.ts";
import { formatGrade } from "../../domain/grade-text.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { AchievementDetail, AchievementKind } from "../../domain/recognition/facts.ts";
import type { AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import type { Attempt } from "./deposit.ts";
import { MILITARY_SERVICE } from "./recording-rows.ts";

/** The texts of one row of a sheet of achievements, by column. */
export type AchievementCells = Readonly<Partial<Record<keyof AchievementColumns, string>>>;

/** What an achievement says, as far as a sheet can say it. */
export interface Stored {
  readonly studentNo: string;
  readonly kind: AchievementKind;
  readonly title: Title;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly attempt: Attempt;
  readonly completedOn: IsoDate;
  readonly termCode: string | null;
  readonly detail: AchievementDetail;
  /** What level a row has to say its credits are of: null where the learner's registration says it. */
  readonly saidLevel: EducationLevel | null;
}

/** What a sheet calls what an achievement refers to, and what its course is worth now; null where there is none. */
export interface Names {
  readonly keyOf: (id: Id) => string | null;
  readonly courseCredits: Credits | null;
}

/** The row of a sheet that would record an achievement as it stands: what a correction starts from. */
export function cellsOf(stored: Stored, names: Names): AchievementCells {
  const { studentNo, kind, grade, attempt, completedOn, termCode, saidLevel: level } = stored;
  const cells: Record<string, string | null> = {
    studentNo,
    kind,
    term: termCode,
    level,
    grade: grade === null ? null : formatGrade(grade, "zh"),
    completedOn,
    ...ownCells(stored, names),
    ...evidenceCells(stored.detail),
  };
  // the other kinds have no attempt to say
  if (kind.endsWith("COURSE")) cells["attempt"] = attempt;
  return Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== null && text !== ""));
}

function evidenceCells(detail: AchievementDetail): Record<string, string | null> {
  if (detail.kind === "CERTIFICATE") return {};
  return { provider: detail.provider ?? null, documentNo: detail.documentNo ?? null };
}

function ownCells({ title, unit, credits, detail }: Stored, names: Names): Record<string, string | null> {
  switch (detail.kind) {
    case "COURSE": {
      // what was failed stands at zero, and when it is passed is worth what its course is
      const written = credits === 0 || credits === names.courseCredits ? null : formatCredits(credits);
      return { code: detail.code, credits: written };
    }
    case "EXTERNAL_COURSE":
    case "ONLINE_COURSE":
      return { code: detail.code, title: title.zh, credits: credits === 0 ? null : formatCredits(credits) };
    case "CERTIFICATE":
      return {
        code: names.keyOf(detail.certificateId),
        certificateLevel: detail.level,
        number: detail.number,
        validUntil: detail.validUntil,
      };
    case "COMPETITION": {
      const rankInTeam = detail.rankInTeam === null ? null : String(detail.rankInTeam);
      return { code: names.keyOf(detail.competitionId), prize: detail.prize, rankInTeam };
    }
    case "WORK":
      return { title: detail.occupation, months: String(detail.months) };
    case "SERVICE":
      return {
        title: title.zh === MILITARY_SERVICE.zh ? null : title.zh,
        months: String(detail.months),
        honourable: detail.honourable ? "YES" : "NO",
      };
    case "PRIOR_LEARNING":
      return { title: detail.subject, credits: unit === "ITEM" ? null : formatCredits(credits) };
  }
}
