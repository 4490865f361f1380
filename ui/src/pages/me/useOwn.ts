/* What one changes of one's own account: a form's errors, each by its field, and who says them. */
import { ref, type Ref } from 'vue';
import { ApiError } from '../../api';
import { lang, say, t } from '../../words';
import { w } from './words';

export interface FieldError { id: string; text: string }
export interface Own {
  errors: Ref<FieldError[]>;
  round: Ref<number>;
  busy: Ref<boolean>;
  of: (id: string) => string | undefined;
  /** Checks first; then asks. Fields of the answer stand under `${prefix}-${field}`. */
  run: (wrong: FieldError[], ask: () => Promise<void>) => Promise<void>;
}

export function useOwn(prefix: string): Own {
  const errors = ref<FieldError[]>([]);
  const round = ref(0);
  const busy = ref(false);
  function told(e: ApiError): FieldError[] {
    const first = (text: string): FieldError[] => [{ id: prefix, text }];
    if (e.offline) return first(w('offline'));
    if (e.code === 'wait') return first(w('wait', { n: Math.max(1, Math.ceil(e.wait / 60)) }));
    if (e.fields.length) return e.fields.map((f) => ({ id: `${prefix}-${f.field}`, text: lang.value === 'en' ? f.en : f.zh }));
    return first(say(e) || t('error.other'));
  }
  return {
    errors, round, busy,
    of: (id) => errors.value.find((e) => e.id === `${prefix}-${id}`)?.text,
    async run(wrong, ask) {
      errors.value = wrong.map((e) => ({ ...e, id: `${prefix}-${e.id}` }));
      if (!wrong.length) {
        busy.value = true;
        try {
          await ask();
        } catch (e) {
          if (!(e instanceof ApiError)) throw e;
          errors.value = told(e);
        } finally {
          busy.value = false;
        }
      }
      round.value++;
    },
  };
}
