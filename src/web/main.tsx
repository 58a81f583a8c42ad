import "@mantine/core/styles.css";
import "./app/portal.css";
import { MantineProvider } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "./app/language.tsx";
import { router } from "./app/router.tsx";
import { SessionProvider } from "./app/session.tsx";
import { theme, variables } from "./app/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

/** The service admits no style but its own; this page's carry the nonce it was sent with. */
const styleNonce = () => document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.nonce ?? "";

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} forceColorScheme="light" getStyleNonce={styleNonce}>
      <LanguageProvider>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </LanguageProvider>
    </MantineProvider>
  </StrictMode>,
);
