-- Support desk: the month by team.
WITH answers AS (
    SELECT t.ticket_id,
           t.team_id,
           t.opened_at,
           g.minutes AS target,
           r.sent_at AS replied_at,
           (strftime('%s', r.sent_at) - strftime('%s', t.opened_at)) / 60 AS waited
    FROM tickets AS t
    JOIN targets AS g ON g.priority = t.priority
    LEFT JOIN replies AS r ON r.ticket_id = t.ticket_id
)
SELECT e.name AS team,
       count(a.ticket_id) AS opened,
       count(a.replied_at) AS answered,
       sum(a.waited <= a.target) AS in_time,
       round(100 * sum(a.waited <= a.target) / count(a.ticket_id), 1) AS in_time_percent,
       round(avg(a.waited), 1) AS mean_minutes
FROM teams AS e
LEFT JOIN answers AS a ON a.team_id = e.team_id
CROSS JOIN month AS m
WHERE e.active = 1
  AND a.opened_at BETWEEN m.first_day AND m.last_day
GROUP BY e.team_id
ORDER BY in_time_percent DESC, team
