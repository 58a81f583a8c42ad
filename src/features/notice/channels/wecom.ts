import { z } from "zod";
import { askJson, NotSent, SEND_MS, type Way } from "./channel.ts";

const tokenSchema = z.object({
  errcode: z.number(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});
const sentSchema = z.object({ errcode: z.number(), invaliduser: z.string().optional() });
/** WeCom's words for a token that is worn out. */
const TOKEN_INVALID = new Set([40014, 42001]);
/** How long before its end a token is asked for anew. */
const MARGIN_MS = 60_000;

/**
 * WeCom (企业微信): a text message of the school's own application to a member, by its server API: `gettoken`, then
 * `message/send`. `to` is the member's userid. The token is kept until shortly before its end.
 */
export function wecomWay(
  settings: { readonly url: string; readonly corpId: string; readonly secret: string; readonly agentId: number },
  sendMs = SEND_MS,
): Way {
  let kept: { readonly token: string; readonly until: number } | null = null;

  async function token(leaving: AbortSignal): Promise<string> {
    if (kept !== null && kept.until > Date.now()) return kept.token;
    const query = new URLSearchParams({ corpid: settings.corpId, corpsecret: settings.secret });
    const answer = tokenSchema.parse(
      await askJson(`${settings.url}/cgi-bin/gettoken?${query.toString()}`, {}, leaving, sendMs),
    );
    if (answer.errcode !== 0 || answer.access_token === undefined) throw new NotSent(`WECOM ${answer.errcode}`);
    kept = { token: answer.access_token, until: Date.now() + (answer.expires_in ?? 0) * 1000 - MARGIN_MS };
    return kept.token;
  }

  return {
    async send({ to, text }, leaving) {
      const query = new URLSearchParams({ access_token: await token(leaving) });
      const body = {
        touser: to,
        msgtype: "text",
        agentid: settings.agentId,
        text: { content: text },
        // a job that is tried again within the interval sends the same text once
        enable_duplicate_check: 1,
        duplicate_check_interval: 14_400,
      };
      const answer = sentSchema.parse(
        await askJson(
          `${settings.url}/cgi-bin/message/send?${query.toString()}`,
          { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
          leaving,
          sendMs,
        ),
      );
      if (TOKEN_INVALID.has(answer.errcode)) kept = null;
      if (answer.errcode !== 0) throw new NotSent(`WECOM ${answer.errcode}`);
      if ((answer.invaliduser ?? "") !== "") throw new NotSent("WECOM_INVALID_USER");
    },
  };
}
