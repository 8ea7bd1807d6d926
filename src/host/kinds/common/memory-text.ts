// Host: the reason why a host over its memory limit is ended.

/** Both in bytes. */
export function memoryText(used: number, limit: number): string {
  const [usedMiB, limitMiB] = [used, limit].map((bytes) => Math.round(bytes / MEBIBYTE));
  return `it used ${usedMiB} MiB, more than memoryLimit (${limitMiB} MiB)`;
}

/** The bytes of one MiB. */
export const MEBIBYTE = 1024 * 1024;
