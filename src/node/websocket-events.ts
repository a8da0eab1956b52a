import type { CloseEvent, WebSocketErrorEvent } from './events.ts';
import { HandlerAttributes } from './handler-attributes.ts';

/** The events of a `WebSocket` (WHATWG WebSockets §3.1), by their type. */
export interface WebSocketEventMap {
  readonly open: Event;
  /** `data` is a string, or what `binaryType` says. */
  readonly message: MessageEvent;
  readonly error: WebSocketErrorEvent;
  readonly close: CloseEvent;
}

/** Is called with one of the {@link WebSocketEventMap events}. */
export type WebSocketListener<Target, Type extends keyof WebSocketEventMap> =
  | ((this: Target, event: WebSocketEventMap[Type]) => unknown)
  | { handleEvent(event: WebSocketEventMap[Type]): unknown };

/** An event handler attribute, `onopen` and its like. */
export type WebSocketHandler<Target, Type extends keyof WebSocketEventMap> =
  | ((this: Target, event: WebSocketEventMap[Type]) => unknown)
  | null;

type Listener = Parameters<EventTarget['addEventListener']>[1] | null;
type AddOptions = Parameters<EventTarget['addEventListener']>[2];
type RemoveOptions = Parameters<EventTarget['removeEventListener']>[2];

/** What a `WebSocket` has as a target of events: its four attributes, and listeners that know the type of their event. */
export class WebSocketEvents extends EventTarget {
  readonly #attributes = new HandlerAttributes(this);

  get onopen(): WebSocketHandler<this, 'open'> {
    return this.#attributes.get('open');
  }

  set onopen(handler: WebSocketHandler<this, 'open'>) {
    this.#attributes.set('open', handler);
  }

  get onmessage(): WebSocketHandler<this, 'message'> {
    return this.#attributes.get('message') as WebSocketHandler<this, 'message'>;
  }

  set onmessage(handler: WebSocketHandler<this, 'message'>) {
    this.#attributes.set('message', handler);
  }

  get onerror(): WebSocketHandler<this, 'error'> {
    return this.#attributes.get('error') as WebSocketHandler<this, 'error'>;
  }

  set onerror(handler: WebSocketHandler<this, 'error'>) {
    this.#attributes.set('error', handler);
  }

  get onclose(): WebSocketHandler<this, 'close'> {
    return this.#attributes.get('close') as WebSocketHandler<this, 'close'>;
  }

  set onclose(handler: WebSocketHandler<this, 'close'>) {
    this.#attributes.set('close', handler);
  }

  override addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: WebSocketListener<this, Type> | null,
    options?: AddOptions,
  ): void;
  override addEventListener(type: string, listener: Listener, options?: AddOptions): void;
  override addEventListener(type: string, listener: unknown, options?: AddOptions): void {
    super.addEventListener(type, listener as NonNullable<Listener>, options);
  }

  override removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: WebSocketListener<this, Type> | null,
    options?: RemoveOptions,
  ): void;
  override removeEventListener(type: string, listener: Listener, options?: RemoveOptions): void;
  override removeEventListener(type: string, listener: unknown, options?: RemoveOptions): void {
    super.removeEventListener(type, listener as NonNullable<Listener>, options);
  }
}
