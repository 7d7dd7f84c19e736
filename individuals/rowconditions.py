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
