import { Menu, SegmentedControl, UnstyledButton } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Role } from "../generated/documents.ts";
import { type MessageId, useLanguage, useWords } from "./language.tsx";
import { InboxLink } from "../inbox/InboxLink.tsx";
import { useSession } from "./session.tsx";
import type { SignedIn } from "./viewer.tsx";

type Address =
  | "/student"
  | "/student/achievements"
  | "/student/sections"
  | "/student/consents"
  | "/student/access"
  | "/audit"
  | "/registrar"
  | "/registrar/record"
  | "/registrar/batches"
  | "/registrar/learners"
  | "/registrar/grades"
  | "/registrar/reviews"
  | "/applications"
  | "/student/applications"
  | "/planner"
  | "/planner/pathways"
  | "/planner/rules"
  | "/registrar/accounts"
  | "/registrar/erasures"
  | "/registrar/changes"
  | "/registrar/transfers"
  | "/registrar/alike"
  | "/student/changes"
  | "/registrar/public-notices"
  | "/registrar/calendar"
  | "/jobs"
  | "/class"
  | "/registrar/placements"
  | "/mentor"
  | "/bureau"
  | "/teaching"
  | "/staff"
  | "/staff/names"
  | "/staff/periods";

const PLANNING: readonly (readonly [Address, MessageId])[] = [
  ["/planner", "nav.alliances"],
  ["/planner/pathways", "nav.pathways"],
  ["/planner/rules", "nav.rules"],
];

/** The pages of each kind of user, in the order of their work. */
const PAGES_OF: Readonly<Record<Role, readonly (readonly [Address, MessageId])[]>> = {
  STUDENT: [
    ["/student", "nav.check"],
    ["/student/achievements", "nav.bank"],
    ["/student/applications", "nav.applications"],
    ["/student/sections", "nav.sections"],
    ["/student/changes", "nav.ownChanges"],
    ["/student/consents", "nav.consents"],
    ["/student/access", "nav.looks"],
  ],
  REGISTRAR: [
    ["/registrar", "nav.achievements"],
    ["/registrar/record", "nav.record"],
    ["/registrar/batches", "nav.batches"],
    ["/registrar/grades", "nav.grades"],
    ["/applications", "nav.applications"],
    ["/registrar/reviews", "nav.reviews"],
    ["/registrar/learners", "nav.learners"],
    ["/registrar/placements", "nav.placements"],
    ["/registrar/accounts", "nav.accounts"],
    ["/registrar/changes", "nav.changes"],
    ["/registrar/transfers", "nav.transfers"],
    ["/registrar/alike", "nav.alike"],
    ["/registrar/erasures", "nav.erasures"],
    ["/registrar/calendar", "nav.calendar"],
    ["/registrar/public-notices", "nav.publicNotices"],
  ],
  GUARDIAN: [
    ["/student", "nav.check"],
    ["/student/achievements", "nav.bank"],
    ["/student/applications", "nav.applications"],
    ["/student/changes", "nav.ownChanges"],
    ["/student/consents", "nav.consents"],
    ["/student/access", "nav.looks"],
  ],
  REGISTRAR_CONFIRMER: [
    ["/registrar/batches", "nav.batches"],
    ["/registrar", "nav.achievements"],
    ["/registrar/grades", "nav.grades"],
    ["/applications", "nav.applications"],
    ["/registrar/reviews", "nav.reviews"],
    ["/registrar/learners", "nav.learners"],
    ["/registrar/placements", "nav.placements"],
    ["/registrar/changes", "nav.changes"],
    ["/registrar/transfers", "nav.transfers"],
    ["/registrar/alike", "nav.alike"],
    ["/registrar/erasures", "nav.erasures"],
    ["/registrar/public-notices", "nav.publicNotices"],
  ],
  DEPARTMENT_REVIEWER: [
    ["/applications", "nav.applications"],
    ["/registrar/learners", "nav.learners"],
  ],
  CLASS_TEACHER: [
    ["/class", "nav.openActs"],
    ["/registrar/learners", "nav.learners"],
    ["/registrar/placements", "nav.placements"],
  ],
  ENTERPRISE_MENTOR: [["/mentor", "nav.apprentices"]],
  PLANNER: PLANNING,
  SIGNATORY: PLANNING,
  BUREAU: [["/bureau", "nav.figures"], ...PLANNING],
  AUDITOR: [["/audit", "nav.audit"], ...PLANNING],
  ADMINISTRATOR: [
    ["/staff", "nav.staff"],
    ["/staff/names", "nav.publicNames"],
    ["/staff/periods", "nav.periods"],
    ["/jobs", "nav.jobs"],
    ...PLANNING,
  ],
  HOST_TEACHER: [["/teaching", "nav.teaching"]],
};

/** What only an administrator of one school has to do with. */
const OF_A_SCHOOL: ReadonlySet<Address> = new Set(["/staff/names", "/staff/periods"]);

/** What is the whole service's, and refused to an administrator of one school. */
const OF_THE_SERVICE: ReadonlySet<Address> = new Set(["/jobs"]);

const pagesOf = ({ role, institution }: SignedIn["capacity"]) =>
  PAGES_OF[role].filter(([to]) => !(institution === null ? OF_A_SCHOOL : OF_THE_SERVICE).has(to));

/** As many pages as fit on one line with the name, in either language. */
const PAGES_BESIDE_NAME = 5;

/** Roles that are nobody's to hand on, and whose holders are handed none. */
const WITHOUT_COLLEAGUES: ReadonlySet<Role> = new Set(["STUDENT", "GUARDIAN", "ENTERPRISE_MENTOR"]);

/** The seal, the way around, the language, and who is signed in. */
export function Masthead({ viewer }: { readonly viewer: SignedIn | null }) {
  const { say } = useWords();
  const pages = viewer === null ? [] : pagesOf(viewer.capacity);
  return (
    <header className="masthead">
      <div className="masthead-bar">
        <Link to="/" className="wordmark">
          <img src="/seal.svg" alt="" width={36} height={36} />
          <span className="wordmark-zh" lang="zh-CN">
            贯通
          </span>
          <span className="wordmark-en" lang="en">
            Guantong
          </span>
        </Link>
        {viewer === null ? null : (
          <nav
            className="masthead-nav"
            aria-label={say("shell.navigation")}
            {...(pages.length > PAGES_BESIDE_NAME ? { "data-many": true } : {})}
          >
            {pages.map(([to, id]) => (
              // whose address begins those of others is not the place of them all
              <Link key={to} to={to} activeOptions={{ exact: pages.some(([other]) => other.startsWith(`${to}/`)) }}>
                {say(id)}
              </Link>
            ))}
          </nav>
        )}
        <div className="masthead-end">
          {viewer === null ? (
            <Link to="/public-notices" className="inbox-link">
              {say("nav.publicNotices")}
            </Link>
          ) : (
            <InboxLink />
          )}
          <LanguageSwitch />
          {viewer === null ? null : <UserMenu viewer={viewer} />}
        </div>
      </div>
    </header>
  );
}

/** 中文 | English. */
export function LanguageSwitch() {
  const { say } = useWords();
  const { language, choose } = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      aria-label={say("shell.language")}
      value={language}
      onChange={(value) => choose(value === "en" ? "en" : "zh")}
      data={[
        { value: "zh", label: <span lang="zh-CN">中文</span> },
        { value: "en", label: <span lang="en">English</span> },
      ]}
    />
  );
}

function UserMenu({ viewer }: { readonly viewer: SignedIn }) {
  const { say, name } = useWords();
  const { signOut, actAs } = useSession();
  const navigate = useNavigate();
  const describe = ({ role, institution, delegated, standsFor }: SignedIn["capacity"]) =>
    [
      say(`role.${role}`),
      standsFor ?? "",
      delegated ? say("shell.delegated") : "",
      institution === null ? "" : name(institution.name),
    ]
      .filter((part) => part !== "")
      .join(" · ");
  const others = viewer.capacities.filter(({ id }) => id !== viewer.capacity.id);
  return (
    <Menu position="bottom-end" withArrow classNames={{ dropdown: "user-menu" }}>
      <Menu.Target>
        <UnstyledButton className="user-button">
          <span className="user-name">{viewer.displayName}</span>
          <span className="user-role">{describe(viewer.capacity)}</span>
          {viewer.capacity.standsFor === null ? null : <span className="user-ward">{viewer.capacity.standsFor}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {others.length === 0 ? null : <Menu.Label c="inherit">{say("shell.otherCapacities")}</Menu.Label>}
        {others.map((capacity) => (
          <Menu.Item
            key={capacity.id}
            onClick={() => {
              actAs(capacity.id);
              void navigate({ to: "/" });
            }}
          >
            {describe(capacity)}
          </Menu.Item>
        ))}
        {WITHOUT_COLLEAGUES.has(viewer.capacity.role) ? null : (
          <Menu.Item onClick={() => void navigate({ to: "/delegations" })}>{say("nav.delegations")}</Menu.Item>
        )}
        <Menu.Item onClick={() => void navigate({ to: "/account" })}>{say("account.title")}</Menu.Item>
        <Menu.Item
          onClick={() => {
            void signOut().then(() => navigate({ to: "/" }));
          }}
        >
          {say("shell.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
