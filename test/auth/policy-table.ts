import { POLICY, type Scope } from "../../src/auth/policy.ts";
import { ASSIGNED_ROLES } from "../../src/auth/viewer.ts";

/** How far each scope reaches, in the table's words. */
const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  own: "the learner they are or stand for",
  wards: "the learners of their class, or placed with them",
  section: "the sections they teach",
  department: "their department",
  institution: "their school, and those it succeeds",
  service: "what is no school's: refused to whoever acts for a school",
  any: "everything",
};

/** The policy as a table of actions by roles, for readers of src/auth/POLICY.md; an empty cell is a refusal. */
export function policyTable(): string {
  const actions = Object.entries<Partial<Readonly<Record<string, Scope>>>>(POLICY);
  const roles = ASSIGNED_ROLES.filter((role) => actions.some(([, grant]) => grant[role] !== undefined));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const idle = ASSIGNED_ROLES.filter((role) => !roles.includes(role));
  return [
    "# Who may do what, and how far",
    "",
    "Rendered from `policy.ts` and held to it by `test/auth/policy.test.ts`. An empty cell is a refusal. The service",
    "itself (the command line, jobs) may do everything; whoever has not signed in, nothing. Published data (catalogue,",
    "plans, alliances, rules, sections) is read by everyone. The database holds the same lines by row-level security",
    "(`drizzle/`); `test/db/strangers.test.ts` and `test/api/matrix.test.ts` walk them.",
    "",
    ...Object.entries(SCOPE_WORDS).map(([scope, words]) => `- \`${scope}\`: ${words}`),
    ...(idle.length === 0 ? [] : ["", `Only published data, so far: ${idle.map((role) => `\`${role}\``).join(", ")}.`]),
    "",
    line(["action", ...roles]),
    line(["---", ...roles.map(() => "---")]),
    ...actions.map(([action, grant]) => line([`\`${action}\``, ...roles.map((role) => grant[role] ?? "")])),
    "",
  ].join("\n");
}
