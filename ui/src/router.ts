/* Addresses after the #: "#/fill/income/220211001/2022-01?seat=…". */
import { shallowRef } from 'vue';

export interface Route { page: string; parts: string[]; query: URLSearchParams }
function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...parts] = path.split('/').map(decodeURIComponent);
  return { page: page || 'todo', parts, query: new URLSearchParams(query) };
}
export const route = shallowRef<Route>(read());
window.addEventListener('hashchange', () => { route.value = read(); });
export const to = (...parts: (string | number)[]): string => `#/${parts.map((p) => encodeURIComponent(p)).join('/')}`;
export const go = (...parts: (string | number)[]): void => { location.hash = to(...parts); };
