"""The only ways to use a rating code and to read answers, as functions of the database (SIP-10)."""

# Whoever holds the code may answer, signed in or not. Using it and storing the answer are one act; what is copied from
# the case is what many cases share. The id is random and no time is kept.
RATE_FUNCTION = """
CREATE FUNCTION portal_rate(hash text, how_part integer, how_clear integer, how_useful integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE code sip_ratingcode;
BEGIN
    UPDATE sip_ratingcode SET is_used = true WHERE code_hash = hash AND NOT is_used RETURNING * INTO code;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO sip_rating
        (id, year, municipality_id, region_id, target_groups, reader, participation, clarity, usefulness)
    SELECT gen_random_uuid(), extract(year FROM portal_now() AT TIME ZONE 'Europe/Stockholm'),
        portal_party_of(code.case_id, 'municipality'), portal_party_of(code.case_id, 'region'),
        c.target_groups, code.reader, how_part, how_clear, how_useful
    FROM sip_sipcase c WHERE c.matter_id = code.case_id;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION portal_rate(text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_rate(text, integer, integer, integer) TO portal_app;
"""

PARTY_FUNCTION = """
CREATE FUNCTION portal_party_of(matter uuid, of_kind text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.id FROM individuals_participant p
    JOIN organisations_unit u ON u.id = p.unit_id
    JOIN organisations_authority a ON a.id = u.authority_id
    JOIN organisations_huvudman h ON h.id = a.huvudman_id
    WHERE p.matter_id = matter AND h.kind = of_kind ORDER BY p.since, p.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION portal_party_of(uuid, text) FROM PUBLIC;
"""

# Cells of fewer than five are not shown, and no totals are, so that nothing can be found by subtraction. Only years
# that are over: otherwise the difference between two days would be one person's answer.
SUMMARY_FUNCTION = """
CREATE FUNCTION portal_ratings()
RETURNS TABLE (year smallint, municipality uuid, target_group text, answers bigint,
               participation numeric, clarity numeric, usefulness numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.year::smallint, r.municipality_id, g.key, count(*),
        round(avg(r.participation), 1), round(avg(r.clarity), 1), round(avg(r.usefulness), 1)
    FROM sip_rating r CROSS JOIN LATERAL unnest(r.target_groups) AS g(key)
    WHERE r.year < extract(year FROM portal_now() AT TIME ZONE 'Europe/Stockholm') AND r.municipality_id IS NOT NULL
    GROUP BY 1, 2, 3 HAVING count(*) >= 5 ORDER BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION portal_ratings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_ratings() TO portal_app;
"""
