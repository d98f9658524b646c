/** A worker's doors as the phone shows them: the server's list with what was ticked here laid over it. Pure. */
import type { Job } from "../outbox/jobs.ts";
import type { Door, DoorList, Visit, VisitBody } from "./wire.ts";

/** `waiting`: ticked or taken back here, and the server is still to hear of it. */
export interface Doorstep {
  door: Door;
  done: boolean;
  waiting: boolean;
}

export interface Stairs {
  /** "翠湖园 3幢 2单元" */
  name: string;
  steps: Doorstep[];
  left: number;
}

export const slotOf = (notice: string, home: string): string => `visit:${notice}:${home}`;

/** What waits in the outbox decides over what the server last said; the last deed at a door counts. */
export function doorsteps(list: DoorList, jobs: Job[]): Doorstep[] {
  const last = new Map(jobs.map((job) => [job.slot, job]));
  return list.doors.map((door) => {
    const job = last.get(slotOf(list.notice_id, door.home_id));
    if (!job) return { door, done: door.state !== "unreached", waiting: false };
    const visit = job.method === "DELETE" ? null : visitOf(job.body as VisitBody);
    return { door: { ...door, visit }, done: visit !== null || door.state === "acknowledged" || door.state === "reached", waiting: true };
  });
}

function visitOf(body: VisitBody): Visit {
  return { told: body.told, note: body.note, visited_by: "", visited_at: body.visited_at };
}

/** By building and entrance, in the order the server gave: that in which one walks. */
export function stairs(steps: Doorstep[]): Stairs[] {
  const found = new Map<string, Stairs>();
  for (const step of steps) {
    const name = stairsName(step.door);
    const here = found.get(name) ?? { name, steps: [], left: 0 };
    here.steps.push(step);
    if (!step.done) here.left += 1;
    found.set(name, here);
  }
  return [...found.values()];
}

/** The path without its last word, the door. */
function stairsName(door: Door): string {
  const path = door.path.endsWith(door.name) ? door.path.slice(0, -door.name.length) : door.path;
  return path.trim() || door.path;
}

/** The list after the server answered for one door. */
export function withDoor(list: DoorList, door: Door): DoorList {
  const doors = list.doors.map((one) => (one.home_id === door.home_id ? door : one));
  return { ...list, doors, left: doors.filter((one) => one.state === "unreached").length };
}
