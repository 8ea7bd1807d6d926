// Dialect: Ring's built-in functions on date and time.
import type { Builtins, RingClock } from "../runtime/builtin.ts";
import { RingList } from "../runtime/values.ts";
import { bad, between, asNumber, asText } from "./common/arguments.ts";

export const dates: Builtins = {
  clock: ({ clock }) => Math.trunc(clock.now() * 1000),
  clockspersecond: () => 1_000_000,
  uptime: ({ clock }) => Math.trunc(clock.now() * 10_000),
  date: ({ clock }) => dateText(localTime(clock)),
  time: ({ clock }) => timeText(localTime(clock)),
  timelist: ({ clock }) => new RingList(timeList(localTime(clock), clock.offset(clock.now()))),
  adddays: between(2, 2, (_, [date, days]) => addDays(asText(date), Math.trunc(asNumber(days)))),
  diffdays: between(2, 2, (_, [first, second]) => {
    return (dayNumber(asText(first)) - dayNumber(asText(second))) / dayLength;
  }),
};

const dayLength = 86_400_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

// A date whose UTC fields are the local time.
function localTime(clock: RingClock): Date {
  const now = clock.now();
  return new Date(now + clock.offset(now) * 60_000);
}

function two(value: number): string {
  return `${value}`.padStart(2, "0");
}

function dateText(time: Date): string {
  return `${two(time.getUTCDate())}/${two(time.getUTCMonth() + 1)}/${time.getUTCFullYear()}`;
}

function timeText(time: Date): string {
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
}

// The fields of C's strftime, in Ring's order, as its default locale writes them.
function timeList(time: Date, offset: number): string[] {
  const [weekday, month] = [weekdays[time.getUTCDay()]!, months[time.getUTCMonth()]!];
  const [year, day, hour] = [time.getUTCFullYear(), time.getUTCDate(), time.getUTCHours()];
  const date = `${weekday.slice(0, 3)} ${month.slice(0, 3)} ${`${day}`.padStart(2)} ${timeText(time)} ${year}`;
  return [
    ...[weekday.slice(0, 3), weekday, month.slice(0, 3), month, date, two(day)],
    ...[two(hour), two(hour % 12 || 12), `${dayOfYear(time)}`.padStart(3, "0"), two(time.getUTCMonth() + 1)],
    ...[two(time.getUTCMinutes()), hour < 12 ? "AM" : "PM", two(time.getUTCSeconds()), two(weekOfYear(time))],
    ...[
      `${time.getUTCDay()}`,
      shortDate(time),
      timeText(time),
      two(year % 100),
      `${year}`,
      zone(offset),
      "%",
    ],
  ];
}

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0)) / dayLength) + 1;
}

// Weeks start on Sunday.
function weekOfYear(time: Date): number {
  return Math.floor((dayOfYear(time) + 6 - time.getUTCDay()) / 7);
}

function shortDate(time: Date): string {
  return `${two(time.getUTCMonth() + 1)}/${two(time.getUTCDate())}/${two(time.getUTCFullYear() % 100)}`;
}

function zone(offset: number): string {
  if (offset === 0) return "UTC";
  const minutes = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}${minutes % 60 === 0 ? "" : two(minutes % 60)}`;
}

function addDays(date: string, days: number): string {
  return dateText(new Date(dayNumber(date) + days * dayLength));
}

// The time of `dd/mm/yyyy`, with any separators.
function dayNumber(date: string): number {
  const match = /^([\dA-Za-z]{2}).([\dA-Za-z]{2}).([\dA-Za-z]{4})$/s.exec(date);
  if (match === null) throw bad("type");
  const [day, month, year] = match.slice(1).map((part) => Number.parseInt(part, 10) || 0) as [
    number,
    number,
    number,
  ];
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  return time.getTime();
}
