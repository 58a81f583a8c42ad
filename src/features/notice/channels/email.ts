import { createTransport } from "nodemailer";
import { NotSent, SEND_MS, type Way } from "./channel.ts";

/** A message takes several steps; how many times the time of one it may take in all. */
const STEPS = 3;

function orGivenUp(sent: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const givenUp = (): void => reject(new NotSent("SMTP_GIVEN_UP"));
    if (signal.aborted) return givenUp();
    signal.addEventListener("abort", givenUp, { once: true });
    sent.then(resolve, reject).finally(() => signal.removeEventListener("abort", givenUp));
  });
}

/**
 * E-mail over SMTP.
 * @param settings `url` as smtp://user:password@host:587 or smtps://…:465; `from` as 贯通 <notice@school.example>
 */
export function emailWay(settings: { readonly url: string; readonly from: string }, sendMs = SEND_MS): Way {
  const transport = createTransport({
    url: settings.url,
    dnsTimeout: sendMs,
    connectionTimeout: sendMs,
    greetingTimeout: sendMs,
    socketTimeout: sendMs,
  });
  return {
    async send({ id, to, subject, text }, leaving) {
      // a text of ours is no way to attach a file or a page of the server
      const sent = transport.sendMail({
        from: settings.from,
        to: { name: "", address: to },
        subject,
        text,
        messageId: `<${id}@guantong>`,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      // each step has its time; a server that takes all of them is given up too
      await orGivenUp(sent, AbortSignal.any([leaving, AbortSignal.timeout(STEPS * sendMs)]));
    },
  };
}
