// As much of a zip and of a sheet as it takes to fill in an empty table without a spreadsheet program.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

function read(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const files = [];
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    const [way, packed, name_n, extra_n, note_n] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + packed);
    files.push({ name: zip.toString('utf8', at + 46, at + 46 + name_n), bytes: way ? inflateRawSync(bytes) : bytes });
    at += 46 + name_n + extra_n + note_n;
  }
  return files;
}

function write(files) {
  const parts = [];
  const heads = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const title = Buffer.from(name);
    const packed = deflateRawSync(bytes);
    const head = Buffer.alloc(26); // of both heads: from the version on
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(title.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), head, title, packed);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    heads.push(entry, title);
    at += 30 + title.length + packed.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** The third row is the first that is filled in: heads and hidden names stand above it. */
export function fillFirstRow(xlsx, cells) {
  return write(read(xlsx).map((file) => {
    if (file.name !== 'xl/worksheets/sheet1.xml') return file;
    let xml = file.bytes.toString('utf8');
    for (const [column, text] of Object.entries(cells))
      xml = xml.replace(new RegExp(`<c r="${column}3"([^>]*)/>`), `<c r="${column}3"$1 t="inlineStr"><is><t>${text}</t></is></c>`);
    return { name: file.name, bytes: Buffer.from(xml) };
  }));
}
