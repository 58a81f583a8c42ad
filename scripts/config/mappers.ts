/**
 * What stands behind a type of the contract in the resolvers, where that is not its own shape: type name to
 * `path#TypeName`, the path as seen from src/api/generated/. A type that is not listed is resolved from its own shape.
 */
export const mappers: Record<string, string> = {
  // shared
  Title: "../../domain/id.ts#Title as TitleText",
  Citation: "../../domain/recognition/rule.ts#Citation as CitationText",
  // identity
  Viewer: "../../features/identity/store.ts#AccountRow",
  Capacity: "../../features/identity/store.ts#CapacityRow",
  Delegation: "../../features/identity/delegation-store.ts#DelegationRow",
  Department: "../../features/catalogue/store.ts#DepartmentRow",
  SchoolClass: "../../features/registry/store.ts#ClassRow",
  DemoLogin: "../../features/identity/store.ts#DemoLoginRow",
  AccountAccess: "../../features/identity/access.ts#Access",
  SignInSession: "../../features/identity/access.ts#SessionView",
  AccountPasskey: "../../features/identity/credential-store.ts#PasskeyRow",
  LinkedIdentity: "../../features/identity/subject-store.ts#SubjectRow",
  LearnerAccount: "../../features/identity/opening-store.ts#LearnerAccountRow",
  StaffAccount: "../../features/identity/staff.ts#StaffAccountRow",
  StaffRole: "../../features/identity/staff.ts#StaffRoleRow",
  ClassAccounts: "../../features/identity/opening-store.ts#ClassAccountsRow",
  SignInIssuer: "../../config.ts#Issuer",
  // personal data
  ErasureDecline: "../../features/personal/erasure-store.ts#ErasureRequestRow",
  ErasureRequest: "../../features/personal/erasure-store.ts#ErasureRequestRow",
  ErasurePreview: "../../features/personal/erasure.ts#ErasurePreview as ErasurePreviewOf",
  ErasurePart: "../../features/personal/erasure.ts#ErasurePart as ErasurePartOf",
  // audit
  AuditAccount: "../../features/audit/store.ts#AuditAccountRow",
  AuditEntry: "../../features/audit/store.ts#AuditEntryRow",
  AccessLogEntry: "../../features/audit/store.ts#LookRow",
  // calendar
  Campus: "../../features/calendar/store.ts#CampusRow",
  Term: "../../features/calendar/store.ts#TermRow",
  SchoolDay: "../../features/calendar/store.ts#SchoolDayRow",
  CalendarWindow: "../../features/calendar/store.ts#WindowRow",
  // catalogue
  Institution: "../../features/catalogue/store.ts#InstitutionRow",
  InstitutionEvent: "../../features/catalogue/store.ts#InstitutionEventRow",
  Major: "../../features/catalogue/store.ts#MajorRow",
  MajorClass: "../../features/catalogue/store.ts#MajorClassRow",
  Programme: "../../features/catalogue/store.ts#ProgrammeRow",
  Course: "../../features/catalogue/store.ts#CourseRow",
  Certificate: "../../features/catalogue/store.ts#CertificateRow",
  Competition: "../../features/catalogue/store.ts#CompetitionRow",
  CatalogueEntryEdge: "../../features/catalogue/store.ts#SearchEdge",
  // curriculum
  Plan: "../../features/curriculum/store.ts#PlanRow",
  PlanNode: "../../features/curriculum/resolvers.ts#PlanNodeView",
  PlanCourse: "../../features/curriculum/store.ts#PlanCourseRow",
  // alliance
  Alliance: "../../features/alliance/store.ts#AllianceRow",
  AllianceMember: "../../features/alliance/store.ts#AllianceMemberRow",
  Alignment: "../../features/alliance/store.ts#AlignmentRow",
  Agreement: "../../features/alliance/store.ts#AgreementRow",
  AgreementParty: "../../features/alliance/store.ts#AgreementPartyRow",
  Pathway: "../../features/alliance/store.ts#PathwayRow",
  Stage: "../../features/alliance/store.ts#StageRow",
  MergeCase: "../../features/registry/merge-store.ts#MergeCaseRow",
  MergeRecord: "../../features/registry/merge-store.ts#MergeRecordRow",
  // status
  StatusChange: "../../features/status/store.ts#StatusChangeRow",
  StatusChangeEffects: "../../domain/registry/status-change.ts#StatusChangeEffects as StatusChangeEffectsOf",
  SeatGivenUp: "../../domain/registry/status-change.ts#SeatGivenUp as SeatGivenUpOf",
  NamedCourse: "../../domain/registry/status-change.ts#NamedCourse as NamedCourseOf",
  ProposedRecognition: "../../domain/registry/status-change.ts#ProposedLine",
  // registry
  Learner: "../../features/registry/store.ts#LearnerRow",
  IdentityDocument: "../../features/registry/document-store.ts#DocumentRow",
  RegistryNumber: "../../features/registry/registry-number-store.ts#RegistryNumberRow",
  Registration: "../../features/registry/store.ts#RegistrationRow",
  // consent
  ConsentState: "../../features/consent/service.ts#ConsentState as ConsentStateView",
  ConsentRequirement: "../../domain/consent.ts#ConsentRequirement as ConsentRequirementValue",
  GuardianConsent: "../../features/consent/store.ts#ConsentRow",
  // file
  File: "../../features/file/store.ts#FileRow",
  // placement
  BellSet: "../../features/calendar/setting-store.ts#BellSetRow",
  PublicNotice: "../../features/publicnotice/store.ts#PublicNoticeRow",
  PublicNoticeItem: "../../features/publicnotice/store.ts#ItemRow",
  SchoolPublicNotice: "../../features/publicnotice/store.ts#PublicNoticeRow",
  PublicNoticeObjection: "../../features/publicnotice/service.ts#Objection",
  PublicNoticePeriod: "../../domain/public-notice.ts#NoticePeriod",
  Placement: "../../features/placement/store.ts#PlacementRow",
  PlacementResult: "../../features/placement/store.ts#PlacementRow",
  Enterprise: "../../features/placement/store.ts#EnterpriseRow",
  // insight
  AllianceFigure: "../../features/insight/store.ts#AllianceFigureRow",
  Figure: "../../features/insight/store.ts#FigureRow",
  FigureLimit: "../../features/insight/store.ts#FigureLimitRow",
  // bank
  SharingConsent: "../../features/bank/sharing-store.ts#SharingConsentRow",
  Achievement: "../../features/bank/achievement-store.ts#AchievementRow",
  Grade: "../../domain/grade.ts#Grade as GradeValue",
  Statement: "../../features/bank/statement.ts#StatementView",
  InstitutionBalance: "../../features/bank/statement-store.ts#IssuedRow",
  StatementEntry: "../../features/bank/statement-store.ts#EntryRow",
  DepositBatch: "../../features/bank/batch-store.ts#BatchRow as DepositBatchRow",
  BatchRow: "../../features/bank/batch-store.ts#BatchLine",
  Correction: "../../features/bank/correction.ts#LearnerCorrection",
  ReviewCase: "../../features/bank/review-store.ts#ReviewCaseRow",
  // selection
  Section: "../../features/selection/store.ts#SectionRow",
  SectionReservation: "../../features/selection/store.ts#ReservationRow",
  Seat: "../../features/selection/store.ts#SeatRow",
  Meeting: "../../domain/selection/meeting.ts#Meeting as MeetingValue",
  HomeValue: "../../features/selection/home-value.ts#HomeValue as HomeValueView",
  // recognition
  RuleSet: "../../features/recognition/store.ts#RuleSetRow",
  Rule: "../../features/recognition/store.ts#RuleRow",
  RecognitionCheck: "../../features/recognition/service.ts#Check",
  RecognitionLine: "../../features/recognition/views.ts#LineView",
  RecognitionRefusal: "../../features/recognition/views.ts#RefusalView",
  NodeProgress: "../../features/recognition/views.ts#ProgressView",
  CapUse: "../../features/recognition/views.ts#CapUseView",
  // notice
  Notice: "../../features/notice/store.ts#NoticeRow",
  UnreadNotice: "../../features/notice/store.ts#NoticeRow as UnreadNoticeRow",
  NoticeAddress: "../../features/notice/store.ts#AddressRow",
  // job
  DeadJob: "../../features/job/store.ts#DeadJobRow",
};
