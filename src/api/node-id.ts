import { type Id, isId } from "../domain/id.ts";

/** Global ids of the contract: base64url of "Type:id", or "Type:owner:id" where the table's key begins with its owner. */
export function encodeId(type: string, ...ids: readonly Id[]): string {
  return Buffer.from([type, ...ids].join(":")).toString("base64url");
}

/** Reads a global id back: its type and ids, or null where it is not one. */
export function decodeNode(text: string): { readonly type: string; readonly ids: readonly Id[] } | null {
  if (text.length > 200 || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const [type = "", ...ids] = Buffer.from(text, "base64url").toString("utf8").split(":");
  return /^[A-Za-z]+$/.test(type) && ids.length > 0 && ids.length <= 2 && ids.every(isId) ? { type, ids } : null;
}

/** The last part of a global id of the type that is expected, or null. */
export function decodeId(type: string, text: string): Id | null {
  const node = decodeNode(text);
  return node !== null && node.type === type ? (node.ids.at(-1) ?? null) : null;
}
