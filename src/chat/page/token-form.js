import { looksLikeToken } from './credential.js';
import { byId } from './dom.js';

/**
 * The form in which a person gives a token. What was typed is taken out of it as soon as it is read.
 *
 * @param {(token: string) => void} onToken
 */
export function createTokenForm(onToken) {
  const dialog = byId('token', HTMLDialogElement);
  const form = byId('token-form', HTMLFormElement);
  const why = byId('token-why', HTMLElement);
  const field = byId('token-field', HTMLInputElement);
  const error = byId('token-error', HTMLElement);
  const submit = byId('token-submit', HTMLButtonElement);

  /** @type {(sentence: string) => void} */
  const complain = (sentence) => {
    error.textContent = sentence;
    submit.disabled = false;
    field.removeAttribute('aria-invalid');
    if (sentence) field.setAttribute('aria-invalid', 'true');
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = field.value.trim();
    if (!looksLikeToken(token)) {
      complain('This is no token: one has three parts with dots between.');
      field.focus();
      return;
    }
    complain('');
    field.value = '';
    submit.disabled = true;
    onToken(token);
  });
  field.addEventListener('input', () => complain(''));
  dialog.addEventListener('close', () => {
    field.value = '';
  });

  return {
    /** @type {(sentence: string) => void} asks for one, and says why */
    show(sentence) {
      why.textContent = sentence;
      complain('');
      if (!dialog.open) dialog.showModal();
      field.focus();
    },
    /** @type {(sentence: string) => void} what was given is not taken */
    refuse(sentence) {
      complain(sentence);
      field.focus();
    },
    close: () => dialog.close(),
  };
}
