import type { MutationResolvers } from "./generated/resolvers.ts";

/**
 * What a field counts as beside a field: an attempt to come in or to be told a person's secret, which is a guess; or heavy,
 * for it takes the service a good part of a second, or shows in full what is shown with a reason only.
 */
export type Rate = "plain" | "attempt" | "heavy";

/** Every mutation says which it is; the compiler asks it of each new one. */
export const MUTATION_RATES: Readonly<Record<keyof MutationResolvers, Rate>> = {
  acceptInvitation: "attempt",
  answerObjection: "plain",
  submitApplication: "heavy",
  declineLines: "heavy",
  withdrawApplication: "plain",
  appealApplication: "plain",
  confirmApplication: "plain",
  returnApplication: "plain",
  reviewApplication: "heavy",
  reopenApplication: "plain",
  decideApplication: "plain",
  recordApplication: "plain",
  carryOutErasure: "plain",
  declineErasure: "plain",
  closeReviewCase: "plain",
  confirmBatch: "plain",
  confirmReturnedGrades: "plain",
  correctAchievement: "plain",
  placeInPathway: "plain",
  makeTransferList: "heavy",
  publishTransferList: "plain",
  withdrawTransferList: "plain",
  acceptTransfers: "heavy",
  confirmStatusChange: "heavy",
  createPlacement: "plain",
  delegateCapacity: "plain",
  discardBatch: "plain",
  dropSeat: "plain",
  endDelegation: "plain",
  endGuardianship: "plain",
  endOtherSessions: "plain",
  endPlacement: "plain",
  endSession: "plain",
  exportMyData: "heavy",
  fileStatusChange: "plain",
  findLearnerByNumber: "attempt",
  findLearnerByRegistryNumber: "attempt",
  giveConsent: "plain",
  askConsent: "plain",
  giveSharingConsent: "plain",
  inviteGuardian: "plain",
  // anyone may, without an account: as often as a guess at a door
  objectToPublicNotice: "attempt",
  keepLearnersApart: "plain",
  mergeLearners: "plain",
  openAccounts: "heavy",
  // whose document it is, is told by it
  openLearner: "attempt",
  openPublicNotice: "plain",
  partLearners: "plain",
  ping: "plain",
  publishSection: "plain",
  readNotices: "plain",
  recordAchievement: "plain",
  recordAchievements: "heavy",
  recordStatusChange: "heavy",
  rejectStatusChange: "plain",
  remindClass: "plain",
  remindOfOpenActs: "plain",
  removePasskey: "plain",
  reportPlacementResult: "plain",
  requestErasure: "plain",
  restoreAccess: "plain",
  retryJob: "plain",
  returnGrades: "plain",
  revealIdNumber: "heavy",
  revealRegistryNumber: "heavy",
  revokeAccess: "plain",
  revokeConsent: "plain",
  revokeSharingConsent: "plain",
  setBells: "plain",
  setCalendarWindow: "plain",
  setNoticeAddress: "plain",
  setPassword: "attempt",
  setPublicNames: "plain",
  setPublicNoticePeriod: "plain",
  setApplicationStepPeriod: "plain",
  setSchoolDay: "plain",
  setTerm: "plain",
  signInAsDemo: "attempt",
  takeBackAchievement: "plain",
  takeSeat: "plain",
  takeUpObjection: "plain",
  unlinkIdentity: "plain",
  withdrawErasure: "plain",
  withdrawPublicNotice: "plain",
};

/** Queries that are more than plain. */
const QUERY_RATES: Readonly<Record<string, Rate>> = { objectionAnswer: "attempt", recognitionCheck: "heavy" };

const RATES = new Map<string, Rate>([...Object.entries(QUERY_RATES), ...Object.entries(MUTATION_RATES)]);

/** How many of the fields an operation begins with count so. */
export const countOf = (roots: readonly string[], rate: Rate): number =>
  roots.filter((name) => (RATES.get(name) ?? "plain") === rate).length;
