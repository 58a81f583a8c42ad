import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The portal, built to dist/web: files of this origin only, for the service's content security policy admits no other. */
export default defineConfig({
  root: here("."),
  plugins: [react()],
  build: {
    outDir: here("../../dist/web"),
    emptyOutDir: true,
    target: "es2022",
    // an asset written into the page as data: would need a wider policy
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/graphql": "http://localhost:4000", "/templates": "http://localhost:4000" } },
});
