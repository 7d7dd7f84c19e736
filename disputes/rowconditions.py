"""The SQL of the row policies. `disputes.querysets` says the same to the first wall; a test holds them together.

Functions with their owner's rights: the policy of a table can't ask the table itself.
"""

_DEFINER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS"

_IN_FORCE = """starts_on <= (portal_now() AT TIME ZONE 'Europe/Stockholm')::date
    AND (ends_on IS NULL OR ends_on > (portal_now() AT TIME ZONE 'Europe/Stockholm')::date)"""

_HELD = f"""EXISTS (SELECT FROM organisations_assignment a JOIN organisations_user u ON u.id = a.user_id
    WHERE a.unit_id = portal_unit() AND a.role = '{{role}}' AND u.is_active AND {_IN_FORCE})"""

# The lowest rank of the line that a dispute must have come to for the acting role to see it at its own unit.
LINE_RANK = f"""
CREATE FUNCTION portal_line_rank() RETURNS integer {_DEFINER} $$
    SELECT CASE portal_role()
        WHEN 'caseworker' THEN 0
        WHEN 'nearest_manager' THEN 1
        WHEN 'head_of_operations' THEN CASE WHEN {_HELD.format(role="nearest_manager")} THEN 2 ELSE 1 END
        WHEN 'head_of_administration' THEN CASE
            WHEN {_HELD.format(role="head_of_operations")} THEN 3
            WHEN {_HELD.format(role="nearest_manager")} THEN 2 ELSE 1 END
    END
$$;
"""

_ROLES = """('nearest_manager', 'head_of_operations', 'head_of_administration', 'group_coordinator',
    'group_representative', 'board_member', 'education_group')"""

_MEMBER = f"""m.user_id = portal_uuid('user') AND portal_role() IN {_ROLES} AND {_IN_FORCE}"""

# Whether the actor takes part: the line of either unit as far as the dispute has come, or the group it has come to.
TAKES_PART = f"""
CREATE FUNCTION portal_in_dispute(dispute uuid) RETURNS boolean {_DEFINER} $$
    SELECT EXISTS (SELECT FROM disputes_dispute d WHERE d.id = dispute AND (
        (portal_unit() IN (d.opening_unit_id, d.answering_unit_id) AND portal_line_rank() <= d.line_rank)
        OR (portal_uuid('huvudman') IN (d.opening_huvudman_id, d.answering_huvudman_id) AND EXISTS (
            SELECT FROM disputes_rung r JOIN organisations_groupmember m ON m.group_id = r.group_id
            WHERE r.dispute_id = d.id AND {_MEMBER}))))
$$;
"""  # noqa: S608

# Whether the actor follows it without taking part: a member of the municipality's group, of a group of the county, or
# of the board. They read the question and where it stands.
HEARS = f"""
CREATE FUNCTION portal_hears_of_dispute(dispute uuid) RETURNS boolean {_DEFINER} $$
    SELECT EXISTS (SELECT FROM disputes_dispute d WHERE d.id = dispute AND (
        EXISTS (SELECT FROM organisations_groupmember m JOIN organisations_coordinationgroup g ON g.id = m.group_id
            WHERE {_MEMBER} AND g.municipality_id = d.municipality_id
            AND g.kind = CASE d.coordination WHEN 'children' THEN 'ssgb' ELSE 'ssgv' END)
        OR ((portal_role() = 'board_member'
             OR EXISTS (SELECT FROM organisations_groupmember m
                JOIN organisations_coordinationgroup g ON g.id = m.group_id
                WHERE {_MEMBER} AND g.municipality_id IS NULL))
            AND EXISTS (SELECT FROM agreements_agreementparty party
                WHERE party.agreement_id = d.agreement_id AND party.huvudman_id = portal_uuid('huvudman')))))
$$;
"""  # noqa: S608

# Whether the interim responsibility belongs to a dispute the actor takes part in.
INTERIM_OF = f"""
CREATE FUNCTION portal_in_dispute_of_interim(interim uuid) RETURNS boolean {_DEFINER} $$
    SELECT EXISTS (SELECT FROM disputes_dispute d WHERE d.interim_id = interim AND portal_in_dispute(d.id))
$$;
"""  # noqa: S608

# Whether a proposal is the one that settled its dispute: those who follow it may read how it ended.
SETTLED_BY = f"""
CREATE FUNCTION portal_settles_dispute(proposal uuid) RETURNS boolean {_DEFINER} $$
    SELECT EXISTS (SELECT FROM disputes_dispute d WHERE d.settlement_id = proposal)
$$;
"""  # noqa: S608

FUNCTIONS = [LINE_RANK, TAKES_PART, HEARS, INTERIM_OF, SETTLED_BY]
DROP_FUNCTIONS = """
DROP FUNCTION portal_settles_dispute(uuid), portal_in_dispute_of_interim(uuid), portal_hears_of_dispute(uuid),
    portal_in_dispute(uuid), portal_line_rank();
"""
