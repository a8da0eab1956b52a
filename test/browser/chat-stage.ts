import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { ChatServer, ChatServerOptions } from '../../src/chat/chat-server.ts';
import { createChatServer } from '../../src/chat/chat-server.ts';

/** A chat server that can be stopped and started again on the same port. */
export class ChatHouse {
  port = 0;
  #server: ChatServer | undefined;
  readonly #options: ChatServerOptions;

  constructor(options: ChatServerOptions = {}) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#server = createChatServer(this.#options);
    const address = (await this.#server.listen({ port: this.port, host: '127.0.0.1' })) as AddressInfo;
    this.port = address.port;
  }

  /** Breaks the connections of those who speak `ws101.chat.v1`, as a broken line does. */
  cut(): void {
    for (const connection of this.#server?.connections ?? []) {
      if (connection.protocol === 'ws101.chat.v1') connection.terminate();
    }
  }

  async close(): Promise<void> {
    await this.#server?.shutdown({ deadlineMs: 500 });
    this.#server = undefined;
  }
}

/** One visitor's window on the chat, with everything in it that went wrong. */
export class Visitor {
  readonly page: Page;
  /** Errors of scripts, refusals of the policy, and whatever else the console complained of. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(`pageerror: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, port: number, options: BrowserContextOptions = {}, hash = ''): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
    const visitor = new Visitor(await context.newPage());
    await visitor.page.addInitScript(`
      globalThis.refusals = [];
      addEventListener('securitypolicyviolation', (event) => refusals.push(event.violatedDirective));
    `);
    await visitor.page.goto(`http://127.0.0.1:${port}/${hash}`);
    return visitor;
  }

  /** What the policy refused in this window. */
  refusals(): Promise<string[]> {
    return this.page.evaluate(() => Reflect.get(globalThis, 'refusals') as string[]);
  }

  async join(name: string): Promise<void> {
    await this.page.fill('#name', name);
    await this.page.press('#name', 'Enter');
    await this.page.waitForSelector('#chat:not([hidden])');
  }

  async say(text: string): Promise<void> {
    await this.page.fill('#text', text);
    await this.page.press('#text', 'Enter');
  }

  /** Goes into a further room by the dialog. */
  async goTo(room: string): Promise<void> {
    await this.page.click('#find');
    await this.page.fill('#finder-room', room);
    await this.page.press('#finder-room', 'Enter');
  }

  /** Waits until a message with this text is shown. */
  async hears(text: string): Promise<void> {
    await this.page.locator('#log .words', { hasText: text }).first().waitFor();
  }

  /** Waits until a line of the log or a notice holds this text. */
  async reads(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  words(): Promise<string[]> {
    return this.page.locator('#log .words').allTextContents();
  }

  focused(): Promise<string> {
    return this.page.evaluate(() => String(Reflect.get(globalThis, 'document').activeElement?.id));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
