import { createTransport } from "nodemailer";
import { SEND_MS, type Way } from "./channel.ts";

/**
 * E-mail over SMTP.
 * @param settings `url` as smtp://user:password@host:587 or smtps://…:465; `from` as 贯通 <notice@school.example>
 */
export function emailWay(settings: { readonly url: string; readonly from: string }): Way {
  const transport = createTransport({
    url: settings.url,
    connectionTimeout: SEND_MS,
    greetingTimeout: SEND_MS,
    socketTimeout: SEND_MS,
  });
  return {
    async send({ id, to, subject, text }) {
      // a text of ours is no way to attach a file or a page of the server
      await transport.sendMail({
        from: settings.from,
        to: { name: "", address: to },
        subject,
        text,
        messageId: `<${id}@guantong>`,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
  };
}
