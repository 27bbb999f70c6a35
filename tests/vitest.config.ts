import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Milliseconds after which a test hangs: no measure of speed, and far beyond what a busy machine makes of the slowest. */
const HANGS = 180_000;

/** `unit`: functions only, no sockets, no sleeping. `e2e`: a real server and a real Chromium, one file at a time. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    projects: [
      {
        define: { __SIGHTLINE_VERSION__: JSON.stringify("test") },
        test: {
          name: "unit",
          include: ["tests/web/**/*.test.ts"],
          environment: "node",
          testTimeout: HANGS,
          hookTimeout: HANGS,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.e2e.ts"],
          environment: "node",
          testTimeout: HANGS,
          hookTimeout: HANGS,
          poolOptions: { forks: { singleFork: true } },
        },
      },
    ],
  },
});
