"""The SQL conditions of the row policies. The queryset `reaches` says the same to the first wall."""


def reaches(matter_column: str) -> str:
    """The acting unit has a right to the matter, and its basis has not ended."""
    return f"portal_has_right({matter_column})"


# A function of its own and not words in each policy: a subquery in a policy is planned again for every table of every
# query, which took longer than to answer it; this one is planned once in a connection. As its owner, since it is
# asked about the acting unit alone. Its cost is that of looking one row up in an index.
HAS_RIGHT_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_has_right(matter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS
$$ BEGIN
    RETURN EXISTS (SELECT FROM individuals_mattergroupobjectpermission access
        WHERE access.content_object_id = matter AND access.group_id = portal_group()
        AND (access.until IS NULL OR access.until > portal_now()));
END $$;
"""

# For the policy of the access table, which can't ask itself, and for what a unit writes before it has given itself
# the right.
REACHES_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_reaches(matter uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT portal_has_right(matter)
   OR EXISTS (SELECT 1 FROM individuals_matter m WHERE m.id = matter AND m.initiator_id = portal_unit()) $$;
"""

# Whether a basis is in force and names the unit. An exclusion wins over any inclusion (IND-4).
COVERS_FUNCTION = """
CREATE FUNCTION portal_basis_covers(basis uuid, in_matter uuid, to_unit uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM individuals_basis b
        WHERE b.id = basis AND b.matter_id = in_matter AND b.withdrawn_at IS NULL AND b.replaced_at IS NULL
        AND b.valid_from <= portal_now() AND b.expires_at > portal_now()
    ) AND coalesce((
        SELECT bool_and(NOT s.is_excluded)
        FROM individuals_basisscope s, organisations_unit u JOIN organisations_authority a ON a.id = u.authority_id
        WHERE s.basis_id = basis AND u.id = to_unit
        AND (s.unit_id = u.id OR s.authority_id = a.id OR s.huvudman_id = a.huvudman_id)
    ), false)
$$;
"""

# Rights without a reason, and reasons without their right. Counts only: the jobs role reads no row of either table.
DRIFT_FUNCTION = """
CREATE FUNCTION portal_rights_drift(OUT without_reason bigint, OUT without_right bigint, OUT wrong_end bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT
        (SELECT count(*) FROM individuals_mattergroupobjectpermission access
         JOIN organisations_unit u ON u.group_id = access.group_id
         WHERE NOT EXISTS (SELECT 1 FROM individuals_participant p
                           WHERE p.matter_id = access.content_object_id AND p.unit_id = u.id AND p.ended_at IS NULL)),
        (SELECT count(*) FROM individuals_participant p JOIN organisations_unit u ON u.id = p.unit_id
         WHERE p.ended_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM individuals_mattergroupobjectpermission access
                         WHERE access.content_object_id = p.matter_id AND access.group_id = u.group_id)),
        (SELECT count(*) FROM individuals_participant p
         JOIN organisations_unit u ON u.id = p.unit_id
         JOIN individuals_mattergroupobjectpermission access
           ON access.content_object_id = p.matter_id AND access.group_id = u.group_id
         LEFT JOIN individuals_basis b ON b.id = p.basis_id
         WHERE p.ended_at IS NULL AND access.until IS DISTINCT FROM b.expires_at)
$$;
REVOKE ALL ON FUNCTION portal_rights_drift() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_rights_drift() TO portal_jobs;
"""
