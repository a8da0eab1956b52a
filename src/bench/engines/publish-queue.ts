import type { Member } from './member.ts';

/** Publications that have become due: those of one turn of the event loop go out in one write of each publisher. */
export class PublishQueue {
  readonly #publish: (publisher: Member) => void;
  #due: Member[] = [];

  /** @param publish publishes once */
  constructor(publish: (publisher: Member) => void) {
    this.#publish = publish;
  }

  /** One is due. Not within this call: a server that answers at once would make it a recursion. */
  push(publisher: Member): void {
    if (this.#due.push(publisher) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const due = this.#due;
    this.#due = [];
    for (const publisher of new Set(due)) {
      if (!publisher.isOpen) continue;
      publisher.connection.writeTogether(() => {
        for (const other of due) if (other === publisher) this.#publish(publisher);
      });
    }
  }
}
