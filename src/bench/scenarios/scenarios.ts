import type { ScenarioName } from '../model.ts';
import type { Scenario } from '../scenario.ts';
import { chat } from './chat.ts';
import { curve } from './curve.ts';
import { deflate } from './deflate.ts';
import { echo } from './echo.ts';
import { fanout } from './fanout.ts';
import { hostile } from './hostile.ts';
import { large } from './large.ts';
import { open } from './open.ts';
import { slow } from './slow.ts';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Partial<Record<ScenarioName, Scenario>>> = {
  echo,
  open,
  curve,
  large,
  deflate,
  fanout,
  chat,
  slow,
  hostile,
};
