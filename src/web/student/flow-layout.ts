import { groupBy } from "../../domain/group-by.ts";

/** One end of a line on the right of the picture: a course of the plan, or a node that takes blanket credit. */
export interface FlowTarget {
  readonly key: string;
  readonly groupKey: string;
  /** Hundredths of a credit that the line records here. */
  readonly credits: number;
}

/** What flows: one line of the answer. */
export interface FlowLine {
  readonly sources: readonly string[];
  readonly targets: readonly FlowTarget[];
}

/** A place in the picture, in pixels from its top: a box for the label, and inside it the bar that ribbons end at. */
export interface Box {
  readonly key: string;
  readonly top: number;
  readonly height: number;
  readonly barTop: number;
  readonly barHeight: number;
}

/** A band from a bar on the left to a bar on the right. */
export interface Ribbon {
  readonly line: number;
  readonly source: string;
  readonly target: string;
  readonly leftTop: number;
  readonly rightTop: number;
  readonly thickness: number;
}

export interface FlowLayout {
  readonly height: number;
  readonly sources: readonly Box[];
  readonly groups: readonly { readonly key: string; readonly top: number }[];
  readonly targets: readonly Box[];
  readonly ribbons: readonly Ribbon[];
}

const PIXELS_PER_CREDIT = 9;
const THINNEST = 9;
const GAP = 10;
const GROUP_HEAD = 44;
const GROUP_GAP = 14;

interface Piece {
  readonly line: number;
  readonly source: string;
  readonly target: FlowTarget;
  readonly thickness: number;
}

/** How high the label at a place is, in pixels: long names take several lines. */
export type LabelHeight = (key: string) => number;

/**
 * Places the picture of a recognition: sources on the left in the order that crosses least, the plan's groups with their
 * targets on the right in the plan's own order, and a ribbon as thick as the credits it carries. Where several
 * achievements carry one line together, each carries the same share.
 * @param groupOrder keys of the plan's groups in reading order
 */
export function layOut(
  lines: readonly FlowLine[],
  groupOrder: readonly string[],
  labelHeight: LabelHeight,
): FlowLayout {
  const pieces = lines.flatMap(({ sources, targets }, line) =>
    targets.flatMap((target) =>
      sources.map((source): Piece => {
        const credits = target.credits / 100 / sources.length;
        return { line, source, target, thickness: Math.max(THINNEST, credits * PIXELS_PER_CREDIT) };
      }),
    ),
  );
  const { groups, targets, bottom } = placeTargets(pieces, groupOrder, labelHeight);
  const targetAt = new Map(targets.map((box) => [box.key, box]));
  const sources = placeSources(pieces, targetAt, labelHeight);
  const sourceAt = new Map(sources.map((box) => [box.key, box]));
  const height = Math.max(bottom, ...sources.map(({ top, height: h }) => top + h));
  return { height, sources, groups, targets, ribbons: placeRibbons(pieces, sourceAt, targetAt) };
}

function box(key: string, top: number, thickness: number, label: number): Box {
  const height = Math.max(label, thickness);
  return { key, top, height, barTop: top + (height - thickness) / 2, barHeight: thickness };
}

const thicknessOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { thickness }) => sum + thickness, 0);

function placeTargets(pieces: readonly Piece[], groupOrder: readonly string[], labelHeight: LabelHeight) {
  const order = new Map(groupOrder.map((key, index) => [key, index]));
  const byGroup = groupBy(pieces, ({ target }) => target.groupKey);
  const groups: { key: string; top: number }[] = [];
  const targets: Box[] = [];
  let y = 0;
  for (const [groupKey, members] of [...byGroup].sort(([a], [b]) => (order.get(a) ?? 99) - (order.get(b) ?? 99))) {
    groups.push({ key: groupKey, top: y });
    y += GROUP_HEAD;
    for (const [key, own] of groupBy(members, ({ target }) => target.key)) {
      const placed = box(key, y, thicknessOf(own), labelHeight(key));
      targets.push(placed);
      y += placed.height + GAP;
    }
    y += GROUP_GAP;
  }
  return { groups, targets, bottom: Math.max(0, y - GAP - GROUP_GAP) };
}

function placeSources(
  pieces: readonly Piece[],
  targetAt: ReadonlyMap<string, Box>,
  labelHeight: LabelHeight,
): readonly Box[] {
  const middle = ({ target }: Piece) => {
    const at = targetAt.get(target.key);
    return at === undefined ? 0 : at.top + at.height / 2;
  };
  const bySource = [...groupBy(pieces, ({ source }) => source)].map(([key, own]) => ({
    key,
    thickness: thicknessOf(own),
    pull: own.reduce((sum, piece) => sum + middle(piece), 0) / own.length,
  }));
  let y = GROUP_HEAD;
  return bySource
    .sort((a, b) => a.pull - b.pull)
    .map(({ key, thickness, pull }) => {
      const label = labelHeight(key);
      const placed = box(key, Math.max(y, pull - Math.max(label, thickness) / 2), thickness, label);
      y = placed.top + placed.height + GAP;
      return placed;
    });
}

function placeRibbons(
  pieces: readonly Piece[],
  sourceAt: ReadonlyMap<string, Box>,
  targetAt: ReadonlyMap<string, Box>,
): readonly Ribbon[] {
  const filledLeft = new Map<string, number>();
  const filledRight = new Map<string, number>();
  const claim = (filled: Map<string, number>, at: Box, thickness: number) => {
    const used = filled.get(at.key) ?? 0;
    filled.set(at.key, used + thickness);
    return at.barTop + used;
  };
  const top = (boxes: ReadonlyMap<string, Box>, key: string) => boxes.get(key)?.top ?? 0;
  const leftTops = new Map<Piece, number>();
  for (const piece of [...pieces].sort((a, b) => top(targetAt, a.target.key) - top(targetAt, b.target.key))) {
    const at = sourceAt.get(piece.source);
    if (at !== undefined) leftTops.set(piece, claim(filledLeft, at, piece.thickness));
  }
  return [...pieces]
    .sort((a, b) => top(sourceAt, a.source) - top(sourceAt, b.source))
    .flatMap((piece) => {
      const at = targetAt.get(piece.target.key);
      const leftTop = leftTops.get(piece);
      if (at === undefined || leftTop === undefined) return [];
      const { line, source, target, thickness } = piece;
      return [{ line, source, target: target.key, leftTop, rightTop: claim(filledRight, at, thickness), thickness }];
    });
}

/** The outline of a ribbon between two columns, as an SVG path. */
export function outline({ leftTop, rightTop, thickness }: Ribbon, left: number, right: number): string {
  const bend = (left + right) / 2;
  const [leftEnd, rightEnd] = [leftTop + thickness, rightTop + thickness];
  return [
    `M${left},${leftTop}`,
    `C${bend},${leftTop} ${bend},${rightTop} ${right},${rightTop}`,
    `L${right},${rightEnd}`,
    `C${bend},${rightEnd} ${bend},${leftEnd} ${left},${leftEnd}`,
    "Z",
  ].join(" ");
}
