/** What an acting object asks before it acts: a script's instance that has ended has no effect. */
export interface Lifetime {
  readonly isEnded: boolean;
}
