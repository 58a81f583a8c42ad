#!/usr/bin/env node
// `npm run guantong -- COMMAND`: the command line, built when it is older than its sources.
import { build } from "./build.js";

build({ portal: false });
await import("../dist/main.js");
