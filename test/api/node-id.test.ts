import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeId, decodeNode, encodeId } from "../../src/api/node-id.ts";

test("a global id reads back as its type and ids", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("Learner", "Achievement"),
      fc.array(fc.uuid(), { minLength: 1, maxLength: 2 }),
      (type, ids) => {
        expect(decodeNode(encodeId(type, ...ids))).toEqual({ type, ids });
      },
    ),
  );
});

test("an id of another type is not taken for this one", () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(decodeId("Learner", encodeId("Course", id))).toBeNull();
    }),
  );
});

test("whatever else is sent is no id, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(decodeNode(text)).toBeNull();
    }),
  );
});
