/** In whose name somebody at this desk may write: the committee's, for its own; an organisation's, for its members. */
import { me } from "../../shared/api/session.ts";
import { can, communityId, READ_COVERAGE } from "../here.ts";
import type { Organisation } from "../wire.ts";
import { t } from "../words.ts";
import type { Author } from "./wire.ts";

const NEWSROOMS = ["committee", "party"];

export function voicesOf(organisations: Organisation[]): Author[] {
  const mine = (me.value?.roles ?? []).filter((one) => one.community_id === communityId.value).map((one) => one.organisation_id);
  const spoken = organisations.filter((one) => (one.kind === "committee" && can(READ_COVERAGE)) || mine.includes(one.id));
  const home = me.value?.residencies.find((one) => one.community_id === communityId.value);
  return [
    ...spoken.map((one) => ({ kind: one.kind, name: one.name, organisation_id: one.id })),
    ...(home ? [{ kind: "resident", name: home.display_name ?? t("write.myself"), organisation_id: null }] : []),
  ];
}

export function writesNews(author: Author): boolean {
  return NEWSROOMS.includes(author.kind);
}
