import { refuseLayout } from "./manifest.js";

const BLOCK = 512;
/** An extended header holds names and attributes. */
const HEADER_MAX = 1 << 20;
/** Small pieces are passed on together: each costs the compression behind a turn. */
const PIECE = 256 * 1024;
/** Fields of a header (POSIX pax, "ustar Interchange Format"): offset and length. */
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;
const MTIME = [136, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
const PREFIX = [345, 155] as const;
/** The times among the records of an extended header. */
const TIMES = ["mtime", "atime", "ctime"];

/** A part of a tar: the header of an entry, which has its path, with its extended header; some of the entry's bytes; or the end, whose path is empty. */
export interface TarPart {
  path?: string;
  bytes: Buffer;
}

/**
 * Reads a tar as it would be had every entry been made at `seconds` since 1970, part by part. It ends with two empty blocks, whatever followed
 * the last entry. Throws `layout-invalid` where it breaks off.
 */
export async function* readTar(tar: AsyncIterable<Uint8Array>, seconds: number): AsyncGenerator<TarPart> {
  const reader = openReader(tar);
  let records = new Map<string, string>();
  let extended: Buffer = Buffer.alloc(0);
  for (;;) {
    const header = Buffer.from(await reader.take(BLOCK));
    if (header.every((byte) => byte === 0)) break;
    header.write(`${seconds.toString(8).padStart(11, "0")}\0`, MTIME[0], "latin1");
    const isExtended = header[TYPE] === "x".charCodeAt(0);
    const size = isExtended ? readSize(header) : Number(records.get("size") ?? readSize(header));
    if (isExtended) {
      if (size > HEADER_MAX) throw refuseTar(`an extended header has ${size} bytes`);
      records = parseRecords((await reader.take(pad(size))).subarray(0, size));
      for (const time of TIMES) records.delete(time);
      extended = formatExtended(header, records);
      continue;
    }
    const path = records.get("path") ?? [readText(header, PREFIX), readText(header, NAME)].filter(Boolean).join("/");
    yield { path: Buffer.from(path, "latin1").toString(), bytes: Buffer.concat([extended, seal(header)]) };
    for (let left = pad(size); left > 0; ) {
      const bytes = await reader.take(Math.min(left, PIECE));
      left -= bytes.length;
      yield { bytes };
    }
    records = new Map();
    extended = Buffer.alloc(0);
  }
  yield { path: "", bytes: Buffer.alloc(2 * BLOCK) };
  await reader.drain();
}

/** The bytes of a tar's parts, in large pieces. */
export async function* joinParts(parts: AsyncIterable<TarPart>): AsyncGenerator<Buffer> {
  let joined: Buffer[] = [];
  let length = 0;
  for await (const { bytes } of parts) {
    joined.push(bytes);
    length += bytes.length;
    if (length < PIECE) continue;
    yield Buffer.concat(joined);
    joined = [];
    length = 0;
  }
  yield Buffer.concat(joined);
}

function openReader(tar: AsyncIterable<Uint8Array>) {
  const chunks = tar[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return {
    /** Exactly so many bytes. */
    take: async (count: number): Promise<Buffer> => {
      const taken: Buffer[] = [];
      for (let missing = count; missing > 0; ) {
        if (rest.length === 0) {
          const { done, value } = await chunks.next();
          if (done) throw refuseTar("it ends in the middle of an entry");
          rest = Buffer.from(value.buffer, value.byteOffset, value.length);
        }
        const some = rest.subarray(0, missing);
        rest = rest.subarray(some.length);
        missing -= some.length;
        taken.push(some);
      }
      return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken);
    },
    drain: async (): Promise<void> => {
      while (!(await chunks.next()).done);
    },
  };
}

const pad = (size: number) => Math.ceil(size / BLOCK) * BLOCK;

function readText(header: Buffer, [offset, length]: readonly [number, number]): string {
  const text = header.toString("latin1", offset, offset + length);
  return text.split("\0", 1)[0] ?? "";
}

/** Octal, or of large entries binary, which GNU tar writes. */
function readSize(header: Buffer): number {
  const isBinary = ((header[SIZE[0]] ?? 0) & 0x80) !== 0;
  const size = isBinary ? header.readUIntBE(SIZE[0] + SIZE[1] - 6, 6) : Number.parseInt(readText(header, SIZE), 8);
  if (Number.isNaN(size)) throw refuseTar("a header has no size");
  return size;
}

/** The header with the checksum of its bytes, which counts its own field as spaces. */
function seal(header: Buffer): Buffer {
  header.fill(" ", CHECKSUM[0], CHECKSUM[0] + CHECKSUM[1]);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM[0], "latin1");
  return header;
}

/** Records are `<length> <key>=<value>\n`; a value can be any bytes, each of which is a character here. */
function parseRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let rest = bytes.toString("latin1"); rest !== ""; ) {
    const length = Number.parseInt(rest, 10);
    const [, key, value] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(rest.slice(0, length)) ?? [];
    if (key === undefined || value === undefined) throw refuseTar("an extended header is not one");
    records.set(key, value);
    rest = rest.slice(length);
  }
  return records;
}

/** An extended header, or nothing where no record is left. */
function formatExtended(header: Buffer, records: ReadonlyMap<string, string>): Buffer {
  const text = Buffer.from([...records].map(formatRecord).join(""), "latin1");
  if (text.length === 0) return text;
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, SIZE[0], "latin1");
  return Buffer.concat([seal(header), text, Buffer.alloc(pad(text.length) - text.length)]);
}

/** The length counts its own digits. */
function formatRecord([key, value]: readonly [string, string]): string {
  const record = ` ${key}=${value}\n`;
  const digits = String(record.length + String(record.length).length).length;
  return `${record.length + digits}${record}`;
}

function refuseTar(fact: string) {
  return refuseLayout("a layer", fact);
}
