// Dialect: the content of a file as the body of a response, which passes to the front whole.

/** What `read` gives, if it is not too large for a response. It is called with the most bytes that are of use. */
export function responseContent(
  call: string,
  shown: string,
  read: (length: number) => Uint8Array,
): Uint8Array {
  const content = read(MOST + 1);
  if (content.length <= MOST) return content;
  throw new RangeError(
    `${call}: ${shown} has more than 60 MiB, the most that a response may have; ${REMEDY}`,
  );
}

const MIB = 1024 * 1024;
/** Below `turnLimit`, which bounds the bytes that one handler sends. */
const MOST = 60 * MIB;
const REMEDY = "put the file into public/, whose files the server sends from the disk";
