import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import type { Message, Way } from "../../../src/features/notice/channels/channel.ts";
import { channelsOf } from "../../../src/features/notice/channels/index.ts";

const message: Message = {
  id: "id-1",
  to: "wang@school.example",
  subject: "贯通：选课成功",
  text: "您已选上《电工基础》。",
};
const leaving = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** A mail server of our own. */
async function mailServer(
  refuse: boolean,
): Promise<{ readonly url: string; readonly mails: { to: string[]; raw: string }[] }> {
  const mails: { to: string[]; raw: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: ({ address }, _, done) =>
      done(refuse ? Object.assign(new Error(`no ${address} here`), { responseCode: 550 }) : null),
    onData(stream, { envelope }, done) {
      let raw = "";
      stream.on("data", (chunk: Buffer) => (raw += chunk.toString()));
      stream.on("end", () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  );
  return { url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, mails };
}

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A gateway of our own, which answers what it is told to. */
async function gateway(
  answer: (asked: Asked, request: IncomingMessage) => { readonly status?: number; readonly body: object },
) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const one = {
        url: request.url ?? "",
        authorization: request.headers.authorization,
        body: text === "" ? null : JSON.parse(text),
      };
      asked.push(one);
      const { status = 200, body } = answer(one, request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => void server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const NONE = { email: null, sms: null, wecom: null };
const way = (found: Way | undefined): Way => found ?? expect.fail("not configured");

test("only what is configured is a way out", () => {
  expect(channelsOf(NONE)).toEqual({});
});

describe("e-mail", () => {
  test("reaches a real mail server: recipient, subject, text, and an id that stays", async () => {
    const { url, mails } = await mailServer(false);
    const email = way(channelsOf({ ...NONE, email: { url, from: "贯通 <notice@school.example>" } }).EMAIL);
    await email.send(message, leaving);
    await email.send(message, leaving);
    expect(mails.map(({ to }) => to)).toEqual([["wang@school.example"], ["wang@school.example"]]);
    expect(mails.map(({ raw }) => /^message-id: (.*)$/im.exec(raw)?.[1])).toEqual([
      "<id-1@guantong>",
      "<id-1@guantong>",
    ]);
    const raw = mails[0]?.raw ?? "";
    expect(raw).toMatch(/^from: .*<notice@school\.example>/im);
    expect(raw).toMatch(/^subject: =\?UTF-8\?/im);
    const body = raw.slice(raw.indexOf("\r\n\r\n") + 4);
    expect(Buffer.from(body, "base64").toString("utf8")).toContain("您已选上《电工基础》。");
  });

  test("that the server refuses tells a code", async () => {
    const { url } = await mailServer(true);
    const email = way(channelsOf({ ...NONE, email: { url, from: "notice@school.example" } }).EMAIL);
    await expect(email.send(message, leaving)).rejects.toMatchObject({ code: "EENVELOPE", responseCode: 550 });
  });
});

describe("SMS", () => {
  test("goes to the gateway with its id and token, and must be accepted", async () => {
    let accepted = true;
    const { url, asked } = await gateway(() => ({ body: { accepted } }));
    const sms = way(channelsOf({ ...NONE, sms: { url, token: "secret" } }).SMS);
    await sms.send({ ...message, to: "13800000000" }, leaving);
    expect(asked).toEqual([
      { url: "/", authorization: "Bearer secret", body: { id: "id-1", to: "13800000000", text: message.text } },
    ]);
    accepted = false;
    await expect(sms.send(message, leaving)).rejects.toMatchObject({ code: "SMS_REFUSED" });
  });

  test("that meets a broken gateway tells how it broke", async () => {
    const { url } = await gateway(() => ({ status: 503, body: {} }));
    const sms = way(channelsOf({ ...NONE, sms: { url, token: "secret" } }).SMS);
    await expect(sms.send(message, leaving)).rejects.toMatchObject({ code: "HTTP 503" });
  });

  test("is broken off when the service leaves", async () => {
    const { url } = await gateway(() => ({ body: { accepted: true } }));
    const sms = way(channelsOf({ ...NONE, sms: { url, token: "secret" } }).SMS);
    await expect(sms.send(message, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

describe("WeCom", () => {
  const settings = { corpId: "corp", secret: "secret", agentId: 1000002 };

  test("asks for a token once, and sends the text to the member", async () => {
    const { url, asked } = await gateway(({ url: path }) =>
      path.startsWith("/cgi-bin/gettoken")
        ? { body: { errcode: 0, access_token: "token-1", expires_in: 7200 } }
        : { body: { errcode: 0, msgid: "m" } },
    );
    const wecom = way(channelsOf({ ...NONE, wecom: { url, ...settings } }).WECOM);
    await wecom.send({ ...message, to: "wang" }, leaving);
    await wecom.send({ ...message, to: "wang" }, leaving);
    expect(asked.map(({ url: path }) => path)).toEqual([
      "/cgi-bin/gettoken?corpid=corp&corpsecret=secret",
      "/cgi-bin/message/send?access_token=token-1",
      "/cgi-bin/message/send?access_token=token-1",
    ]);
    expect(asked[1]?.body).toMatchObject({
      touser: "wang",
      msgtype: "text",
      agentid: 1000002,
      text: { content: message.text },
    });
  });

  test("asks for a new token where the old one is worn out, and tells WeCom's codes", async () => {
    const errors = [42001, 0, 60020];
    const { url, asked } = await gateway(({ url: path }) =>
      path.startsWith("/cgi-bin/gettoken")
        ? { body: { errcode: 0, access_token: "token", expires_in: 7200 } }
        : { body: { errcode: errors.shift() ?? 0 } },
    );
    const wecom = way(channelsOf({ ...NONE, wecom: { url, ...settings } }).WECOM);
    await expect(wecom.send(message, leaving)).rejects.toMatchObject({ code: "WECOM 42001" });
    await wecom.send(message, leaving);
    expect(asked.filter(({ url: path }) => path.startsWith("/cgi-bin/gettoken"))).toHaveLength(2);
    await expect(wecom.send(message, leaving)).rejects.toMatchObject({ code: "WECOM 60020" });
  });

  test("that knows no such member says so", async () => {
    const { url } = await gateway(({ url: path }) =>
      path.startsWith("/cgi-bin/gettoken")
        ? { body: { errcode: 0, access_token: "token", expires_in: 7200 } }
        : { body: { errcode: 0, invaliduser: "nobody" } },
    );
    const wecom = way(channelsOf({ ...NONE, wecom: { url, ...settings } }).WECOM);
    await expect(wecom.send({ ...message, to: "nobody" }, leaving)).rejects.toMatchObject({
      code: "WECOM_INVALID_USER",
    });
  });
});
