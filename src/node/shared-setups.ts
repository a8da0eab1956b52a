import type { SharedSetup } from './connection-setup.ts';
import type { Route } from './routes.ts';

/** What the connections of each route of a server have in common. */
export class SharedSetups {
  readonly #common: Omit<SharedSetup<unknown>, 'role' | 'handlers' | 'limits' | 'keepalive'>;
  readonly #setups = new Map<Route, SharedSetup<unknown>>();

  /** @param common what all its routes have in common */
  constructor(common: Omit<SharedSetup<unknown>, 'role' | 'handlers' | 'limits' | 'keepalive'>) {
    this.#common = common;
  }

  /** The one object for all connections of `route`. */
  of(route: Route): SharedSetup<unknown> {
    let setup = this.#setups.get(route);
    if (setup === undefined) {
      const { limits, keepalive } = route.settings;
      setup = { ...this.#common, role: 'server', handlers: route.handlers, limits, keepalive };
      this.#setups.set(route, setup);
    }
    return setup;
  }
}
