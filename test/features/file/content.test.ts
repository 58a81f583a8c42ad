import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FILE_BYTES_MAX, safeFileName } from "../../../src/domain/evidence.ts";
import { mediaTypeOf } from "../../../src/features/file/service.ts";
import { jpeg, packed, pdf, png } from "../../support/files.ts";

const [PNG, JPEG, PDF] = ["image/png", "image/jpeg", "application/pdf"] as const;
const outcome = async (bytes: Buffer, declared: string): Promise<string> => {
  const found = await mediaTypeOf(bytes, declared);
  return typeof found === "string" ? found : found.code;
};
const text = (content: string): Buffer => Buffer.from(content, "latin1");
const script = "<< /S /JavaScript /JS (app.alert(1)) >>";

describe("a scan is taken for what its bytes are", () => {
  test.each([
    ["a PNG", png(), PNG],
    ["a JPEG", jpeg(), JPEG],
    ["a JPEG with the preview a telephone puts behind it", Buffer.concat([jpeg(), jpeg()]), JPEG],
    ["a PDF", pdf(), PDF],
    ["a PDF with objects packed in streams", pdf({ objects: [packed("<< /Type /Font >>")] }), PDF],
    ["a PDF with a photograph behind a table of contents", pdf({ objects: [photograph()] }), PDF],
    ["a PDF whose link opens a page of its own", pdf({ catalogue: "/OpenAction [3 0 R /Fit]" }), PDF],
  ])("%s", async (_, bytes, declared) => {
    expect(await outcome(bytes, declared)).toBe(declared);
  });

  test("whatever follows the type that was declared", async () => {
    expect(await outcome(png(), "IMAGE/PNG; charset=binary")).toBe(PNG);
  });
});

function photograph(): Buffer {
  return Buffer.concat([text("<< /First 5 0 R /N 1 /Filter /DCTDecode >>\nstream\n"), jpeg(), text("\nendstream")]);
}

/** [what it is, its bytes, what it is said to be, the code that refuses it] */
const HOSTILE: readonly (readonly [string, Buffer, string, string])[] = [
  ["nothing", Buffer.alloc(0), PNG, "FILE_TYPE_REFUSED"],
  ["one byte", text("x"), PDF, "FILE_TYPE_REFUSED"],
  ["HTML", text("<!doctype html><script>alert(1)</script>"), "text/html", "FILE_TYPE_REFUSED"],
  ["HTML that says it is a picture", text("<html><script>alert(1)</script></html>"), PNG, "FILE_TYPE_REFUSED"],
  [
    "SVG with a script",
    text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "image/svg+xml",
    "FILE_TYPE_REFUSED",
  ],
  [
    "XML",
    text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    PDF,
    "FILE_TYPE_REFUSED",
  ],
  ["JavaScript", text("alert(1)"), "text/javascript", "FILE_TYPE_REFUSED"],
  ["a GIF", text("GIF89a\x01\0\x01\0\0\0\0;"), "image/gif", "FILE_TYPE_REFUSED"],
  ["a ZIP archive", text("PK\x03\x04\x14\0\0\0\0\0"), "application/zip", "FILE_TYPE_REFUSED"],
  ["a ZIP archive that says it is a PDF", text("PK\x03\x04\x14\0\0\0\0\0"), PDF, "FILE_TYPE_REFUSED"],
  ["a program of Windows", text(`MZ${"\0".repeat(100)}`), PDF, "FILE_TYPE_REFUSED"],
  ["a program of Linux", text(`\x7fELF\x02\x01\x01${"\0".repeat(60)}`), JPEG, "FILE_TYPE_REFUSED"],
  ["an old Word document", text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), PDF, "FILE_TYPE_REFUSED"],
  ["PostScript", text("%!PS-Adobe-3.0\n"), PDF, "FILE_TYPE_REFUSED"],
  ["a PDF behind HTML", Buffer.concat([text("<html>"), pdf()]), PDF, "FILE_TYPE_REFUSED"],
  ["a PNG that says it is a PDF", png(), PDF, "FILE_TYPE_DIFFERS"],
  ["a PDF that says it is a JPEG", pdf(), JPEG, "FILE_TYPE_DIFFERS"],
  ["a JPEG that says it is HTML", jpeg(), "text/html", "FILE_TYPE_DIFFERS"],
  ["a PNG that says nothing", png(), "", "FILE_TYPE_DIFFERS"],
  ["a PNG cut off", png().subarray(0, -20), PNG, "FILE_DAMAGED"],
  [
    "a PNG with a changed byte",
    Buffer.concat([png().subarray(0, 45), text("x"), png().subarray(46)]),
    PNG,
    "FILE_DAMAGED",
  ],
  ["a PNG with a page behind it", Buffer.concat([png(), text("<script>alert(1)</script>")]), PNG, "FILE_FOLLOWED"],
  ["a PNG with an archive behind it", Buffer.concat([png(), text("PK\x03\x04")]), PNG, "FILE_FOLLOWED"],
  ["a PNG of four thousand million pixels", png(8, 8, [65_535, 65_535]), PNG, "FILE_PICTURE_TOO_LARGE"],
  ["a PNG longer than any wall", png(8, 8, [2_147_483_647, 1]), PNG, "FILE_PICTURE_TOO_LARGE"],
  ["a PNG of no size", png(8, 8, [0, 8]), PNG, "FILE_DAMAGED"],
  ["a JPEG cut off", jpeg().subarray(0, -2), JPEG, "FILE_DAMAGED"],
  ["a JPEG of its head alone", jpeg().subarray(0, 4), JPEG, "FILE_DAMAGED"],
  ["a JPEG without a frame", text("\xff\xd8\xff\xe0\0\x04ab\xff\xd9"), JPEG, "FILE_DAMAGED"],
  ["a JPEG of four thousand million pixels", jpeg(65_535, 65_535), JPEG, "FILE_PICTURE_TOO_LARGE"],
  ["a JPEG with HTML behind it", Buffer.concat([jpeg(), text("<script>alert(1)</script>")]), JPEG, "FILE_FOLLOWED"],
  ["a JPEG with an archive behind it", Buffer.concat([jpeg(), text("PK\x03\x04\x14\0")]), JPEG, "FILE_FOLLOWED"],
  ["a JPEG whose second picture is a bomb", Buffer.concat([jpeg(), jpeg(65_535, 65_535)]), JPEG, "FILE_FOLLOWED"],
  ["a PDF cut off", pdf().subarray(0, -30), PDF, "FILE_DAMAGED"],
  ["a PDF of its first line", text("%PDF-1.7\n"), PDF, "FILE_DAMAGED"],
  ["a PDF with a page behind it", Buffer.concat([pdf(), text("<script>alert(1)</script>")]), PDF, "FILE_FOLLOWED"],
  [
    "a PDF that is an archive besides",
    Buffer.concat([pdf({ objects: [text(`(PK\x05\x06${"\0".repeat(18)})`)] })]),
    PDF,
    "FILE_FOLLOWED",
  ],
  ["a PDF that runs a script when it opens", pdf({ catalogue: `/OpenAction ${script}` }), PDF, "FILE_ACTIVE"],
  [
    "the same, its name written in numbers",
    pdf({ catalogue: "/OpenAction << /S /#4aav#61Script /#4AS (1) >>" }),
    PDF,
    "FILE_ACTIVE",
  ],
  ["a PDF that starts a program", pdf({ catalogue: "/OpenAction << /S /Launch /F (cmd.exe) >>" }), PDF, "FILE_ACTIVE"],
  ["a PDF with a file in it", pdf({ catalogue: "/Names << /EmbeddedFiles 4 0 R >>" }), PDF, "FILE_ACTIVE"],
  [
    "a PDF that sends a form",
    pdf({ catalogue: "/OpenAction << /S /SubmitForm /F (http://x.example) >>" }),
    PDF,
    "FILE_ACTIVE",
  ],
  ["a PDF with a form of XML", pdf({ catalogue: "/AcroForm << /XFA 4 0 R >>" }), PDF, "FILE_ACTIVE"],
  ["a PDF with a script packed away", pdf({ objects: [packed(script)] }), PDF, "FILE_ACTIVE"],
  [
    "the same, that does not say what it is",
    pdf({ objects: [packed(script, "/Filter /FlateDecode")] }),
    PDF,
    "FILE_ACTIVE",
  ],
  ["the same, its keys written in numbers", pdf({ objects: [hiddenKeys()] }), PDF, "FILE_ACTIVE"],
  [
    "a PDF with objects packed otherwise",
    pdf({
      objects: [
        packed(script, "/Filter /LZWDecode", (bytes) => Buffer.from(bytes.toString().replaceAll("Java", "\x81\x82"))),
      ],
    }),
    PDF,
    "FILE_UNSEARCHABLE",
  ],
  [
    "a PDF whose packed objects are a bomb",
    pdf({ objects: [packed(" ".repeat(64 * 1024 * 1024))] }),
    PDF,
    "FILE_UNSEARCHABLE",
  ],
  ["a PDF under a password", pdf({ catalogue: "/Encrypt 9 0 R" }), PDF, "FILE_ENCRYPTED"],
  ["a file above the bound", Buffer.alloc(FILE_BYTES_MAX + 1), PNG, "PAYLOAD_TOO_LARGE"],
];

function hiddenKeys(): Buffer {
  const bytes = deflateSync(text(`9 0 ${script}`));
  return Buffer.concat([text("<< /#4e 1 /F#69rst 4 >> stream \r\n"), bytes, text("\nendstream")]);
}

describe("what is no plain scan is refused with a code", () => {
  test.each(HOSTILE)("%s", async (_, bytes, declared, code) => {
    expect(await outcome(bytes, declared)).toBe(code);
  });

  test("any bytes at all are answered, and none but a whole file is taken", async () => {
    const heads = [text("%PDF-1.7\n"), png().subarray(0, 8), text("\xff\xd8\xff"), Buffer.alloc(0)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
        const bytes = Buffer.concat([head, tail]);
        for (const declared of [PNG, JPEG, PDF]) expect(await outcome(bytes, declared)).toMatch(/^[A-Z_]+$/);
      }),
      { numRuns: 200 },
    );
  });

  test("a whole file with any one byte cut from its end is not whole", async () => {
    for (const [bytes, declared] of [
      [png(), PNG],
      [jpeg(), JPEG],
    ] as const)
      for (let length = 0; length < bytes.length; length += 1)
        expect(await outcome(bytes.subarray(0, length), declared), String(length)).toMatch(/^FILE_/);
  });
});

describe("a file's name is made plain", () => {
  test.each([
    ["监护人同意书.PDF", "监护人同意书.pdf"],
    ["C:\\Users\\x\\扫描 1.png", "扫描 1.pdf"],
    ["../../etc/passwd", "passwd.pdf"],
    ["a\r\nSet-Cookie: b=c.pdf", "a Set-Cookie b c.pdf"],
    ["invoice\u202efdp.exe", "invoice fdp.pdf"],
    ["证书\u0000.php.pdf", "证书 .php.pdf"],
    ['"><img src=x onerror=alert(1)>.png', "img src x onerror alert(1).pdf"],
    ["同意书（李）.jpeg", "同意书（李）.pdf"],
  ])("%j becomes %j", (given, safe) => {
    expect(safeFileName(given, PDF)).toBe(safe);
  });

  test.each(["", "...", "///", ".htaccess", "\u202e\u200b", "<>"])("of %j nothing is left", (given) => {
    expect(safeFileName(given, PDF)).toBeNull();
  });

  test("whatever it was: no path, no control, no line turned around, never long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (given) => {
        const name = safeFileName(given, PNG);
        if (name === null) return;
        expect(name).toMatch(/^[\p{L}\p{N}_()（）-][\p{L}\p{N} ._()（）-]*\.png$/u);
        expect(Array.from(name).length).toBeLessThanOrEqual(84);
      }),
    );
  });
});
