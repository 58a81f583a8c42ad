import { persistedExchange } from "@urql/exchange-persisted";
import { cacheExchange, Client, fetchExchange, mapExchange, Provider } from "urql";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useLanguage } from "./language.tsx";

const TOKEN = "guantong.token";
const CAPACITY = "guantong.capacity";
/** Codes that mean: the token no longer opens anything. */
const SIGNED_OUT_CODES = new Set(["UNAUTHENTICATED", "TOKEN_INVALID"]);

interface Session {
  readonly token: string | null;
  /** True after the service refused the token, until the next sign-in. */
  readonly expired: boolean;
  readonly signIn: (token: string) => void;
  readonly signOut: () => void;
  /** Acts in another capacity of the same account from now on. */
  readonly actAs: (capacityId: string) => void;
}
const SessionContext = createContext<Session | null>(null);

/**
 * Who is signed in, and the client that asks in their name. The token lives as long as the browser's tab. A change of
 * person, capacity or language begins with an empty cache: nothing of one reader is shown to the next.
 */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage();
  const [token, setToken] = useState(() => sessionStorage.getItem(TOKEN));
  const [capacity, setCapacity] = useState(() => sessionStorage.getItem(CAPACITY));
  const [expired, setExpired] = useState(false);

  const leave = useCallback((refused: boolean) => {
    sessionStorage.removeItem(TOKEN);
    sessionStorage.removeItem(CAPACITY);
    setToken(null);
    setCapacity(null);
    setExpired(refused);
  }, []);

  const session = useMemo<Session>(
    () => ({
      token,
      expired,
      signIn: (next) => {
        sessionStorage.setItem(TOKEN, next);
        setExpired(false);
        setToken(next);
      },
      signOut: () => leave(false),
      actAs: (id) => {
        sessionStorage.setItem(CAPACITY, id);
        setCapacity(id);
      },
    }),
    [token, expired, leave],
  );

  const client = useMemo(() => {
    const headers: Record<string, string> = { "accept-language": language };
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    if (capacity !== null) headers["x-guantong-capacity"] = capacity;
    return new Client({
      url: "/graphql",
      preferGetMethod: false,
      fetchOptions: { headers },
      exchanges: [
        mapExchange({
          onError: (error) => {
            const codes = error.graphQLErrors.map(({ extensions }) => String(extensions["code"]));
            if (token !== null && codes.some((code) => SIGNED_OUT_CODES.has(code))) leave(true);
          },
        }),
        cacheExchange,
        // sends the name of a document instead of its text; the service knows them all
        persistedExchange({ preferGetForPersistedQueries: false, enableForMutation: true }),
        fetchExchange,
      ],
    });
  }, [language, token, capacity, leave]);

  return (
    <SessionContext.Provider value={session}>
      <Provider value={client}>{children}</Provider>
    </SessionContext.Provider>
  );
}

/** The session of this tab. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside SessionProvider");
  return session;
}
