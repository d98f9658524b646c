/** Doors as the phone takes them along. */
import type { Schemas } from "../../shared/api/types.ts";

export type Door = Schemas["DoorOut"];
export type DoorList = Schemas["DoorList"];
export type DoorListItem = Schemas["DoorListItem"];
export type Visit = Schemas["VisitOut"];
export type VisitBody = Required<Schemas["VisitCreate"]> & { visited_at: string };
