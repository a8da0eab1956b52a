import { byId } from './dom.js';

/**
 * A panel that stands beside the conversation where there is room, and is drawn over it on a phone.
 *
 * @typedef {{ close: () => void, show: () => void }} Drawer
 *
 * @param {'rooms' | 'people'} id
 * @param {() => void} onOpen
 * @returns {Drawer}
 */
export function createDrawer(id, onOpen) {
  const panel = byId(id, HTMLElement);
  const toggle = byId(`${id}-toggle`, HTMLButtonElement);
  const close = byId(`${id}-close`, HTMLButtonElement);
  const veil = byId('veil', HTMLElement);

  /** @type {(open: boolean) => void} */
  const set = (open) => {
    const wasOpen = panel.classList.contains('open');
    if (open === wasOpen) return;
    if (open) onOpen();
    panel.classList.toggle('open', open);
    toggle.setAttribute('aria-expanded', String(open));
    veil.hidden = !open;
    (open ? close : toggle).focus();
  };
  toggle.addEventListener('click', () => set(!panel.classList.contains('open')));
  close.addEventListener('click', () => set(false));
  veil.addEventListener('click', () => set(false));
  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') set(false);
  });

  return {
    close: () => set(false),
    /** Opens it, or where it stands open anyhow, goes there. */
    show() {
      if (toggle.offsetParent) set(true);
      else panel.querySelector('button:not(.drawer-close)')?.scrollIntoView();
    },
  };
}
