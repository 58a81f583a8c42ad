import { assess } from "../../../src/domain/recognition/recognise.ts";

/** Every application of a case: what the verdict says fails first, and what the account says does. */
export function heard(
  input: Parameters<typeof assess>[0],
): readonly { readonly verdict: string | null; readonly account: string | null }[] {
  const { eligible, refused, preceded } = assess(input).eligibility;
  return [...eligible, ...refused, ...preceded.map(({ application }) => application)].map(({ failed, conditions }) => ({
    verdict: failed,
    account: conditions.find(({ met }) => !met)?.code ?? null,
  }));
}
