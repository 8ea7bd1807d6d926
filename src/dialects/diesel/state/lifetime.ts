// Dialect: whether a script's instance still acts.

/** Asked before each action of a published object: an instance that has ended has no effect. */
export interface Lifetime {
  readonly isEnded: boolean;
}
