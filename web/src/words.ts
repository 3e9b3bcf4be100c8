// Every word of the editor in both languages; the reader's language is the page's.
import type { Both, Language } from "./api/types";

export const language: Language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** The text of something that carries both languages, the other one where its own is empty. */
export function localised(thing: Both): string {
    return language === "zh" ? thing.zh || thing.en : thing.en || thing.zh;
}

/** The label of a rule or pattern, which carry `label_en` and `label_zh`. */
export function labelled(thing: { label_en: string; label_zh: string }): string {
    return localised({ en: thing.label_en, zh: thing.label_zh });
}

/** Words with the gaps `{name}` filled. */
export function say(words: Both, facts: Record<string, string | number> = {}): string {
    return localised(words).replace(/\{(\w+)\}/g, (gap, name: string) => String(facts[name] ?? gap));
}
