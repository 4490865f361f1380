/* What others change: one event stream for all that is open on the page. An event says only that a
 * view has changed; whoever shows it asks again. */
import { seat } from './api';

type Told = () => void;
const open = new Map<string, Set<Told>>();
let stream: EventSource | null = null;
let opened = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function connect(): void {
  const wanted = [...open.keys()].sort().join(',');
  const address = wanted && `/api/events?seat=${encodeURIComponent(seat.value)}&open=${encodeURIComponent(wanted)}`;
  if (address === opened) return;
  stream?.close();
  stream = null;
  opened = address;
  if (!address || typeof EventSource === 'undefined') return;
  let broken = false;
  stream = new EventSource(address);
  stream.onerror = () => { broken = true; };
  stream.onopen = () => {
    if (broken) for (const told of open.values()) told.forEach((f) => f()); // events were missed
    broken = false;
  };
  stream.onmessage = (message: MessageEvent<string>) => {
    const { view } = JSON.parse(message.data) as { view: string };
    open.get(view)?.forEach((f) => f());
  };
}
export function reconnect(): void {
  clearTimeout(timer);
  timer = setTimeout(connect, 150); // a page opens several views at once
}
/** Calls `told` when the view changes ("todo", "rows:BOOK:UNIT", …); call the answer to stop. */
export function watchView(name: string, told: Told): () => void {
  if (!open.has(name)) open.set(name, new Set());
  open.get(name)!.add(told);
  reconnect();
  return () => {
    open.get(name)?.delete(told);
    if (!open.get(name)?.size) open.delete(name);
    reconnect();
  };
}
