// The npm package open311 (Code for America), as it is, against this server: it finds the endpoint, lists
// the services, files a request, and follows it until it is closed. The office works beside it.
// usage: node client.mjs ORIGIN KEY UNIT, told by lines on its input when the office has moved on
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const Open311 = createRequire(import.meta.url)('open311');
const [origin, key, unit] = process.argv.slice(2);
let passed = 0;
let failed = 0;
function expect(claim, sentence, seen) {
  console.log(`${claim ? 'ok' : 'not ok'} ${sentence}`);
  if (claim) passed++;
  else {
    failed++;
    console.log(`#   ${JSON.stringify(seen)?.slice(0, 800)}`);
  }
}
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function office(word) {
  console.log(`OFFICE ${word}`);
  await lines.next();
}
const call = (object, name, ...args) => new Promise((resolve) =>
  object[name](...args, (error, data) => resolve({ error, data })));

const city = new Open311({ discovery: `${origin}/open311/v2/discovery.json`, apiKey: key });
const found = await call(city, 'serviceDiscovery', { cache: true });
expect(!found.error && city.endpoint === `${origin}/open311/v2/` && city.format === 'json', 'the endpoint is discovered', [found, city.endpoint]);
const services = await call(city, 'serviceList');
expect(services.data.length === 3 && services.data[0].service_code === 'repair.lamp', 'services are listed', services);
const definition = await call(city, 'serviceDefinition', 'repair.pipe');
expect(definition.data.attributes.some((a) => a.code === 'unit'), 'a service says what it asks', definition);
const refused = await call(city, 'submitRequest', { service_code: 'repair.pipe', description: '' });
expect(refused.error === 400, 'a request without a sentence is refused', refused);
const made = await call(city, 'submitRequest', { service_code: 'repair.pipe', description: '水管漏水', attributes: { unit } });
const number = made.data?.[0]?.service_request_id;
expect(/^\d+-\d+$/.test(number), 'a request is taken and has a number', made);
await office(`take ${number}`);
const one = await call(city, 'serviceRequest', number, {});
expect(one.data?.[0]?.status === 'open' && one.data[0].description === '水管漏水' && one.data[0].expected_datetime instanceof Date,
  'it is followed by its number', one);
const token = await call(city, 'token', number);
expect(token.data?.[0]?.service_request_id === number, 'and by its token', token);
await office(`answer ${number}`);
const several = await call(city, 'serviceRequests', [number, '9-9'], {});
expect(several.data?.length === 1 && several.data[0].status_notes.includes('修好了'), 'the answer is read', several);
const open = await call(city, 'serviceRequests', { service_code: 'repair.pipe', status: 'open' });
expect(open.data?.some((r) => r.service_request_id === number), 'it stands among the open ones', open);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
