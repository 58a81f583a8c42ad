import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { IntlProvider, useIntl } from "react-intl";
import type { Language, TitleTextFragment } from "../generated/documents.ts";
import { en } from "../messages/en.ts";
import { zh } from "../messages/zh.ts";

/** The name of one sentence of the catalogues. */
export type MessageId = keyof typeof zh;

const catalogues: Readonly<Record<Language, Readonly<Record<MessageId, string>>>> = { zh, en };
/** What the `lang` attribute says, and what dates and numbers are written by. */
const tags: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en" };
const KEPT_AS = "guantong.language";

interface LanguageChoice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}
const Choice = createContext<LanguageChoice>({ language: "zh", choose: () => undefined });

function keptLanguage(): Language {
  return localStorage.getItem(KEPT_AS) === "en" ? "en" : "zh";
}

/** Chinese first; the reader's choice is kept by the browser. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(keptLanguage);
  useEffect(() => {
    document.documentElement.lang = tags[language];
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  const choice = useMemo(() => ({ language, choose: setLanguage }), [language]);
  return (
    <Choice.Provider value={choice}>
      <IntlProvider locale={tags[language]} defaultLocale="zh-CN" messages={catalogues[language]}>
        {children}
      </IntlProvider>
    </Choice.Provider>
  );
}

/** The language chosen, and how to choose another. */
export function useLanguage(): LanguageChoice {
  return useContext(Choice);
}

/** Says one sentence of the catalogue. */
export type Say = (id: MessageId, values?: Record<string, string | number>) => string;

/** The reader's words: sentences, and the fitting half of a title. */
export function useWords(): { readonly say: Say; readonly name: (title: TitleTextFragment) => string } {
  const intl = useIntl();
  const { language } = useLanguage();
  return useMemo(
    () => ({
      say: (id, values) => intl.formatMessage({ id }, values),
      name: (title) => (language === "en" && title.en !== "" ? title.en : title.zh),
    }),
    [intl, language],
  );
}
