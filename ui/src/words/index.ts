/* Words of the app: two dictionaries with the same keys, checked by the compiler. Chinese is in the
 * first load; English is fetched when somebody asks for it. */
import { shallowRef } from 'vue';
import { zh } from './zh';

export type Key = keyof typeof zh;
export type Dictionary = Record<Key, string>;
export type Lang = 'zh' | 'en';

export const lang = shallowRef<Lang>('zh');
const words = shallowRef<Dictionary>(zh);

/** t('due.left', { n: 3 }) with "剩 {n} 天" gives "剩 3 天". */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return words.value[key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}

export async function setLang(to: Lang): Promise<void> {
  words.value = to === 'en' ? (await import('./en')).en : zh;
  lang.value = to;
  document.documentElement.lang = to === 'en' ? 'en' : 'zh-CN';
  try { localStorage.setItem('tian.lang', to); } catch { /* the choice lasts as long as the page */ }
}

/** Texts that the server gives in both languages. */
export function say(both: { zh?: string; en?: string } | null | undefined): string {
  if (!both) return '';
  return (lang.value === 'en' ? both.en || both.zh : both.zh || both.en) ?? '';
}
