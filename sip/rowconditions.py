"""The SQL conditions of the plan's row policies, and the two functions that work across what is withheld (IND-4)."""

from individuals.rowconditions import reaches

# A version is read by the unit that began it and by those it was handed to.
PLAN = f"""{reaches("sip_plan.case_id")} AND (opened_unit_id = portal_unit()
    OR EXISTS (SELECT 1 FROM sip_plandisclosure d WHERE d.plan_id = sip_plan.id AND d.to_unit_id = portal_unit()))"""
OF_PLAN = "EXISTS (SELECT 1 FROM sip_plan p WHERE p.id = plan_id)"
MEASURE = f"{OF_PLAN} AND NOT (portal_unit() = ANY (withheld_from))"
WRITES_MEASURE = f"""{MEASURE} AND (unit_id IS NULL OR unit_id = portal_unit()
    OR (is_proposal AND written_unit_id = portal_unit()))"""
# Whether a unit has answered is seen by those who see one of its measures.
COMMITMENT = f"""{OF_PLAN} AND (unit_id = portal_unit() OR EXISTS (SELECT 1 FROM sip_measure m
    WHERE m.plan_id = sip_commitment.plan_id AND m.unit_id = sip_commitment.unit_id))"""
OF_GOAL = "EXISTS (SELECT 1 FROM sip_goal g WHERE g.id = goal_id)"
OF_MEASURE = "EXISTS (SELECT 1 FROM sip_measure m WHERE m.id = measure_id)"
REPORTS = f"{OF_MEASURE} AND by_unit_id = portal_unit()"

# Both run as their owner: who begins a new version, or establishes it, needn't see what is withheld from them.
CARRY_FUNCTION = """
CREATE FUNCTION portal_carry_plan(old_plan uuid, new_plan uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM sip_plan o JOIN sip_plan n ON n.case_id = o.case_id AND n.number = o.number + 1
        WHERE o.id = old_plan AND n.id = new_plan AND n.state = 'draft' AND n.opened_unit_id = portal_unit()
        AND portal_reaches(o.case_id) AND (o.opened_unit_id = portal_unit() OR EXISTS (
            SELECT 1 FROM sip_plandisclosure d WHERE d.plan_id = o.id AND d.to_unit_id = portal_unit()))
    ) OR EXISTS (SELECT 1 FROM sip_goal WHERE plan_id = new_plan)
      OR EXISTS (SELECT 1 FROM sip_plantext WHERE plan_id = new_plan) THEN
        RAISE EXCEPTION 'only the next version, begun by this unit and still empty' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO sip_plantext (id, plan_id, case_id, version, changed_at, changed_unit_id, kind, text)
    SELECT gen_random_uuid(), new_plan, case_id, 1, changed_at, changed_unit_id, kind, text
    FROM sip_plantext WHERE plan_id = old_plan;
    INSERT INTO sip_plancontact (id, plan_id, case_id, version, changed_at, changed_unit_id, unit_id, name, phone)
    SELECT gen_random_uuid(), new_plan, c.case_id, 1, c.changed_at, c.changed_unit_id, c.unit_id, c.name, c.phone
    FROM sip_plancontact c JOIN individuals_participant p
      ON p.matter_id = c.case_id AND p.unit_id = c.unit_id AND p.ended_at IS NULL
    WHERE c.plan_id = old_plan;
    WITH carried AS (
        SELECT m.* FROM sip_measure m
        LEFT JOIN LATERAL (SELECT result FROM sip_measureoutcome o WHERE o.measure_id = m.id
                           ORDER BY at DESC, id LIMIT 1) latest ON true
        WHERE m.plan_id = old_plan AND (latest.result IS NULL OR latest.result IN ('going_on', 'not_done'))
        AND (cardinality(m.withheld_from) = 0 OR EXISTS (SELECT 1 FROM individuals_participant p
             WHERE p.matter_id = m.case_id AND p.unit_id = m.unit_id AND p.ended_at IS NULL))
    ), goals AS (
        INSERT INTO sip_goal (id, plan_id, case_id, version, changed_at, changed_unit_id, line, words, elaboration,
                              span, position)
        SELECT gen_random_uuid(), new_plan, g.case_id, 1, g.changed_at, g.changed_unit_id, g.line, g.words,
               g.elaboration, g.span, g.position
        FROM sip_goal g
        LEFT JOIN LATERAL (SELECT result FROM sip_goaloutcome o WHERE o.goal_id = g.id
                           ORDER BY at DESC, id LIMIT 1) latest ON true
        WHERE g.plan_id = old_plan AND (latest.result IS DISTINCT FROM 'reached'
                                        OR EXISTS (SELECT 1 FROM carried m WHERE m.goal_id = g.id))
        RETURNING id, line
    )
    INSERT INTO sip_measure (id, plan_id, case_id, version, changed_at, changed_unit_id, line, goal_id, what, doer,
                             unit_id, who, due_on, position, is_proposal, written_unit_id, withheld_from,
                             responsibility)
    SELECT gen_random_uuid(), new_plan, m.case_id, 1, m.changed_at, m.changed_unit_id, m.line, n.id, m.what, m.doer,
           m.unit_id, m.who, m.due_on, m.position, m.is_proposal, m.written_unit_id, m.withheld_from, m.responsibility
    FROM carried m JOIN sip_goal g ON g.id = m.goal_id JOIN goals n ON n.line = g.line;
END $$;
"""

COMMIT_FUNCTION = """
CREATE FUNCTION portal_commit_units(of_plan uuid, at timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM sip_plan p JOIN sip_sipcase c ON c.matter_id = p.case_id
        JOIN individuals_matter m ON m.id = c.matter_id
        WHERE p.id = of_plan AND p.state = 'draft' AND portal_reaches(p.case_id)
        AND coalesce(c.lead_unit_id, m.initiator_id) = portal_unit()
    ) THEN
        RAISE EXCEPTION 'only the unit with the responsibility establishes a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN QUERY
    INSERT INTO sip_commitment (id, plan_id, case_id, unit_id, state, version, changed_at)
    SELECT DISTINCT ON (m.unit_id) gen_random_uuid(), of_plan, m.case_id, m.unit_id, 'waiting', 1, at
    FROM sip_measure m JOIN individuals_participant p
      ON p.matter_id = m.case_id AND p.unit_id = m.unit_id AND p.ended_at IS NULL
    WHERE m.plan_id = of_plan
    RETURNING unit_id;
END $$;
"""
