import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { FiguresPage } from "../bureau/FiguresPage.tsx";
import { CalendarPage } from "../calendar/CalendarPage.tsx";
import { ConsentPage } from "../consent/ConsentPage.tsx";
import { TeachingPage } from "../host/TeachingPage.tsx";
import { ErasuresPage } from "../erasure/ErasuresPage.tsx";
import { InboxPage } from "../inbox/InboxPage.tsx";
import { DeadJobsPage } from "../jobs/DeadJobsPage.tsx";
import { MentorPage } from "../mentor/MentorPage.tsx";
import { PlacementsPage } from "../placement/PlacementsPage.tsx";
import { AlliancesPage } from "../planner/AlliancesPage.tsx";
import { PathwayPage } from "../planner/PathwayPage.tsx";
import { RulesPage } from "../planner/RulesPage.tsx";
import { OpenActsPage } from "../openact/OpenActsPage.tsx";
import { ObjectionAnswerPage } from "../publicnotice/ObjectionAnswerPage.tsx";
import { PublicNoticePage } from "../publicnotice/PublicNoticePage.tsx";
import { PublicNoticesPage } from "../publicnotice/PublicNoticesPage.tsx";
import { SchoolNoticesPage } from "../publicnotice/SchoolNoticesPage.tsx";
import { BatchesPage } from "../registrar/BatchesPage.tsx";
import { BatchPage } from "../registrar/BatchPage.tsx";
import { AccountsPage } from "../registrar/AccountsPage.tsx";
import { LearnerCheckPage, LearnersPage } from "../registrar/LearnersPage.tsx";
import { CorrectionPage } from "../registrar/CorrectionPage.tsx";
import { ReviewCasesPage } from "../registrar/ReviewCasesPage.tsx";
import { ApplicationsPage } from "../application/ApplicationsPage.tsx";
import { OwnApplicationsPage } from "../application/OwnApplicationsPage.tsx";
import { RecordPage } from "../registrar/RecordPage.tsx";
import { ReturnedGradesPage } from "../registrar/ReturnedGradesPage.tsx";
import { SchoolAchievementsPage } from "../registrar/SchoolAchievementsPage.tsx";
import { AuditPage } from "../staff/AuditPage.tsx";
import { DelegationsPage } from "../staff/DelegationsPage.tsx";
import { PeriodsPage } from "../staff/PeriodsPage.tsx";
import { PublicNamesPage } from "../staff/PublicNamesPage.tsx";
import { StaffPage } from "../staff/StaffPage.tsx";
import { AlikePage } from "../status/AlikePage.tsx";
import { TransfersPage } from "../transfer/TransfersPage.tsx";
import { ChangesPage } from "../status/ChangesPage.tsx";
import { AccessPage } from "../student/AccessPage.tsx";
import { BankPage } from "../student/BankPage.tsx";
import { CheckPage } from "../student/CheckPage.tsx";
import { SectionsPage } from "../student/SectionsPage.tsx";
import { AccountPage } from "./AccountPage.tsx";
import { BrokenPage, HomePage, NotFoundPage } from "./HomePage.tsx";
import { Portal } from "./Portal.tsx";

/** What a check asks, kept in the address so that an answer can be bookmarked and sent. */
export interface CheckSearch {
  readonly programme?: string;
  readonly asOf?: string;
}
function checkSearch(search: Record<string, unknown>): CheckSearch {
  const { programme, asOf } = search;
  return {
    ...(typeof programme === "string" ? { programme } : {}),
    ...(typeof asOf === "string" && /^\d{4}-\d{2}-\d{2}$/.test(asOf) ? { asOf } : {}),
  };
}

const root = createRootRoute({ component: Portal, notFoundComponent: NotFoundPage });
const page = <Path extends string>(path: Path, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });

const routes = root.addChildren([
  page("/", HomePage),
  page("/account", AccountPage),
  createRoute({ getParentRoute: () => root, path: "/student", component: CheckPage, validateSearch: checkSearch }),
  page("/student/achievements", BankPage),
  page("/student/sections", SectionsPage),
  page("/student/consents", ConsentPage),
  page("/student/access", AccessPage),
  page("/registrar", SchoolAchievementsPage),
  page("/registrar/achievements/$achievementId", CorrectionPage),
  page("/registrar/reviews", ReviewCasesPage),
  page("/applications", ApplicationsPage),
  page("/student/applications", OwnApplicationsPage),
  page("/registrar/record", RecordPage),
  page("/registrar/batches", BatchesPage),
  page("/registrar/batches/$batchId", BatchPage),
  page("/registrar/grades", ReturnedGradesPage),
  page("/registrar/learners", LearnersPage),
  page("/registrar/accounts", AccountsPage),
  page("/registrar/erasures", ErasuresPage),
  page("/registrar/changes", ChangesPage),
  page("/registrar/transfers", TransfersPage),
  page("/registrar/alike", AlikePage),
  page("/student/changes", ChangesPage),
  createRoute({
    getParentRoute: () => root,
    path: "/registrar/learners/$learnerId",
    component: LearnerCheckPage,
    validateSearch: checkSearch,
  }),
  page("/class", OpenActsPage),
  page("/registrar/placements", PlacementsPage),
  page("/registrar/public-notices", SchoolNoticesPage),
  page("/registrar/calendar", CalendarPage),
  page("/jobs", DeadJobsPage),
  page("/public-notices", PublicNoticesPage),
  page("/public-notices/answer", ObjectionAnswerPage),
  page("/public-notices/$noticeId", PublicNoticePage),
  page("/planner", AlliancesPage),
  page("/planner/pathways", PathwayPage),
  page("/planner/pathways/$key", PathwayPage),
  page("/planner/rules", RulesPage),
  page("/mentor", MentorPage),
  page("/bureau", FiguresPage),
  page("/teaching", TeachingPage),
  page("/delegations", DelegationsPage),
  page("/staff", StaffPage),
  page("/staff/names", PublicNamesPage),
  page("/staff/periods", PeriodsPage),
  page("/audit", AuditPage),
  page("/inbox", InboxPage),
]);

/** Every address of the portal. */
export const router = createRouter({
  routeTree: routes,
  scrollRestoration: true,
  defaultErrorComponent: BrokenPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
