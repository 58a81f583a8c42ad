import { useEffect } from "react";

/** Tells search engines to leave the page alone, also where it was reached without asking the server for it. */
export function useNotIndexed(): void {
  useEffect(() => {
    if (document.querySelector('meta[name="robots"]') !== null) return;
    const meta = document.createElement("meta");
    meta.name = "robots";
    meta.content = "noindex, nofollow, noarchive";
    document.head.append(meta);
    return () => meta.remove();
  }, []);
}
