/** What is asked anew when something was read: a count has no type of its own to tell. */
export const NOTICES = { additionalTypenames: ["Notice"] };
