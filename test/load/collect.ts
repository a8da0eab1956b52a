/** Collects garbage until the heap gets no smaller; needs `--expose-gc`. */
export async function collect(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void };
  for (let round = 0; round < 4; round++) {
    gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
