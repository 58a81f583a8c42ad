import { adminCommand } from "./admin.ts";
import { backupCommand, restoreCommand } from "./backup.ts";
import { checkCommand } from "./check.ts";
import type { CommandFactory } from "./command.ts";
import { confirmCommand } from "./confirm.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { keysCommand } from "./keys.ts";
import { machineCommand } from "./machine.ts";
import { migrateCommand } from "./migrate.ts";
import { retentionCommand } from "./retention.ts";
import { seedCommand } from "./seed.ts";
import { serveCommand } from "./serve.ts";
import { tokenCommand } from "./token.ts";
import { verifyCommand } from "./verify.ts";
import { workCommand } from "./work.ts";

/** The commands, in the order of the help. */
export const COMMANDS: readonly CommandFactory[] = [
  serveCommand,
  workCommand,
  migrateCommand,
  seedCommand,
  adminCommand,
  machineCommand,
  exportCommand,
  importCommand,
  confirmCommand,
  checkCommand,
  verifyCommand,
  tokenCommand,
  keysCommand,
  retentionCommand,
  backupCommand,
  restoreCommand,
];
