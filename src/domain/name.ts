/** Surnames of two characters, as 百家姓 and 百家姓续 list them; those in use today, in both scripts where they differ. */
const COMPOUND_SURNAMES: ReadonlySet<string> = new Set(
  (
    "欧阳 歐陽 太史 端木 上官 司马 司馬 东方 東方 独孤 獨孤 南宫 南宮 万俟 萬俟 闻人 聞人 夏侯 诸葛 諸葛 尉迟 尉遲 公羊 " +
    "赫连 赫連 澹台 澹臺 皇甫 宗政 濮阳 濮陽 公冶 太叔 申屠 公孙 公孫 慕容 仲孙 仲孫 钟离 鍾離 长孙 長孫 宇文 司徒 鲜于 鮮于 " +
    "司空 闾丘 閭丘 亓官 司寇 巫马 巫馬 公西 颛孙 顓孫 壤驷 壤駟 公良 漆雕 乐正 樂正 宰父 谷梁 穀梁 拓跋 夹谷 夾谷 轩辕 軒轅 " +
    "令狐 段干 百里 呼延 东郭 東郭 南门 南門 羊舌 微生 梁丘 左丘 西门 西門 第五"
  ).split(" "),
);

/** What stands between the parts of a name, and hides nothing. */
const SEPARATOR = /^[\s·•‧・.．。,，'’-]$/u;
const MASK = "*";
const segments = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * A name for a public list (公示): 张**, 欧阳*, 买*·****, J*** *****. The first character stays, of a compound surname two,
 * but never the whole name; separators stay, so the length does too.
 */
export function maskName(name: string): string {
  const characters = Array.from(segments.segment(name), ({ segment }) => segment);
  const letters = characters.flatMap((character, place) => (SEPARATOR.test(character) ? [] : [place]));
  const shown = new Set(letters.slice(0, shownOf(characters, letters)));
  return characters
    .map((character, place) => (shown.has(place) || SEPARATOR.test(character) ? character : MASK))
    .join("");
}

function shownOf(characters: readonly string[], letters: readonly number[]): number {
  if (letters.length < 2) return 0;
  const [first = 0, second = 0] = letters;
  const adjacent = second === first + 1;
  const compound = adjacent && COMPOUND_SURNAMES.has(`${characters[first]}${characters[second]}`);
  return compound && letters.length > 2 ? 2 : 1;
}
