import type { Language } from "../../auth/viewer.ts";
import type { NoticeKind } from "../../domain/notice.ts";
import { fill, messages } from "../../messages/index.ts";
import type { NoticeRow, Params } from "./store.ts";

/** A notice in words. */
export interface NoticeText {
  readonly title: string;
  readonly text: string;
}

function inLanguage(params: Params, language: Language): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "object" ? value[language] : value]),
  );
}

/** What a notice says: to whom it is about, or of a learner to whoever stands for them or looks after them. */
export function textOf(
  { kind, regard, params }: Pick<NoticeRow, "kind" | "regard" | "params">,
  language: Language,
): NoticeText {
  const words = messages(language).notice;
  const values = inLanguage(params, language);
  const line: NoticeKind | `${NoticeKind}_OF` = regard === "SELF" || regard === "SCHOOL" ? kind : `${kind}_OF`;
  return { title: words[`${kind}_TITLE`], text: fill(words[line], values) };
}

/** One notice, or several together, as a message that leaves the house. */
export function messageOf(
  rows: readonly Pick<NoticeRow, "kind" | "regard" | "params" | "happenedAt">[],
  language: Language,
): { readonly subject: string; readonly text: string } {
  const words = messages(language).notice;
  const texts = rows.map((row) => textOf(row, language));
  const [first] = texts;
  const single = rows.length === 1 && first !== undefined;
  const subject = single
    ? fill(words.subject, { title: first.title })
    : fill(words.digestTitle, { count: rows.length });
  const lines = single ? [first.text] : texts.map(({ text }, place) => `${place + 1}. ${text}`);
  return { subject, text: [...lines, "", words.footer].join("\n") };
}
