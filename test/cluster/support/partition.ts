import { execFileSync } from "node:child_process";

/** A network of its own for one process, with a link that can go down silently, and one for the test. */
export class Partition {
  /** Where the engine is reached from inside, and where the process is reached from outside. */
  readonly engineAddress: string;
  readonly address: string;
  readonly #name: string;

  constructor() {
    const number = process.pid % 250;
    this.#name = `parlor${process.pid}`;
    this.engineAddress = `10.77.${number}.1`;
    this.address = `10.78.${number}.2`;
    ip(`netns add ${this.#name}`);
    this.#link("e", `10.77.${number}`);
    this.#link("c", `10.78.${number}`);
    this.#inside("link set lo up");
  }

  /** The commands of a shell that start a process inside. */
  get shell(): string {
    return `exec ip netns exec ${this.#name} "$@"`;
  }

  /** No packet passes to the engine or from it, and neither side is told. */
  cut(): void {
    this.#inside("link set e1 down");
  }

  heal(): void {
    this.#inside("link set e1 up");
  }

  remove(): void {
    ip(`netns del ${this.#name}`);
  }

  #link(letter: string, network: string): void {
    const outside = `${letter}${process.pid}`;
    ip(`link add ${outside} type veth peer name ${letter}1 netns ${this.#name}`);
    ip(`addr add ${network}.1/24 dev ${outside}`);
    ip(`link set ${outside} up`);
    this.#inside(`addr add ${network}.2/24 dev ${letter}1`);
    this.#inside(`link set ${letter}1 up`);
  }

  #inside(command: string): void {
    ip(`-n ${this.#name} ${command}`);
  }
}

/** Whether this user can make networks on this machine. */
export function canPartition(): boolean {
  const name = `parlor-try-${process.pid}`;
  try {
    ip(`netns add ${name}`);
    ip(`netns del ${name}`);
    return true;
  } catch {
    return false;
  }
}

function ip(command: string): void {
  execFileSync("ip", command.split(" "), { stdio: "ignore" });
}
