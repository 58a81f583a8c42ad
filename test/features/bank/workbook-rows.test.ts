import { expect, test } from "vitest";
import { isStreamable, workbookRows } from "../../../src/features/bank/workbook-rows.ts";
import { type Part, partsWithin } from "../../../src/features/bank/zip-bound.ts";
import { sheetOf, workbook } from "../../support/zip.ts";
import { xlsx } from "./sheets.ts";

const ROWS = 100_000;
const row = (n: number): string => `<row><c><v>${n}</v></c><c t="s"><v>0</v></c></row>`;

async function partsOf(bytes: Buffer): Promise<readonly Part[]> {
  const parts = await partsWithin(bytes, 100_000_000);
  if (parts === null || parts === "TOO_LARGE") throw new Error(String(parts));
  return parts;
}

/** The parts of a workbook, and how many bytes of its sheet were unpacked by now. */
async function counted(bytes: Buffer): Promise<{ readonly parts: readonly Part[]; readonly unpacked: () => number }> {
  let unpacked = 0;
  const parts = (await partsOf(bytes)).map((part) => ({
    ...part,
    async *content() {
      for await (const piece of part.content()) {
        if (part.name.includes("sheet1")) unpacked += piece.length;
        yield piece;
      }
    },
  }));
  return { parts, unpacked: () => unpacked };
}

const SHARED = "<sst><si><t>shared</t></si></sst>";
const RELS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`;

test("a sheet is unpacked as its rows are asked for, though its texts stand behind it", async () => {
  const xml = sheetOf(Array.from({ length: ROWS }, (_, n) => row(n)).join(""));
  const bytes = workbook(xml, { "xl/_rels/workbook.xml.rels": RELS, "xl/sharedStrings.xml": SHARED });
  const { parts, unpacked } = await counted(bytes);
  expect(isStreamable(parts)).toBe(true);
  let read = 0;
  for await (const { index, values } of workbookRows(parts, 0)) {
    if (read === 0) expect(values).toEqual([0, "shared"]);
    expect(index).toBe(read);
    read += 1;
    // what was unpacked and not asked for is never more than the reader takes at once
    if (read % 10_000 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(unpacked() - (xml.length * read) / ROWS).toBeLessThan(2_000_000);
    }
  }
  expect(read).toBe(ROWS);
});

test("whoever has seen enough leaves the rest packed", async () => {
  const { parts, unpacked } = await counted(workbook(sheetOf(Array.from({ length: ROWS }, (_, n) => row(n)).join(""))));
  for await (const { index } of workbookRows(parts, 0)) if (index === 3) break;
  expect(unpacked()).toBeLessThan(2_000_000);
});

test("a workbook of another make is told from those that can be streamed", async () => {
  expect(isStreamable(await partsOf(await xlsx([["a"]])))).toBe(true);
  expect(isStreamable(await partsOf(workbook("", { "xl/worksheets/tabelle.xml": "<x/>" })))).toBe(false);
  expect(isStreamable(await partsOf(workbook("", { "xl/workbook.xml": null })))).toBe(false);
});
