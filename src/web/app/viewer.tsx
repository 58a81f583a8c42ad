import { createContext, useContext } from "react";
import type { Role, WhoAmIQuery } from "../generated/documents.ts";

/** Whoever is signed in, as the service sees them. */
export type SignedIn = NonNullable<WhoAmIQuery["viewer"]>;

export const ViewerContext = createContext<SignedIn | null>(null);

/** Whoever is signed in; pages are only shown to someone who is. */
export function useViewer(): SignedIn {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error("useViewer outside the signed-in part of the portal");
  return viewer;
}

/** Where each kind of user starts. */
export const HOME_OF = {
  STUDENT: "/student",
  GUARDIAN: "/student",
  REGISTRAR: "/registrar",
  REGISTRAR_CONFIRMER: "/registrar/batches",
  DEPARTMENT_REVIEWER: "/registrar/learners",
  CLASS_TEACHER: "/registrar/learners",
  HOST_TEACHER: "/teaching",
  ENTERPRISE_MENTOR: "/mentor",
  PLANNER: "/planner",
  SIGNATORY: "/planner",
  BUREAU: "/bureau",
  AUDITOR: "/audit",
  ADMINISTRATOR: "/planner",
} as const satisfies Readonly<Record<Role, string>>;
