/* The unit that the address names ("#/unit/CODE?day=…"), else the seat's own. */
import { computed, type ComputedRef } from 'vue';
import type { UnitPage } from '../../api.gen';
import { route } from '../../router';
import { mySeat } from '../../session';
import { useView, type Viewed } from '../../useView';

export interface UnitAsked { code: string; day: string }
export const unitAddress = (code: string, day = ''): string => `#/unit/${encodeURIComponent(code)}${day ? `?day=${day}` : ''}`;

export function useUnit(): { asked: ComputedRef<UnitAsked>; page: Viewed<UnitPage> } {
  const asked = computed(() => ({ code: route.value.parts[0] ?? mySeat.value?.unit.code ?? '', day: route.value.query.get('day') ?? '' }));
  const page = useView<UnitPage>('unit', () => (asked.value.code ? { unit: asked.value.code, day: asked.value.day } : null), {
    keep: true, events: () => (asked.value.code ? `unit:${asked.value.code}` : null),
  });
  return { asked, page };
}
