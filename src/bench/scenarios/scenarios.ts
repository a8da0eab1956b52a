import type { ScenarioName } from '../model.ts';
import type { Scenario } from '../scenario.ts';
import { chat } from './chat.ts';
import { churn } from './churn.ts';
import { curve } from './curve.ts';
import { deflate } from './deflate.ts';
import { echo } from './echo.ts';
import { fanout } from './fanout.ts';
import { hostile } from './hostile.ts';
import { idle } from './idle.ts';
import { large } from './large.ts';
import { open } from './open.ts';
import { replay } from './replay.ts';
import { script } from './script.ts';
import { slow } from './slow.ts';
import { storm } from './storm.ts';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  echo,
  open,
  curve,
  large,
  deflate,
  fanout,
  chat,
  slow,
  hostile,
  storm,
  churn,
  idle,
  replay,
  script,
};
