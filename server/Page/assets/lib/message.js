// One picture of the live connection: uint32 (little endian) length of the JSON, the JSON, then the JPEG.

/**
 * @param {ArrayBuffer} buffer
 * @returns {{header: object, jpeg: Uint8Array} | null} null when it is no such message
 */
export function parseMessage(buffer) {
  if (buffer.byteLength < 4) {
    return null;
  }

  const length = new DataView(buffer).getUint32(0, true);
  if (length > buffer.byteLength - 4) {
    return null;
  }

  try {
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return { header, jpeg: new Uint8Array(buffer, 4 + length) };
  } catch {
    return null;
  }
}
