import "@mantine/core/styles.css";
import "./app/portal.css";
import { MantineProvider } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "./app/language.tsx";
import { router } from "./app/router.tsx";
import { SessionProvider } from "./app/session.tsx";
import { styleNonce } from "./app/nonce.ts";
import { theme, variables } from "./app/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

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
