/**
 * The element of the page with this id, checked to be of the kind that the caller expects.
 *
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} kind
 * @returns {E}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} with the id ${id}`);
  return found;
}

/**
 * A new element. What came over the wire goes in through `content` and becomes text, whatever it looks like.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {...(string | Node)} content
 * @returns {HTMLElementTagNameMap[T]}
 */
export function create(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/**
 * A button that submits nothing.
 *
 * @param {string} className
 * @param {string} label
 * @param {() => void} onClick
 */
export function createButton(className, label, onClick) {
  const button = create('button', className, label);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

/**
 * A link to a section of an RFC: `RFC 6455 §5.2`.
 *
 * @param {string} section
 */
export function sectionLink(section) {
  const [, rfc, number] = /^RFC (\d+)(?: §([\d.]+))?/.exec(section) ?? [];
  if (rfc === undefined) return create('span', 'section', section);
  const link = create('a', 'section', section);
  link.href = `https://www.rfc-editor.org/rfc/rfc${rfc}${number === undefined ? '' : `#section-${number}`}`;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}
