import { leaveTaking } from "../../src/cli/leave.ts";

// Is told to leave, and hangs on the way: in a process of its own.
setInterval(() => undefined, 1000);
const left = leaveTaking(300);
process.stdout.write("here\n");
await left;
process.stdout.write("leaving\n");
