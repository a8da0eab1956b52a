import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { Dialer } from '../load/dialer.ts';
import type { Measurement, Phase } from '../model.ts';
import { type Attacker, HandshakeAttacker, WebSocketAttacker } from './attacker.ts';
import { ATTACK_NAMES, ATTACKS, SLOW_HANDSHAKE } from './attacks.ts';
import { checkDescriptors, openAll, sizeOf } from './opening.ts';
import { Pacer } from './pacer.ts';
import { PublicationFormat } from './publication.ts';
import { Recorder } from './recorder.ts';
import { belongsToShare, globalIndex, shareOf } from './share.ts';
import { Victim } from './victim.ts';

/** Throws a RangeError that lists the attacks, unless this is the name of one. */
export function checkAttack(name: string): void {
  if (ATTACK_NAMES.includes(name)) return;
  throw new RangeError(`there is no attack "${name}"; give one of ${ATTACK_NAMES.join(', ')}`);
}

/** Attackers beside clients of an echo that do nothing wrong: how long these wait, and what becomes of those. */
export class HostileEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #recorder = new Recorder();
  readonly #dialer: Dialer;
  readonly #victims: Victim[];
  readonly #attackers: Attacker[];
  #pacer: Pacer | undefined = undefined;
  #turn = 0;

  constructor(config: LoadConfig) {
    checkAttack(config.attack);
    this.#config = config;
    this.#dialer = new Dialer(config);
    const format = new PublicationFormat(sizeOf(config), config.seed);
    const own = Array.from({ length: shareOf(config.connections, config) }, (_, local) => globalIndex(local, config));
    const attacking = own.filter((index) => belongsToShare(index, config.share));
    const victims = own.filter((index) => !attacking.includes(index));
    this.#victims = victims.map((index) => new Victim(index, format, this.#recorder));
    const create = this.#attackerFactory();
    this.#attackers = attacking.map(create);
  }

  async open(): Promise<void> {
    checkDescriptors(this.#victims.length + this.#attackers.length);
    const open = async (at: number): Promise<void> => {
      const victim = this.#victims[at];
      if (victim !== undefined) await this.#dialer.open(victim);
    };
    await openAll(this.#victims.length, open, this.#recorder);
  }

  async start(phase: Phase): Promise<void> {
    const victims = Array.from({ length: this.#config.connections }, (_, index) => index).filter(
      (index) => !belongsToShare(index, this.#config.share),
    );
    this.#recorder.reset();
    for (const attacker of this.#attackers) attacker.start();
    if (this.#victims.length === 0) return;
    const rate = (phase.rate * this.#victims.length) / victims.length;
    this.#pacer = new Pacer({ ...this.#config, rate }, (intended) => this.#due(intended));
    this.#pacer.start();
  }

  reset(): void {
    this.#recorder.reset();
    // Some attacks outlast the warm-up, and count as long as they go on.
    this.#recorder.count('attacks', this.#attackers.filter(({ isUnderWay }) => isUnderWay).length);
  }

  sample(): Sample {
    return this.#recorder.sample();
  }

  cut(): void {
    this.#recorder.cut();
  }

  async stop(): Promise<Measurement> {
    this.#pacer?.stop();
    const { timeoutMs } = this.#config;
    await Promise.all([
      ...this.#victims.map((victim) => victim.settle(timeoutMs)),
      ...this.#attackers.map((attacker) => attacker.stop()),
    ]);
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    this.#pacer?.stop();
    await Promise.all(this.#attackers.map((attacker) => attacker.stop()));
    await Promise.all(this.#victims.filter(({ isOpen }) => isOpen).map(({ connection }) => connection.close()));
  }

  #attackerFactory(): () => Attacker {
    if (this.#config.attack === SLOW_HANDSHAKE) return () => new HandshakeAttacker(this.#dialer, this.#recorder);
    const attack = ATTACKS[this.#config.attack]?.();
    if (attack === undefined) throw new RangeError(`there is no attack "${this.#config.attack}"`);
    const dialer = new Dialer({ ...this.#config, deflate: attack.deflate, verify: 'count' });
    return () => new WebSocketAttacker(attack, dialer, this.#recorder);
  }

  #due(intendedNs: number): void {
    this.#victims[this.#turn++ % this.#victims.length]?.due(intendedNs);
  }
}
