/** The roles that a committee appoints, in the order of how much they may do. */
export const GRANTABLE = ["committee_admin", "moderator", "worker", "volunteer_coordinator", "volunteer", "treasurer", "auditor", "merchant", "org_member"] as const;
export type Grantable = (typeof GRANTABLE)[number];

/** Roles held in an organisation, and in which kinds of one. */
export const IN_ORGANISATION: Partial<Record<Grantable, readonly string[]>> = {
  merchant: ["merchant"],
  org_member: ["committee", "party", "owners_committee", "property_company", "department"],
};
