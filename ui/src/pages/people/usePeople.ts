/* Seats at a unit and below it, who holds them, and what may be done about it. */
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { Command, Commands, People, Post } from '../../api.gen';
import { route } from '../../router';
import { mySeat } from '../../session';
import { useView, type Viewed } from '../../useView';

const PAGE = 200;
/** Commands about one seat, in the order of the page; the person commands stand apart. */
export const SEAT_COMMANDS = ['seat.hold', 'seat.leave', 'seat.stand_in', 'grant.give', 'grant.end', 'grant.read', 'seat.close'];
export const PERSON_COMMANDS = ['person.link', 'person.close'];

export function fits(post: Post, words: string): boolean {
  const q = words.trim().toLowerCase();
  return !q || `${post.seat.title} ${post.seat.seat} ${post.seat.unit.name} ${post.holder?.name ?? ''} ${post.holder?.login ?? ''}`.toLowerCase().includes(q);
}
export interface Peopling {
  view: Viewed<People>; posts: ComputedRef<Post[]>; current: ComputedRef<Post | undefined>; chosen: Ref<string>; find: Ref<string>;
  unit: ComputedRef<string>; may: (command: string) => Command | undefined; more: () => void;
}
export function usePeople(): Peopling {
  const limit = ref(PAGE);
  const find = ref('');
  const chosen = ref('');
  const unit = computed(() => route.value.parts[0] ?? mySeat.value?.unit.code ?? '');
  const view = useView<People>('people', () => ({ unit: unit.value, limit: limit.value }));
  const commands = useView<Commands>('commands', () => ({}));
  const posts = computed(() => (view.data.value?.posts ?? []).filter((p) => fits(p, find.value)));
  const current = computed(() => posts.value.find((p) => p.seat.seat === chosen.value));
  return { view, posts, current, chosen, find, unit, may: (name) => commands.data.value?.commands.find((c) => c.name === name), more: () => { limit.value += PAGE; } };
}
