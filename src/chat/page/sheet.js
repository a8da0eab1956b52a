import { byId, create, createButton } from './dom.js';

/** @import { Action } from './talk-types.ts' */

/** A sheet with what can be done about something. */
export function createSheet() {
  const dialog = byId('sheet', HTMLDialogElement);
  const title = byId('sheet-title', HTMLElement);
  const body = byId('sheet-body', HTMLElement);
  const list = byId('sheet-actions', HTMLElement);
  // A click beside it closes it.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });

  return {
    /**
     * @param {string} heading
     * @param {readonly (string | Node)[]} content
     * @param {readonly Action[]} actions
     */
    show(heading, content, actions) {
      title.replaceChildren(create('bdi', '', heading));
      body.replaceChildren(...content);
      list.replaceChildren(
        ...actions.map(({ label, isGrave, run }) =>
          createButton(isGrave ? 'quiet wide grave' : 'quiet wide', label, () => {
            dialog.close();
            run();
          }),
        ),
      );
      if (!dialog.open) dialog.showModal();
      // What is only to be read is read from its beginning.
      if (actions.length === 0) title.focus();
    },
    close: () => dialog.close(),
  };
}
