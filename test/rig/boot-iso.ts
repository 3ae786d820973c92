const SECTOR = 2048;

/** Switches the machine off through the BIOS (Advanced Power Management 1.2: connect, version, set power state off). */
const POWER_OFF = [
  [0xb8, 0x01, 0x53, 0x31, 0xdb, 0xcd, 0x15], // mov ax, 5301h; xor bx, bx; int 15h
  [0xb8, 0x0e, 0x53, 0x31, 0xdb, 0xb9, 0x02, 0x01, 0xcd, 0x15], // mov ax, 530Eh; xor bx, bx; mov cx, 0102h; int 15h
  [0xb8, 0x07, 0x53, 0xbb, 0x01, 0x00, 0xb9, 0x03, 0x00, 0xcd, 0x15], // mov ax, 5307h; mov bx, 1; mov cx, 3; int 15h
  [0xf4, 0xeb, 0xfd], // hlt; jmp $-1
].flat();

/**
 * A CD image that boots by BIOS and switches the machine off: ISO 9660 (ECMA-119) with a primary volume descriptor
 * in sector 16 and an El Torito boot record in sector 17 that points to its catalogue in 19 and the code in 20.
 */
export function bootIso(): Buffer {
  const image = Buffer.alloc(22 * SECTOR);
  const primary = image.subarray(16 * SECTOR);
  primary.write('\x01CD001\x01', 0, 'latin1');
  primary.write('OSIMAGER'.padEnd(32), 40, 'latin1');
  bothEnds32(primary, 80, 22);
  bothEnds16(primary, 120, 1);
  bothEnds16(primary, 124, 1);
  bothEnds16(primary, 128, SECTOR);
  writeRoot(primary.subarray(156));
  const boot = image.subarray(17 * SECTOR);
  boot.write('\x00CD001\x01EL TORITO SPECIFICATION', 0, 'latin1');
  boot.writeUInt32LE(19, 71);
  image.write('\xffCD001\x01', 18 * SECTOR, 'latin1');
  writeCatalogue(image.subarray(19 * SECTOR));
  Buffer.from(POWER_OFF).copy(image, 20 * SECTOR);
  writeRoot(image.subarray(21 * SECTOR));
  return image;
}

/** The record of an empty root folder, which is in sector 21. */
function writeRoot(at: Buffer): void {
  at.writeUInt8(34, 0);
  bothEnds32(at, 2, 21);
  bothEnds32(at, 10, SECTOR);
  at.writeUInt8(2, 25);
  bothEnds16(at, 28, 1);
  at.writeUInt8(1, 32);
}

/** A validation entry, whose words add up to nothing, and a default entry: one sector, no emulation. */
function writeCatalogue(at: Buffer): void {
  at.writeUInt8(1, 0);
  at.writeUInt16LE(0xaa55, 30);
  let sum = 0;
  for (let word = 0; word < 32; word += 2) sum += at.readUInt16LE(word);
  at.writeUInt16LE((0x10000 - (sum & 0xffff)) & 0xffff, 28);
  at.writeUInt8(0x88, 32);
  at.writeUInt16LE(4, 38);
  at.writeUInt32LE(20, 40);
}

function bothEnds32(at: Buffer, offset: number, value: number): void {
  at.writeUInt32LE(value, offset);
  at.writeUInt32BE(value, offset + 4);
}

function bothEnds16(at: Buffer, offset: number, value: number): void {
  at.writeUInt16LE(value, offset);
  at.writeUInt16BE(value, offset + 2);
}
