// Dialect: whether a script's instance still acts.

/** Asked before each action of a published object: an instance that has ended has no effect. */
export interface Lifetime {
  readonly isEnded: boolean;
  /** The export `messages` of the instance, once it is evaluated. */
  readonly messages?: unknown;
}
