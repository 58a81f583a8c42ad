import type { Channel } from "../../../domain/notice.ts";

/** What is sent to one person. */
export interface Message {
  /** The same for the same notice, however often it is sent: a retried job may send twice, and this tells so. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * A way out of the house. `send` answers when the message is taken over, and throws an error with a `code` otherwise; it is
 * tried again later. In-app needs none: the inbox is the notice itself.
 */
export interface Way {
  send(message: Message, leaving: AbortSignal): Promise<void>;
}

/** The ways that are configured. */
export type Channels = Partial<Readonly<Record<Channel, Way>>>;

/** A gateway's refusal, by its code: its words may quote the message. */
export class NotSent extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "NotSent";
    this.code = code;
  }
}

/** How long a gateway may take. */
export const SEND_MS = 15_000;

/** Asks a gateway that speaks JSON. */
export async function askJson(
  url: string,
  init: RequestInit,
  leaving: AbortSignal,
  sendMs = SEND_MS,
): Promise<unknown> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(sendMs)]);
  const response = await fetch(url, { ...init, signal });
  if (!response.ok) throw new NotSent(`HTTP ${response.status}`);
  return response.json();
}
