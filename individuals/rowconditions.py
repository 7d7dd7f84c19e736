"""The SQL conditions of the row policies. The queryset `reaches` says the same to the first wall."""


def reaches(matter_column: str) -> str:
    """The acting unit has a right to the matter, and its basis has not ended."""
    return f"""EXISTS (SELECT 1 FROM individuals_mattergroupobjectpermission access
        WHERE access.content_object_id = {matter_column} AND access.group_id = portal_group()
        AND (access.until IS NULL OR access.until > portal_now()))"""


# As a function that runs as its owner: the policy of the access table can't ask itself.
REACHES_FUNCTION = """
CREATE FUNCTION portal_reaches(matter uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM individuals_mattergroupobjectpermission access
    WHERE access.content_object_id = matter AND access.group_id = portal_group()
    AND (access.until IS NULL OR access.until > portal_now()))
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
