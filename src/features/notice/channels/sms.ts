import { askJson, NotSent, SEND_MS, type Way } from "./channel.ts";

/**
 * SMS over the school's gateway. Providers in China each have a protocol and want every template registered; what they
 * have in common stands here, and the gateway in front of a provider takes
 * `POST {"id","to","text"}` with `Authorization: Bearer`, answers `{"accepted":true}`, and takes an id once.
 */
export function smsWay(settings: { readonly url: string; readonly token: string }, sendMs = SEND_MS): Way {
  return {
    async send({ id, to, text }, leaving) {
      const answer = await askJson(
        settings.url,
        {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${settings.token}` },
          body: JSON.stringify({ id, to, text }),
        },
        leaving,
        sendMs,
      );
      if ((answer as { accepted?: unknown } | null)?.accepted !== true) throw new NotSent("SMS_REFUSED");
    },
  };
}
