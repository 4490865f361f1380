/* Keys of a list: J and K move, others act; never while somebody writes or a dialog is open. */
import { onBeforeUnmount, onMounted } from 'vue';

/** `keys` by the lower-case name of the key; Enter stays with the control that has the focus. */
export function useKeys(keys: Record<string, () => void>): void {
  function press(e: KeyboardEvent): void {
    const on = e.target as HTMLElement;
    const run = keys[e.key.toLowerCase()];
    if (!run || e.ctrlKey || e.metaKey || e.altKey || on.closest('input:not([type=checkbox]), select, textarea') || document.querySelector('[aria-modal]')) return;
    if (e.key === 'Enter' && on.closest('a, button, input')) return;
    if (e.key === '/') e.preventDefault();
    run();
  }
  onMounted(() => document.addEventListener('keydown', press));
  onBeforeUnmount(() => document.removeEventListener('keydown', press));
}
/** After moving: the current row comes into sight. */
export const showCurrent = (): void => { requestAnimationFrame(() => document.querySelector('.rows [aria-current="true"]')?.scrollIntoView({ block: 'nearest' })); };
export const focusOn = (id: string): void => document.getElementById(id)?.focus();
export const clickOn = (id: string): void => document.getElementById(id)?.click();
