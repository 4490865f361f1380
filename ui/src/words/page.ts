/* Words of one page, loaded with it: the same keys in both languages, checked by the compiler. */
import { lang } from './index';

export type Say<K extends string> = (key: K, values?: Record<string, string | number>) => string;
export function pageWords<K extends string>(zh: Record<K, string>, en: Record<NoInfer<K>, string>): Say<K> {
  return (key, values = {}) =>
    (lang.value === 'en' ? en : zh)[key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}
