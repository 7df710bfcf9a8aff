/** The metrics of the last hour of one replica, to which the latest samples are added. */

/** In seconds. */
export const SHOWN = 3_600;

const MAX_SAMPLES = 400;

export class MetricsHistory {
  instance = null;
  startedAt = null;
  interval = 0;
  /** Seconds since 1970, oldest first. */
  times = [];
  /** The values of each metric at these times; null where one is missing. */
  series = {};
  /** When another replica than before began to answer; the samples of the one before are gone. */
  otherSince = null;

  get latest() {
    return this.times.at(-1) ?? 0;
  }

  /** The history with the samples of an answer. Of another replica, it begins anew. */
  with(answer) {
    const isSame = answer.instance === this.instance;
    const before = isSame ? this : new MetricsHistory();
    const after = Object.assign(new MetricsHistory(), {
      instance: answer.instance,
      startedAt: answer.started_at,
      interval: answer.interval_seconds,
      otherSince: isSame || this.instance === null ? this.otherSince : new Date(),
    });
    const isNew = answer.times.map((time) => time > before.latest);
    const onlyNew = (values = []) => values.filter((_, index) => isNew[index]);
    const times = [...before.times, ...onlyNew(answer.times)];
    const first = Math.max(
      times.findIndex((time) => time >= times.at(-1) - SHOWN),
      times.length - MAX_SAMPLES,
      0,
    );
    after.times = times.slice(first);
    for (const [name, values] of Object.entries(answer.series)) {
      const old = before.series[name] ?? before.times.map(() => null);
      after.series[name] = [...old, ...onlyNew(values)].slice(first);
    }
    return after;
  }

  values(name) {
    return this.series[name] ?? this.times.map(() => null);
  }

  now(name) {
    return this.values(name).at(-1) ?? null;
  }

  /** The last value that is not missing. */
  last(name) {
    return this.values(name).findLast((value) => value !== null) ?? null;
  }

  /** The greatest value; null if there is none. */
  max(name) {
    return this.values(name).reduce((max, value) => (value !== null && value > (max ?? -Infinity) ? value : max), null);
  }

  sum(name) {
    return this.values(name).reduce((sum, value) => sum + (value ?? 0), 0);
  }
}
