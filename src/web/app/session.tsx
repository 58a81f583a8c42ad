import { persistedExchange } from "@urql/exchange-persisted";
import { cacheExchange, Client, fetchExchange, mapExchange, Provider } from "urql";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { authPost, CSRF_HEADERS } from "./auth.ts";
import { useLanguage } from "./language.tsx";

const CAPACITY = "guantong.capacity";
/** Codes that mean: the session no longer opens anything. */
const SIGNED_OUT_CODES = new Set(["UNAUTHENTICATED", "TOKEN_INVALID"]);

interface Session {
  /** True after the service refused the session, until the next sign-in. */
  readonly expired: boolean;
  /** Says that somebody has signed in: the service has given the browser a cookie that no script can read. */
  readonly signedIn: () => void;
  readonly signOut: () => Promise<void>;
  /** Acts in another capacity of the same account from now on. */
  readonly actAs: (capacityId: string) => void;
}
const SessionContext = createContext<Session | null>(null);

/**
 * The client that asks in the name of whoever is signed in. A change of person, capacity or language begins with an empty
 * cache: nothing of one reader is shown to the next.
 */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage();
  /** Counts persons: each gets a client of their own. */
  const [person, setPerson] = useState(0);
  const [capacity, setCapacity] = useState(() => sessionStorage.getItem(CAPACITY));
  const [expired, setExpired] = useState(false);

  const change = useCallback((refused: boolean) => {
    sessionStorage.removeItem(CAPACITY);
    setCapacity(null);
    setExpired(refused);
    setPerson((before) => before + 1);
  }, []);

  const refuse = useCallback(() => change(true), [change]);

  const session = useMemo<Session>(
    () => ({
      expired,
      signedIn: () => change(false),
      signOut: async () => {
        const answer = await authPost("logout", {}, language);
        if (answer.ok && answer.to !== null) location.assign(answer.to);
        else change(false);
      },
      actAs: (id) => {
        sessionStorage.setItem(CAPACITY, id);
        setCapacity(id);
      },
    }),
    [expired, change, language],
  );

  return (
    <SessionContext.Provider value={session}>
      <Asking key={person} capacity={capacity} onRefused={refuse}>
        {children}
      </Asking>
    </SessionContext.Provider>
  );
}

interface AskingProps {
  readonly capacity: string | null;
  readonly onRefused: () => void;
  readonly children: ReactNode;
}

/** The client of one person; the next one gets another. */
function Asking({ capacity, onRefused, children }: AskingProps) {
  const { language } = useLanguage();
  const client = useMemo(() => {
    const headers: Record<string, string> = { ...CSRF_HEADERS, "accept-language": language };
    if (capacity !== null) headers["x-guantong-capacity"] = capacity;
    return new Client({
      url: "/graphql",
      preferGetMethod: false,
      fetchOptions: { headers },
      exchanges: [
        mapExchange({
          onError: (error) => {
            const codes = error.graphQLErrors.map(({ extensions }) => String(extensions["code"]));
            if (codes.some((code) => SIGNED_OUT_CODES.has(code))) onRefused();
          },
        }),
        cacheExchange,
        // sends the name of a document instead of its text; the service knows them all
        persistedExchange({ preferGetForPersistedQueries: false, enableForMutation: true }),
        fetchExchange,
      ],
    });
  }, [language, capacity, onRefused]);
  return <Provider value={client}>{children}</Provider>;
}

/** The session of this browser. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside SessionProvider");
  return session;
}
