import type { Channels } from "./channel.ts";
import { emailWay } from "./email.ts";
import { smsWay } from "./sms.ts";
import { wecomWay } from "./wecom.ts";

/** The ways that the settings open. */
export function channelsOf(settings: {
  readonly email: Parameters<typeof emailWay>[0] | null;
  readonly sms: Parameters<typeof smsWay>[0] | null;
  readonly wecom: Parameters<typeof wecomWay>[0] | null;
}): Channels {
  const { email, sms, wecom } = settings;
  return {
    ...(email === null ? {} : { EMAIL: emailWay(email) }),
    ...(sms === null ? {} : { SMS: smsWay(sms) }),
    ...(wecom === null ? {} : { WECOM: wecomWay(wecom) }),
  };
}
