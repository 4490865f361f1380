/* One return or one row of a register being filled in: values, computed fields, complaints, draft,
 * sending, conflict, receipt. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { ApiError, seat, type Difference } from '../../api';
import type { Book, Field, Form, Value } from '../../api.gen';
import { isNumber, isPrivate } from '../../cell';
import { evaluate, printKnown, store } from '../../expr';
import { newId } from '../../keep/id';
import { items as outbox, post, take, type Photo, type Receipt } from '../../keep/outbox';
import * as vault from '../../keep/vault';
import { refreshMe } from '../../session';
import { now } from '../../time';
import { lang, t } from '../../words';
import { complaints, isEmpty, isRequired, scopeOf, tidyNumber, type Complaint } from './faults';

/** act = another command than record.file, with what it takes beside the cells. */
export interface Place { book: string; unit: string; period: string; number: string; items: string[]; parent: string; back: string; draft?: string; act?: { command: string; fields: Record<string, string> } }
interface Draft { at: number; values: Record<string, Value>; photos: Record<string, Photo[]>; expect: number }
type Outcome = { kind: 'none' } | { kind: 'receipt'; receipt: Receipt } | { kind: 'kept' } | { kind: 'conflict'; difference: Difference[]; seq: number };

export interface FormDesk {
  values: Record<string, Value>; photos: Record<string, Photo[]>; asked: ComputedRef<Field[]>; shown: ComputedRef<Record<string, Value>>;
  errors: ComputedRef<Complaint[]>; warnings: ComputedRef<Complaint[]>; whole: ComputedRef<Complaint[]>; required: ComputedRef<{ n: number; all: number }>;
  before: ComputedRef<Record<string, Value>>; beforePeriod: ComputedRef<string>; savedAt: Ref<number>; draftAt: Ref<number>; busy: Ref<boolean>; round: Ref<number>; outcome: Ref<Outcome>;
  set: (f: Field, v: Value) => void; left: (f: Field) => void; setPhotos: (f: Field, p: Photo[]) => void;
  errorOf: (name: string) => string; warningOf: (name: string) => string; isCarried: (name: string) => boolean; isChanged: (name: string) => boolean;
  canTakeLast: ComputedRef<boolean>; takeLast: () => void; submit: () => Promise<void>; resolve: (theirs: Set<string>) => Promise<void>; dropDraft: () => Promise<void>;
}

const DRAFT_MS = 400;
const text = (v: Value | undefined): string => (Array.isArray(v) ? v.join('、') : typeof v === 'string' ? v : '');
const same = (a: Value | undefined, b: Value | undefined): boolean => text(a) === text(b);
export const draftName = (p: Place): string => p.draft || `form/${p.book}/${p.unit}/${p.period}/${p.number}/${p.items.join(',')}/${p.parent}`;

export function useForm(book: Book, form: Form, place: Place, title: string): FormDesk {
  const filed = form.state !== 'none' && form.state !== 'void';
  const start = (): Record<string, Value> => Object.fromEntries(book.fields.filter((f) => !f.computed).map((f) => {
    const v = filed ? form.values[f.name] : form.carried[f.name] ?? f.fallback;
    return [f.name, v ?? null];
  }));
  const first = start();
  const values = reactive<Record<string, Value>>(start());
  const photos = reactive<Record<string, Photo[]>>({});
  const touched = reactive(new Set<string>()); // left after something was typed
  const typed = reactive(new Set<string>());
  const told = ref<Complaint[]>([]); // by the server, until the field changes
  const submitted = ref(false);
  const busy = ref(false);
  const round = ref(0);
  const savedAt = ref(0);
  const draftAt = ref(0);
  const outcome = shallowRef<Outcome>({ kind: 'none' });
  let expect = form.seq;
  let alive = true;

  // ---- what is computed, and what is wrong ----
  const scope = computed(() => scopeOf(book, { ...values }, form.before.map((b) => ({ ...b, values: b.values }))));
  const shown = computed(() => {
    const out: Record<string, Value> = { ...values };
    for (const f of book.fields) if (f.computed) out[f.name] = printKnown(store(evaluate(f.computed, scope.value), f), f.list);
    return out;
  });
  const filledIn = (c: Complaint): boolean => !(c.field in photos && photos[c.field]!.length) || c.text === '';
  const all = computed(() => [...complaints(book, scope.value).filter(filledIn), ...told.value]);
  const due = (c: Complaint): boolean => submitted.value || c.reads.some((name) => touched.has(name)) || told.value.includes(c);
  const errors = computed(() => all.value.filter((c) => !c.warning && due(c)));
  const warnings = computed(() => all.value.filter((c) => c.warning && (c.reads.some((n) => touched.has(n) || typed.has(n)) || submitted.value || told.value.includes(c))));
  const ofField = (list: Complaint[], name: string): string => list.find((c) => c.field === name)?.text ?? '';
  const asked = computed(() => book.fields.filter((f) => place.act || (!f.of_move && !f.made && (f.asked || f.computed || !isEmpty(values[f.name])))));
  const required = computed(() => {
    const need = book.fields.filter((f) => isRequired(f, scope.value));
    return { n: need.filter((f) => !isEmpty(values[f.name]) || photos[f.name]?.length).length, all: need.length };
  });
  const prev = form.before.find((b) => b.sh === 'prev' && b.k === 1);
  const before = computed<Record<string, Value>>(() => (prev ? prev.values : filed ? {} : form.carried));

  // ---- the draft ----
  let name = draftName(place);
  let back = place.back;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function saveDraft(): Promise<void> {
    if (!alive || !vault.canSeal() || outcome.value.kind === 'receipt') return;
    const draft: Draft = { at: now(), values: { ...values }, photos: { ...photos }, expect };
    await vault.put('drafts', name, draft);
    savedAt.value = draft.at;
  }
  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void saveDraft(), DRAFT_MS);
  }
  onScopeDispose(() => { if (timer) { clearTimeout(timer); void saveDraft(); } alive = false; });
  async function openDraft(): Promise<void> {
    const waiting = outbox.value.find((i) => i.draft === name && (i.state === 'fix' || i.state === 'conflict'));
    const draft = vault.canSeal() ? await vault.get<Draft>('drafts', name) : null;
    if (draft && !typed.size) {
      for (const f of book.fields) if (!f.computed && f.name in draft.values) values[f.name] = draft.values[f.name] ?? null;
      Object.assign(photos, draft.photos);
      draftAt.value = draft.at;
      for (const f of book.fields) if (!same(values[f.name], first[f.name])) typed.add(f.name);
    }
    if (!waiting) return;
    if (waiting.state === 'conflict') outcome.value = { kind: 'conflict', difference: waiting.difference, seq: waiting.seq };
    else takeFaults(new ApiError(422, 'refused', waiting.reason?.zh ?? '', waiting.reason?.en ?? '', waiting.faults));
  }
  if (form.may_write) void openDraft();
  async function dropDraft(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (vault.canSeal()) await vault.drop('drafts', name);
    Object.assign(values, start());
    for (const key of Object.keys(photos)) delete photos[key];
    typed.clear();
    touched.clear();
    draftAt.value = savedAt.value = 0;
  }

  // ---- typing ----
  function set(f: Field, v: Value): void {
    values[f.name] = v;
    typed.add(f.name);
    told.value = told.value.filter((c) => c.field !== f.name && c.field !== '');
    if (!isNumber(f.type) && f.type !== 'text' && f.type !== 'prose' && f.type !== 'date') touched.add(f.name);
    later();
  }
  function left(f: Field): void {
    if (!typed.has(f.name)) return;
    touched.add(f.name);
    const v = values[f.name];
    if (isNumber(f.type) && typeof v === 'string') values[f.name] = tidyNumber(f, v);
  }
  /** Last time's values into what is still empty: only what changed is left to be written. */
  const lastOf = (f: Field): Value => (f.asked && !f.computed && isEmpty(values[f.name]) && prev && !isPrivate(prev.values[f.name]) && !['image', 'file', 'prose'].includes(f.type) ? prev.values[f.name] ?? null : null);
  const canTakeLast = computed(() => !filed && book.fields.some((f) => !isEmpty(lastOf(f))));
  function takeLast(): void {
    for (const f of book.fields) {
      const v = lastOf(f);
      if (!isEmpty(v)) set(f, v);
    }
  }
  function setPhotos(f: Field, list: Photo[]): void {
    photos[f.name] = list;
    set(f, list.map((p) => p.id).join(',') || null);
  }

  // ---- sending ----
  function cells(theirs: Set<string>): Record<string, string> {
    const out: Record<string, string> = {};
    for (const f of book.fields) {
      const v = values[f.name];
      if (f.computed || !f.asked || isPrivate(v) || theirs.has(f.name)) continue;
      if (!isEmpty(v)) out[f.name] = text(v);
      else if (filed && !isEmpty(first[f.name])) out[f.name] = '';
    }
    return out;
  }
  function takeFaults(e: ApiError): void {
    const faults = e.fields.length ? e.fields : [{ field: '', reason: '', zh: e.zh || t('error.other'), en: e.en || t('error.other'), warning: false }];
    told.value = faults.map((f) => ({ field: book.fields.some((x) => x.name === f.field) ? f.field : '', text: lang.value === 'en' ? f.en : f.zh, warning: f.warning, reads: [f.field] }));
    submitted.value = true;
    round.value++;
  }
  /** Several new rows of a register may wait at once: each keeps a draft of its own, none stands for another. */
  async function ownDraft(): Promise<void> {
    if (vault.canSeal()) await vault.drop('drafts', name);
    name = `${name}/${newId()}`;
    back += `${back.includes('?') ? '&' : '?'}draft=${encodeURIComponent(name)}`;
  }
  async function sendIt(theirs: Set<string>): Promise<void> {
    busy.value = true;
    clearTimeout(timer);
    timer = undefined;
    if (!place.act && book.form !== 'per' && !Number(place.number) && name === draftName(place) && !place.draft) await ownDraft();
    await saveDraft();
    for (const old of outbox.value.filter((i) => i.draft === name && i.state !== 'sending')) await take(old.id, true); // this one stands for it
    const fields: Record<string, string> = { book: place.book, unit: place.unit, ...cells(theirs), expect: String(expect) };
    if (place.period) fields.period = place.period;
    if (Number(place.number) && !place.act) fields.no_ = place.number;
    if (place.parent) fields.parent = place.parent;
    Object.assign(fields, place.act?.fields);
    book.keys.forEach((list, k) => { fields[list.name] = place.items[k] ?? ''; });
    try {
      const how = await post({
        command: place.act?.command ?? 'record.file', fields, title, back, draft: name, seat: seat.value,
        photos: Object.values(photos).flat().filter((p) => text(values[p.field]).includes(p.id)),
      });
      if (how === null || (how instanceof ApiError && how.status === 401)) outcome.value = { kind: 'kept' };
      else if (!(how instanceof ApiError)) await received(how);
      else if (how.status === 409 && how.difference.length) outcome.value = { kind: 'conflict', difference: how.difference, seq: how.seq };
      else takeFaults(how);
    } finally {
      busy.value = false;
    }
  }
  async function received(receipt: Receipt): Promise<void> {
    outcome.value = { kind: 'receipt', receipt };
    if (vault.canSeal()) await vault.drop('drafts', name);
    void refreshMe();
  }
  async function submit(): Promise<void> {
    submitted.value = true;
    told.value = [];
    if (errors.value.length) { round.value++; return; }
    await sendIt(new Set());
  }
  /** After a conflict: the fields where the other's value stays. */
  async function resolve(theirs: Set<string>): Promise<void> {
    const o = outcome.value;
    if (o.kind !== 'conflict') return;
    expect = o.seq;
    for (const d of o.difference) if (theirs.has(d.field)) values[d.field] = d.theirs as Value;
    outcome.value = { kind: 'none' };
    await sendIt(theirs);
  }

  watch(submitted, (is) => { if (is) book.fields.forEach((f) => touched.add(f.name)); });
  return {
    values, photos, asked, shown, errors, warnings, whole: computed(() => errors.value.filter((c) => !c.field)), required, before, beforePeriod: computed(() => prev?.period ?? ''),
    savedAt, draftAt, busy, round, outcome, canTakeLast, takeLast, set, left, setPhotos, submit, resolve, dropDraft,
    errorOf: (n) => ofField(errors.value, n), warningOf: (n) => ofField(warnings.value, n),
    isCarried: (n) => !filed && !place.act && !isEmpty(values[n]) && same(values[n], form.carried[n] ?? prev?.values[n]),
    isChanged: (n) => filed && typed.has(n) && !same(values[n], first[n]),
  };
}
