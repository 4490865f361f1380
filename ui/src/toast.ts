/* A word at the lower edge, with one way back where the act can be undone. */
import { shallowRef } from 'vue';

export interface Toast { id: number; text: string; act?: string; run?: () => void }
export const toasts = shallowRef<Toast[]>([]);
let last = 0;

export function closeToast(id: number): void {
  toasts.value = toasts.value.filter((x) => x.id !== id);
}
/** Stays 10 s (time enough to undo); `stay` keeps it until it is pressed. */
export function toast(text: string, act?: string, run?: () => void, stay = false): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, text, act, run }];
  if (!stay) setTimeout(() => closeToast(id), 10_000);
}
